using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Partitioning;

/// <summary>The bounds of partitions, compared as PostgreSQL's partbounds.c does.</summary>
internal static class PartitionBound
{
    /// <summary>The bound of a partition; null when the relation is none.</summary>
    internal static BoundPartitionBound? Of(PgClass relation) =>
        relation.relpartbound is { } text ? (BoundPartitionBound)BoundTreeSerializer.DeserializeExpr(text) : null;

    /// <summary>Compares two range bounds; of two at one place, the upper one comes first.</summary>
    internal static int Compare(PartitionKey key, List<BoundRangeDatum> a, bool aIsLower, List<BoundRangeDatum> b, bool bIsLower)
    {
        for (var i = 0; i < key.Columns.Length; i++)
        {
            if (a[i].Kind != b[i].Kind)
            {
                return a[i].Kind < b[i].Kind ? -1 : 1;
            }

            if (a[i].Kind != RangeDatumKind.Value)
            {
                // What follows an infinite column does not count.
                break;
            }

            if (key.Columns[i].Codec.CompareValues(a[i].Value!.Value, b[i].Value!.Value) is var order and not 0)
            {
                return order;
            }
        }

        return aIsLower == bIsLower ? 0 : aIsLower ? 1 : -1;
    }

    /// <summary>Compares a bound with a row's key (none of it NULL): below 0 when the bound is below.</summary>
    internal static int Compare(PartitionKey key, List<BoundRangeDatum> bound, ReadOnlySpan<PgDatum> values)
    {
        for (var i = 0; i < key.Columns.Length; i++)
        {
            if (bound[i].Kind != RangeDatumKind.Value)
            {
                return (int)bound[i].Kind;
            }

            if (key.Columns[i].Codec.CompareValues(bound[i].Value!.Value, values[i]) is var order and not 0)
            {
                return order;
            }
        }

        return 0;
    }
}
