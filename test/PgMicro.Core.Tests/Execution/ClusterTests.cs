using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;

namespace PgMicro.Core.Tests.Execution;

/// <summary>CREATE, DROP and ALTER DATABASE; errors and answers are those that PostgreSQL 17 gave to the same statements.</summary>
public sealed class ClusterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pgmicro-cluster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<bool> Kinds => [true, false];

    [Theory]
    [InlineData("CREATE DATABASE postgres", "42P04", "database \"postgres\" already exists", null)]
    [InlineData("CREATE DATABASE b TEMPLATE nosuch", "3D000", "template database \"nosuch\" does not exist", null)]
    [InlineData("BEGIN; CREATE DATABASE b", "25001", "CREATE DATABASE cannot run inside a transaction block", null)]
    [InlineData("BEGIN; DROP DATABASE b", "25001", "DROP DATABASE cannot run inside a transaction block", null)]
    [InlineData("DROP DATABASE zz", "3D000", "database \"zz\" does not exist", null)]
    [InlineData("DROP DATABASE postgres", "55006", "cannot drop the currently open database", null)]
    [InlineData("DROP DATABASE template1", "42809", "cannot drop a template database", null)]
    [InlineData("CREATE DATABASE c foo 1", "42601", "option \"foo\" not recognized", null)]
    [InlineData("CREATE DATABASE c TABLESPACE nosuch", "42704", "tablespace \"nosuch\" does not exist", null)]
    [InlineData("CREATE DATABASE c TABLESPACE pg_global", "22023", "pg_global cannot be used as default tablespace", null)]
    [InlineData("CREATE DATABASE c OWNER nosuch", "42704", "role \"nosuch\" does not exist", null)]
    [InlineData("CREATE DATABASE c STRATEGY quick", "22023", "invalid create database strategy \"quick\"", "Valid strategies are \"wal_log\" and \"file_copy\".")]
    [InlineData("CREATE DATABASE c CONNECTION LIMIT -5", "22023", "invalid connection limit: -5", null)]
    [InlineData("CREATE DATABASE c OID 5", "22023", "OIDs less than 16384 are reserved for system objects", null)]
    [InlineData("CREATE DATABASE c TEMPLATE template0 TEMPLATE template1", "42601", "conflicting or redundant options", null)]
    [InlineData("ALTER DATABASE postgres RENAME TO e", "0A000", "current database cannot be renamed", null)]
    [InlineData("ALTER DATABASE nosuch RENAME TO f", "3D000", "database \"nosuch\" does not exist", null)]
    [InlineData("ALTER DATABASE nosuch SET work_mem TO '4MB'", "3D000", "database \"nosuch\" does not exist", null)]
    [InlineData("ALTER DATABASE postgres SET nosuch TO 'x'", "42704", "unrecognized configuration parameter \"nosuch\"", null)]
    [InlineData("ALTER DATABASE postgres SET work_mem TO 'abc'", "22023", "invalid value for parameter \"work_mem\": \"abc\"", null)]
    [InlineData("ALTER DATABASE postgres OWNER TO nosuch", "42704", "role \"nosuch\" does not exist", null)]
    public void Errors_are_PostgreSQLs(string sql, string state, string message, string? hint)
    {
        using var cluster = Open(inMemory: true);
        using var session = cluster.Get("postgres").CreateSession();
        var error = session.Fails(sql);
        Assert.Equal((state, message, hint), (error.SqlState, error.Message, error.Hint));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Databases_are_made_copied_renamed_and_dropped(bool inMemory)
    {
        using var cluster = Open(inMemory);
        using var session = cluster.Get("postgres").CreateSession();
        session.Run("CREATE DATABASE a");
        using (var a = cluster.Get("a").CreateSession())
        {
            a.Run("CREATE TABLE t (a int PRIMARY KEY, b text); INSERT INTO t VALUES (1, 'x'), (2, 'y')");
            Assert.Equal(["a"], a.Run("SELECT current_database()"));
            var used = session.Fails("CREATE DATABASE d TEMPLATE a");
            Assert.Equal(
                ("55006", "source database \"a\" is being accessed by other users", "There is 1 other session using the database."),
                (used.SqlState, used.Message, used.Detail));
            Assert.Equal("55006", session.Fails("ALTER DATABASE a RENAME TO g").SqlState);
            Assert.Equal("55006", session.Fails("DROP DATABASE a").SqlState);
        }

        session.Run("CREATE DATABASE d TEMPLATE a");
        session.Run("ALTER DATABASE d RENAME TO \"e/f\"");
        session.Run("ALTER DATABASE \"e/f\" CONNECTION LIMIT 7");
        using (var e = cluster.Get("e/f").CreateSession())
        {
            Assert.Equal(["1|x", "2|y"], e.Run("SELECT * FROM t ORDER BY a"));
            Assert.Equal(["e/f|1"], e.Run("SELECT current_catalog, count(*) FROM pg_database WHERE datname = current_database() GROUP BY 1"));
        }

        Assert.Equal(
            ["a|-1|f|t", "e/f|7|f|t", "postgres|-1|f|t", "template0|-1|t|f", "template1|-1|t|t"],
            session.Run("SELECT datname, datconnlimit, datistemplate, datallowconn FROM pg_database ORDER BY datname"));
        Assert.Equal(["5"], session.Run("SELECT count(DISTINCT oid) FROM pg_database"));
        session.Run("ALTER DATABASE \"e/f\" IS_TEMPLATE true");
        Assert.Equal("42809", session.Fails("DROP DATABASE \"e/f\"").SqlState);
        session.Run("ALTER DATABASE \"e/f\" IS_TEMPLATE false");
        session.Run("DROP DATABASE \"e/f\"");
        Assert.Equal("3D000", Assert.Throws<PgException>(() => cluster.Get("e/f")).SqlState);
        Assert.Null(cluster.Find("e/f"));
    }

    [Fact]
    public void Settings_of_a_database_are_those_of_its_new_sessions()
    {
        using var cluster = Open(inMemory: false);
        using (var session = cluster.Get("postgres").CreateSession())
        {
            session.Run("ALTER DATABASE postgres SET timezone TO 'Europe/Berlin'");
            session.Run("ALTER DATABASE postgres SET search_path TO a, \"B c\", public");
            Assert.Equal(["GMT"], session.Run("SHOW timezone"));
        }

        using var next = cluster.Get("postgres").CreateSession();
        Assert.Equal(["Europe/Berlin"], next.Run("SHOW timezone"));
        Assert.Equal(["a, \"B c\", public"], next.Run("SHOW search_path"));
        Assert.Equal(["{TimeZone=Europe/Berlin,\"search_path=a, \\\"B c\\\", public\"}"], next.Run("SELECT setconfig FROM pg_db_role_setting"));
        next.Run("ALTER DATABASE postgres RESET ALL");
        Assert.Empty(next.Run("SELECT setconfig FROM pg_db_role_setting"));
    }

    [Fact]
    public void A_forced_drop_ends_the_sessions_and_frees_the_name()
    {
        using var cluster = Open(inMemory: false);
        using var session = cluster.Get("postgres").CreateSession();
        session.Run("CREATE DATABASE a");
        var victim = cluster.Get("a").CreateSession();
        victim.Run("CREATE TABLE t (a int)");
        session.Run("DROP DATABASE a WITH (FORCE)");
        session.Run("CREATE DATABASE a");
        using var fresh = cluster.Get("a").CreateSession();
        fresh.Run("CREATE TABLE u (a int); INSERT INTO u VALUES (1)");
        Assert.Equal(("57P01", "terminating connection due to administrator command"), victim.Fails("SELECT 1") is var e ? (e.SqlState, e.Message) : default);
        victim.Dispose();
        Assert.Equal(["1"], fresh.Run("SELECT * FROM u"));
        Assert.Equal("42P01", fresh.Fails("SELECT * FROM t").SqlState);
    }

    [Fact]
    public void A_file_has_those_beside_it_for_neighbours()
    {
        var file = Path.Combine(_folder, "app.data");
        using (var database = Sessions.OpenFile(file))
        using (var session = database.CreateSession())
        {
            session.Run("CREATE DATABASE other");
            File.WriteAllText(Path.Combine(_folder, "notes.data"), "not a database, but long enough to look at: " + new string('x', 200));
            Assert.Equal(["app", "other", "postgres", "template0", "template1"], session.Run("SELECT datname FROM pg_database ORDER BY 1"));
        }

        Assert.True(File.Exists(Path.Combine(_folder, "other.data")));
        using var cluster = PgCluster.Open(new PgClusterOptions { Path = file });
        Assert.Equal("app", cluster.DefaultDatabase);
        Assert.Equal(["app", "other"], cluster.DatabaseNames.Where(static n => n is "app" or "other").Order());
        using var other = cluster.Get("other").CreateSession();
        Assert.Equal(["other"], other.Run("SELECT current_database()"));
    }

    [Fact]
    public async Task Who_changes_roles_keeps_nobody_from_writing()
    {
        using var cluster = Open(inMemory: false);
        using var database = cluster.Get("postgres");
        using var first = database.CreateSession();
        using var second = database.CreateSession();
        first.Run("CREATE TABLE t (a int); CREATE TABLE u (a int)");
        first.Run("BEGIN; CREATE ROLE one");
        second.Run("BEGIN; INSERT INTO t VALUES (1)");
        var waiting = await WaitsAsync(database, second, "CREATE ROLE two; COMMIT");
        first.Run("INSERT INTO u VALUES (1); COMMIT");
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["1|1|one,two"], first.Run("SELECT (SELECT a FROM t), (SELECT a FROM u), (SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles WHERE oid >= 16384)"));
    }

    [Fact]
    public async Task Sessions_that_change_roles_and_wait_for_each_other_are_told()
    {
        using var cluster = Open(inMemory: false);
        using var database = cluster.Get("postgres");
        using var first = database.CreateSession();
        using var second = database.CreateSession();
        first.Run("CREATE TABLE t (a int)");
        first.Run("BEGIN; CREATE ROLE one");
        second.Run("BEGIN; LOCK TABLE t");
        var waiting = await WaitsAsync(database, second, "SET deadlock_timeout = '1h'; CREATE ROLE two; COMMIT");
        Assert.Equal(SqlState.DeadlockDetected, first.Fails("SET LOCAL deadlock_timeout = '10ms'; LOCK TABLE t").SqlState);
        first.Run("ROLLBACK");
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["two"], first.Run("SELECT rolname FROM pg_roles WHERE oid >= 16384"));
    }

    // Runs a script on a thread of its own and comes back when it waits for a lock.
    private static async Task<Task> WaitsAsync(PgDatabase database, PgSession session, string sql)
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        database.Transactions.Locks.WaitBegun += waiter =>
        {
            if (ReferenceEquals(waiter, session.LockOwner))
            {
                began.TrySetResult();
            }
        };
        var run = Task.Factory.StartNew(() => session.Run(sql), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(began.Task, run).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(run.IsCompleted);
        return run;
    }

    private PgCluster Open(bool inMemory) => PgCluster.Open(new PgClusterOptions { Path = Path.Combine(_folder, "cluster"), InMemory = inMemory });
}
