namespace PgMicro.Core.Storage;

/// <summary>How many bytes SQLite's record of a row takes: its header and its values.</summary>
internal struct RecordSize
{
    private int _header;
    private long _body;

    /// <summary>Bytes of the whole record.</summary>
    internal readonly long Bytes
    {
        get
        {
            // The header tells its own length, in as many bytes as that takes.
            var length = _header + 1;
            return _body + _header + VariableLength(length + VariableLength(length) - 1);
        }
    }

    /// <summary>The record of a row that is held in memory; one column, or none (-1), is the rowid and takes nothing.</summary>
    internal static long Of(SqliteCell[] row, int rowidColumn)
    {
        var size = default(RecordSize);
        for (var i = 0; i < row.Length; i++)
        {
            var cell = row[i];
            var kind = i == rowidColumn ? SqliteValueKind.Null : cell.Kind;
            size.Add(kind, kind == SqliteValueKind.Integer ? cell.Integer : 0, kind is SqliteValueKind.Text or SqliteValueKind.Blob ? cell.Bytes.Length : 0);
        }

        return size.Bytes;
    }

    /// <summary>The record of a statement's current row, from one column on.</summary>
    internal static long Of(SqliteStatement row, int first, int rowidColumn)
    {
        var size = default(RecordSize);
        for (var i = first; i < row.ColumnCount; i++)
        {
            var kind = i == rowidColumn ? SqliteValueKind.Null : row.ColumnType(i);
            size.Add(kind, kind == SqliteValueKind.Integer ? row.GetInt64(i) : 0, kind is SqliteValueKind.Text or SqliteValueKind.Blob ? row.GetBytes(i).Length : 0);
        }

        return size.Bytes;
    }

    private void Add(SqliteValueKind kind, long integer, int length)
    {
        switch (kind)
        {
            case SqliteValueKind.Integer:
                _header++;
                _body += integer switch
                {
                    0 or 1 => 0,
                    >= sbyte.MinValue and <= sbyte.MaxValue => 1,
                    >= short.MinValue and <= short.MaxValue => 2,
                    >= -(1 << 23) and < 1 << 23 => 3,
                    >= int.MinValue and <= int.MaxValue => 4,
                    >= -(1L << 47) and < 1L << 47 => 6,
                    _ => 8,
                };
                break;
            case SqliteValueKind.Real:
                _header++;
                _body += sizeof(double);
                break;
            case SqliteValueKind.Null:
                _header++;
                break;
            default:
                _header += VariableLength((2L * length) + 13);
                _body += length;
                break;
        }
    }

    private static int VariableLength(long value)
    {
        const int BitsInByte = 7;
        var bytes = 1;
        while ((value >>= BitsInByte) != 0)
        {
            bytes++;
        }

        return bytes;
    }
}
