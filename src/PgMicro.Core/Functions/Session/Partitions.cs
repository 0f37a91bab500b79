using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>
/// Partitioning information functions. No relation is partitioned or a partition (PARTITION BY and PARTITION OF are refused), and for such
/// relations PostgreSQL answers nothing.
/// </summary>
internal static class Partitions
{
    [PgSetFunction("pg_partition_tree(regclass)")]
    public static IEnumerable<PgDatum[]> Tree(uint relation) => [];

    [PgSetFunction("pg_partition_ancestors(regclass)")]
    public static IEnumerable<PgDatum> Ancestors(uint relation) => [];

    [PgFunction("pg_partition_root(regclass)")]
    public static uint? Root(uint relation) => null;
}
