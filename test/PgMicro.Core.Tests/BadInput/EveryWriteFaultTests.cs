using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Storage;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>
/// Each write, truncation and flush that a piece of work makes fails once, with all that come after it or alone: the error is clean, what was committed is there, the
/// work has been done wholly or not at all, and the database goes on.
/// </summary>
public sealed class EveryWriteFaultTests
{
    private const string Filler = "repeat('x', 200)";

    public static TheoryData<int, bool> Faults => new()
    {
        { FaultyFiles.Full, false },
        { FaultyFiles.WriteError, false },
        { FaultyFiles.WriteError, true },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_transaction_that_keeps_versions_and_changes_the_schema(int code, bool once) => EachWrite(code, once, atLeast: 4, new Work
    {
        Create = "ALTER TABLE t SET (pgmicro.versions = on); CREATE SEQUENCE s",
        Run = $"""
            BEGIN;
            UPDATE t SET v = {Filler};
            SAVEPOINT a;
            INSERT INTO t SELECT g, nextval('s')::text FROM generate_series(2000, 2100) g;
            ROLLBACK TO a;
            CREATE TABLE made (id int PRIMARY KEY, v text UNIQUE);
            INSERT INTO made SELECT id, v || id FROM t;
            CREATE INDEX ON t (v);
            SELECT lo_from_bytea(4711, 'large');
            COMMIT
            """,
        State = "SELECT (SELECT count(*) FROM t WHERE v <> 'kept'), to_regclass('made'), (SELECT count(*) FROM pg_indexes WHERE tablename = 't'), (SELECT count(*) FROM pg_largeobject_metadata)",
        Before = "0||1|0",
        After = "50|made|2|1",
        Undo = "SELECT lo_unlink(4711); DROP TABLE made; DROP INDEX t_v_idx; UPDATE t SET v = 'kept'",
    });

    [Theory]
    [MemberData(nameof(Faults))]
    public void PREPARE_TRANSACTION(int code, bool once) => EachWrite(code, once, atLeast: 2, new Work
    {
        Healthy = $"BEGIN; UPDATE t SET v = {Filler}; DELETE FROM t WHERE id > 40",
        Run = "PREPARE TRANSACTION 'p'",
        State = "SELECT (SELECT count(*) FROM t WHERE v = 'kept'), (SELECT count(*) FROM pg_prepared_xacts)",
        Before = "50|0",
        After = "50|1",
        Undo = "ROLLBACK PREPARED 'p'",
    });

    [Theory]
    [MemberData(nameof(Faults))]
    public void COMMIT_PREPARED(int code, bool once) => EachWrite(code, once, atLeast: 2, new Work
    {
        Healthy = $"BEGIN; UPDATE t SET v = {Filler}; DELETE FROM t WHERE id > 40; PREPARE TRANSACTION 'p'",
        Run = "COMMIT PREPARED 'p'",
        State = "SELECT (SELECT count(*) FROM t WHERE v <> 'kept'), (SELECT count(*) FROM t), (SELECT count(*) FROM pg_prepared_xacts)",
        Before = "0|50|1",
        After = "40|40|0",
        UndoBefore = "ROLLBACK PREPARED 'p'",
        Undo = "UPDATE t SET v = 'kept'; INSERT INTO t SELECT g, 'kept' FROM generate_series(41, 50) g",
    });

    [Theory]
    [MemberData(nameof(Faults))]
    public void ROLLBACK_PREPARED(int code, bool once) => EachWrite(code, once, atLeast: 2, new Work
    {
        Healthy = $"BEGIN; UPDATE t SET v = {Filler}; PREPARE TRANSACTION 'p'",
        Run = "ROLLBACK PREPARED 'p'",
        State = "SELECT (SELECT count(*) FROM t WHERE v <> 'kept'), (SELECT count(*) FROM pg_prepared_xacts)",
        Before = "0|1",
        After = "0|0",
        UndoBefore = "ROLLBACK PREPARED 'p'",
        Undo = "SELECT 1",
    });

    [Theory]
    [MemberData(nameof(Faults))]
    public void CHECKPOINT(int code, bool once) => EachWrite(code, once, atLeast: 4, new Work
    {
        Healthy = $"UPDATE t SET v = {Filler}; UPDATE t SET v = 'kept'",
        Run = "CHECKPOINT",
        State = "SELECT count(*) FROM t WHERE v = 'kept'",
        Before = "50",
        After = "50",
    });

    [Theory]
    [MemberData(nameof(Faults))]
    public void VACUUM_and_ANALYZE(int code, bool once) => EachWrite(code, once, atLeast: 4, new Work
    {
        Create = "ALTER TABLE t SET (pgmicro.versions = on); CREATE STATISTICS st ON id, v FROM t",
        Healthy = $"UPDATE t SET v = {Filler}; UPDATE t SET v = 'kept'",
        Run = "VACUUM ANALYZE t",
        State = "SELECT count(*) FROM t WHERE v = 'kept'",
        Before = "50",
        After = "50",
    });

    [Theory]
    [MemberData(nameof(Faults))]
    public void VACUUM_FULL(int code, bool once) => EachWrite(code, once, atLeast: 4, new Work
    {
        Create = $"CREATE TABLE gone AS SELECT g, {Filler} FROM generate_series(1, 300) g; DROP TABLE gone",
        Run = "VACUUM FULL",
        State = "SELECT count(*) FROM t WHERE v = 'kept'",
        Before = "50",
        After = "50",
    });

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_backup_of_a_database_in_use(int code, bool once)
    {
        using var file = new TemporaryDatabase();
        using var faults = new FaultyFiles(file.Folder);
        using var database = Sessions.OpenFile(file.FileName);
        using var session = database.CreateSession();
        session.Run($"CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT g, {Filler} FROM generate_series(1, 200) g");
        var copy = Path.Combine(file.Folder, "copy.db");
        var before = Directory.GetFiles(file.Folder);
        var failures = 0;
        for (var at = 1; ; at++)
        {
            faults.FailAt(at, code, once);
            var error = Try(session, $"SELECT pgmicro_backup('{copy}')");
            var isOver = faults.Writes < at;
            faults.Heal();
            if (error is null)
            {
                Assert.True(isOver, $"Write {at} failed, and nobody said so.");
                break;
            }

            Assert.Equal(StateOf(code), error.SqlState);
            Assert.Equal(before.Order(), Directory.GetFiles(file.Folder).Order());
            failures++;
        }

        Assert.InRange(failures, 4, 1000);
        using var copied = Sessions.OpenFile(copy, create: false);
        using var other = copied.CreateSession();
        Assert.Equal(["200"], other.Run("SELECT count(*) FROM t"));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Several_that_commit_at_once(int code, bool once)
    {
        const int Writers = 4;
        using var file = new TemporaryDatabase();
        using var faults = new FaultyFiles(file.Folder);
        var database = Sessions.OpenFile(file.FileName);
        using (var session = database.CreateSession())
        {
            session.Run("CREATE TABLE t (at int, writer int, v text, PRIMARY KEY (at, writer))");
        }

        var (failures, at) = (0, 0);
        for (var isOver = false; !isOver;)
        {
            Assert.InRange(++at, 1, 1000);
            var sessions = Enumerable.Range(0, Writers).Select(_ => database.CreateSession()).ToArray();
            Array.ForEach(sessions, s => s.Run($"SELECT count(*) FROM t"));
            faults.FailAt(at, code, once);
            var errors = await Task.WhenAll(sessions.Select((s, w) => Task.Factory.StartNew(
                () => Try(s, $"BEGIN; INSERT INTO t VALUES ({at}, {w}, {Filler}); COMMIT"), TaskCreationOptions.LongRunning)));
            isOver = faults.Writes < at;
            faults.Heal();
            failures += errors.Count(static e => e is not null);
            Assert.All(errors.OfType<PgException>(), e => Assert.Equal(StateOf(code), e.SqlState));
            Array.ForEach(sessions, static s => s.Run("ROLLBACK"));
            var isFailed = database.Transactions.Log!.IsFailed;
            Array.ForEach(sessions, static s => s.Dispose());
            if (isFailed)
            {
                database.Dispose();
                database = Sessions.OpenFile(file.FileName);
            }

            using var after = database.CreateSession();
            var there = after.Run($"SELECT writer FROM t WHERE at = {at}");
            for (var writer = 0; writer < Writers; writer++)
            {
                // Acknowledged: there. Refused: not there, unless the disk has not said what it has.
                Assert.True(errors[writer] is null ? there.Contains($"{writer}") : isFailed || !there.Contains($"{writer}"), $"Write {at}, writer {writer}: {errors[writer]}");
            }

            Assert.Equal("ok", after.Connection.QueryText("PRAGMA integrity_check"));
        }

        database.Dispose();
        Assert.True(failures > 2 * Writers, $"Only {failures} have failed.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_branch_that_outgrows_memory(bool isFull)
    {
        using var file = new TemporaryDatabase();
        using var database = Sessions.OpenFile(file.FileName);
        using var first = database.CreateSession();
        using var second = database.CreateSession();
        first.Run("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'kept'), (2, 'kept')");
        var (failures, at, writes) = (0, 0, 0);
        try
        {
            for (var isOver = false; !isOver;)
            {
                Assert.InRange(++at, 1, 1000);
                first.Run("BEGIN; UPDATE t SET v = 'first' WHERE id = 1");
                second.Run("UPDATE t SET v = 'second' WHERE id = 2");
                Assert.True(first.Transaction.IsInBranch);
                first.Run("SAVEPOINT a; SELECT count(*) FROM t");
                first.Transaction.Connection.Execute("PRAGMA cache_size = 10");
                writes = 0;
                BranchLog.MostBlocksInMemory = 1;
                BranchLog.Spilling = () =>
                {
                    if (++writes >= at)
                    {
                        throw new IOException("injected", isFull ? 28 : 5);
                    }
                };
                var error = Try(first, $"INSERT INTO t SELECT g, {Filler} FROM generate_series(3, 3000) g");
                BranchLog.Spilling = null;
                isOver = writes < at;
                Assert.Equal(isOver, error is null);
                if (error is null)
                {
                    first.Run("COMMIT");
                    Assert.Equal(["3000|first|second"], second.Run(Seen));
                    continue;
                }

                failures++;
                Assert.Equal(isFull ? SqlState.DiskFull : SqlState.IoError, error.SqlState);
                Assert.Equal(SqlState.InFailedSqlTransaction, first.Fails("SELECT 1").SqlState);
                if (at % 2 == 0)
                {
                    // What was done before the savepoint may be lost with it; then nothing of it is committed.
                    if (Try(first, "ROLLBACK TO a") is null && Try(first, "COMMIT") is null)
                    {
                        Assert.Equal(["2|first|second"], second.Run(Seen));
                    }
                    else
                    {
                        first.Run("ROLLBACK");
                        Assert.Equal(["2|kept|second"], second.Run(Seen));
                    }
                }
                else
                {
                    first.Run("ROLLBACK");
                    Assert.Equal(["2|kept|second"], second.Run(Seen));
                }

                second.Run("UPDATE t SET v = 'kept'");
                Assert.Equal("ok", second.Connection.QueryText("PRAGMA integrity_check"));
            }
        }
        finally
        {
            BranchLog.Spilling = null;
            BranchLog.MostBlocksInMemory = 0;
        }

        Assert.InRange(failures, 3, at);
    }

    private const string Seen = "SELECT count(*), max(v) FILTER (WHERE id = 1), max(v) FILTER (WHERE id = 2) FROM t";

    private static string StateOf(int code) => code == FaultyFiles.Full ? SqlState.DiskFull : SqlState.IoError;

    private static PgException? Try(PgSession session, string sql)
    {
        try
        {
            session.Run(sql);
            return null;
        }
        catch (PgException e)
        {
            return e;
        }
    }

    private static void EachWrite(int code, bool once, int atLeast, Work work)
    {
        using var file = new TemporaryDatabase();
        using var faults = new FaultyFiles(file.Folder);
        var database = Sessions.OpenFile(file.FileName);
        var session = database.CreateSession();
        session.Run("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT g, 'kept' FROM generate_series(1, 50) g; CREATE TABLE probe (id int)");
        if (work.Create is not null)
        {
            session.Run(work.Create);
        }

        var (failures, reopened, at) = (0, 0, 0);
        for (var isOver = false; !isOver;)
        {
            Assert.InRange(++at, 1, 1000);
            if (work.Healthy is not null)
            {
                session.Run(work.Healthy);
            }

            faults.FailAt(at, code, once);
            var error = Try(session, work.Run);
            isOver = faults.Writes < at;
            faults.Heal();
            if (error is not null)
            {
                failures++;
                Assert.True(error.SqlState == StateOf(code), $"Write {at}: {error}");
                session.Run("ROLLBACK");
            }

            var isFailed = database.Transactions.Log!.IsFailed;
            if (isFailed)
            {
                // Whether the disk has the last commit is not known: nothing more is written before all have closed.
                Assert.Equal(StateOf(code), session.Fails("INSERT INTO probe VALUES (1)").SqlState);
                session.Dispose();
                database.Dispose();
                database = Sessions.OpenFile(file.FileName);
                session = database.CreateSession();
                reopened++;
            }

            var state = session.Run(work.State)[0];
            Assert.True(state == work.After ? error is null || isFailed || work.After == work.Before : state == work.Before && error is not null, $"Write {at}: {state}, {error}");
            Assert.Equal("ok", session.Connection.QueryText("PRAGMA integrity_check"));
            using (var other = database.CreateSession())
            {
                other.Run("INSERT INTO probe VALUES (1); DELETE FROM probe");
            }

            if ((state == work.After ? work.Undo : work.UndoBefore) is { } undo)
            {
                session.Run(undo);
                Assert.True(work.UndoBefore is not null || session.Run(work.State)[0] == work.Before, $"Write {at} has been undone.");
            }
        }

        session.Dispose();
        database.Dispose();
        Assert.Equal([file.FileName], Directory.GetFiles(file.Folder));
        Assert.InRange(failures + reopened, 1, 2 * at);
        Assert.True(at > atLeast, $"Only {at - 1} writes.");
    }

    private sealed class Work
    {
        /// <summary>Done once.</summary>
        internal string? Create { get; init; }

        /// <summary>Done each time before the disk fails.</summary>
        internal string? Healthy { get; init; }

        internal required string Run { get; init; }

        internal required string State { get; init; }

        internal required string Before { get; init; }

        internal required string After { get; init; }

        /// <summary>Leads back when it has been done,</summary>
        internal string? Undo { get; init; }

        /// <summary>or when it has not.</summary>
        internal string? UndoBefore { get; init; }
    }
}
