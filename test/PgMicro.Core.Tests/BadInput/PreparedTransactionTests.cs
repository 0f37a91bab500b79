using System.Diagnostics;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>Prepared transactions outlive their process: their changes, their locks, and what the serializable ones have read.</summary>
public sealed class PreparedTransactionTests
{
    private const string Setup =
        "CREATE TABLE t (id int PRIMARY KEY, v int, s text UNIQUE, b bytea, r float8); "
        + "INSERT INTO t SELECT i, 10 * i, 'key' || i, '\\x00ff', 0.5 FROM generate_series(1, 5) i";

    [Fact]
    public void What_was_prepared_before_a_kill_can_be_committed_after_it()
    {
        using var file = new TemporaryDatabase();
        Kill(file.FileName, Setup, "BEGIN; UPDATE t SET v = 11, s = 'other' WHERE id = 1; SAVEPOINT s; DELETE FROM t WHERE id = 2; "
            + "INSERT INTO t VALUES (6, NULL, 'new', '\\x01', 'NaN'); SELECT v FROM t WHERE id = 3 FOR UPDATE; SELECT pg_advisory_xact_lock(7); PREPARE TRANSACTION 'one'",
            "BEGIN; UPDATE t SET v = 0 WHERE id = 4");
        using (var database = Sessions.OpenFile(file.FileName, create: false))
        {
            using var session = database.CreateSession();
            Assert.Equal(["one|postgres|t"], session.Run("SELECT gid, owner, prepared > now() - interval '1 hour' FROM pg_prepared_xacts"));
            Assert.Equal(["t"], session.Run("SELECT virtualtransaction = '-1/' || x.transaction FROM pg_locks l, pg_prepared_xacts x WHERE l.transactionid = x.transaction"));
            Assert.Equal(["1|10", "2|20", "3|30", "4|40", "5|50"], session.Run("SELECT id, v FROM t ORDER BY id"));
            Assert.Equal(["4", "5"], session.Run("SELECT id FROM t ORDER BY id FOR UPDATE SKIP LOCKED"));
            Assert.Equal(["f"], session.Run("SELECT pg_try_advisory_lock(7)"));
            session.Run("SET lock_timeout = '50ms'");
            Assert.Equal(SqlState.LockNotAvailable, session.Fails("INSERT INTO t VALUES (6)").SqlState);
            Assert.Equal(SqlState.LockNotAvailable, session.Fails("INSERT INTO t VALUES (7, 7, 'new')").SqlState);
            Assert.Equal(SqlState.LockNotAvailable, session.Fails("INSERT INTO t VALUES (7, 7, 'key1')").SqlState);
            Assert.Equal(SqlState.LockNotAvailable, session.Fails("ALTER TABLE t ADD x int").SqlState);
            Assert.Equal(SqlState.DuplicateObject, session.Fails("BEGIN; UPDATE t SET v = 1 WHERE id = 5; PREPARE TRANSACTION 'one'").SqlState);
            session.Run("ROLLBACK; UPDATE t SET v = v + 1 WHERE id >= 4");
            Assert.Equal(["t"], session.Run("SELECT pg_current_xact_id()::text::bigint > transaction::text::bigint FROM pg_prepared_xacts"));
        }

        using (var database = Sessions.OpenFile(file.FileName, create: false))
        {
            using var session = database.CreateSession();
            session.Run("COMMIT PREPARED 'one'");
            Assert.Equal(["0"], session.Run("SELECT count(*) FROM pg_prepared_xacts"));
            Assert.Equal(["0"], session.Run("SELECT count(*) FROM pg_locks WHERE pid IS NULL"));
            Assert.Equal(
                ["1|11|other|\\x00ff|0.5", "3|30|key3|\\x00ff|0.5", "4|41|key4|\\x00ff|0.5", "5|51|key5|\\x00ff|0.5", "6||new|\\x01|NaN"],
                session.Run("SELECT * FROM t ORDER BY id"));
            session.Run("INSERT INTO t VALUES (7, 7, 'key1'); ALTER TABLE t ADD x int");
        }
    }

    [Fact]
    public void What_was_prepared_before_a_kill_can_be_rolled_back_after_it()
    {
        using var file = new TemporaryDatabase();
        Kill(file.FileName, Setup, "BEGIN; UPDATE t SET v = 11 WHERE id = 1; DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (6, 60, 'new'); LOCK TABLE t IN SHARE MODE; "
            + "PREPARE TRANSACTION 'one'", "BEGIN; SELECT pg_advisory_xact_lock(7); PREPARE TRANSACTION 'locks only'");
        using (var database = Sessions.OpenFile(file.FileName, create: false))
        {
            using var session = database.CreateSession();
            Assert.Equal(["locks only", "one"], session.Run("SELECT gid FROM pg_prepared_xacts ORDER BY gid"));
            session.Run("SET lock_timeout = '50ms'");
            Assert.Equal(SqlState.LockNotAvailable, session.Fails("UPDATE t SET v = 0 WHERE id = 5").SqlState);
            session.Run("ROLLBACK PREPARED 'one'");
            Assert.Equal(["1|10", "2|20", "3|30", "4|40", "5|50"], session.Run("SELECT id, v FROM t ORDER BY id"));
            Assert.Equal(["f"], session.Run("SELECT pg_try_advisory_lock(7)"));
            session.Run("INSERT INTO t VALUES (6, 61, 'new'); UPDATE t SET v = v + 1 WHERE id <= 2");
        }

        using (var database = Sessions.OpenFile(file.FileName, create: false))
        {
            using var session = database.CreateSession();
            Assert.Equal(["locks only"], session.Run("SELECT gid FROM pg_prepared_xacts"));
            session.Run("ROLLBACK PREPARED 'locks only'");
            Assert.Equal(["t"], session.Run("SELECT pg_try_advisory_lock(7)"));
            Assert.Equal(SqlState.UndefinedObject, session.Fails("ROLLBACK PREPARED 'one'").SqlState);
            Assert.Equal(["1|11", "2|21", "6|61"], session.Run("SELECT id, v FROM t WHERE id IN (1, 2, 6) ORDER BY id"));
        }
    }

    [Fact]
    public void What_was_finished_before_a_kill_stays_so()
    {
        using var file = new TemporaryDatabase();
        Kill(file.FileName, Setup,
            "BEGIN; UPDATE t SET v = 11 WHERE id = 1; PREPARE TRANSACTION 'one'",
            "BEGIN; UPDATE t SET v = 12 WHERE id = 2; PREPARE TRANSACTION 'two'",
            "ROLLBACK PREPARED 'two'",
            "COMMIT PREPARED 'one'");
        using var database = Sessions.OpenFile(file.FileName, create: false);
        using var session = database.CreateSession();
        Assert.Equal(["0"], session.Run("SELECT count(*) FROM pg_prepared_xacts"));
        Assert.Equal(["1|11", "2|20"], session.Run("SELECT id, v FROM t WHERE id <= 2 ORDER BY id"));
    }

    [Fact]
    public void Who_would_be_in_an_anomaly_with_a_serializable_one_of_before_fails()
    {
        using var file = new TemporaryDatabase();
        Kill(file.FileName, Setup, "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT v FROM t WHERE id = 2; UPDATE t SET v = 0 WHERE id = 1; PREPARE TRANSACTION 'skew'");
        using var database = Sessions.OpenFile(file.FileName, create: false);
        using var session = database.CreateSession();
        session.Run("BEGIN ISOLATION LEVEL SERIALIZABLE");
        Assert.Equal(SqlState.SerializationFailure, session.Fails("SELECT v FROM t WHERE id = 1; UPDATE t SET v = 0 WHERE id = 2; COMMIT").SqlState);
        session.Run("ROLLBACK; COMMIT PREPARED 'skew'; BEGIN ISOLATION LEVEL SERIALIZABLE; UPDATE t SET v = v + 1 WHERE id = 2; COMMIT");
        Assert.Equal(["1|0", "2|21"], session.Run("SELECT id, v FROM t WHERE id <= 2 ORDER BY id"));
    }

    [Fact]
    public void A_change_of_the_schema_cannot_be_prepared()
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = nameof(A_change_of_the_schema_cannot_be_prepared), InMemory = true });
        using var session = database.CreateSession();
        var error = session.Fails("BEGIN; CREATE TABLE t (id int); PREPARE TRANSACTION 'ddl'");
        Assert.Equal((SqlState.FeatureNotSupported, "PREPARE TRANSACTION after CREATE TABLE is not supported"), (error.SqlState, error.Message));
        Assert.Equal(["0"], session.Run("SELECT count(*) FROM pg_class WHERE relname = 't'"));
    }

    [Fact]
    public void A_copy_of_a_database_has_none()
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = nameof(A_copy_of_a_database_has_none), InMemory = true });
        using var session = database.CreateSession();
        session.Run("CREATE TABLE t (id int PRIMARY KEY)");
        session.Run("BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'copied'");
        using var copy = database.Clone(new PgDatabaseOptions { Path = nameof(A_copy_of_a_database_has_none) + "2", InMemory = true });
        using var other = copy.CreateSession();
        Assert.Equal(SqlState.UndefinedObject, other.Fails("COMMIT PREPARED 'copied'").SqlState);
        other.Run("INSERT INTO t VALUES (1)");
        session.Run("COMMIT PREPARED 'copied'");
        Assert.Equal(["1"], session.Run("SELECT * FROM t"));
    }

    [Fact]
    public void Another_process_respects_and_finishes_it()
    {
        using var file = new TemporaryDatabase();
        using var database = Sessions.OpenFile(file.FileName);
        using var session = database.CreateSession();
        session.Run(Setup);
        session.Run("BEGIN; UPDATE t SET v = 11 WHERE id = 1; PREPARE TRANSACTION 'ours'");
        using var child = CrashChild.Start("session", file.FileName);
        Assert.Equal("ours", child.Tell("SELECT gid FROM pg_prepared_xacts"));
        Assert.StartsWith("55P03", child.Tell("SET lock_timeout = '50ms'; UPDATE t SET v = 0 WHERE id = 1"), StringComparison.Ordinal);
        child.Tell("BEGIN; UPDATE t SET v = 22 WHERE id = 2; PREPARE TRANSACTION 'theirs'");
        session.Run("SET lock_timeout = '50ms'");
        Assert.Equal(SqlState.LockNotAvailable, session.Fails("UPDATE t SET v = 0 WHERE id = 2").SqlState);
        session.Run("COMMIT PREPARED 'theirs'");
        Assert.Equal("", child.Tell("COMMIT PREPARED 'ours'"));
        Assert.Equal("1|11;2|22", child.Tell("SELECT id, v FROM t WHERE id <= 2 ORDER BY id"));
        session.Run("UPDATE t SET v = v + 1 WHERE id <= 2");
        Assert.Equal(["1|12", "2|23"], session.Run("SELECT id, v FROM t WHERE id <= 2 ORDER BY id"));
        child.Kill();
        child.WaitForExit();
    }

    [Theory]
    [InlineData("substr(state, 1, 40)")]
    [InlineData("x'02' || substr(state, 2)")]
    [InlineData("substr(state, 1, 9) || x'FFFFFFFF' || zeroblob(90)")]
    [InlineData("CAST(replace(state, x'04000000', x'F0FFFFFF') AS BLOB)")]
    [InlineData("CAST(replace(state, x'04000000', x'FFFFFF7F') AS BLOB)")]
    [InlineData("x''")]
    public void A_state_that_is_damaged_is_told(string state)
    {
        using var file = new TemporaryDatabase();
        Kill(file.FileName, "CREATE TABLE t (id int PRIMARY KEY, v text)", "BEGIN; INSERT INTO t VALUES (1, 'four'); PREPARE TRANSACTION 'p'");
        using (var connection = file.Open())
        {
            connection.Execute($"UPDATE pgmicro_prepared SET state = CAST({state} AS BLOB)");
        }

        var error = Assert.Throws<PgException>(() => Sessions.OpenFile(file.FileName, create: false));
        Assert.Equal((SqlState.DataCorrupted, "the state of the prepared transaction \"p\" cannot be read"), (error.SqlState, error.Detail));
    }

    // Another process runs the lines, and is killed.
    private static void Kill(string file, params string[] lines)
    {
        using Process child = CrashChild.Start("session", file);
        foreach (var line in lines)
        {
            Assert.DoesNotContain("0A000", child.Tell(line), StringComparison.Ordinal);
        }

        child.Kill();
        child.WaitForExit();
    }
}
