using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Partitioning;

/// <summary>Numbers of a btree operator family's operators.</summary>
internal static class BtreeStrategy
{
    internal const int Less = 1, LessEqual = 2, Equal = 3, GreaterEqual = 4, Greater = 5;
}

/// <summary>The constraint that a range bound is (get_qual_for_range).</summary>
internal static class RangeConstraint
{
    /// <summary>None of the key's columns is NULL.</summary>
    internal static List<BoundExpr> NotNull(PartitionKey key) => [.. key.Columns.Select(static c => PartitionConstraint.Null(c, isNotNull: true))];

    /// <summary>The conditions of a bound, all of which must hold.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="key">The key.</param>
    /// <param name="bound">The bound; not DEFAULT.</param>
    /// <param name="isPartOfDefault">Whether they are for the default partition's constraint, which asks once that nothing be NULL.</param>
    internal static List<BoundExpr> Of(CatalogSnapshot catalog, PartitionKey key, BoundPartitionBound bound, bool isPartOfDefault)
    {
        var result = isPartOfDefault ? [] : NotNull(key);
        var first = 0;
        while (first < key.Columns.Length && SameValue(key, bound, first) is { } value)
        {
            result.Add(PartitionConstraint.Compare(catalog, key.Columns[first], BtreeStrategy.Equal, value));
            first++;
        }

        AddSide(catalog, key, bound.LowerDatums, first, isLower: true, result);
        AddSide(catalog, key, bound.UpperDatums, first, isLower: false, result);
        if (result.Count > 0)
        {
            return result;
        }

        return isPartOfDefault ? NotNull(key) : [new BoundConst { Type = TypeOid.Bool, Value = PgDatum.FromInt64(1) }];
    }

    // A column in which both ends agree.
    private static BoundConst? SameValue(PartitionKey key, BoundPartitionBound bound, int column) =>
        bound.LowerDatums[column].Value is { } lower && bound.UpperDatums[column].Value is { } upper
            && key.Columns[column].Codec.CompareValues(lower.Value, upper.Value) == 0 ? lower : null;

    // (a > 1) OR (a = 1 AND b >= 2): one arm for each column in which the row may be the first to differ from the bound.
    private static void AddSide(CatalogSnapshot catalog, PartitionKey key, List<BoundRangeDatum> bound, int first, bool isLower, List<BoundExpr> result)
    {
        var arms = new List<BoundExpr>();
        for (var last = first; last < bound.Count && bound[last].Value is { } value; last++)
        {
            var next = last + 1 < bound.Count ? bound[last + 1].Kind : (RangeDatumKind?)null;
            var strategy = isLower
                ? next is null or RangeDatumKind.MinValue ? BtreeStrategy.GreaterEqual : BtreeStrategy.Greater
                : next is RangeDatumKind.MaxValue ? BtreeStrategy.LessEqual : BtreeStrategy.Less;
            var arm = new List<BoundExpr>();
            for (var i = first; i < last; i++)
            {
                arm.Add(PartitionConstraint.Compare(catalog, key.Columns[i], BtreeStrategy.Equal, bound[i].Value!));
            }

            arm.Add(PartitionConstraint.Compare(catalog, key.Columns[last], strategy, value));
            arms.Add(PartitionConstraint.And(arm)!);
        }

        if (arms.Count > 0)
        {
            result.Add(PartitionConstraint.Or(arms));
        }
    }
}
