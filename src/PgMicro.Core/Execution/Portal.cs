using System.Globalization;
using PgMicro.Core.Execution.Copy;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>
/// A running statement (manual: "Extended Query"). Rows are read forwards; when <see cref="Read"/> has returned false,
/// <see cref="CommandTag"/> and <see cref="RowsAffected"/> are known.
/// </summary>
public sealed class Portal : IDisposable
{
    private readonly PgSession _session;
    private readonly StatementRun _run;
    private readonly Rules.RuleResult? _added;
    private RowSource? _rows;
    private bool _copyClosed;

    internal Portal(PgSession session, PreparedStatement statement, StatementRun run)
    {
        _session = session;
        Statement = statement;
        _run = run;
        _rows = run.Rows;
        CopyIn?.Attach(this);
        CopyOut?.Attach(this);
        IsComplete = _rows is null && CopyIn is null && CopyOut is null;
    }

    // What a rule has added to a statement: rows in memory, of which the session knows nothing.
    private Portal(Portal of, Rules.RuleResult result)
    {
        _session = of._session;
        Statement = of.Statement;
        _run = of._run;
        _added = result;
        _rows = result.Rows;
    }

    /// <summary>The statement that runs.</summary>
    public PreparedStatement Statement { get; }

    /// <summary>Result columns; null when it returns no rows.</summary>
    public IReadOnlyList<ColumnDescription>? Columns => _added is null ? Statement.Columns : _added.Columns;

    /// <summary>What SELECTs give that rules have added to a statement without rows of its own. A simple query's client gets them.</summary>
    public IEnumerable<Portal> AddedByRules => _run.Results.Count == 0 ? [] : _run.Results.Select(r => new Portal(this, r));

    /// <summary>Whether a simple query gets the rows in binary form: FETCH of a BINARY cursor.</summary>
    public bool IsBinary => _run.IsBinary;

    /// <summary>The session's.</summary>
    internal Lock Latch => _session.Latch;

    /// <summary>Rows read so far.</summary>
    public long RowCount { get; private set; }

    /// <summary>Whether the statement has run to its end.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Where the data of COPY … FROM STDIN go; null for other statements.</summary>
    public CopyInSink? CopyIn => _run.CopyIn;

    /// <summary>The data of COPY … TO STDOUT; null for other statements.</summary>
    public CopyOutSource? CopyOut => _run.CopyOut;

    /// <summary>The command tag: "SELECT 3", "INSERT 0 1".</summary>
    public string CommandTag => _run.Tag(RowCount);

    /// <summary>The command tag of an Execute that sent the last so many rows of a portal.</summary>
    internal string TagOf(long rows)
    {
        var tag = _run.Tag(rows);
        return _run.RowsAffected >= 0 && Columns is not null ? string.Create(CultureInfo.InvariantCulture, $"{tag[..tag.LastIndexOf(' ')]} {rows}") : tag;
    }

    /// <summary>Rows inserted, updated, deleted or merged; -1 for other statements.</summary>
    public long RowsAffected => CopyIn is not null || CopyOut is not null ? RowCount : _run.RowsAffected;

    /// <summary>Moves to the next row.</summary>
    /// <exception cref="Errors.PgException">An error of evaluation, 57014 when cancelled.</exception>
    public bool Read()
    {
        if (_rows is null)
        {
            return false;
        }

        try
        {
            if (_rows.Read())
            {
                RowCount++;
                return true;
            }
        }
        catch (Exception e)
        {
            Close();
            throw _session.Fail(e, Statement.Statement);
        }

        IsComplete = true;
        Close();
        return false;
    }

    /// <summary>Whether a value of the current row is NULL.</summary>
    public bool IsNull(int column) => _rows!.Kind(column) == DatumKind.Null;

    /// <summary>Storage class of a value.</summary>
    public DatumKind Kind(int column) => _rows!.Kind(column);

    /// <summary>An Integer value.</summary>
    public long GetInt64(int column) => _rows!.GetInt64(column);

    /// <summary>A Real or Integer value.</summary>
    public double GetDouble(int column) => _rows!.GetDouble(column);

    /// <summary>Bytes of a Text or Blob value, valid until the next row.</summary>
    public ReadOnlySpan<byte> GetBytes(int column) => _rows!.GetBytes(column);

    /// <summary>A value detached from the row.</summary>
    public PgDatum GetDatum(int column) => _rows!.GetDatum(column);

    /// <summary>Has rows read ahead, so that another session may take the statement away between two reads.</summary>
    internal void ReadInBlocks(bool mayBeTaken)
    {
        _rows = _rows is null ? null : BlockRowSource.Over(_rows, Latch, Columns!.Count, mayBeTaken);
        CopyOut?.ReadInBlocks(Latch, mayBeTaken);
    }

    /// <summary>Reads the remaining rows into memory, so that the transaction may write, roll back or end.</summary>
    internal void Spool()
    {
        CopyOut?.Spool();
        _rows = _rows?.Spool(Columns!.Count);
    }

    /// <summary>Ends the statement; remaining rows are not read.</summary>
    public void Close()
    {
        // Whoever ends an idle client's session closes what the client has left open.
        using var latch = Latch.EnterScope();
        if (_rows is { } rows)
        {
            _rows = null;
            rows.Dispose();
            if (_added is null)
            {
                _session.Closed(this);
            }
        }
        else if (!_copyClosed && (CopyIn is not null || CopyOut is not null))
        {
            _copyClosed = true;
            CopyIn?.Close();
            CopyOut?.Close();
            _session.Closed(this);
        }
    }

    internal void CountRow() => RowCount++;

    /// <summary>COPY has come to its end; rows that came in are counted here.</summary>
    internal void CompleteCopy(long rowsIn = 0)
    {
        RowCount += rowsIn;
        IsComplete = true;
        Close();
    }

    /// <summary>COPY has failed: the statement is over.</summary>
    internal Errors.PgException FailCopy(Exception e)
    {
        Close();
        return _session.Fail(e, Statement.Statement);
    }

    /// <inheritdoc/>
    public void Dispose() => Close();
}
