using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Definitions;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.ForeignData;

/// <summary>OPTIONS (…) of foreign objects: kept as "name=value" (PostgreSQL's transformGenericOptions).</summary>
internal static class GenericOptions
{
    /// <summary>The options of an object with what a statement adds, sets and drops.</summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="classId">The relation that has the object, as its wrapper's validator is told.</param>
    /// <param name="old">The options so far.</param>
    /// <param name="changes">What the statement says.</param>
    /// <param name="validator">The wrapper's validator, or 0.</param>
    internal static string[]? Apply(DdlContext ddl, uint classId, string[]? old, IEnumerable<Pg.Node> changes, uint validator)
    {
        var options = (old ?? []).Select(static o => (Name: o[..o.IndexOf('=')], Value: o[(o.IndexOf('=') + 1)..])).ToList();
        foreach (var change in changes.Select(static n => n.DefElem))
        {
            var at = options.FindIndex(o => o.Name == change.Defname);
            switch (change.Defaction)
            {
                case Pg.DefElemAction.DefelemDrop:
                    options.RemoveAt(at >= 0 ? at : throw NotFound(change));
                    break;
                case Pg.DefElemAction.DefelemSet:
                    options[at >= 0 ? at : throw NotFound(change)] = (change.Defname, change.Arg.String.Sval);
                    break;
                default:
                    if (at >= 0)
                    {
                        throw new PgException(SqlState.DuplicateObject, $"option \"{change.Defname}\" provided more than once");
                    }

                    options.Add((change.Defname, change.Arg.String.Sval));
                    break;
            }
        }

        if (options.Find(static o => o.Name.Contains('=')) is { Name: not null } bad)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"invalid option name \"{bad.Name}\": must not contain \"=\"");
        }

        string[] result = [.. options.Select(static o => o.Name + "=" + o.Value)];
        if (validator != 0)
        {
            Validate(ddl, classId, result, validator);
        }

        return result.Length == 0 ? null : result;
    }

    /// <summary>The options of a HANDLER or VALIDATOR clause; null when it is not there, 0 for NO.</summary>
    internal static (uint? Handler, uint? Validator) Functions(DdlContext ddl, IEnumerable<Pg.Node> options)
    {
        uint? handler = null;
        uint? validator = null;
        foreach (var option in options.Select(static n => n.DefElem))
        {
            ref var given = ref option.Defname == "handler" ? ref handler : ref validator;
            if (given is not null)
            {
                throw new PgException(SqlState.SyntaxError, "conflicting or redundant options").At(option.Location);
            }

            given = option.Arg is null or { NodeCase: Pg.Node.NodeOneofCase.None } ? 0
                : option.Defname == "handler" ? Handler(ddl, DdlContext.Names(option.Arg.List.Items))
                : FunctionLookup.Require(ddl, DdlContext.Names(option.Arg.List.Items), [TypeOid.TextArray, TypeOid.Oid]).oid;
        }

        return (handler, validator);
    }

    private static uint Handler(DdlContext ddl, string[] names)
    {
        const uint FdwHandler = 3115;
        var function = FunctionLookup.Require(ddl, names, []);
        return function.prorettype == FdwHandler
            ? function.oid
            : throw new PgException(SqlState.WrongObjectType, $"function {string.Join('.', names)} must return type fdw_handler");
    }

    private static void Validate(DdlContext ddl, uint classId, string[] options, uint validator)
    {
        if (ddl.Catalog.Proc(validator)!.prosrc == "postgresql_fdw_validator")
        {
            Core.Functions.Session.ForeignOptions.Validate(options, classId);
            return;
        }

        if (Lowering.Routines.Find(ddl.Catalog, validator) is null)
        {
            throw PgErrors.FeatureNotSupported($"the validator \"{ddl.Catalog.Proc(validator)!.proname}\"");
        }

        var site = CallSite.Get(validator, ddl.Catalog.Proc(validator)!.prorettype, [TypeOid.TextArray, TypeOid.Oid]);
        ddl.Session.CallRoutine(site, [ObjectNamesFunctions.Array(ddl.Session, options), PgDatum.FromInt64(classId)]);
    }

    private static PgException NotFound(Pg.DefElem option) => new(SqlState.UndefinedObject, $"option \"{option.Defname}\" not found");
}
