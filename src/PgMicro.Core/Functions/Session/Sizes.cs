using PgMicro.Core.Catalog;

namespace PgMicro.Core.Functions.Session;

/// <summary>How much of the file things take (manual: "Database Object Size Functions").</summary>
internal static class Sizes
{
    [PgFunction("pg_relation_size(regclass)")]
    public static long? Relation(FunctionContext context, uint relation) => Of(context, relation, own: true, indexes: false);

    /// <summary>A relation has one file; the other forks take nothing.</summary>
    [PgFunction("pg_relation_size(regclass,text)")]
    public static long? Fork(FunctionContext context, uint relation, string fork) => fork switch
    {
        "main" => Relation(context, relation),
        "fsm" or "vm" or "init" => context.Catalog.Class(relation) is null ? null : 0,
        _ => throw new Errors.PgException(Errors.SqlState.InvalidParameterValue, "invalid fork name")
            .WithHint("Valid fork names are \"main\", \"fsm\", \"vm\", and \"init\"."),
    };

    [PgFunction("pg_table_size(regclass)")]
    public static long? Table(FunctionContext context, uint relation) => Of(context, relation, own: true, indexes: false);

    [PgFunction("pg_indexes_size(regclass)")]
    public static long? Indexes(FunctionContext context, uint relation) => Of(context, relation, own: false, indexes: true);

    [PgFunction("pg_total_relation_size(regclass)")]
    public static long? Total(FunctionContext context, uint relation) => Of(context, relation, own: true, indexes: true);

    [PgFunction("pg_tablespace_location(oid)")]
    public static string? TablespaceLocation(FunctionContext context, uint tablespace) => tablespace is BuiltInOids.DefaultTablespace or BuiltInOids.GlobalTablespace ? "" : null;

    private static long? Of(FunctionContext context, uint relation, bool own, bool indexes) =>
        context.Catalog.Class(relation) is null ? null : context.RelationSize(relation, own, indexes);
}
