using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Partitioning;

namespace PgMicro.Core.Execution.Ddl.Partitions;

/// <summary>Whether a new bound may stand beside those of a table's partitions (check_new_partition_bound).</summary>
internal static class NewPartition
{
    internal static void Check(DdlContext ddl, string name, uint table, BoundPartitionBound bound)
    {
        var descriptor = PartitionDescriptor.Of(ddl.Catalog, table)!;
        if (bound.IsDefault)
        {
            if (descriptor.Default != 0)
            {
                throw new PgException(
                    SqlState.InvalidObjectDefinition, $"partition \"{name}\" conflicts with existing default partition \"{NameOf(ddl, descriptor.Default)}\"").At(bound.Location);
            }

            return;
        }

        switch (bound.Strategy)
        {
            case 'h':
                CheckHash(ddl, name, descriptor, bound);
                break;
            case 'l':
                foreach (var datum in bound.ListDatums)
                {
                    RejectOverlap(ddl, name, datum.Value.IsNull ? descriptor.OfNull : descriptor.FindValue(datum.Value), datum.Location);
                }

                break;
            default:
                CheckRange(ddl, name, descriptor, bound);
                break;
        }
    }

    private static string NameOf(DdlContext ddl, uint relation) => ddl.Catalog.Class(relation)!.relname;

    private static void RejectOverlap(DdlContext ddl, string name, uint other, int location)
    {
        if (other != 0)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, $"partition \"{name}\" would overlap partition \"{NameOf(ddl, other)}\"").At(location);
        }
    }

    private static void CheckHash(DdlContext ddl, string name, PartitionDescriptor descriptor, BoundPartitionBound bound)
    {
        // Of the bounds in order, the neighbours of the new modulus must divide it and be divided by it.
        var at = Array.FindLastIndex(descriptor.Bounds, b => (b.Modulus, b.Remainder).CompareTo((bound.Modulus, bound.Remainder)) <= 0);
        if (at < 0)
        {
            if (descriptor.Bounds.Length > 0 && descriptor.Bounds[0].Modulus % bound.Modulus != 0)
            {
                throw NotAFactor($"The new modulus {bound.Modulus} is not a factor of {descriptor.Bounds[0].Modulus}, the modulus of existing partition \"{NameOf(ddl, descriptor.Partitions[0])}\".");
            }
        }
        else
        {
            if (bound.Modulus % descriptor.Bounds[at].Modulus != 0)
            {
                throw NotAFactor($"The new modulus {bound.Modulus} is not divisible by {descriptor.Bounds[at].Modulus}, the modulus of existing partition \"{NameOf(ddl, descriptor.Partitions[at])}\".");
            }

            if (at + 1 < descriptor.Bounds.Length && descriptor.Bounds[at + 1].Modulus % bound.Modulus != 0)
            {
                throw NotAFactor($"The new modulus {bound.Modulus} is not a factor of {descriptor.Bounds[at + 1].Modulus}, the modulus of existing partition \"{NameOf(ddl, descriptor.Partitions[at + 1])}\".");
            }
        }

        for (var i = 0; i < descriptor.Bounds.Length; i++)
        {
            // Two share a remainder of the greater modulus when they agree in the smaller one.
            var other = descriptor.Bounds[i];
            if ((bound.Remainder - other.Remainder) % Math.Min(bound.Modulus, other.Modulus) == 0)
            {
                RejectOverlap(ddl, name, descriptor.Partitions[i], bound.Location);
            }
        }
    }

    private static PgException NotAFactor(string detail) =>
        new PgException(SqlState.InvalidObjectDefinition, "every hash partition modulus must be a factor of the next larger modulus")
            .WithDetail(detail);

    private static void CheckRange(DdlContext ddl, string name, PartitionDescriptor descriptor, BoundPartitionBound bound)
    {
        var key = descriptor.Key;
        if (PartitionBound.Compare(key, bound.LowerDatums, true, bound.UpperDatums, false) is var order and > 0)
        {
            var context = new DeparseContext { Catalog = ddl.Catalog, TypeContext = ddl.Session, SearchPath = ddl.LookupPath(), ColumnName = static _ => "" };
            throw new PgException(SqlState.InvalidObjectDefinition, $"empty range bound specified for partition \"{name}\"")
                .WithDetail(
                    $"Specified lower bound {ExpressionDeparser.RangeBound(bound.LowerDatums, context)} is greater than or equal to upper bound {ExpressionDeparser.RangeBound(bound.UpperDatums, context)}.")
                .At(bound.LowerDatums[order - 1].Location);
        }

        // The bounds of all partitions in order; where one partition ends and another begins there is but one.
        var places = new List<(List<BoundRangeDatum> Datums, bool IsLower, uint Partition)>();
        for (var i = 0; i < descriptor.Bounds.Length; i++)
        {
            var (lower, upper) = (descriptor.Bounds[i].LowerDatums, descriptor.Bounds[i].UpperDatums);
            if (i == 0 || PartitionBound.Compare(key, places[^1].Datums, true, lower, true) != 0)
            {
                places.Add((lower, true, descriptor.Partitions[i]));
            }

            places.Add((upper, false, descriptor.Partitions[i]));
        }

        var (low, high, last) = (-1, places.Count - 1, 0);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            last = PartitionBound.Compare(key, places[middle].Datums, places[middle].IsLower, bound.LowerDatums, true);
            (low, high) = last == 0 ? (middle, middle) : last < 0 ? (middle, high) : (low, middle - 1);
        }

        if (low + 1 >= places.Count)
        {
            return;
        }

        var next = places[low + 1];
        if (!next.IsLower)
        {
            // The new partition begins within that one.
            RejectOverlap(ddl, name, next.Partition, bound.LowerDatums[Math.Max(Math.Abs(last), 1) - 1].Location);
        }
        else if (PartitionBound.Compare(key, next.Datums, true, bound.UpperDatums, false) is var end and < 0)
        {
            RejectOverlap(ddl, name, next.Partition, bound.UpperDatums[-end - 1].Location);
        }
    }
}
