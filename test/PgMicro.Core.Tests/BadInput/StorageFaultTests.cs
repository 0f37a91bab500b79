using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>A disk that is full or fails at any write of a transaction: a clean error, nothing lost, the engine usable afterwards.</summary>
public sealed class StorageFaultTests
{
    [Theory]
    [InlineData(FaultyFiles.Full, SqlState.DiskFull)]
    [InlineData(FaultyFiles.WriteError, SqlState.IoError)]
    public void A_write_that_fails_leaves_the_committed_rows(int code, string sqlState)
    {
        using var file = new TemporaryDatabase();
        using var faults = new FaultyFiles(file.Folder);
        var database = Sessions.OpenFile(file.FileName);
        var session = database.CreateSession();
        session.Run("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT g, 'kept' FROM generate_series(1, 10) g");
        faults.Heal();
        session.Run(Transaction);
        var writes = faults.Writes;
        Assert.True(writes > 3, "The transaction has to write for this test to mean anything.");
        session.Run("DELETE FROM t WHERE v <> 'kept'; DROP TABLE u");
        var synced = 0;
        for (var at = 1; at <= writes; at++)
        {
            faults.FailAt(at, code);
            var failed = false;
            try
            {
                session.Run(Transaction);
            }
            catch (PgException e)
            {
                Assert.Equal(sqlState, e.SqlState);
                failed = true;
            }

            faults.Heal();
            if (failed && database.Transactions.Log!.IsFailed)
            {
                // The commit was written, but whether the disk has it is not known: nothing more is written before all have closed.
                session.Run("ROLLBACK");
                Assert.Equal(sqlState, session.Fails("DELETE FROM t").SqlState);
                session.Dispose();
                database.Dispose();
                database = Sessions.OpenFile(file.FileName);
                session = database.CreateSession();
                Assert.Equal(["2010|2000"], session.Run("SELECT count(*), count(*) FILTER (WHERE v <> 'kept') FROM t"));
                session.Run("DELETE FROM t WHERE v <> 'kept'; DROP TABLE u");
                synced++;
            }
            else if (failed)
            {
                session.Run("ROLLBACK");
                Assert.Equal(["10|0"], session.Run("SELECT count(*), count(*) FILTER (WHERE v <> 'kept') FROM t"));
                Assert.Equal([""], session.Run("SELECT to_regclass('u')"));
                using var other = database.CreateSession();
                other.Run("INSERT INTO t VALUES (0, 'after'); DELETE FROM t WHERE id = 0");
            }
            else
            {
                // A checkpoint after the commit may fail: the commit stands.
                Assert.Equal(["2010|2000"], session.Run("SELECT count(*), count(*) FILTER (WHERE v <> 'kept') FROM t"));
                session.Run("DELETE FROM t WHERE v <> 'kept'; DROP TABLE u");
            }
        }

        Assert.Equal(1, synced);
        session.Dispose();
        database.Dispose();
    }

    [Theory]
    [InlineData(FaultyFiles.Full, SqlState.DiskFull)]
    [InlineData(FaultyFiles.WriteError, SqlState.IoError)]
    public void A_write_that_fails_while_a_transaction_moves_to_a_branch_or_commits_from_it_loses_nothing(int code, string sqlState)
    {
        using var file = new TemporaryDatabase();
        using var faults = new FaultyFiles(file.Folder);
        var database = Sessions.OpenFile(file.FileName);
        using (var session = database.CreateSession())
        {
            session.Run("CREATE TABLE t (id int PRIMARY KEY, v int UNIQUE); INSERT INTO t VALUES (1, -1), (2, -2)");
        }

        var (moved, failures, at) = (0, 0, 0);
        for (var isOver = false; !isOver;)
        {
            at++;
            using (var first = database.CreateSession())
            using (var second = database.CreateSession())
            {
                Assert.InRange(at, 1, 1000);
                first.Run($"BEGIN; UPDATE t SET v = {at} WHERE id = 1; INSERT INTO t SELECT g, g + 100000 FROM generate_series(1000, 1300) g");
                first.Run("SET statement_timeout = 10000");
                second.Run("SET statement_timeout = 10000");
                faults.FailAt(at, code);
                var secondFailed = Fails(second, $"UPDATE t SET v = {-at - 10} WHERE id = 2", sqlState);
                moved += first.Transaction.IsInBranch ? 1 : 0;
                var firstFailed = Fails(first, "INSERT INTO t VALUES (3, 0); COMMIT", sqlState);
                isOver = faults.Writes < at;
                faults.Heal();
                failures += firstFailed || secondFailed ? 1 : 0;
                first.Run("ROLLBACK");
                if (!database.Transactions.Log!.IsFailed)
                {
                    Assert.Equal([$"{(firstFailed ? 2 : 304)}|{!firstFailed}|{!secondFailed}".Replace("True", "t").Replace("False", "f")], second.Run(State(at)));
                    Assert.Equal("ok", first.Connection.QueryText("PRAGMA integrity_check"));
                }
            }

            if (database.Transactions.Log!.IsFailed)
            {
                database.Dispose();
                database = Sessions.OpenFile(file.FileName);
            }

            using var after = database.CreateSession();

            // A commit whose fate was not known is there whole, or not at all.
            Assert.Contains(after.Run(State(at))[0], new[] { "2|f|f", "2|f|t", "304|t|f", "304|t|t" });
            after.Run("DELETE FROM t WHERE id > 2; UPDATE t SET v = -id");
        }

        database.Dispose();
        Assert.InRange(failures, 5, at);
        Assert.True(moved > 0);
    }

    private static string State(int at) =>
        $"SELECT count(*), coalesce(bool_or(id = 1 AND v = {at}), false), coalesce(bool_or(id = 2 AND v = {-at - 10}), false) FROM t";

    private static bool Fails(PgSession session, string sql, string sqlState)
    {
        try
        {
            session.Run(sql);
            return false;
        }
        catch (PgException e)
        {
            Assert.True(e.SqlState == sqlState, e.SqlState + " " + e);
            return true;
        }
    }

    [Fact]
    public void A_full_disk_while_a_database_is_made_says_so()
    {
        using var file = new TemporaryDatabase();
        using var faults = new FaultyFiles(file.Folder);
        faults.FailAt(1, FaultyFiles.Full);
        Assert.Equal(SqlState.DiskFull, Assert.Throws<PgException>(() => Sessions.OpenFile(file.FileName)).SqlState);
        faults.Heal();
        using var database = Sessions.OpenFile(file.FileName);
        using var session = database.CreateSession();
        Assert.Equal(["1"], session.Run("SELECT 1"));
    }

    [Fact]
    public void A_file_that_another_program_writes_to_is_waited_for_until_a_timeout()
    {
        using var file = new TemporaryDatabase();
        using var database = Sessions.OpenFile(file.FileName);
        using var session = database.CreateSession();
        session.Run("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        using (var other = file.Open())
        {
            other.Execute("BEGIN IMMEDIATE");
            var error = session.Fails("SET lock_timeout = 100; INSERT INTO t VALUES (2)");
            Assert.Equal((SqlState.LockNotAvailable, "canceling statement due to lock timeout"), (error.SqlState, error.Message));
            error = session.Fails("SET lock_timeout = 0; SET statement_timeout = 100; INSERT INTO t VALUES (2)");
            Assert.Equal((SqlState.QueryCanceled, "canceling statement due to statement timeout"), (error.SqlState, error.Message));
            session.Run("SET lock_timeout = 0");
            using var cancel = new Timer(_ => session.Cancel(), null, 100, Timeout.Infinite);
            error = session.Fails("INSERT INTO t VALUES (2)");
            Assert.Equal((SqlState.QueryCanceled, "canceling statement due to user request"), (error.SqlState, error.Message));
            Assert.Equal(["1"], session.Run("SELECT count(*) FROM t"));
        }

        session.Run("INSERT INTO t VALUES (2)");
        Assert.Equal(["2"], session.Run("SELECT count(*) FROM t"));
    }

    // Large enough to spill pages before the commit.
    private const string Transaction =
        """
        BEGIN;
        CREATE TABLE u (id int PRIMARY KEY);
        INSERT INTO u VALUES (1);
        INSERT INTO t SELECT g, repeat('x', 200) FROM generate_series(11, 2010) g;
        COMMIT
        """;
}
