using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Storage;
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
    private readonly RowVersions _versions;
    private readonly RowLockOutcome[] _outcomes;
    private readonly long[] _rowids;
    private RowSource _rows;
    private RowBuffer? _renewed;
    private Exception? _error;
    private bool _isCurrent;
    private long _limit = -1;
    private long _offset;

    internal LockingRowSource(PgSession session, RowLockPlan plan, ReadOnlySpan<PgDatum> parameters)
    {
        _session = session;
        _plan = plan;
        _parameters = [.. parameters];
        _outcomes = new RowLockOutcome[plan.Tables.Count];
        _rowids = new long[plan.Tables.Count];
        _versions = new RowVersions(session);
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
        return _error is null || _limit == 0 ? false : throw _error;
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

        try
        {
            while (live.Read())
            {
                rest.Append(live);
            }
        }
        catch (Exception e) when (e is PgException or SqliteException)
        {
            // It is the reading of that row that fails, not what made us read ahead.
            _error = e;
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
            _rowids[i] = _rows.GetInt64(table.Column);
            _outcomes[i] = _versions.Lock(table.Of(_rows), ref _rowids[i], table.Strength, table.Policy, "locking", Detach);
            if (_outcomes[i] is RowLockOutcome.NotAvailable or RowLockOutcome.Gone)
            {
                return false;
            }

            hasChanged |= _outcomes[i] == RowLockOutcome.LockedButChanged;
        }

        return !hasChanged || Renew();
    }

    private bool Renew()
    {
        Detach();
        var versions = new RowVersion?[_rowids.Length];
        for (var i = 0; i < versions.Length; i++)
        {
            var locked = _plan.Tables[i];
            var table = locked.Of(_rows);
            if (_outcomes[i] != RowLockOutcome.LockedButChanged)
            {
                versions[i] = locked.AsNamed(_versions.Seen(table, _rowids[i]), table);
                continue;
            }

            versions[i] = locked.AsNamed(_versions.Newest(table, _rowids[i]), table);
            if (versions[i] is { } changed && _plan.Recheck.ReadsBefore)
            {
                versions[i] = changed with { Before = locked.AsNamed(_versions.Seen(table, _rows.GetInt64(locked.Column)), table) };
            }
        }

        using var row = _plan.Recheck.Open(_session, _parameters, _rows, versions);
        if (!row.Read())
        {
            return false;
        }

        _renewed = new RowBuffer();
        _renewed.Clear(_plan.Width);
        _renewed.Append(row);
        _renewed.Position = 0;
        return true;
    }
}
