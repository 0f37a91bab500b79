using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Storage;

public sealed class BranchFileTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();
    private readonly SqliteConnectionHandle _main;

    public BranchFileTests()
    {
        _main = _database.Open();
        SqliteFileSettings.Volatile.Apply(_main);
        _main.Execute("PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE UNIQUE INDEX i ON t (v)");
    }

    public void Dispose()
    {
        _main.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void A_branch_sees_its_snapshot_and_its_own_writes_and_nobody_else_does()
    {
        _main.Execute("INSERT INTO t VALUES (1, 'one'), (2, 'two')");
        using var pin = Pin();
        using var branch = new BranchFile();
        branch.SetBase(pin);
        using var connection = BranchVfs.Open(_database.FileName, branch);
        _main.Execute("INSERT INTO t VALUES (3, 'three')");
        connection.Execute("BEGIN IMMEDIATE; UPDATE t SET v = 'ONE' WHERE id = 1; INSERT INTO t VALUES (4, 'four')");

        _main.Execute("BEGIN IMMEDIATE; DELETE FROM t WHERE id = 2; COMMIT");

        Assert.Equal("1ONE 2two 4four", Content(connection));
        Assert.Equal("1one 3three", Content(_main));
        Assert.Equal("1one 2two", Content(pin));
        connection.Execute("ROLLBACK");
        Assert.Equal("1one 2two", Content(connection));
        pin.Commit();
        pin.BeginSnapshot();
        Assert.True(branch.SetBase(pin));
        Assert.Equal("1one 3three", Content(connection));
        Assert.False(branch.SetBase(pin));
    }

    [Fact]
    public void Closing_a_branch_leaves_file_and_log_as_they_are()
    {
        _main.Execute("INSERT INTO t VALUES (1, 'one')");
        using (var pin = Pin())
        using (var branch = new BranchFile())
        {
            branch.SetBase(pin);
            using var connection = BranchVfs.Open(_database.FileName, branch);
            connection.Execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (4, 'four'); COMMIT");
            Assert.Equal("1one 4four", Content(connection));
        }

        Assert.Equal("1one", Content(_main));
        Assert.True(new FileInfo(_database.FileName + "-wal").Length > 0);
        using var other = _database.Open();
        Assert.Equal("1one", Content(other));
    }

    [Fact]
    public void A_branch_stands_on_a_file_whose_log_is_empty()
    {
        _main.Execute("INSERT INTO t VALUES (1, 'one')");
        _main.Dispose();
        using var pin = Pin();
        using var branch = new BranchFile();
        branch.SetBase(pin);
        using var connection = BranchVfs.Open(_database.FileName, branch);
        connection.Execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (2, 'two')");
        using var other = _database.Open();
        other.Execute("INSERT INTO t VALUES (3, 'three')");
        Assert.Equal("1one 2two", Content(connection));
        connection.Execute("ROLLBACK");
        pin.Commit();
        pin.BeginSnapshot();
        Assert.True(branch.SetBase(pin));
        Assert.Equal("1one 3three", Content(connection));
    }

    // A checkpoint up to the snapshot does not write a page that has been changed after it.
    [Fact]
    public void A_branch_gets_from_the_log_what_a_checkpoint_has_passed_by()
    {
        _main.Execute("INSERT INTO t VALUES (1, 'one')");
        using var pin = Pin();
        _main.Execute("UPDATE t SET v = 'ONE'");
        _main.QueryInt64("PRAGMA wal_checkpoint(PASSIVE)");
        using var branch = new BranchFile();
        branch.SetBase(pin);
        using var connection = BranchVfs.Open(_database.FileName, branch);
        Assert.Equal("1one", Content(connection));
    }

    // A snapshot that is all in the file keeps the log nevertheless.
    [Fact]
    public void A_branch_keeps_what_had_been_written_back_before()
    {
        _main.Execute("INSERT INTO t VALUES (1, 'one')");
        _main.QueryInt64("PRAGMA wal_checkpoint(PASSIVE)");
        using var pin = Pin();
        using var branch = new BranchFile();
        branch.SetBase(pin);
        using var connection = BranchVfs.Open(_database.FileName, branch);
        _main.Execute("UPDATE t SET v = 'ONE'");
        _main.QueryInt64("PRAGMA wal_checkpoint(PASSIVE)");
        _main.Execute("UPDATE t SET v = 'TWO'");
        Assert.Equal("1one", Content(connection));
    }

    // Writers, checkpoints that empty or restart the log and overflowing caches, in random order; what a branch sees is
    // compared with what the reader sees that holds its snapshot.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Branches_keep_their_snapshots_whatever_writers_and_checkpoints_do(int seed)
    {
        var random = new Random(seed);
        _main.Execute("DROP INDEX i");
        var branches = Enumerable.Range(0, 3).Select(_ => new OpenBranch(this)).ToArray();
        for (var step = 0; step < 80; step++)
        {
            var one = branches[random.Next(branches.Length)];
            switch (random.Next(8))
            {
                case 0 or 1 or 2:
                    _main.Execute(
                        $"INSERT OR REPLACE INTO t WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g LIMIT {random.Next(1, 300)}) "
                        + $"SELECT abs(random()) % 5000, hex(randomblob({random.Next(400)})) FROM g");
                    break;
                case 3:
                    _main.Execute("DELETE FROM t WHERE id % 7 = " + random.Next(7));
                    break;
                case 4:
                    var mode = (string[])["PASSIVE", "PASSIVE", "FULL", "RESTART", "TRUNCATE"];
                    _main.QueryInt64($"PRAGMA wal_checkpoint({mode[random.Next(mode.Length)]})");
                    break;
                case 5:
                    one.Rebase();
                    break;
                default:
                    one.Write(random);
                    break;
            }

            foreach (var branch in branches)
            {
                branch.Check(random);
            }
        }

        foreach (var branch in branches)
        {
            branch.Dispose();
        }

        Assert.Equal("ok", _main.QueryText("PRAGMA integrity_check"));
    }

    private static string Content(SqliteConnectionHandle connection) =>
        connection.QueryText("SELECT group_concat(id || v, ' ' ORDER BY id) FROM t") ?? "";

    private SqliteConnectionHandle Pin()
    {
        var pin = _database.Open();
        pin.Execute("PRAGMA busy_timeout = 0");
        pin.BeginSnapshot();
        return pin;
    }

    private sealed class OpenBranch : IDisposable
    {
        private const string Sum = "SELECT coalesce(sum(id * 31 + length(v) * 7 + unicode(v)), 0) FROM t";
        private readonly SqliteConnectionHandle _pin;
        private readonly BranchFile _branch = new();
        private readonly SqliteConnectionHandle _connection;
        private long _own;
        private bool _hasWritten;
        private bool _isBased = true;

        internal OpenBranch(BranchFileTests test)
        {
            _pin = test.Pin();
            _branch.SetBase(_pin);
            _connection = BranchVfs.Open(test._database.FileName, _branch);
            _connection.Execute("PRAGMA cache_size = 10");
        }

        internal void Rebase()
        {
            if (_hasWritten)
            {
                _connection.Execute("ROLLBACK");
                _hasWritten = false;
            }

            _pin.Commit();
            _pin.BeginSnapshot();
            _isBased = false;
        }

        internal void Write(Random random)
        {
            Base();
            if (!_hasWritten)
            {
                _connection.Execute("BEGIN IMMEDIATE");
                _hasWritten = true;
            }

            _connection.Execute($"UPDATE t SET v = hex(randomblob({random.Next(300)})) WHERE id % 3 = {random.Next(3)}");
            _own = _connection.QueryInt64(Sum);
        }

        // Some time after the pin has been set.
        private void Base()
        {
            if (!_isBased)
            {
                _branch.SetBase(_pin);
                _isBased = true;
            }
        }

        internal void Check(Random random)
        {
            if (!_isBased && random.Next(3) > 0)
            {
                return;
            }

            Base();
            Assert.Equal(_hasWritten ? _own : _pin.QueryInt64(Sum), _connection.QueryInt64(Sum));
            Assert.Equal(_pin.QueryInt64("SELECT sum(id) FROM t"), _connection.QueryInt64("SELECT sum(id) FROM t"));
        }

        public void Dispose()
        {
            Assert.Equal("ok", _connection.QueryText("PRAGMA integrity_check"));
            _connection.Dispose();
            _branch.Dispose();
            _pin.Dispose();
        }
    }
}
