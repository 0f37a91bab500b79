namespace PgMicro.Core.Catalog;

/// <summary>The column numbers of one relation for those of another, by the columns' names (PostgreSQL's AttrMap).</summary>
internal sealed class AttributeMap
{
    private readonly short[] _numbers;

    internal AttributeMap(CatalogSnapshot catalog, uint source, uint target)
    {
        var attributes = catalog.Attributes(source);
        _numbers = new short[attributes.Length];
        IsIdentity = true;
        for (var i = 0; i < _numbers.Length; i++)
        {
            if (!attributes[i].attisdropped && catalog.FindAttribute(target, attributes[i].attname) is { } column)
            {
                _numbers[i] = column.attnum;
                IsIdentity &= column.attnum == i + 1;
            }
        }
    }

    /// <summary>Whether every column has the same number in both.</summary>
    internal bool IsIdentity { get; }

    /// <summary>The number in the target: 0 for a dropped column and for one that the target lacks; system columns and the whole row (0) stay.</summary>
    internal short this[int attnum] => attnum <= 0 ? (short)attnum : _numbers[attnum - 1];
}
