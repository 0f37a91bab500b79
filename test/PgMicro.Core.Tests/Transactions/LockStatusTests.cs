using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Tests.Transactions;

/// <summary>pg_locks, pg_stat_activity and pg_blocking_pids while sessions wait; each answer is PostgreSQL 17's.</summary>
public sealed class LockStatusTests : IDisposable
{
    private const string Locks =
        """
        SELECT locktype, relation::regclass, mode, granted, fastpath, waitstart IS NOT NULL, application_name
        FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE application_name LIKE 's_' AND (relation IS NULL OR (relation > 16000 AND relation NOT IN (SELECT indexrelid FROM pg_index))) ORDER BY 7, 1, 2, 3, 4
        """;

    private const string Activity =
        """
        SELECT application_name, state, wait_event_type, wait_event, backend_xid IS NOT NULL, backend_xmin IS NOT NULL,
          (SELECT array_agg(b.application_name ORDER BY 1) FROM pg_stat_activity b WHERE b.pid = ANY (pg_blocking_pids(a.pid)))
        FROM pg_stat_activity a WHERE application_name LIKE 's_' ORDER BY 1
        """;

    private readonly PgDatabase _database = PgDatabase.Open(new PgDatabaseOptions { Path = Guid.NewGuid().ToString("N"), InMemory = true });
    private readonly PgSession _a;
    private readonly PgSession _b;
    private readonly PgSession _c;
    private readonly PgSession _other;

    public LockStatusTests()
    {
        _other = _database.CreateSession();
        _other.Run("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1); CREATE TABLE c (id int PRIMARY KEY, t int REFERENCES t)");
        (_a, _b, _c) = (Named("sa"), Named("sb"), Named("sc"));
    }

    public void Dispose()
    {
        foreach (var session in new[] { _a, _b, _c, _other })
        {
            session.Dispose();
        }

        _database.Dispose();
    }

    [Fact]
    public async Task Relation_locks_are_shown_with_who_waits_for_whom()
    {
        _a.Run("BEGIN; INSERT INTO c VALUES (1, 1)");
        _b.Run("BEGIN; LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE");
        var waiting = await Waits(_c, "BEGIN; INSERT INTO t VALUES (7, 7)");
        Assert.Equal(
            [
                "relation|t|RowShareLock|t|f|f|sa",
                "relation|c|RowExclusiveLock|t|t|f|sa",
                "transactionid||ExclusiveLock|t|f|f|sa",
                "virtualxid||ExclusiveLock|t|t|f|sa",
                "relation|t|ShareRowExclusiveLock|t|f|f|sb",
                "virtualxid||ExclusiveLock|t|t|f|sb",
                "relation|t|RowExclusiveLock|f|f|t|sc",
                "virtualxid||ExclusiveLock|t|t|f|sc",
            ],
            _other.Run(Locks));
        Assert.Equal(
            [
                "sa|idle in transaction|Client|ClientRead|t|f|",
                "sb|idle in transaction|Client|ClientRead|f|f|",
                "sc|active|Lock|relation|f|t|{sb}",
            ],
            _other.Run(Activity));
        Assert.Equal(
            ["t|f|{}"],
            _other.Run(
                $"SELECT pg_isolation_test_session_is_blocked({_c.BackendPid}, ARRAY[{_a.BackendPid}, {_b.BackendPid}]), "
                + $"pg_isolation_test_session_is_blocked({_c.BackendPid}, ARRAY[{_a.BackendPid}]), pg_safe_snapshot_blocking_pids({_c.BackendPid})"));
        Assert.Equal(["t"], _other.Run($"SELECT pg_cancel_backend({_c.BackendPid})"));
        Assert.Equal("57014", (await Assert.ThrowsAsync<Errors.PgException>(() => waiting)).SqlState);
        _b.Run("COMMIT");
        _a.Run("COMMIT");
        _c.Run("ROLLBACK");
        Assert.Empty(_other.Run(Locks));
    }

    [Fact]
    public async Task A_session_that_waits_is_ended_by_pg_terminate_backend()
    {
        _a.Run("BEGIN; LOCK TABLE t");
        var waiting = await Waits(_b, "SELECT * FROM t");
        _other.Run($"SELECT pg_terminate_backend({_b.BackendPid})");
        var error = await Assert.ThrowsAsync<Errors.PgException>(() => waiting);
        Assert.Equal(("57P01", "FATAL", "terminating connection due to administrator command"), (error.SqlState, error.Severity, error.Message));
    }

    [Fact]
    public void A_transaction_that_takes_too_long_ends_its_session()
    {
        _a.Run("BEGIN; LOCK TABLE t");
        var error = _b.Fails("SET transaction_timeout = 50; BEGIN; SELECT * FROM t");
        Assert.Equal(("25P04", "FATAL", "terminating connection due to transaction timeout"), (error.SqlState, error.Severity, error.Message));
        Assert.Equal("55P03", _c.Fails("SET lock_timeout = 10; SELECT * FROM t").SqlState);
        Assert.Equal("canceling statement due to statement timeout", _c.Fails("SET lock_timeout = 0; SET statement_timeout = 10; SELECT * FROM t").Message);
    }

    [Fact]
    public void Who_waits_for_a_key_in_vain_is_told_of_the_index()
    {
        _a.Run("BEGIN; INSERT INTO t VALUES (7, 7)");
        var error = _b.Fails("SET lock_timeout = 10; INSERT INTO t VALUES (7, 8)");
        Assert.Equal(("55P03", "canceling statement due to lock timeout"), (error.SqlState, error.Message));
        Assert.Matches("^while inserting index tuple \\(0,[0-9]+\\) in relation \"t_pkey\"$", error.Where!);
    }

    [Fact]
    public void The_session_of_an_idle_client_ends_at_once()
    {
        _a.Run("BEGIN; LOCK TABLE t; SELECT pg_advisory_lock(1)");
        Assert.Equal(["t"], _other.Run($"SELECT pg_terminate_backend({_a.BackendPid}, 30000)"));
        Assert.Equal(["0"], _other.Run($"SELECT count(*) FROM pg_stat_activity WHERE pid = {_a.BackendPid}"));
        _b.Run("SET lock_timeout = '30s'; SELECT pg_advisory_lock(1); SELECT * FROM t");
        Assert.Equal(("57P01", "FATAL"), _a.Fails("COMMIT") is var e ? (e.SqlState, e.Severity) : default);
        Assert.Equal("57P01", _a.Fails("SELECT 1").SqlState);
    }

    [Fact]
    public async Task A_table_that_was_dropped_while_a_statement_waited_for_it_is_not_there()
    {
        _a.Run("BEGIN; DROP TABLE c");
        var reads = await Waits(_b, "SELECT * FROM c");
        _a.Run("COMMIT");
        var error = await Assert.ThrowsAsync<Errors.PgException>(() => reads);
        Assert.Equal(("42P01", "relation \"c\" does not exist", 15), (error.SqlState, error.Message, error.Position));
        _a.Run("BEGIN; ALTER TABLE t RENAME COLUMN v TO w");
        reads = await Waits(_b, "SELECT * FROM t");
        _a.Run("COMMIT");
        Assert.Equal(["1|1"], await reads);
    }

    private PgSession Named(string name)
    {
        var session = _database.CreateSession();
        session.Run($"SET application_name = '{name}'");
        return session;
    }

    // Runs a script on a thread of its own and comes back when it waits.
    private async Task<Task<List<string>>> Waits(PgSession session, string sql)
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Begun(LockOwner waiter)
        {
            if (ReferenceEquals(waiter, session.LockOwner))
            {
                began.TrySetResult();
            }
        }

        _database.Transactions.Locks.WaitBegun += Begun;
        var run = Task.Factory.StartNew(() => session.Run(sql), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(began.Task, run).WaitAsync(TimeSpan.FromSeconds(30));
        _database.Transactions.Locks.WaitBegun -= Begun;
        Assert.False(run.IsCompleted);
        return run;
    }
}
