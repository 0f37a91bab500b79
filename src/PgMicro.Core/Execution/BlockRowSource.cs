using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>
/// Rows of a live statement, read some at a time under the session's latch. In between, who holds the latch may have the rest read
/// into memory, while the client still looks at its row.
/// </summary>
internal sealed class BlockRowSource : RowSource
{
    private const int BlockSize = 64;
    private readonly Queue<RowBuffer> _full = [];
    private readonly Lock _latch;
    private readonly int _width;
    private RowBuffer _block = new();
    private RowSource? _rows;
    private Exception? _error;

    private BlockRowSource(Lock latch, RowSource rows, int width)
    {
        _latch = latch;
        _rows = rows;
        _width = width;
    }

    /// <summary>Rows that another session may take away between two reads; others as they are.</summary>
    internal static RowSource Over(RowSource rows, Lock latch, int width, bool mayBeTaken) =>
        mayBeTaken && !rows.IsInMemory ? new BlockRowSource(latch, rows, width) : rows;

    internal override bool Read()
    {
        if (_block.Read())
        {
            return true;
        }

        lock (_latch)
        {
            if (_full.Count == 0 && !Fill())
            {
                return _error is null ? false : throw _error;
            }

            _block = _full.Dequeue();
        }

        return _block.Read();
    }

    /// <summary>Reads what is left; the caller holds the latch.</summary>
    internal override RowSource Spool(int width)
    {
        while (Fill())
        {
        }

        return this;
    }

    internal override DatumKind Kind(int column) => _block.Kind(column);

    internal override long GetInt64(int column) => _block.GetInt64(column);

    internal override double GetDouble(int column) => _block.GetDouble(column);

    internal override ReadOnlySpan<byte> GetBytes(int column) => _block.GetBytes(column);

    public override void Dispose()
    {
        lock (_latch)
        {
            End();
        }
    }

    private bool Fill()
    {
        var block = new RowBuffer();
        block.Clear(_width);
        try
        {
            while (_rows is not null && block.RowCount < BlockSize)
            {
                if (_rows.Read())
                {
                    block.Append(_rows);
                }
                else
                {
                    End();
                }
            }
        }
        catch (Exception e) when (e is PgException or SqliteException)
        {
            // Raised when the client comes to that row: it is not the error of who reads ahead.
            _error = e;
            End();
        }

        if (block.RowCount == 0)
        {
            return false;
        }

        _full.Enqueue(block);
        return true;
    }

    private void End()
    {
        _rows?.Dispose();
        _rows = null;
    }
}
