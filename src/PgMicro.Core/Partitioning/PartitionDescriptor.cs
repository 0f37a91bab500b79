using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Partitioning;

/// <summary>The partitions of a partitioned table by their bounds (PostgreSQL's PartitionDesc), and the one that a row belongs to.</summary>
internal sealed class PartitionDescriptor
{
    private static readonly ConditionalWeakTable<CatalogSnapshot, ConcurrentDictionary<uint, PartitionDescriptor?>> PerSnapshot = [];

    private readonly uint[] _byRemainder = [];

    private PartitionDescriptor(CatalogSnapshot catalog, PartitionKey key)
    {
        Key = key;
        var children = catalog.ChildrenOf(key.Table).Where(static c => !c.inhdetachpending).Select(static c => c.inhrelid).Order()
            .Select(oid => (Oid: oid, Bound: PartitionBound.Of(catalog.Class(oid)!)!)).Where(static c => c.Bound is not null).ToList();
        Default = children.Find(static c => c.Bound.IsDefault).Oid;
        children.RemoveAll(static c => c.Bound.IsDefault);
        switch (key.Strategy)
        {
            case 'h':
                children.Sort(static (a, b) => (a.Bound.Modulus, a.Bound.Remainder).CompareTo((b.Bound.Modulus, b.Bound.Remainder)));
                _byRemainder = SpreadRemainders(children);
                break;
            case 'r':
                children.Sort((a, b) => PartitionBound.Compare(key, a.Bound.LowerDatums, true, b.Bound.LowerDatums, true));
                break;
            default:
                Values = SortValues(key, children);
                OfNull = children.Find(static c => c.Bound.ListDatums.Exists(static d => d.Value.IsNull)).Oid;
                children = [.. OrderByValues(children)];
                break;
        }

        Bounds = [.. children.Select(static c => c.Bound)];
        Partitions = [.. children.Select(static c => c.Oid), .. Default == 0 ? [] : (uint[])[Default]];
    }

    internal PartitionKey Key { get; }

    /// <summary>The partitions in the order of their bounds; the default partition comes last.</summary>
    internal uint[] Partitions { get; }

    /// <summary>The bounds of the partitions but the default one.</summary>
    internal BoundPartitionBound[] Bounds { get; }

    /// <summary>The default partition, or 0.</summary>
    internal uint Default { get; }

    /// <summary>The values of a list-partitioned table's partitions in order, NULL not among them.</summary>
    internal (PgDatum Value, uint Partition)[] Values { get; } = [];

    /// <summary>The partition whose list has NULL, or 0.</summary>
    internal uint OfNull { get; }

    /// <summary>The descriptor of a partitioned table; null when the relation is none.</summary>
    internal static PartitionDescriptor? Of(CatalogSnapshot catalog, uint oid) => PerSnapshot.GetOrCreateValue(catalog).GetOrAdd(
        oid, static (oid, catalog) => PartitionKey.Of(catalog, oid) is { } key ? new PartitionDescriptor(catalog, key) : null, catalog);

    /// <summary>The partition that a row belongs to (get_partition_for_tuple), or 0 when there is none for it.</summary>
    /// <param name="context">The session.</param>
    /// <param name="key">The values of the key's columns.</param>
    internal uint Find(FunctionContext context, ReadOnlySpan<PgDatum> key)
    {
        var found = Key.Strategy switch
        {
            'h' => _byRemainder.Length == 0 ? 0 : _byRemainder[PartitionHash.Of(context, Key, key) % (ulong)_byRemainder.Length],
            'r' => FindRange(key),
            _ => key[0].IsNull ? OfNull : FindValue(key[0]),
        };
        return found != 0 ? found : Default;
    }

    /// <summary>The partition whose list has a value (not NULL), or 0.</summary>
    internal uint FindValue(in PgDatum value)
    {
        var codec = Key.Columns[0].Codec;
        var (low, high) = (0, Values.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = codec.CompareValues(Values[middle].Value, value);
            if (order == 0)
            {
                return Values[middle].Partition;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return 0;
    }

    private uint FindRange(ReadOnlySpan<PgDatum> key)
    {
        foreach (ref readonly var value in key)
        {
            if (value.IsNull)
            {
                return 0;
            }
        }

        // The last partition that begins at the key or below it.
        var (low, high) = (0, Bounds.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            (low, high) = PartitionBound.Compare(Key, Bounds[middle].LowerDatums, key) <= 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return high >= 0 && PartitionBound.Compare(Key, Bounds[high].UpperDatums, key) > 0 ? Partitions[high] : 0;
    }

    // All moduli divide the greatest one.
    private static uint[] SpreadRemainders(List<(uint Oid, BoundPartitionBound Bound)> partitions)
    {
        if (partitions.Count == 0)
        {
            return [];
        }

        var result = new uint[partitions[^1].Bound.Modulus];
        foreach (var (oid, bound) in partitions)
        {
            for (var remainder = bound.Remainder; remainder < result.Length; remainder += bound.Modulus)
            {
                result[remainder] = oid;
            }
        }

        return result;
    }

    private static (PgDatum Value, uint Partition)[] SortValues(PartitionKey key, List<(uint Oid, BoundPartitionBound Bound)> partitions)
    {
        var result = partitions.SelectMany(static p => p.Bound.ListDatums.Where(static d => !d.Value.IsNull).Select(d => (d.Value, p.Oid))).ToArray();
        Array.Sort(result, (a, b) => key.Columns[0].Codec.CompareValues(a.Value, b.Value));
        return result;
    }

    // By the least value; one that has but NULL comes last.
    private IEnumerable<(uint Oid, BoundPartitionBound Bound)> OrderByValues(List<(uint Oid, BoundPartitionBound Bound)> partitions)
    {
        var places = new Dictionary<uint, int>();
        foreach (var (_, partition) in Values)
        {
            places.TryAdd(partition, places.Count);
        }

        return partitions.OrderBy(p => places.GetValueOrDefault(p.Oid, int.MaxValue));
    }
}
