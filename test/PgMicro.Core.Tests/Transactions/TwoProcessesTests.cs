using System.Diagnostics;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.Transactions;

/// <summary>Two processes with one file: what the one gives out or defines, the other knows of when it writes.</summary>
public sealed class TwoProcessesTests : IDisposable
{
    private readonly TemporaryDatabase _file = new();
    private readonly PgDatabase _database;
    private readonly PgSession _session;
    private readonly Process _other;

    public TwoProcessesTests()
    {
        _database = Sessions.OpenFile(_file.FileName);
        _session = _database.CreateSession();
        _session.Run("CREATE TABLE t (id bigserial PRIMARY KEY, v text UNIQUE); CREATE TABLE r (v int); CREATE SEQUENCE s INCREMENT -1; INSERT INTO r VALUES (0)");
        _other = CrashChild.Start("session", _file.FileName);
    }

    public void Dispose()
    {
        _other.StandardInput.Close();
        _other.WaitForExit();
        _other.Dispose();
        _session.Dispose();
        _database.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void Rowids_identities_and_transaction_ids_do_not_meet()
    {
        for (var i = 0; i < 70; i++)
        {
            _session.Run("INSERT INTO t (v) VALUES (gen_random_uuid()); INSERT INTO r VALUES (1)");
            Assert.Equal("", _other.Tell("INSERT INTO t (v) VALUES (gen_random_uuid()); INSERT INTO r VALUES (2)"));
        }

        Assert.Equal("", _other.Tell("INSERT INTO r SELECT 3 FROM generate_series(1, 3000); DELETE FROM r WHERE v = 3"));
        _session.Run("INSERT INTO r SELECT 4 FROM generate_series(1, 3000)");
        Assert.Equal("", _other.Tell("INSERT INTO r SELECT 5 FROM generate_series(1, 3000)"));
        Assert.Equal(["140|140|140"], _session.Run("SELECT count(*), count(DISTINCT id), count(DISTINCT xmin::text) FROM t"));
        Assert.Equal(["6141|6141"], _session.Run("SELECT count(*), count(DISTINCT ctid) FROM r"));
    }

    [Fact]
    public void Sequences_go_on_where_the_other_process_is()
    {
        var values = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            values.Add(_session.Run("SELECT nextval('s')")[0]);
            values.Add(_other.Tell("SELECT nextval('s')"));
        }

        Assert.Equal(values.Count, values.Distinct().Count());
        Assert.All(values, static v => Assert.StartsWith("-", v));
    }

    [Fact]
    public void What_the_other_process_defines_is_there_for_the_next_statement()
    {
        Assert.Empty(_session.Run("SELECT * FROM t"));
        Assert.Equal("", _other.Tell("CREATE TABLE made (id int PRIMARY KEY); INSERT INTO made VALUES (1); ALTER TABLE t ADD w int DEFAULT 7; INSERT INTO t (v) VALUES ('x')"));
        Assert.Equal(["1"], _session.Run("SELECT id FROM made"));
        Assert.Equal(["x|7"], _session.Run("SELECT v, w FROM t"));
        Assert.True(SpinWait.SpinUntil(() => _session.Run("SELECT * FROM t")[0].EndsWith("|x|7", StringComparison.Ordinal), TimeSpan.FromSeconds(10)));
        _session.Run("ALTER TABLE made RENAME TO renamed");
        Assert.Equal("42P01 relation \"made\" does not exist", _other.Tell("SELECT * FROM made"));
        Assert.Equal("1", _other.Tell("SELECT * FROM renamed"));
    }

    [Fact]
    public void Who_does_not_want_to_wait_longer_is_told_whom_for()
    {
        Assert.Equal("", _other.Tell("SET application_name = 'night job'; BEGIN; INSERT INTO r VALUES (2)"));
        _session.Run("SET lock_timeout = '50ms'");
        var error = _session.Fails("INSERT INTO r VALUES (1)");
        Assert.Equal((SqlState.LockNotAvailable, "canceling statement due to lock timeout"), (error.SqlState, error.Message));
        Assert.StartsWith(
            $"Process {_other.Id} (\"night job\") on host \"{Environment.MachineName}\" has been writing to the database file since 2", error.Detail, StringComparison.Ordinal);
        Assert.Equal("", _other.Tell("COMMIT"));
        _session.Run("BEGIN; INSERT INTO r VALUES (1)");
        Assert.Contains($"Process {Environment.ProcessId} (", _other.Tell("SET lock_timeout = '50ms'; INSERT INTO r VALUES (1)"), StringComparison.Ordinal);
        using (var tool = _file.Open())
        {
            _session.Run("COMMIT");
            tool.Execute("BEGIN IMMEDIATE");
            Assert.Equal("Another program has SQLite's write lock on the database file.", _session.Fails("INSERT INTO r VALUES (1)").Detail);
        }

        Assert.Equal(["3"], _session.Run("SELECT count(*) FROM r"));
    }

    [Fact]
    public void A_process_that_reads_sees_what_is_committed()
    {
        using var reader = CrashChild.Start("reader", _file.FileName);
        Assert.Equal("1|0", reader.Tell("SELECT count(*), sum(v) FROM r"));
        _session.Run("BEGIN; INSERT INTO r VALUES (1); SAVEPOINT s; UPDATE r SET v = 10");
        Assert.Equal("1|0", reader.Tell("SELECT count(*), sum(v) FROM r"));
        Assert.Equal("1|0", reader.Tell("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*), sum(v) FROM r"));
        _session.Run("COMMIT");
        Assert.Equal("1|0", reader.Tell("SELECT count(*), sum(v) FROM r"));
        Assert.Equal("2|20", reader.Tell("COMMIT; SELECT count(*), sum(v) FROM r"));
        Assert.Equal("25006 cannot execute INSERT in a read-only transaction", reader.Tell("INSERT INTO r VALUES (1)"));
        _session.Run("ALTER TABLE r ADD w int DEFAULT 5; UPDATE r SET v = 0");
        Assert.Equal("0|5;0|5", reader.Tell("SELECT * FROM r"));
        reader.StandardInput.Close();
        reader.WaitForExit();
    }

    [Fact]
    public async Task A_writer_waits_for_the_other_process()
    {
        Assert.Equal("", _other.Tell("BEGIN; INSERT INTO r VALUES (2)"));
        _session.Run("SET lock_timeout = '50ms'");
        Assert.Equal(SqlState.LockNotAvailable, _session.Fails("INSERT INTO r VALUES (1)").SqlState);
        Assert.Equal(["1"], _session.Run("SELECT count(*) FROM r"));
        _session.Run("SET lock_timeout = 0");
        var insert = Task.Run(() => _session.Run("INSERT INTO r VALUES (1)"));
        Assert.False(insert.IsCompleted);
        Assert.Equal("", _other.Tell("COMMIT"));
        await insert;
        Assert.Equal(["3"], _session.Run("SELECT count(*) FROM r"));
    }

    // The lock table is this process's own.
    [Fact]
    public void A_transaction_in_a_branch_does_not_write_over_what_the_other_process_has_changed()
    {
        using var third = _database.CreateSession();
        _session.Run("BEGIN; UPDATE r SET v = 1");
        third.Run("INSERT INTO t (v) VALUES ('third')");
        Assert.Equal("", _other.Tell("UPDATE r SET v = v + 10"));
        Assert.Equal(SqlState.SerializationFailure, _session.Fails("COMMIT").SqlState);
        Assert.Equal(["10"], third.Run("SELECT v FROM r"));
        _session.Run("BEGIN; UPDATE r SET v = v + 1");
        third.Run("INSERT INTO t (v) VALUES ('more')");
        _session.Run("COMMIT");
        Assert.Equal(["11"], third.Run("SELECT v FROM r"));
    }

    // What Migrate() does.
    [Fact]
    public void Only_one_process_migrates()
    {
        const string Lock = "BEGIN; LOCK TABLE r IN ACCESS EXCLUSIVE MODE";
        Assert.Equal("", _other.Tell(Lock));
        _session.Run("SET lock_timeout = '50ms'");
        Assert.Equal("canceling statement due to lock timeout", _session.Fails(Lock).Message);
        _session.Run("ROLLBACK");
        Assert.Equal("could not obtain lock on relation \"r\"", _session.Fails(Lock + " NOWAIT").Message);
        _session.Run("ROLLBACK; SET lock_timeout = 0");
        _other.StandardInput.WriteLine("INSERT INTO r VALUES (1); CREATE TABLE made (id int); SELECT pg_sleep(0.2); COMMIT");
        _session.Run(Lock);
        Assert.Equal(["2"], _session.Run("SELECT count(*) FROM r"));
        Assert.Equal("relation \"made\" already exists", _session.Fails("CREATE TABLE made (id int)").Message);
        _session.Run("ROLLBACK");
        Assert.Equal("", _other.StandardOutput.ReadLine());
    }
}
