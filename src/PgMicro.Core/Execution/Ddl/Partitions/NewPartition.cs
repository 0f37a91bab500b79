using System.Globalization;
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
                throw NotAFactor($"The new modulus {bound.Modulus} is not a factor of {descriptor.Bounds[0].Modulus}, the modulus of existing partition \"{NameOf(ddl, descriptor.Partitions[0])}\".", bound);
            }
        }
        else
        {
            if (bound.Modulus % descriptor.Bounds[at].Modulus != 0)
            {
                throw NotAFactor($"The new modulus {bound.Modulus} is not divisible by {descriptor.Bounds[at].Modulus}, the modulus of existing partition \"{NameOf(ddl, descriptor.Partitions[at])}\".", bound);
            }

            if (at + 1 < descriptor.Bounds.Length && descriptor.Bounds[at + 1].Modulus % bound.Modulus != 0)
            {
                throw NotAFactor($"The new modulus {bound.Modulus} is not a factor of {descriptor.Bounds[at + 1].Modulus}, the modulus of existing partition \"{NameOf(ddl, descriptor.Partitions[at + 1])}\".", bound);
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

    private static PgException NotAFactor(string detail, BoundPartitionBound bound) =>
        new PgException(SqlState.InvalidObjectDefinition, "every hash partition modulus must be a factor of the next larger modulus")
            .WithDetail(detail.ToString(CultureInfo.InvariantCulture)).At(bound.Location);

    private static void CheckRange(DdlContext ddl, string name, PartitionDescriptor descriptor, BoundPartitionBound bound)
    {
        var key = descriptor.Key;
        if (PartitionBound.Compare(key, bound.LowerDatums, true, bound.UpperDatums, false) is var order and >= 0)
        {
            var context = new DeparseContext { Catalog = ddl.Catalog, TypeContext = ddl.Session, SearchPath = ddl.LookupPath(), ColumnName = static _ => "" };
            throw new PgException(SqlState.InvalidObjectDefinition, $"empty range bound specified for partition \"{name}\"")
                .WithDetail(
                    $"Specified lower bound {ExpressionDeparser.RangeBound(bound.LowerDatums, context)} is greater than or equal to upper bound {ExpressionDeparser.RangeBound(bound.UpperDatums, context)}.")
                .At(DifferenceAt(key, bound.LowerDatums, bound.LowerDatums, bound.UpperDatums));
        }

        for (var i = 0; i < descriptor.Bounds.Length; i++)
        {
            var other = descriptor.Bounds[i];
            if (PartitionBound.Compare(key, bound.LowerDatums, true, other.UpperDatums, false) < 0 && PartitionBound.Compare(key, other.LowerDatums, true, bound.UpperDatums, false) < 0)
            {
                // Told at the end of the new range that lies in the other one.
                var begins = PartitionBound.Compare(key, other.LowerDatums, true, bound.LowerDatums, true) <= 0;
                RejectOverlap(
                    ddl, name, descriptor.Partitions[i],
                    begins ? DifferenceAt(key, bound.LowerDatums, bound.LowerDatums, other.LowerDatums) : DifferenceAt(key, bound.UpperDatums, bound.UpperDatums, other.LowerDatums));
            }
        }
    }

    // The column of a bound at which two bounds differ first; the first one when they do not.
    private static int DifferenceAt(PartitionKey key, List<BoundRangeDatum> told, List<BoundRangeDatum> a, List<BoundRangeDatum> b)
    {
        for (var i = 0; i < key.Columns.Length; i++)
        {
            if (a[i].Kind != b[i].Kind || (a[i].Kind == RangeDatumKind.Value && key.Columns[i].Codec.CompareValues(a[i].Value!.Value, b[i].Value!.Value) != 0))
            {
                return told[i].Location;
            }
        }

        return told[0].Location;
    }
}
