using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Tables;
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
        IReadOnlyList<uint> path = schema is null ? pstate.SearchPath
            : pstate.Catalog.FindNamespace(schema) is { } space ? [space.oid]
            : missingOk ? [] : throw new PgException(SqlState.InvalidSchemaName, $"schema \"{schema}\" does not exist");
        var found = named.ArgsUnspecified
            ? [.. Visible(pstate, name, path, static p => p.proargtypes).Where(p => IsOfKind(type, p.prokind))]
            : WithTypes(pstate, type, named, name, path, types);
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

        if (missingOk)
        {
            return null;
        }

        // A missing routine is called a function.
        what = type == Pg.ObjectType.ObjectRoutine ? "function" : what;
        throw new PgException(SqlState.UndefinedFunction, named.ArgsUnspecified
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

    // A procedure may be named by its input parameters, or by all of them where none is said to be OUT.
    private static List<PgProc> WithTypes(
        ParseState pstate, Pg.ObjectType type, Pg.ObjectWithArgs named, string name, IReadOnlyList<uint> path, uint[] types)
    {
        var found = Visible(pstate, name, path, static p => p.proargtypes).Where(p => p.proargtypes.AsSpan().SequenceEqual(types)).Take(1).ToList();
        if (type is Pg.ObjectType.ObjectProcedure or Pg.ObjectType.ObjectRoutine && named.Objfuncargs.Count > 0
            && named.Objfuncargs.All(static a => a.FunctionParameter.Mode == Pg.FunctionParameterMode.FuncParamDefault))
        {
            found.AddRange(Visible(pstate, name, path, AllTypes).Where(p => IsOfKind(type, p.prokind) && AllTypes(p).AsSpan().SequenceEqual(types) && !found.Contains(p)));
        }

        return found;
    }

    private static uint[] AllTypes(PgProc proc) => proc is { prokind: 'p', proallargtypes: { } all } ? all : proc.proargtypes;

    // Of several with one signature the first along the path is the one that is seen.
    private static List<PgProc> Visible(ParseState pstate, string name, IReadOnlyList<uint> path, Func<PgProc, uint[]> signature)
    {
        var result = new List<PgProc>();
        foreach (var nsp in path)
        {
            foreach (var proc in pstate.Catalog.ProcsByName(name))
            {
                if (proc.pronamespace == nsp && !result.Exists(p => p.pronamespace != nsp && signature(p).AsSpan().SequenceEqual(signature(proc))))
                {
                    result.Add(proc);
                }
            }
        }

        return result;
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
