namespace PgMicro.Core.Catalog;

/// <summary>A lookup over a system relation by some of its columns.</summary>
internal sealed class CatalogIndex<T>
    where T : CatalogRow
{
    internal CatalogIndex(CatalogRelation<T> relation, int number, Func<T, CatalogKey> key, Comparison<T>? order)
    {
        Relation = relation;
        Number = number;
        KeyOf = key;
        Order = Comparer<T>.Create(order ?? (static (a, b) => a.Key.CompareTo(b.Key)));
    }

    public CatalogRelation<T> Relation { get; }

    public int Number { get; }

    public Func<T, CatalogKey> KeyOf { get; }

    /// <summary>The order of rows that have one key.</summary>
    public IComparer<T> Order { get; }
}
