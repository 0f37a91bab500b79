using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>to_regclass and its like: the object of a name, NULL when there is none.</summary>
internal static class NamedObjects
{
    [PgFunction("to_regclass(text)")]
    public static uint? ToRegclass(FunctionContext context, string name) => Find(context, TypeOid.Regclass, name);

    [PgFunction("to_regtype(text)")]
    public static uint? ToRegtype(FunctionContext context, string name) => Find(context, TypeOid.Regtype, name);

    [PgFunction("to_regnamespace(text)")]
    public static uint? ToRegnamespace(FunctionContext context, string name) => Find(context, TypeOid.RegNamespace, name);

    [PgFunction("to_regrole(text)")]
    public static uint? ToRegrole(FunctionContext context, string name) => Find(context, TypeOid.RegRole, name);

    [PgFunction("to_regproc(text)")]
    public static uint? ToRegproc(FunctionContext context, string name) => Find(context, TypeOid.Regproc, name);

    [PgFunction("to_regprocedure(text)")]
    public static uint? ToRegprocedure(FunctionContext context, string name) => Find(context, TypeOid.Regprocedure, name);

    [PgFunction("to_regoper(text)")]
    public static uint? ToRegoper(FunctionContext context, string name) => Find(context, TypeOid.Regoper, name);

    [PgFunction("to_regoperator(text)")]
    public static uint? ToRegoperator(FunctionContext context, string name) => Find(context, TypeOid.Regoperator, name);

    [PgFunction("to_regcollation(text)")]
    public static uint? ToRegcollation(FunctionContext context, string name) => Find(context, TypeOid.RegCollation, name);

    private static uint? Find(FunctionContext context, uint kind, string name)
    {
        try
        {
            return (context.Reg ?? throw PgErrors.FeatureNotSupported("names of catalog objects without a catalog")).Parse(kind, name) is not 0 and var oid ? oid : null;
        }
        catch (PgException e) when (IsSoft(kind, e))
        {
            return null;
        }
    }

    // A malformed name is no object's. But names with too many parts are raised, and of a type's name the errors of grammar and modifiers.
    private static bool IsSoft(uint kind, PgException e) => kind == TypeOid.Regtype
        ? e.SqlState is SqlState.UndefinedObject or SqlState.UndefinedTable or SqlState.InvalidSchemaName || (e.SqlState == SqlState.SyntaxError && e.Where is null && !e.Message.StartsWith("improper qualified name", StringComparison.Ordinal))
        : e.SqlState is not (SqlState.SyntaxError or SqlState.FeatureNotSupported);
}
