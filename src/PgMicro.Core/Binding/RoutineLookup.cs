using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding;

/// <summary>Functions, procedures, aggregates and operators by their exact signature (PostgreSQL's LookupFuncWithArgs and LookupOperWithArgs).</summary>
internal static class RoutineLookup
{
    /// <summary>A routine; null when it does not exist and <paramref name="missingOk"/>.</summary>
    /// <exception cref="PgException">42883 when there is none, 42725 when a bare name has several, 42809 for one of another kind.</exception>
    public static uint? Find(ParseState pstate, Pg.ObjectType type, Pg.ObjectWithArgs named, bool missingOk)
    {
        var names = NamespaceLookup.Strings(named.Objname);
        if (Arguments(pstate, named, missingOk) is not { } types)
        {
            return null;
        }

        var what = type switch
        {
            Pg.ObjectType.ObjectProcedure => "procedure",
            Pg.ObjectType.ObjectAggregate => "aggregate",
            Pg.ObjectType.ObjectRoutine => "routine",
            _ => "function",
        };
        var (schema, name) = NamespaceLookup.Deconstruct(names);
        var path = schema is null ? pstate.SearchPath
            : pstate.Catalog.FindNamespace(schema) is { } space ? [space.oid]
            : missingOk ? [] : throw new PgException(SqlState.InvalidSchemaName, $"schema \"{schema}\" does not exist");
        var bare = named.ArgsUnspecified;
        foreach (var nsp in path)
        {
            var found = pstate.Catalog.ProcsByName(name)
                .Where(p => p.pronamespace == nsp && (bare ? IsOfKind(type, p.prokind) : p.proargtypes.AsSpan().SequenceEqual(types))).ToList();
            if (found.Count > 1)
            {
                throw new PgException(SqlState.AmbiguousFunction, $"{what} name \"{string.Join('.', names)}\" is not unique")
                    .WithHint($"Specify the argument list to select the {what} unambiguously.");
            }

            if (found.Count == 1)
            {
                var kind = found[0].prokind;
                return type switch
                {
                    Pg.ObjectType.ObjectFunction when kind == 'p' => throw new PgException(SqlState.WrongObjectType, $"{Signature()} is not a function"),
                    Pg.ObjectType.ObjectProcedure when kind != 'p' => throw new PgException(SqlState.WrongObjectType, $"{Signature()} is not a procedure"),
                    Pg.ObjectType.ObjectAggregate when kind != 'a' => throw new PgException(SqlState.WrongObjectType, $"function {Signature()} is not an aggregate"),
                    _ => found[0].oid,
                };
            }
        }

        if (missingOk)
        {
            return null;
        }

        // A missing routine is called a function.
        what = type == Pg.ObjectType.ObjectRoutine ? "function" : what;
        throw new PgException(SqlState.UndefinedFunction, bare
            ? $"could not find {(what == "aggregate" ? "an" : "a")} {what} named \"{string.Join('.', names)}\""
            : what == "aggregate" && types.Length == 0
                ? $"aggregate {string.Join('.', names)}(*) does not exist"
                : $"{what} {Signature()} does not exist");

        string Signature() => $"{string.Join('.', names)}({string.Join(", ", types.Select(t => FormatType.Format(t, pstate)))})";
    }

    /// <summary>An operator; null when it does not exist and <paramref name="missingOk"/>.</summary>
    /// <exception cref="PgException">42883 when there is none.</exception>
    public static uint? FindOperator(ParseState pstate, Pg.ObjectWithArgs named, bool missingOk)
    {
        var names = NamespaceLookup.Strings(named.Objname);
        if (Arguments(pstate, named, missingOk) is not [var left, var right])
        {
            return null;
        }

        if (right == 0)
        {
            throw new PgException(SqlState.SyntaxError, "postfix operators are not supported");
        }

        var found = names.Length > 1 && missingOk && pstate.Catalog.FindNamespace(names[^2]) is null
            ? 0
            : NamespaceLookup.OpernameGetOprid(pstate, names, left, right, -1);
        return found != 0 ? found : missingOk ? null : throw new PgException(
            SqlState.UndefinedFunction,
            $"operator does not exist: {(left == 0 ? "" : FormatType.Format(left, pstate) + " ")}{string.Join('.', names)} {FormatType.Format(right, pstate)}");
    }

    // The argument types, 0 for an operand that is not there; null when one does not exist and missingOk.
    private static uint[]? Arguments(ParseState pstate, Pg.ObjectWithArgs named, bool missingOk)
    {
        var types = new uint[named.Objargs.Count];
        for (var i = 0; i < types.Length; i++)
        {
            if (named.Objargs[i].TypeName is not { } name)
            {
                continue;
            }

            if (missingOk && (ObjectLookup.SchemaIsMissing(pstate, name) || TypeNames.Lookup(pstate, name) is null))
            {
                return null;
            }

            types[i] = TypeNames.Lookup(pstate, name)?.oid
                ?? throw new PgException(SqlState.UndefinedObject, $"type \"{TypeNames.ToString(pstate, name)}\" does not exist");
        }

        return types;
    }

    private static bool IsOfKind(Pg.ObjectType type, char kind) => type switch
    {
        Pg.ObjectType.ObjectProcedure => kind == 'p',
        Pg.ObjectType.ObjectAggregate => kind == 'a',
        Pg.ObjectType.ObjectFunction => kind is not 'p',
        _ => true,
    };
}
