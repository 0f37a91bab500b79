using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Execution.Copy;
using PgMicro.Server.Messages.Backend;
using PgMicro.Server.Messages.Frontend;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Sessions;

/// <content>COPY to and from the client (manual: "COPY Operations").</content>
internal sealed partial class ServerSession
{
    /// <summary>Moves the data when the statement is a COPY.</summary>
    private ValueTask CopyAsync(Portal portal) =>
        portal.CopyIn is { } sink ? CopyInAsync(sink) : portal.CopyOut is { } source ? CopyOutAsync(source) : ValueTask.CompletedTask;

    private async ValueTask CopyOutAsync(CopyOutSource source)
    {
        CopyResponse.Write(_writer, CopyResponse.Out, source.IsBinary, source.ColumnCount);
        while (WriteCopyData(source))
        {
            if (_writer.Length >= MessageWriter.FlushThreshold)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }

        CopyDone.Write(_writer);
    }

    private bool WriteCopyData(CopyOutSource source)
    {
        var start = _writer.Begin(MessageTypes.CopyData);
        var written = false;
        try
        {
            written = source.ReadRow(_writer);
        }
        finally
        {
            if (written)
            {
                _writer.End(start);
            }
            else
            {
                _writer.Abandon(start);
            }
        }

        if (_heldNotices.Count > 0)
        {
            // Raised while the row was made, of which the client learns later.
            var row = written ? _writer.TakeBack(start) : [];
            foreach (var notice in _heldNotices)
            {
                OnNotice(notice);
            }

            _heldNotices.Clear();
            _writer.Bytes(row);
        }

        return written;
    }

    private async ValueTask CopyInAsync(CopyInSink sink)
    {
        CopyResponse.Write(_writer, CopyResponse.In, sink.IsBinary, sink.ColumnCount);
        await FlushAsync().ConfigureAwait(false);
        _copying = true;
        try
        {
            await ReceiveCopyDataAsync(sink).ConfigureAwait(false);
        }
        finally
        {
            _copying = false;
        }
    }

    private async ValueTask ReceiveCopyDataAsync(CopyInSink sink)
    {
        while (true)
        {
            var frame = await _frames.ReadAsync().ConfigureAwait(false);
            switch (frame.Type)
            {
                case MessageTypes.CopyData:
                    foreach (var piece in frame.Payload)
                    {
                        sink.Write(piece.Span);
                    }

                    break;
                case MessageTypes.CopyDone:
                    sink.Complete();
                    return;
                case MessageTypes.CopyFail:
                    sink.Fail(new PayloadReader(Contiguous(frame), _engine.ClientEncoding).CString());
                    break;
                case MessageTypes.Flush or MessageTypes.Sync:
                    // Sent before the client knew that it would be asked for data.
                    break;
                case Frame.Interrupted:
                    _engine.CheckForInterrupts();
                    break;
                case Frame.EndOfStream:
                    throw new IOException("The client left during COPY.");
                default:
                    Report(sink.Abort(new PgException(SqlState.ProtocolViolation, $"unexpected message type 0x{frame.Type:X2} during COPY from stdin")));
                    throw new PgException(SqlState.ProtocolViolation, "terminating connection because protocol synchronization was lost") { Severity = "FATAL" };
            }
        }
    }
}
