using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog;

/// <summary>The rows of a system relation that every database has, shared by the process; each lookup is built when first used.</summary>
internal sealed class BuiltInRows<T>
    where T : CatalogRow
{
    // What names and OIDs find: the engine's own functions too, which PostgreSQL's catalog does not list.
    private readonly T[] _known;
    private readonly Lazy<Dictionary<CatalogKey, T>> _primary;
    private readonly Lazy<Dictionary<CatalogKey, ImmutableArray<T>>>[] _indexes;

    private BuiltInRows(CatalogRelation<T> relation, T[] rows, T[] own, T[] template)
    {
        Rows = rows;
        _known = own.Length == 0 ? rows : [.. rows, .. own];
        Template = template;
        _primary = new(BuildPrimary);
        _indexes = new Lazy<Dictionary<CatalogKey, ImmutableArray<T>>>[relation.Indexes.Count];
        for (var i = 0; i < _indexes.Length; i++)
        {
            var index = relation.Indexes[i];
            _indexes[i] = new(() => Build(index));
        }
    }

    public T[] Rows { get; }

    public T[] Template { get; }

    public T? Find(CatalogKey key) => _known.Length == 0 ? null : _primary.Value.GetValueOrDefault(key);

    public ImmutableArray<T> Find(CatalogIndex<T> index, CatalogKey key) =>
        _known.Length != 0 && _indexes[index.Number].Value.TryGetValue(key, out var rows) ? rows : [];

    public static BuiltInRows<T> Load(CatalogRelation<T> relation)
    {
        var rows = new List<T>();
        var template = new List<T>();
        if (TsvReader.Open(relation.Name, relation.Columns) is { } reader)
        {
            while (reader.Read())
            {
                var row = relation.Read(reader);
                (IsTemplate(row) ? template : rows).Add(row);
            }
        }

        return new(relation, [.. rows], [.. ReadOwn(relation)], [.. template]);
    }

    private static IEnumerable<T> ReadOwn(CatalogRelation<T> relation)
    {
        if (TsvReader.Open("pgmicro." + relation.Name, relation.Columns) is { } reader)
        {
            while (reader.Read())
            {
                yield return relation.Read(reader);
            }
        }
    }

    // What PostgreSQL's template1 holds and a user may drop or rename.
    private static bool IsTemplate(CatalogRow row) => row switch
    {
        PgNamespace n => n.oid == BuiltInOids.PublicNamespace,
        PgAuthid a => a.oid == BuiltInOids.BootstrapSuperuser,
        PgDescription d => d.classoid == PgNamespace.RelationOid && d.objoid == BuiltInOids.PublicNamespace,
        PgDatabase d => d.oid == BuiltInOids.PostgresDatabase,
        _ => false,
    };

    private Dictionary<CatalogKey, T> BuildPrimary()
    {
        var result = new Dictionary<CatalogKey, T>(_known.Length);
        foreach (var row in _known)
        {
            result.Add(row.Key, row);
        }

        return result;
    }

    private Dictionary<CatalogKey, ImmutableArray<T>> Build(CatalogIndex<T> index)
    {
        var counts = new Dictionary<CatalogKey, int>(_known.Length);
        var keys = new CatalogKey[_known.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = index.KeyOf(_known[i]);
            CollectionsMarshal.GetValueRefOrAddDefault(counts, keys[i], out _)++;
        }

        var arrays = new Dictionary<CatalogKey, T[]>(counts.Count);
        for (var i = 0; i < keys.Length; i++)
        {
            ref var left = ref CollectionsMarshal.GetValueRefOrNullRef(counts, keys[i]);
            ref var array = ref CollectionsMarshal.GetValueRefOrAddDefault(arrays, keys[i], out _);
            array ??= new T[left];
            array[^left] = _known[i];
            left--;
        }

        var result = new Dictionary<CatalogKey, ImmutableArray<T>>(arrays.Count);
        foreach (var (key, array) in arrays)
        {
            if (array.Length > 1)
            {
                Array.Sort(array, index.Order);
            }

            result.Add(key, ImmutableCollectionsMarshal.AsImmutableArray(array));
        }

        return result;
    }
}
