using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Partitioning;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Definitions;

/// <summary>Functions that tell of partitions (manual 9.28.10), and the one that hash partitions are checked with.</summary>
internal static class PartitionFunctions
{
    [PgFunction("satisfies_hash_partition(oid,integer,integer,\"any\")")]
    public static bool? SatisfiesHash(CallSite site, FunctionContext context, uint? table, int? modulus, int? remainder, FunctionArguments values)
    {
        if (table is null || modulus is null || remainder is null)
        {
            return null;
        }

        if (modulus <= 0)
        {
            throw Invalid("modulus for hash partition must be an integer value greater than zero");
        }

        if (remainder < 0)
        {
            throw Invalid("remainder for hash partition must be an integer value greater than or equal to zero");
        }

        if (remainder >= modulus)
        {
            throw Invalid("remainder for hash partition must be less than modulus");
        }

        if (context.Catalog.Class(table.Value) is not { } relation)
        {
            return null;
        }

        if (PartitionKey.Of(context.Catalog, relation.oid) is not { Strategy: 'h' } key)
        {
            throw Invalid($"\"{relation.relname}\" is not a hash partitioned table");
        }

        if (key.Columns.Length != values.Count)
        {
            throw Invalid($"number of partitioning columns ({key.Columns.Length}) does not match number of partition keys provided ({values.Count})");
        }

        var datums = new PgDatum[values.Count];
        for (var i = 0; i < datums.Length; i++)
        {
            RequireType(context, i + 1, key.Columns[i].Type, site.ArgumentTypes[Math.Min(i + 3, site.ArgumentTypes.Count - 1)]);
            datums[i] = values.Datum(i);
        }

        return PartitionHash.Of(context, key, datums) % (ulong)modulus.Value == (ulong)remainder.Value;
    }

    private static void RequireType(FunctionContext context, int place, uint wanted, uint given)
    {
        if (given != wanted && !Coercion.IsBinaryCoercible(context.Catalog, given, wanted))
        {
            throw Invalid($"column {place} of the partition key has type {context.ShownType(wanted, "")}, but supplied value is of type {context.ShownType(given, "")}");
        }
    }

    private static PgException Invalid(string message) => new(SqlState.InvalidParameterValue, message);

    [PgSetFunction("pg_partition_tree(regclass)")]
    public static IEnumerable<PgDatum[]> Tree(FunctionContext context, uint relation)
    {
        if (!CanHavePartitions(context.Catalog, relation))
        {
            yield break;
        }

        var catalog = context.Catalog;
        var above = Inheritance.Ancestors(catalog, relation).Count;
        foreach (var oid in Inheritance.Descendants(catalog, relation))
        {
            var ancestors = Inheritance.Ancestors(catalog, oid);
            yield return
            [
                PgDatum.FromInt64(oid),
                ancestors.Count == 0 ? PgDatum.Null : PgDatum.FromInt64(ancestors[0]),
                PgDatum.FromInt64(catalog.Class(oid)!.relkind is 'p' or 'I' ? 0 : 1),
                PgDatum.FromInt64(ancestors.Count - above),
            ];
        }
    }

    [PgSetFunction("pg_partition_ancestors(regclass)")]
    public static IEnumerable<PgDatum> Ancestors(FunctionContext context, uint relation) =>
        CanHavePartitions(context.Catalog, relation) ? Inheritance.Ancestors(context.Catalog, relation).Prepend(relation).Select(static o => PgDatum.FromInt64(o)) : [];

    [PgFunction("pg_partition_root(regclass)")]
    public static uint? Root(FunctionContext context, uint relation) => !CanHavePartitions(context.Catalog, relation) ? null
        : Inheritance.Ancestors(context.Catalog, relation) is [.., var root] ? root : relation;

    // check_rel_can_be_partition
    private static bool CanHavePartitions(CatalogSnapshot catalog, uint relation) => catalog.Class(relation) is { } row && (row.relispartition || row.relkind is 'p' or 'I');
}
