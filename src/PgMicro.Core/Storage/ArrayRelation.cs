namespace PgMicro.Core.Storage;

/// <summary>A relation over an array of cells, row after row.</summary>
internal sealed class ArrayRelation : MemoryRelation
{
    private readonly SqliteCell[] _cells;
    private readonly int _columnCount;

    internal ArrayRelation(SqliteCell[] cells, int columnCount)
    {
        if (columnCount <= 0 || cells.Length % columnCount != 0)
        {
            throw new ArgumentException("The cells do not fill whole rows.", nameof(cells));
        }

        _cells = cells;
        _columnCount = columnCount;
        RowCount = cells.Length / columnCount;
    }

    internal override int RowCount { get; }

    internal override SqliteCell Cell(int row, int column) => _cells[(row * _columnCount) + column];
}
