using PgMicro.Core.Catalog;

namespace PgMicro.Core.Functions.Session;

/// <summary>Which relations logical replication could publish.</summary>
internal static class Publications
{
    [PgFunction("pg_relation_is_publishable(regclass)")]
    public static bool? IsPublishable(FunctionContext context, uint relation) => context.Catalog.Class(relation) is { } row
        ? row is { relkind: 'r' or 'p', relpersistence: 'p' } && relation >= BuiltInOids.FirstNormalObjectId
        : null;
}
