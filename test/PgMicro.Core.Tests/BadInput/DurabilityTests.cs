using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>When a commit is acknowledged, and when its log is written back.</summary>
public sealed class DurabilityTests : IDisposable
{
    private readonly TemporaryDatabase _file = new();
    private readonly FaultyFiles _faults;
    private readonly PgDatabase _database;
    private readonly PgSession _session;

    public DurabilityTests()
    {
        _faults = new FaultyFiles(_file.Folder);
        _database = Sessions.OpenFile(_file.FileName);
        _session = _database.CreateSession();
        _session.Run("CREATE TABLE t (id int PRIMARY KEY, v text)");
        _faults.Heal();
    }

    public void Dispose()
    {
        _faults.LogSyncing = null;
        _session.Dispose();
        _database.Dispose();
        _faults.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void A_commit_is_acknowledged_when_the_disk_has_it()
    {
        for (var i = 1; i <= 10; i++)
        {
            _session.Run($"INSERT INTO t VALUES ({i}, 'x')");
            Assert.Equal((i, 0), (_faults.LogSyncs, _faults.LogWritesSinceSync));
        }

        _session.Run("BEGIN; INSERT INTO t VALUES (11, 'x'); SAVEPOINT s; INSERT INTO t VALUES (12, 'x')");
        Assert.Equal(10, _faults.LogSyncs);
        _session.Run("COMMIT");
        Assert.Equal((11, 0), (_faults.LogSyncs, _faults.LogWritesSinceSync));
        _session.Run("SELECT * FROM t; BEGIN; SELECT * FROM t; COMMIT; UPDATE t SET v = 'y' WHERE false; BEGIN; DELETE FROM t; ROLLBACK");
        Assert.Equal(11, _faults.LogSyncs);
    }

    [Fact]
    public void A_commit_from_a_branch_waits_too()
    {
        using var other = _database.CreateSession();
        _session.Run("BEGIN; INSERT INTO t VALUES (1, 'x')");
        other.Run("INSERT INTO t VALUES (2, 'x')");
        Assert.True(_session.Transaction.IsInBranch);
        Assert.Equal((1, 0), (_faults.LogSyncs, _faults.LogWritesSinceSync));
        _session.Run("COMMIT");
        Assert.Equal((2, 0), (_faults.LogSyncs, _faults.LogWritesSinceSync));
    }

    [Fact]
    public async Task Those_who_commit_while_the_disk_is_busy_share_the_next_flush()
    {
        const int Others = 7;
        var sessions = Enumerable.Range(0, Others).Select(_ => _database.CreateSession()).ToArray();
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var log = _database.Transactions.Log!;
        var before = log.Position;
        _faults.LogSyncing = () =>
        {
            begun.Set();
            go.Wait();
        };
        var first = Task.Factory.StartNew(() => _session.Run("INSERT INTO t VALUES (100, 'x')"), TaskCreationOptions.LongRunning);
        begun.Wait();
        var others = sessions.Select((s, i) => Task.Factory.StartNew(() => s.Run($"INSERT INTO t VALUES ({i}, 'x')"), TaskCreationOptions.LongRunning)).ToArray();
        Assert.True(SpinWait.SpinUntil(() => log.Position == before + Others + 1, TimeSpan.FromSeconds(30)));

        // All are written, and seen, and none is acknowledged.
        using (var reader = _database.CreateSession())
        {
            Assert.Equal(["8"], reader.Run("SELECT count(*) FROM t"));
        }

        Assert.DoesNotContain(others.Append(first), static t => t.IsCompleted);
        go.Set();
        await Task.WhenAll([first, .. others]);
        _faults.LogSyncing = null;
        Assert.Equal((2, 0), (_faults.LogSyncs, _faults.LogWritesSinceSync));
        Array.ForEach(sessions, static s => s.Dispose());
    }

    [Fact]
    public void Without_synchronous_commit_the_disk_has_it_a_little_later()
    {
        _session.Run("SET synchronous_commit = off; INSERT INTO t VALUES (1, 'x')");
        Assert.True(SpinWait.SpinUntil(() => _faults.LogSyncs == 1, TimeSpan.FromSeconds(30)));
        Assert.Equal(0, _faults.LogWritesSinceSync);
        _session.Run("SET synchronous_commit = local; INSERT INTO t VALUES (2, 'x')");
        Assert.Equal(2, _faults.LogSyncs);
        _session.Run("BEGIN; SET LOCAL synchronous_commit = off; INSERT INTO t VALUES (3, 'x'); COMMIT; INSERT INTO t VALUES (4, 'x')");
        Assert.Equal(0, _faults.LogWritesSinceSync);
        Assert.Equal(_database.Transactions.Log!.Position, _database.Transactions.Log.Flushed);
    }

    [Fact]
    public void After_a_failed_flush_nothing_is_written_until_the_database_is_opened_anew()
    {
        using (var database = _database.Join())
        {
            _faults.LogSyncing = () => _faults.FailAt(1, FaultyFiles.WriteError);
            var error = _session.Fails("INSERT INTO t VALUES (1, 'x')");
            Assert.Equal((SqlState.IoError, $"could not fsync file \"{_file.FileName}-wal\": Input/output error"), (error.SqlState, error.Message));
            _faults.LogSyncing = null;
            _faults.Heal();
            Assert.Equal(SqlState.IoError, _session.Fails("INSERT INTO t VALUES (2, 'x')").SqlState);
            Assert.Equal(["1"], _session.Run("SELECT count(*) FROM t"));
        }

        _session.Dispose();
        _database.Dispose();
        using var anew = Sessions.OpenFile(_file.FileName);
        using var session = anew.CreateSession();
        session.Run("INSERT INTO t VALUES (2, 'x')");
        Assert.Equal(["2"], session.Run("SELECT count(*) FROM t"));
    }

    [Fact]
    public void The_log_is_written_back_in_the_background_and_begun_anew()
    {
        var maintenance = _database.Transactions.Maintenance!;
        maintenance.Threshold = 50;
        for (var i = 0; i < 400; i++)
        {
            _session.Run($"INSERT INTO t VALUES ({i}, repeat('x', 3000))");
        }

        Assert.True(SpinWait.SpinUntil(() => maintenance.Checkpoints > 1, TimeSpan.FromSeconds(30)));
        Assert.InRange(new FileInfo(_file.FileName + "-wal").Length, 1, 300 * 4200);
        Assert.Equal(0, maintenance.Alarms);
        Assert.Equal(["400"], _session.Run("SELECT count(*) FROM t"));
    }

    [Fact]
    public void A_reader_that_keeps_the_log_long_is_told_of()
    {
        using var reader = _database.CreateSession();
        Assert.Equal(["0"], reader.Run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t"));
        var notices = new List<string>();
        _session.NoticeReceived += n => notices.Add(n.Severity + " " + n.Message);
        var maintenance = _database.Transactions.Maintenance!;
        maintenance.Threshold = 50;
        for (var i = 0; i < 600; i++)
        {
            _session.Run($"INSERT INTO t VALUES ({i}, repeat('x', 3000))");
        }

        Assert.InRange(notices.Count, 1, 6);
        Assert.StartsWith("WARNING the write-ahead log has grown to ", notices[0], StringComparison.Ordinal);
        Assert.Equal(notices.Count, maintenance.Alarms);
        Assert.Equal(["0"], reader.Run("SELECT count(*) FROM t"));
        reader.Run("COMMIT");
    }

    [Fact]
    public void A_closed_database_is_one_file()
    {
        _database.Transactions.Maintenance!.Threshold = 20;
        _session.Run("INSERT INTO t SELECT g, repeat('x', 3000) FROM generate_series(1, 200) g");
        _session.Run("SET synchronous_commit = off; INSERT INTO t VALUES (0, 'last')");
        _session.Dispose();
        _database.Dispose();
        Assert.Equal([_file.FileName], Directory.GetFiles(_file.Folder));
        using var raw = _file.Open();
        Assert.Equal(201, raw.QueryInt64("SELECT count(*) FROM t"));
    }
}
