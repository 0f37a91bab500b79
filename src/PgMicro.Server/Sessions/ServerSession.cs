using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Execution.Notifications;
using PgMicro.Core.Transactions;
using PgMicro.Server.Connections;
using PgMicro.Server.Messages.Backend;
using PgMicro.Server.Messages.Frontend;
using PgMicro.Server.Protocol;
using PgMicro.Server.Transport;

namespace PgMicro.Server.Sessions;

/// <summary>One client's session after its start-up: reads messages and answers them, until it ends.</summary>
internal sealed partial class ServerSession : IDisposable
{
    private readonly ServerContext _context;
    private readonly ClientChannel _channel;
    private readonly PgSession _engine;
    private readonly FrameReader _frames;
    private readonly MessageWriter _writer;
    private readonly List<PgNotification> _notifications = [];
    private readonly List<PgNotice> _heldNotices = [];
    private byte[] _assembly = [];
    private bool _skippingToSync;
    private volatile bool _terminating;
    private volatile bool _copying;

    internal ServerSession(ServerContext context, ClientChannel channel, PgSession engine, int secretKey)
    {
        _context = context;
        _channel = channel;
        _engine = engine;
        _frames = channel.Frames;
        _writer = channel.Writer;
        SecretKey = secretKey;
        engine.NoticeReceived += OnNotice;
        engine.SavepointRolledBack += DropPortalsWithin;
        engine.ParameterChanged += OnParameterChanged;
        engine.TerminationRequested += OnTerminated;
        engine.NotificationReceived += _notifications.Add;
        engine.NotificationsPending += _frames.Interrupt;
    }

    internal int ProcessId => _engine.BackendPid;

    internal int SecretKey { get; }

    /// <summary>Cancels the running statement. Any thread.</summary>
    internal void Cancel()
    {
        _engine.Cancel();
        if (_copying)
        {
            _frames.Interrupt();
        }
    }

    /// <summary>Ends the session as an administrator's command does (57P01). Any thread.</summary>
    internal void Terminate() => _engine.Terminate();

    /// <summary>Cuts the connection off. Any thread.</summary>
    internal void Abort() => _channel.Abort();

    /// <inheritdoc/>
    public void Dispose()
    {
        DropPortals();
        if (_assembly.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_assembly);
            _assembly = [];
        }
    }

    internal async Task RunAsync()
    {
        _writer.Encoding = _engine.ClientEncoding;
        ReportAllParameters();
        BackendKeyData.Write(_writer, ProcessId, SecretKey);
        await ReadyAsync().ConfigureAwait(false);
        while (true)
        {
            if (_terminating)
            {
                throw Terminated();
            }

            if (!_frames.TryRead(out var frame))
            {
                frame = await _frames.ReadAsync().ConfigureAwait(false);
            }

            switch (frame.Type)
            {
                case Frame.EndOfStream or MessageTypes.Terminate:
                    return;
                case Frame.Interrupted:
                    await NotifyAsync().ConfigureAwait(false);
                    continue;
                case var type when _skippingToSync && type != MessageTypes.Sync:
                    continue;
                default:
                    await HandleAsync(frame).ConfigureAwait(false);
                    break;
            }
        }
    }

    private PgException Terminated() => _engine.TerminationError;

    // A notice is of use while the statement runs. Only a client that does not read makes this wait.
    private void OnNotice(PgNotice notice)
    {
        if (_writer.IsOpen)
        {
            _heldNotices.Add(notice);
            return;
        }

        NoticeResponse.Write(_writer, notice);
        var flush = FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            flush.AsTask().GetAwaiter().GetResult();
        }
    }

    private void OnTerminated()
    {
        _terminating = true;
        _frames.Interrupt();
    }

    private async ValueTask HandleAsync(Frame frame)
    {
        try
        {
            switch (frame.Type)
            {
                case QueryMessage.Type:
                    await SimpleQueryAsync(QueryMessage.Read(Contiguous(frame), _engine.ClientEncoding).Sql).ConfigureAwait(false);
                    break;
                case ParseMessage.Type:
                    Parse(ParseMessage.Read(Contiguous(frame), _engine.ClientEncoding));
                    break;
                case BindMessage.Type:
                    Bind(BindMessage.Read(Contiguous(frame), _engine.ClientEncoding));
                    break;
                case DescribeMessage.Type:
                    Describe(DescribeMessage.Read(Contiguous(frame), _engine.ClientEncoding));
                    break;
                case ExecuteMessage.Type:
                    await ExecuteAsync(ExecuteMessage.Read(Contiguous(frame), _engine.ClientEncoding)).ConfigureAwait(false);
                    break;
                case CloseMessage.Type:
                    Close(CloseMessage.Read(Contiguous(frame), _engine.ClientEncoding));
                    break;
                case MessageTypes.Sync:
                    new PayloadReader(Contiguous(frame)).End();
                    await SyncAsync().ConfigureAwait(false);
                    break;
                case MessageTypes.Flush:
                    new PayloadReader(Contiguous(frame)).End();
                    await FlushAsync().ConfigureAwait(false);
                    break;
                case MessageTypes.FunctionCall:
                    throw PgErrors.FeatureNotSupported("function call by the fast-path protocol");
                case MessageTypes.CopyData or MessageTypes.CopyDone or MessageTypes.CopyFail:
                    // What the client sent before it learnt that COPY had failed.
                    break;
                default:
                    throw new PgException(SqlState.ProtocolViolation, $"invalid frontend message type {frame.Type}") { Severity = "FATAL" };
            }
        }
        catch (Exception e) when (!PgConnectionHandler.IsDisconnect(e))
        {
            Report(e);
            if (frame.Type is QueryMessage.Type or MessageTypes.FunctionCall or MessageTypes.Sync)
            {
                await SyncAsync().ConfigureAwait(false);
            }
            else
            {
                // Clients that end a group by Flush wait for this.
                _skippingToSync = true;
                await FlushAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Aborts the transaction and tells the client why.</summary>
    private void Report(Exception exception)
    {
        _writer.AbandonOpen();
        PgException error;
        try
        {
            error = _engine.Fail(exception, null);
        }
        catch (Exception e)
        {
            _context.Log($"internal error: {e}");
            error = new PgException(SqlState.InternalError, e.Message);
        }

        DropPortals();
        if (_terminating)
        {
            throw Terminated();
        }

        if (error.Severity != "ERROR")
        {
            throw error;
        }

        ErrorResponse.Write(_writer, error);
    }

    private async ValueTask SyncAsync()
    {
        _skippingToSync = false;
        _engine.InImplicitBlock = false;
        try
        {
            _engine.Sync();
        }
        catch (Exception e)
        {
            Report(e);
            _engine.Sync();
        }

        if (_engine.TransactionStatus == TransactionStatus.Idle)
        {
            DropPortals();
        }

        await ReadyAsync().ConfigureAwait(false);
    }

    /// <summary>Tells an idle client what others have notified.</summary>
    private ValueTask NotifyAsync()
    {
        if (_engine.TransactionStatus != TransactionStatus.Idle || _engine.DeliverNotifications() == 0)
        {
            return ValueTask.CompletedTask;
        }

        WriteNotifications();
        return FlushAsync();
    }

    private void WriteNotifications()
    {
        foreach (var notification in _notifications)
        {
            NotificationResponse.Write(_writer, notification.ProcessId, notification.Channel, notification.Payload);
        }

        _notifications.Clear();
    }

    private ValueTask ReadyAsync()
    {
        if (_notifications.Count > 0)
        {
            WriteNotifications();
        }

        ReportChangedParameters();
        ReadyForQuery.Write(_writer, _engine.TransactionStatus);
        return FlushAsync();
    }

    private ValueTask FlushAsync() => _channel.FlushAsync();

    /// <summary>The payload in one piece.</summary>
    private ReadOnlySpan<byte> Contiguous(in Frame frame)
    {
        var payload = frame.Payload;
        if (payload.IsSingleSegment)
        {
            return payload.FirstSpan;
        }

        var length = (int)payload.Length;
        if (_assembly.Length < length)
        {
            if (_assembly.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_assembly);
            }

            _assembly = ArrayPool<byte>.Shared.Rent(length);
        }

        payload.CopyTo(_assembly);
        return _assembly.AsSpan(0, length);
    }
}
