using System.Runtime.CompilerServices;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Partitioning;

/// <summary>The bounds of partitions, compared as PostgreSQL's partbounds.c does.</summary>
internal static class PartitionBound
{
    // By the text as it stands in the row, which outlives the snapshots that have it.
    private static readonly ConditionalWeakTable<string, BoundPartitionBound> Read = [];

    /// <summary>The bound of a partition; null when the relation is none.</summary>
    internal static BoundPartitionBound? Of(PgClass relation) =>
        relation.relpartbound is { } text ? Read.GetValue(text, static t => (BoundPartitionBound)BoundTreeSerializer.DeserializeExpr(t)) : null;

    /// <summary>
    /// Compares two range bounds; of two at one place, the upper one comes first. What is not 0 is the number of the column, from 1, that decides,
    /// below 0 when the first bound is below (partition_rbound_cmp).
    /// </summary>
    internal static int Compare(PartitionKey key, List<BoundRangeDatum> a, bool aIsLower, List<BoundRangeDatum> b, bool bIsLower)
    {
        var column = 0;
        var order = 0;
        while (column < key.Columns.Length && order == 0)
        {
            var (x, y) = (a[column], b[column]);
            column++;
            if (x.Kind != y.Kind)
            {
                return x.Kind < y.Kind ? -column : column;
            }

            if (x.Kind != RangeDatumKind.Value)
            {
                // What follows an infinite column does not count.
                break;
            }

            order = key.Columns[column - 1].Codec.CompareValues(x.Value!.Value, y.Value!.Value);
        }

        if (order == 0 && aIsLower != bIsLower)
        {
            order = aIsLower ? 1 : -1;
        }

        return Math.Sign(order) * column;
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
