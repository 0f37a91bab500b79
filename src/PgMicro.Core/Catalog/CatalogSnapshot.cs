namespace PgMicro.Core.Catalog;

/// <summary>An immutable state of the catalog: built-in rows and the database's own.</summary>
public sealed partial class CatalogSnapshot
{
}
