using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog;

/// <summary>A row of a system relation. Immutable: a change is a new row with the same key.</summary>
public abstract record CatalogRow
{
    /// <summary>The relation that it is a row of.</summary>
    public abstract CatalogRelation Table { get; }

    /// <summary>What identifies it among the relation's rows.</summary>
    public abstract CatalogKey Key { get; }

    /// <summary>A column's value in its storage form.</summary>
    /// <param name="column">Zero-based, in the relation's column order.</param>
    public abstract PgDatum GetColumn(int column);
}
