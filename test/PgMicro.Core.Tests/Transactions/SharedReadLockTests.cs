using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.Transactions;

/// <summary>The lock that frequent reads share: it is there when they come, and in nobody's way.</summary>
public sealed class SharedReadLockTests : IDisposable
{
    private const int Many = 40;
    private readonly TemporaryDatabase _file = new();
    private readonly PgDatabase _database;
    private readonly PgSession _session;

    public SharedReadLockTests()
    {
        _database = Sessions.OpenFile(_file.FileName);
        _session = _database.CreateSession();
        _session.Run("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 0)");
    }

    private bool IsHeld => _database.Transactions.SharedReads!.IsHeld;

    public void Dispose()
    {
        _session.Dispose();
        _database.Dispose();
        Assert.False(File.Exists(_file.FileName + "-wal"));
        _file.Dispose();
    }

    [Fact]
    public void Reads_see_every_write()
    {
        for (var i = 1; i < 10; i++)
        {
            ReadMany();
            Assert.True(IsHeld);
            _session.Run("UPDATE t SET v = v + 1");
            Assert.Equal([i.ToString(System.Globalization.CultureInfo.InvariantCulture)], _session.Run("SELECT v FROM t WHERE id = 1"));
        }
    }

    [Fact]
    public void It_is_taken_beside_a_writer_and_kept_at_its_commit()
    {
        using var other = _database.CreateSession();
        other.Run("BEGIN; UPDATE t SET v = 7");
        ReadMany();
        Assert.True(IsHeld);
        Assert.Equal(["0"], _session.Run("SELECT v FROM t"));
        other.Run("COMMIT");
        Assert.Equal(["7"], _session.Run("SELECT v FROM t"));
        ReadMany();
        Assert.True(IsHeld);
    }

    [Fact]
    public void A_long_log_begins_anew_however_many_read()
    {
        var transactions = _database.Transactions;
        transactions.Maintenance!.Threshold = 20;
        var longest = 0L;
        for (var i = 0; i < 400; i++)
        {
            ReadMany();
            _session.Run("UPDATE t SET v = v + 1");
            transactions.Maintenance.Checkpoint();
            longest = Math.Max(longest, new FileInfo(_file.FileName + "-wal").Length);
        }

        Assert.InRange(longest, 1, 40 * 4096);
    }

    [Fact]
    public void It_is_given_up_when_reads_get_rarer()
    {
        ReadMany();
        Assert.True(SpinWait.SpinUntil(() => !IsHeld, TimeSpan.FromSeconds(10)));
        ReadMany();
        Assert.True(IsHeld);
    }

    [Fact]
    public void The_log_can_be_written_back_and_emptied()
    {
        ReadMany();
        _database.Checkpoint();
        Assert.Equal(0, new FileInfo(_file.FileName + "-wal").Length);
        ReadMany();
        _session.Run("VACUUM FULL");
    }

    [Fact]
    public void Another_process_writes_and_is_seen()
    {
        using var child = CrashChild.Start("session", _file.FileName);
        for (var i = 1; i < 5; i++)
        {
            ReadMany();
            Assert.Equal("", child.Tell("UPDATE t SET v = v + 1"));
            Assert.Equal([i.ToString(System.Globalization.CultureInfo.InvariantCulture)], _session.Run("SELECT v FROM t"));
        }

        child.StandardInput.Close();
        child.WaitForExit();
    }

    [Fact]
    public void It_is_not_taken_while_the_log_is_long()
    {
        _session.Run("CREATE TABLE wide (id int, v int, filler text); INSERT INTO wide SELECT g, 0, repeat('x', 3000) FROM generate_series(1, 2500) g");
        using (var reader = _database.CreateSession())
        {
            // Keeps the log from beginning anew.
            reader.Run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT v FROM t");
            for (var i = 0; i < 4; i++)
            {
                _session.Run("UPDATE wide SET v = v + 1");
            }

            ReadMany();
            Assert.True(SpinWait.SpinUntil(() => !IsHeld, TimeSpan.FromSeconds(10)));
            ReadMany();
            Assert.False(IsHeld);
        }

        _database.Checkpoint();
        ReadMany();
        Assert.True(IsHeld);
    }

    [Fact]
    public async Task Sessions_that_read_and_write_at_once_agree()
    {
        const int Rounds = 200;
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            using var session = _database.CreateSession();
            var last = 0;
            while (!stop.IsCancellationRequested)
            {
                var now = int.Parse(session.Run("SELECT v FROM t WHERE id = 1")[0], System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(now >= last);
                last = now;
            }
        })).ToArray();
        for (var i = 0; i < Rounds; i++)
        {
            _session.Run("UPDATE t SET v = v + 1");
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(["200"], _session.Run("SELECT v FROM t"));
    }

    private void ReadMany()
    {
        for (var i = 0; i < Many; i++)
        {
            _session.Run("SELECT v FROM t WHERE id = 1");
        }
    }
}
