using PgMicro.Core.Errors;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Cursors;

/// <summary>
/// A cursor of SQL: the rows of a query, read as they are asked for and kept so far as the cursor may go back. Positions are
/// numbered from 1; 0 is before the first row.
/// </summary>
internal sealed class Cursor : IDisposable
{
    private readonly List<PgDatum[]> _rows = [];
    private readonly int _width;
    private readonly Transaction.Savepoint[] _savepoints;
    private readonly RowMark _opened;
    private RowSource? _source;
    private PgException? _pendingError;
    private long _dropped;
    private long _position;
    private bool _atEnd;
    private bool _failed;

    internal Cursor(CursorPlan plan, string name, PgSession session, RowSource source)
    {
        Plan = plan;
        Name = name;
        Transaction = session.Transaction;
        CreationTime = session.StatementTimestamp;
        _savepoints = [.. session.Transaction.Savepoints];
        _opened = session.Transaction.RowMark;
        _source = source;
        _width = plan.Width;
    }

    internal CursorPlan Plan { get; }

    internal string Name { get; }

    /// <summary>The transaction that made it; null once it is held beyond that.</summary>
    internal Transaction? Transaction { get; private set; }

    internal long CreationTime { get; }

    /// <summary>The row that it stands on; null before the first and after the last.</summary>
    internal PgDatum[]? Current => _position > 0 && !_atEnd ? Row(_position) : null;

    /// <summary>Where a row that it has given is now; null when it is gone.</summary>
    internal long? FindRow(uint table, long rowid) => Transaction!.FindRow(table, rowid, _opened);

    /// <summary>FETCH FORWARD n, RELATIVE n, …: returns the number of rows passed, and gives them to a list.</summary>
    /// <exception cref="PgException">55000 when an earlier fetch has failed, whatever it was rolled back with.</exception>
    internal long Fetch(CursorDirection direction, long count, List<PgDatum[]>? rows)
    {
        if (_failed)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"portal \"{Name}\" cannot be run");
        }

        _failed = true;
        var passed = FetchRows(direction, count, rows);
        _failed = false;
        return passed;
    }

    private long FetchRows(CursorDirection direction, long count, List<PgDatum[]>? rows)
    {
        switch (direction)
        {
            case CursorDirection.Forward when count < 0:
                return FetchBackward(Negate(count), rows);
            case CursorDirection.Backward when count < 0:
                return FetchForward(Negate(count), rows);
            case CursorDirection.Forward or CursorDirection.Backward when count == 0:
                return FetchCurrent(rows);
            case CursorDirection.Forward:
                return FetchForward(count, rows);
            case CursorDirection.Backward:
                return FetchBackward(count, rows);
            case CursorDirection.Absolute:
                return FetchAbsolute(count, rows);
            default:
                if (count == 0)
                {
                    return FetchCurrent(rows);
                }

                if (count > 0)
                {
                    MoveForward(count - 1);
                    return FetchForward(1, rows);
                }

                if (count < -1)
                {
                    FetchBackward(Negate(count) - 1, null);
                }

                return FetchBackward(1, rows);
        }
    }

    /// <summary>Reads what is left into memory: the transaction is about to change what the query reads, or to end.</summary>
    internal void Spool()
    {
        if (_source is Locks.LockingRowSource locking)
        {
            // Its rows are locked when they are fetched.
            locking.Detach();
            return;
        }

        try
        {
            while (ReadNext(keep: true))
            {
            }
        }
        catch (Exception e) when (e is PgException or Storage.SqliteException)
        {
            // It is the fetch of that row that fails, not the statement that made us read ahead.
            _pendingError = e as PgException ?? SqliteErrors.Map((Storage.SqliteException)e);
            Close();
        }
    }

    /// <summary>WITH HOLD at the commit of its transaction.</summary>
    internal void Hold()
    {
        Spool();
        if (_pendingError is { } error)
        {
            throw error;
        }

        Transaction = null;
    }

    /// <summary>Whether it was made after a savepoint.</summary>
    internal bool IsWithin(Transaction.Savepoint savepoint) => Array.IndexOf(_savepoints, savepoint) >= 0;

    public void Dispose()
    {
        Close();
        _rows.Clear();
        _dropped = 0;
    }

    private static long Negate(long count) => count == long.MinValue ? long.MaxValue : -count;

    private long FetchCurrent(List<PgDatum[]>? rows)
    {
        if (_position == 0 || _atEnd)
        {
            return 0;
        }

        if (rows is not null)
        {
            RequireScroll();
            rows.Add(Row(_position));
        }

        return 1;
    }

    private long FetchForward(long count, List<PgDatum[]>? rows)
    {
        var passed = 0L;
        while (passed < count && !_atEnd)
        {
            if (!Has(_position + 1))
            {
                _atEnd = true;
                break;
            }

            _position++;
            passed++;
            rows?.Add(Row(_position));
        }

        return passed;
    }

    private long FetchBackward(long count, List<PgDatum[]>? rows)
    {
        RequireScroll();
        var passed = 0L;
        while (passed < count && (_position > 0 || _atEnd))
        {
            if (_atEnd)
            {
                // From after the last row to the last row.
                _atEnd = false;
                if (_position == 0)
                {
                    break;
                }
            }
            else if (--_position == 0)
            {
                break;
            }

            passed++;
            rows?.Add(Row(_position));
        }

        return passed;
    }

    private long FetchAbsolute(long count, List<PgDatum[]>? rows)
    {
        if (count < 0)
        {
            FetchForward(long.MaxValue, null);
            if (count < -1)
            {
                FetchBackward(Negate(count) - 1, null);
            }

            return FetchBackward(1, rows);
        }

        var reached = _position + (_atEnd ? 1 : 0);
        if (reached > 0 && count <= reached)
        {
            RequireScroll();
            _atEnd = false;
            _position = 0;
        }

        if (count == 0)
        {
            return 0;
        }

        MoveForward(count - 1 - _position);
        return FetchForward(1, rows);
    }

    private void MoveForward(long count)
    {
        if (count > 0)
        {
            FetchForward(count, null);
        }
    }

    private void RequireScroll()
    {
        if (!Plan.IsScrollable)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, "cursor can only scan forward")
                .WithHint("Declare it with SCROLL option to enable backward scan.");
        }
    }

    private PgDatum[] Row(long position) => _rows[(int)(position - _dropped - 1)];

    private bool Has(long position)
    {
        while (_dropped + _rows.Count < position)
        {
            if (!ReadNext(keep: Plan.IsScrollable))
            {
                return _pendingError is { } error ? throw error : false;
            }
        }

        return true;
    }

    private bool ReadNext(bool keep)
    {
        if (_source is null || !_source.Read())
        {
            Close();
            return false;
        }

        if (!keep)
        {
            _dropped += _rows.Count;
            _rows.Clear();
        }

        var row = new PgDatum[_width];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = _source.GetDatum(i);
        }

        _rows.Add(row);
        return true;
    }

    private void Close()
    {
        _source?.Dispose();
        _source = null;
    }
}

/// <summary>FETCH's direction.</summary>
internal enum CursorDirection
{
    /// <summary>FORWARD, NEXT, ALL.</summary>
    Forward,

    /// <summary>BACKWARD, PRIOR.</summary>
    Backward,

    /// <summary>ABSOLUTE, FIRST, LAST.</summary>
    Absolute,

    /// <summary>RELATIVE.</summary>
    Relative,
}
