namespace PgMicro.Core.Catalog;

/// <summary>A key of a catalog row: of its relation's unique key or of an index over some of its columns.</summary>
/// <param name="A">First number.</param>
/// <param name="B">Second number.</param>
/// <param name="C">Third number.</param>
/// <param name="Name">A name, when the key has one.</param>
public readonly record struct CatalogKey(ulong A = 0, ulong B = 0, ulong C = 0, string? Name = null) : IComparable<CatalogKey>
{
    /// <summary>Orders by the numbers as signed ones (attribute numbers may be negative), then by name.</summary>
    public int CompareTo(CatalogKey other)
    {
        var order = ((long)A).CompareTo((long)other.A);
        if (order == 0)
        {
            order = ((long)B).CompareTo((long)other.B);
        }

        if (order == 0)
        {
            order = ((long)C).CompareTo((long)other.C);
        }

        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = (A * 0x9E3779B97F4A7C15UL) ^ (B * 0xC2B2AE3D27D4EB4FUL) ^ (C * 0x165667B19E3779F9UL);
        hash ^= hash >> 29;
        return (int)(hash ^ (hash >> 32)) ^ (Name is null ? 0 : Name.GetHashCode());
    }
}
