using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;

namespace PgMicro.Core.Tests.Transactions;

/// <summary>Advisory locks as SQL sees them; each answer is PostgreSQL 17's.</summary>
public sealed class AdvisoryLockTests : IDisposable
{
    private readonly PgDatabase _database = PgDatabase.Open(new PgDatabaseOptions { Path = Guid.NewGuid().ToString("N"), InMemory = true });
    private readonly PgSession _a;
    private readonly PgSession _b;

    public AdvisoryLockTests() => (_a, _b) = (_database.CreateSession(), _database.CreateSession());

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void A_session_lock_is_counted_and_outlives_its_transaction()
    {
        _a.Run("BEGIN; SELECT pg_advisory_lock(-1); SELECT pg_advisory_lock(-1); ROLLBACK");
        Assert.Equal(["f"], _b.Run("SELECT pg_try_advisory_lock(-1)"));
        Assert.Equal(["t"], _a.Run("SELECT pg_advisory_unlock(-1)"));
        Assert.Equal(["f"], _b.Run("SELECT pg_try_advisory_lock_shared(-1)"));
        Assert.Equal(["t"], _a.Run("SELECT pg_advisory_unlock(-1)"));
        Assert.Equal(["f"], _a.Run("SELECT pg_advisory_unlock(-1)"));
        Assert.Equal(["t"], _b.Run("SELECT pg_try_advisory_lock_shared(-1)"));
    }

    [Fact]
    public void A_transaction_lock_ends_with_its_transaction_or_its_savepoint()
    {
        _a.Run("BEGIN; SELECT pg_advisory_xact_lock(1); SAVEPOINT s; SELECT pg_advisory_xact_lock(2), pg_advisory_lock(3); ROLLBACK TO s");
        Assert.Equal(["f|t|f"], _b.Run("SELECT pg_try_advisory_xact_lock(1), pg_try_advisory_xact_lock(2), pg_try_advisory_xact_lock(3)"));
        Assert.Equal(["f"], _a.Run("SELECT pg_advisory_unlock(1)"));
        _a.Run("COMMIT");
        Assert.Equal(["t|f"], _b.Run("SELECT pg_try_advisory_xact_lock(1), pg_try_advisory_xact_lock(3)"));
        _a.Run("SELECT pg_advisory_unlock_all()");
        Assert.Equal(["t"], _b.Run("SELECT pg_try_advisory_lock(3)"));
    }

    [Fact]
    public void Pairs_of_integers_are_other_locks_than_bigints()
    {
        _a.Run("SELECT pg_advisory_lock(0, 5), pg_advisory_lock_shared(-7)");
        Assert.Equal(["t|f|t|f"], _b.Run("SELECT pg_try_advisory_lock(5), pg_try_advisory_lock(0, 5), pg_try_advisory_lock_shared(-7), pg_try_advisory_lock(-7)"));
    }
}
