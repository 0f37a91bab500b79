using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.Transactions;

/// <summary>Sessions that follow one another at the write gate, each with it while its client thinks.</summary>
public sealed class WriteGateTests : IDisposable
{
    private readonly TemporaryDatabase _file = new();
    private readonly PgDatabase _database;
    private readonly PgSession _one;
    private readonly PgSession _two;

    public WriteGateTests()
    {
        _database = Sessions.OpenFile(_file.FileName);
        _one = _database.CreateSession();
        _two = _database.CreateSession();
        _one.Run("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 0), (2, 0)");
    }

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _database.Dispose();
        _file.Dispose();
    }

    [Fact]
    public async Task Who_writes_alone_writes_into_the_file()
    {
        for (var i = 0; i < 10; i++)
        {
            _one.Run("BEGIN; UPDATE t SET v = v + 1 WHERE id = 1");
            Assert.False(_one.Transaction.IsInBranch);
            _one.Run("COMMIT");
            await Task.Run(() => _two.Run("UPDATE t SET v = v + 1 WHERE id = 2"));
        }

        Assert.Equal(["1|10", "2|10"], _one.Run("SELECT id, v FROM t ORDER BY 1"));
    }

    [Fact]
    public async Task A_crowd_writes_in_branches_from_the_start()
    {
        var gate = _database.Transactions.Gate;
        var turns = 0;
        while (true)
        {
            Assert.True(++turns < 1000);
            _one.Run("BEGIN; UPDATE t SET v = v + 1 WHERE id = 1");
            if (_one.Transaction.IsInBranch)
            {
                break;
            }

            var other = Task.Run(() => _two.Run("UPDATE t SET v = v + 1 WHERE id = 2"));
            Assert.True(SpinWait.SpinUntil(() => gate.Waiting > 0 || other.IsCompleted, TimeSpan.FromSeconds(30)));
            _one.Run("COMMIT");
            await other;
        }

        // Nobody waits for anybody now, and a single statement needs no branch.
        _two.Run("UPDATE t SET v = v + 1 WHERE id = 2");
        Assert.Equal([$"1|{turns}", $"2|{turns}"], _one.Run("SELECT id, v FROM t ORDER BY 1"));
        _one.Run("COMMIT");
        Assert.Equal([$"1|{turns}", $"2|{turns}"], _two.Run("SELECT id, v FROM t ORDER BY 1"));
    }
}
