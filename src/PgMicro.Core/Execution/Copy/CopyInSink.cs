using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Copy;

/// <summary>Where the data of a running COPY … FROM STDIN go. After an error the COPY is over and data are no longer taken.</summary>
public sealed class CopyInSink
{
    private readonly CopyFrom? _target;
    private readonly PgException? _refusal;
    private Portal? _portal;
    private bool _ended;

    internal CopyInSink(CopyFrom target)
    {
        _target = target;
        (IsBinary, ColumnCount) = (target.IsBinary, target.ColumnCount);
    }

    /// <summary>A COPY that asks for data and fails then, so that a client sends what it holds for it and does not take the data for statements.</summary>
    internal CopyInSink(PgException refusal, bool isBinary, int columnCount) => (_refusal, IsBinary, ColumnCount) = (refusal, isBinary, columnCount);

    /// <summary>Whether the data are to be in binary form.</summary>
    public bool IsBinary { get; }

    /// <summary>Columns of a row.</summary>
    public int ColumnCount { get; }

    /// <summary>Takes the content of a CopyData message; lines may be cut anywhere.</summary>
    /// <exception cref="PgException">An error of the data or of a constraint.</exception>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (_ended)
        {
            return;
        }

        try
        {
            lock (_portal!.Latch)
            {
                Target.Write(data);
            }
        }
        catch (Exception e)
        {
            throw End(e);
        }
    }

    /// <summary>CopyDone: the portal is complete afterwards.</summary>
    /// <exception cref="PgException">An error of the rest of the data, or of constraints checked at the end.</exception>
    public void Complete()
    {
        if (_ended)
        {
            return;
        }

        long count;
        try
        {
            lock (_portal!.Latch)
            {
                count = Target.Complete();
            }
        }
        catch (Exception e)
        {
            throw End(e);
        }

        _ended = true;
        _portal!.CompleteCopy(count);
    }

    /// <summary>CopyFail: the COPY fails with 57014.</summary>
    /// <param name="message">What the client gives as reason.</param>
    /// <exception cref="PgException">Always.</exception>
    public void Fail(string message)
    {
        if (!_ended)
        {
            throw End(InContext(new PgException(SqlState.QueryCanceled, $"COPY from stdin failed: {message}")));
        }
    }

    /// <summary>The COPY fails for a reason of the caller's.</summary>
    internal PgException Abort(PgException reason) => _ended ? reason : End(InContext(reason));

    internal void Attach(Portal portal) => _portal = portal;

    internal void Close()
    {
        _ended = true;
        _target?.Dispose();
    }

    private CopyFrom Target => _target ?? throw _refusal!;

    private PgException InContext(PgException reason) => _refusal ?? _target!.InContext(reason);

    private PgException End(Exception e)
    {
        _ended = true;
        return _portal!.FailCopy(e);
    }
}
