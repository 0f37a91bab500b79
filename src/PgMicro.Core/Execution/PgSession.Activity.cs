using System.Net;
using PgMicro.Core.Functions.Session;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>What pg_stat_activity tells of the session. Other sessions read these fields while this one runs: each is written whole.</content>
public sealed partial class PgSession
{
    private readonly long _backendStart = Now();

    // In milliseconds: a clock of microseconds costs each statement as much as a function call.
    private long _idleSince = Environment.TickCount64;
    private volatile string _query = "";
    private volatile string _applicationName = "";
    private volatile bool _isRunning;
    private volatile bool _isWaiting;
    private volatile bool _isSleeping;

    /// <inheritdoc/>
    public override string? CurrentQuery => _query;

    /// <inheritdoc/>
    public override IPEndPoint? ClientEndPoint => Options.ClientEndPoint;

    /// <inheritdoc/>
    public override IPEndPoint? ServerEndPoint => Options.ServerEndPoint;

    // datid, pid, usesysid, application_name, state, query, wait_event_type, wait_event, xact_start, query_start, backend_start, state_change,
    // client_addr, client_hostname, client_port, backend_xid, backend_xmin, backend_type, ssl …, gss …, leader_pid, query_id
    private PgDatum[] ActivityRow(PgSession asking)
    {
        static PgDatum Text(string? value) => value is null ? PgDatum.Null : PgDatum.FromText(value);
        var row = new PgDatum[31];
        Array.Fill(row, PgDatum.Null);
        row[0] = PgDatum.FromInt64(Catalog.Database.oid);
        row[1] = PgDatum.FromInt64(BackendPid);
        row[2] = Catalog.FindRole(SessionRole) is { } role ? PgDatum.FromInt64(role.oid) : PgDatum.Null;
        const uint ReadAllStats = 3375;
        if (!asking.HasPrivilegesOn(this, ReadAllStats))
        {
            row[5] = Text("<insufficient privilege>");
            return row;
        }

        row[3] = Text(_applicationName);
        row[4] = Text((_isRunning, TransactionStatus) switch
        {
            (true, _) => "active",
            (_, Transactions.TransactionStatus.Idle) => "idle",
            (_, Transactions.TransactionStatus.Failed) => "idle in transaction (aborted)",
            _ => "idle in transaction",
        });
        row[5] = Text(_query);
        if (_isRunning && (Locks.WaitEvent(LockOwner) ?? (_isWaiting ? "transactionid" : null)) is { } lockEvent)
        {
            (row[6], row[7]) = (Text("Lock"), Text(lockEvent));
        }
        else if (_isSleeping)
        {
            (row[6], row[7]) = (Text("Timeout"), Text("PgSleep"));
        }
        else if (!_isRunning)
        {
            (row[6], row[7]) = (Text("Client"), Text("ClientRead"));
        }

        if (_transaction is { } transaction)
        {
            row[8] = PgDatum.FromInt64(TransactionTimestamp);
            row[15] = transaction.AssignedXid is var xid and not 0 ? PgDatum.FromInt64(xid) : PgDatum.Null;
            if (_isRunning || (transaction.HasSnapshot && transaction.IsolationLevel >= Transactions.PgIsolationLevel.RepeatableRead))
            {
                row[16] = PgDatum.FromInt64(OldestXid());
            }
        }

        row[9] = _query.Length == 0 ? PgDatum.Null : PgDatum.FromInt64(StatementTimestamp);
        row[10] = PgDatum.FromInt64(_backendStart);
        row[11] = PgDatum.FromInt64(_isRunning ? StatementTimestamp : Now() - ((Environment.TickCount64 - _idleSince) * 1000));
        row[12] = Text(Miscellaneous.Address(ClientEndPoint));
        row[14] = ClientEndPoint is { } client ? PgDatum.FromInt64(client.Port) : PgDatum.FromInt64(-1);
        row[17] = Text(IsAutovacuum ? "autovacuum worker" : "client backend");
        return row;
    }

    // What no snapshot sees as ended: the oldest running transaction with an id, or the next one.
    internal long OldestXid()
    {
        var oldest = Database.Transactions.PeekXid;
        foreach (var session in Database.Sessions())
        {
            oldest = session.LockOwner.Xid is var xid and not 0 ? Math.Min(oldest, xid) : oldest;
        }

        foreach (var prepared in Database.Transactions.Prepared.All)
        {
            oldest = Math.Min(oldest, prepared.Xid);
        }

        return oldest;
    }
}
