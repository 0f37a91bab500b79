using System.Collections.Immutable;

namespace PgMicro.Core.Catalog;

/// <summary>The rows of a system relation that are the database's own: an immutable set with its lookups.</summary>
internal abstract class UserRows
{
    public abstract int Count { get; }

    /// <summary>How many of them replace a built-in row.</summary>
    public abstract int Shadows { get; }

    /// <summary>By key.</summary>
    public abstract IReadOnlyList<CatalogRow> Ordered { get; }

    public abstract CatalogRow? FindRow(CatalogKey key);

    /// <summary>The set with the row in place of the one of its key, if any.</summary>
    public abstract UserRows With(CatalogRow row);

    public abstract UserRows Without(CatalogKey key);

    public abstract UserRows WithMany(IEnumerable<CatalogRow> rows);
}

/// <inheritdoc/>
internal sealed class UserRows<T> : UserRows
    where T : CatalogRow
{
    private readonly CatalogRelation<T> _relation;
    private readonly ImmutableDictionary<CatalogKey, T> _primary;
    private readonly ImmutableArray<ImmutableDictionary<CatalogKey, ImmutableArray<T>>> _indexes;
    private T[]? _ordered;

    private UserRows(
        CatalogRelation<T> relation,
        ImmutableDictionary<CatalogKey, T> primary,
        ImmutableArray<ImmutableDictionary<CatalogKey, ImmutableArray<T>>> indexes,
        int shadows)
    {
        _relation = relation;
        _primary = primary;
        _indexes = indexes;
        Shadows = shadows;
    }

    public override int Count => _primary.Count;

    public override int Shadows { get; }

    public override IReadOnlyList<CatalogRow> Ordered => OrderedRows;

    public T[] OrderedRows
    {
        get
        {
            if (_ordered is null)
            {
                var rows = _primary.Values.ToArray();
                Array.Sort(rows, static (a, b) => a.Key.CompareTo(b.Key));
                _ordered = rows;
            }

            return _ordered;
        }
    }

    public static UserRows<T> Empty(CatalogRelation<T> relation)
    {
        var indexes = new ImmutableDictionary<CatalogKey, ImmutableArray<T>>[relation.Indexes.Count];
        Array.Fill(indexes, ImmutableDictionary<CatalogKey, ImmutableArray<T>>.Empty);
        return new(relation, ImmutableDictionary<CatalogKey, T>.Empty, [.. indexes], 0);
    }

    public T? Find(CatalogKey key) => _primary.GetValueOrDefault(key);

    public ImmutableArray<T> Find(CatalogIndex<T> index, CatalogKey key) =>
        _indexes[index.Number].TryGetValue(key, out var rows) ? rows : [];

    public override CatalogRow? FindRow(CatalogKey key) => Find(key);

    public override UserRows With(CatalogRow row) => WithMany([row]);

    public override UserRows WithMany(IEnumerable<CatalogRow> rows)
    {
        var primary = _primary.ToBuilder();
        var indexes = Array.ConvertAll([.. _indexes], static i => i.ToBuilder());
        var shadows = Shadows;
        foreach (var item in rows)
        {
            var row = (T)item;
            if (primary.TryGetValue(row.Key, out var old))
            {
                RemoveFromIndexes(indexes, old);
            }
            else if (_relation.FindBuiltIn(row.Key) is not null)
            {
                shadows++;
            }

            primary[row.Key] = row;
            foreach (var index in _relation.Indexes)
            {
                var key = index.KeyOf(row);
                var list = indexes[index.Number].TryGetValue(key, out var found) ? found : [];
                var at = list.BinarySearch(row, index.Order);
                indexes[index.Number][key] = list.Insert(at < 0 ? ~at : at, row);
            }
        }

        return new UserRows<T>(_relation, primary.ToImmutable(), [.. indexes.Select(static i => i.ToImmutable())], shadows);
    }

    public override UserRows Without(CatalogKey key)
    {
        if (!_primary.TryGetValue(key, out var old))
        {
            return this;
        }

        var indexes = Array.ConvertAll([.. _indexes], static i => i.ToBuilder());
        RemoveFromIndexes(indexes, old);
        var shadows = Shadows - (_relation.FindBuiltIn(key) is null ? 0 : 1);
        return new UserRows<T>(_relation, _primary.Remove(key), [.. indexes.Select(static i => i.ToImmutable())], shadows);
    }

    private void RemoveFromIndexes(ImmutableDictionary<CatalogKey, ImmutableArray<T>>.Builder[] indexes, T row)
    {
        foreach (var index in _relation.Indexes)
        {
            var key = index.KeyOf(row);
            var list = indexes[index.Number][key];
            if (list.Length == 1)
            {
                indexes[index.Number].Remove(key);
                continue;
            }

            for (var i = 0; i < list.Length; i++)
            {
                if (list[i].Key == row.Key)
                {
                    indexes[index.Number][key] = list.RemoveAt(i);
                    break;
                }
            }
        }
    }
}
