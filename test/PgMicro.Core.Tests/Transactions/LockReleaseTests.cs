using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;

namespace PgMicro.Core.Tests.Transactions;

/// <summary>
/// When the locks of a transaction go: who writes alone once it has left the gate, and no branch is left, takes for granted that nobody has a lock on its rows.
/// </summary>
public sealed class LockReleaseTests : IDisposable
{
    private readonly PgDatabase _database = PgDatabase.Open(new PgDatabaseOptions { Path = Guid.NewGuid().ToString("N"), InMemory = true });
    private readonly PgSession _branched;
    private readonly PgSession _writer;

    public LockReleaseTests()
    {
        _branched = _database.CreateSession();
        _writer = _database.CreateSession();
        _writer.Run("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t SELECT i, 0 FROM generate_series(1, 4) i");
    }

    public void Dispose()
    {
        _branched.Dispose();
        _writer.Dispose();
        _database.Dispose();
    }

    [Theory]
    [InlineData("COMMIT")]
    [InlineData("ROLLBACK")]
    public void A_transaction_in_the_file_has_no_locks_when_it_leaves_the_gate(string end)
    {
        _branched.Run("BEGIN; UPDATE t SET v = 1 WHERE id = 1");
        _writer.Run("BEGIN; UPDATE t SET v = 2 WHERE id = 2");
        Assert.True(_branched.Transaction.IsInBranch);
        Assert.False(_writer.Transaction.IsInBranch);
        Assert.True(_writer.LockOwner.RowLocks > 0);

        var held = LocksAtLeaving(_writer, () => _writer.Run(end));

        Assert.Equal([0], held);
        _branched.Run("COMMIT");
    }

    [Fact]
    public void A_transaction_that_fails_has_no_locks_when_it_leaves_the_gate()
    {
        _branched.Run("BEGIN; UPDATE t SET v = 1 WHERE id = 1");
        _writer.Run("BEGIN; UPDATE t SET v = 2 WHERE id = 2");

        var held = LocksAtLeaving(_writer, () => Assert.Throws<Errors.PgException>(() => _writer.Run("SELECT 1 / (v - 2) FROM t WHERE id = 2")));

        Assert.Equal([0], held);
        _writer.Run("ROLLBACK");
        _branched.Run("COMMIT");
    }

    [Fact]
    public void A_branch_keeps_its_locks_until_what_it_has_changed_is_in_the_file()
    {
        _branched.Run("BEGIN; UPDATE t SET v = 1 WHERE id = 1");
        _writer.Run("UPDATE t SET v = 2 WHERE id = 2");
        Assert.True(_branched.Transaction.IsInBranch);

        var branches = 0;
        var held = LocksAtLeaving(_branched, () => _branched.Run("COMMIT"), () => branches = _database.Transactions.Branches);

        Assert.True(Assert.Single(held) > 0);
        Assert.Equal(1, branches);
        Assert.Equal(0, _branched.LockOwner.RowLocks);
        Assert.Equal(0, _database.Transactions.Branches);
    }

    // What a session holds each time that the gate is left.
    private List<int> LocksAtLeaving(PgSession session, Action action, Action? also = null)
    {
        var gate = _database.Transactions.Gate;
        var before = gate.Left;
        var held = new List<int>();
        gate.Left = () =>
        {
            before?.Invoke();
            held.Add(session.LockOwner.Held.Count);
            also?.Invoke();
        };
        try
        {
            action();
        }
        finally
        {
            gate.Left = before;
        }

        return held;
    }
}
