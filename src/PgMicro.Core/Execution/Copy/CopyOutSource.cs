using System.Buffers;

namespace PgMicro.Core.Execution.Copy;

/// <summary>The data of a running COPY … TO STDOUT, message by message.</summary>
public sealed class CopyOutSource
{
    private readonly CopyRowWriter _writer;
    private RowSource _rows;
    private Portal? _portal;
    private bool _begun;
    private bool _ended;
    private bool _trailed;

    internal CopyOutSource(CopyRowWriter writer, RowSource rows)
    {
        _writer = writer;
        _rows = rows;
    }

    /// <summary>Whether the data are in binary form.</summary>
    public bool IsBinary => _writer.IsBinary;

    /// <summary>Columns of a row.</summary>
    public int ColumnCount => _writer.ColumnCount;

    /// <summary>Writes the content of the next CopyData message; false at the end, when the portal is complete.</summary>
    /// <exception cref="Errors.PgException">An error of the query.</exception>
    public bool ReadRow(IBufferWriter<byte> output)
    {
        if (_ended)
        {
            return false;
        }

        try
        {
            if (WriteNext(output, out var isRow))
            {
                if (isRow)
                {
                    _portal!.CountRow();
                }

                return true;
            }
        }
        catch (Exception e)
        {
            _ended = true;
            throw _portal!.FailCopy(e);
        }

        _ended = true;
        _portal!.CompleteCopy();
        return false;
    }

    internal void Attach(Portal portal) => _portal = portal;

    /// <summary>Writes the header, a row or the trailer.</summary>
    internal bool WriteNext(IBufferWriter<byte> output, out bool isRow)
    {
        isRow = false;
        if (!_begun)
        {
            _begun = true;
            if (_writer.HasHeader)
            {
                _writer.WriteHeader(output);
                if (!IsBinary)
                {
                    return true;
                }
            }
        }

        if (_rows.Read())
        {
            _writer.WriteRow(_rows, output);
            isRow = true;
            return true;
        }

        if (IsBinary && !_trailed)
        {
            _trailed = true;
            CopyRowWriter.WriteTrailer(output);
            return true;
        }

        return false;
    }

    internal void ReadInBlocks(Lock latch, bool mayBeTaken) => _rows = BlockRowSource.Over(_rows, latch, ColumnCount, mayBeTaken);

    internal void Spool() => _rows = _rows.Spool(ColumnCount);

    internal void Close()
    {
        _ended = true;
        _rows.Dispose();
    }
}
