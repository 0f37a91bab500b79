using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog;

/// <summary>Catalog rows as a relation that SQLite reads. A column is converted when it is first read.</summary>
internal sealed class CatalogRowsRelation(IReadOnlyList<CatalogRow> rows, int columnCount) : MemoryRelation
{
    private readonly SqliteCell[]?[] _columns = new SqliteCell[columnCount][];

    internal override int RowCount => rows.Count;

    internal override SqliteCell Cell(int row, int column) => (_columns[column] ??= Convert(column))[row];

    private SqliteCell[] Convert(int column)
    {
        var cells = new SqliteCell[rows.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            var value = rows[i].GetColumn(column);
            cells[i] = value.Kind switch
            {
                DatumKind.Null => SqliteCell.Null,
                DatumKind.Integer => SqliteCell.FromInt64(value.Int64),
                DatumKind.Real => SqliteCell.FromDouble(value.Double),
                DatumKind.Text => SqliteCell.FromText(value.Memory.ToArray()),
                _ => SqliteCell.FromBlob(value.Memory.ToArray()),
            };
        }

        return cells;
    }
}
