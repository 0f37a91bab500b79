using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Transactions;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>
/// Rows of a query with FOR UPDATE and the like, each locked when it is read. A row that has been changed since the query's snapshot is looked at
/// anew: whether it is still one of the query's rows, and with which values (manual: "Read Committed Isolation Level").
/// </summary>
internal sealed class LockingRowSource : RowSource
{
    private readonly PgSession _session;
    private readonly RowLockPlan _plan;
    private readonly PgDatum[] _parameters;
    private readonly long _snapshot;
    private readonly long[] _rowids;
    private RowSource _rows;
    private RowBuffer? _renewed;
    private bool _isCurrent;
    private long _limit = -1;
    private long _offset;

    internal LockingRowSource(PgSession session, RowLockPlan plan, ReadOnlySpan<PgDatum> parameters)
    {
        _session = session;
        _plan = plan;
        _parameters = [.. parameters, .. new PgDatum[plan.Tables.Count]];
        _rowids = new long[plan.Tables.Count];
        _snapshot = session.Transaction.SnapshotSequence;
        using (var limits = plan.OpenLimits(session, parameters))
        {
            if (limits?.Read() == true)
            {
                _limit = Limit(limits, 0, "LIMIT", "2201W", -1);
                _offset = Limit(limits, 1, "OFFSET", "2201X", 0);
            }
        }

        _rows = plan.OpenSource(session, parameters);
    }

    internal override bool Read()
    {
        while (_limit != 0 && _rows.Read())
        {
            _isCurrent = true;
            _renewed = null;
            if (!LockRow())
            {
                continue;
            }

            if (_offset > 0)
            {
                _offset--;
                continue;
            }

            _limit -= _limit > 0 ? 1 : 0;
            return true;
        }

        _isCurrent = false;
        _rows.Dispose();
        return false;
    }

    /// <summary>Reads what is left of the query, not locking it yet, so that its SQLite statement can go.</summary>
    internal void Detach()
    {
        if (_rows is not SqliteRowSource live)
        {
            return;
        }

        var rest = new RowBuffer();
        rest.Clear(_plan.SourceWidth);
        if (_isCurrent)
        {
            rest.Append(live);
        }

        while (live.Read())
        {
            rest.Append(live);
        }

        live.Dispose();
        rest.Position = _isCurrent ? 0 : -1;
        _rows = rest;
    }

    internal override DatumKind Kind(int column) => Current.Kind(column);

    internal override long GetInt64(int column) => Current.GetInt64(column);

    internal override double GetDouble(int column) => Current.GetDouble(column);

    internal override ReadOnlySpan<byte> GetBytes(int column) => Current.GetBytes(column);

    public override void Dispose() => _rows.Dispose();

    private RowSource Current => _renewed ?? _rows;

    private static long Limit(RowSource row, int column, string name, string sqlState, long none)
    {
        if (row.Kind(column) == DatumKind.Null)
        {
            return none;
        }

        var value = row.GetInt64(column);
        return value >= 0 ? value : throw new PgException(sqlState, $"{name} must not be negative");
    }

    // False for a row that is not one of the result.
    private bool LockRow()
    {
        var hasChanged = false;
        for (var i = 0; i < _rowids.Length; i++)
        {
            var table = _plan.Tables[i];
            if (_rows.Kind(table.Column) == DatumKind.Null)
            {
                _parameters[_parameters.Length - _rowids.Length + i] = PgDatum.Null;
                continue;
            }

            _rowids[i] = _rows.GetInt64(table.Column);
            if (table.Strength != 0)
            {
                switch (Lock(table, ref _rowids[i]))
                {
                    case RowLockOutcome.NotAvailable or RowLockOutcome.Gone:
                        return false;
                    case RowLockOutcome.LockedButChanged:
                        hasChanged = true;
                        break;
                }
            }

            _parameters[_parameters.Length - _rowids.Length + i] = PgDatum.FromInt64(_rowids[i]);
        }

        return !hasChanged || Renew();
    }

    private RowLockOutcome Lock(LockedTable table, ref long rowid)
    {
        var outcome = RowLockOutcome.Locked;
        while (true)
        {
            var transaction = _session.Transaction;
            if (transaction.LockRow(table.Table, rowid, table.Strength, LockPatience.None) == RowLockOutcome.NotAvailable)
            {
                switch (table.Policy)
                {
                    case LockWaitPolicy.Skip:
                        return RowLockOutcome.NotAvailable;
                    case LockWaitPolicy.Error:
                        throw new PgException(SqlState.LockNotAvailable, $"could not obtain lock on row in relation \"{table.Name}\"");
                }

                Detach();
                _session.WaitForLock(
                    LockTag.Row(table.Table, rowid), (int)table.Strength, $"while locking tuple ({(uint)(rowid >> 16)},{(ushort)rowid}) in relation \"{table.Name}\"");
                continue;
            }

            if (_session.Database.Transactions.Recent.Find(table.Table, rowid, _snapshot) is not { } change || transaction.IsolationLevel >= PgIsolationLevel.RepeatableRead)
            {
                return outcome;
            }

            switch (change.Kind)
            {
                case ChangeKind.Deleted:
                    return RowLockOutcome.Gone;
                case ChangeKind.Moved:
                    outcome = RowLockOutcome.LockedButChanged;
                    rowid = change.MovedTo;
                    continue;
                default:
                    return RowLockOutcome.LockedButChanged;
            }
        }
    }

    private bool Renew()
    {
        Detach();
        _session.Transaction.RefreshSnapshot();
        using var row = _plan.OpenAgain(_session, _parameters);
        if (!row.Read())
        {
            return false;
        }

        _renewed = new RowBuffer();
        _renewed.Clear(_plan.SourceWidth);
        _renewed.Append(row);
        _renewed.Position = 0;
        return true;
    }
}
