using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>
/// Rows of a live statement, read some at a time under the session's latch. In between, who holds the latch may have the rest read
/// into memory, while the client still looks at its row.
/// </summary>
internal sealed class BlockRowSource(Lock latch, RowSource rows, int width) : RowSource
{
    private const int BlockSize = 64;
    private readonly Queue<RowBuffer> _full = [];
    private RowBuffer _block = new();
    private RowSource? _rows = rows;

    internal override bool Read()
    {
        if (_block.Read())
        {
            return true;
        }

        lock (latch)
        {
            if (_full.Count == 0 && !Fill())
            {
                return false;
            }

            _block = _full.Dequeue();
        }

        return _block.Read();
    }

    /// <summary>Reads all that is left; the caller holds the latch.</summary>
    internal void Spool()
    {
        while (Fill())
        {
        }
    }

    internal override DatumKind Kind(int column) => _block.Kind(column);

    internal override long GetInt64(int column) => _block.GetInt64(column);

    internal override double GetDouble(int column) => _block.GetDouble(column);

    internal override ReadOnlySpan<byte> GetBytes(int column) => _block.GetBytes(column);

    public override void Dispose()
    {
        lock (latch)
        {
            _rows?.Dispose();
            _rows = null;
        }
    }

    private bool Fill()
    {
        if (_rows is null)
        {
            return false;
        }

        var block = new RowBuffer();
        block.Clear(width);
        while (block.RowCount < BlockSize)
        {
            if (!_rows.Read())
            {
                _rows.Dispose();
                _rows = null;
                break;
            }

            block.Append(_rows);
        }

        if (block.RowCount == 0)
        {
            return false;
        }

        _full.Enqueue(block);
        return true;
    }
}
