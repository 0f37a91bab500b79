using System.Globalization;

namespace PgMicro.Isolation.Model;

/// <summary>Money that wanders between accounts, which are opened and closed: whoever looks finds the same sum.</summary>
public sealed class BankTests
{
    private const int Writers = 6;
    private const int Readers = 2;
    private const int Accounts = 10;
    private const long Sum = Accounts * 100L;

    [Theory]
    [InlineData("READ COMMITTED")]
    [InlineData("REPEATABLE READ")]
    [InlineData("SERIALIZABLE")]
    public async Task The_sum_is_the_same_whenever_one_looks(string level)
    {
        var database = await ModelServer.CreateDatabaseAsync();
        var control = await ModelServer.ConnectAsync(database);
        control.Run("CREATE TABLE account (id bigint PRIMARY KEY, balance bigint NOT NULL)");
        control.Run($"INSERT INTO account SELECT n, 100 FROM generate_series(1, {Accounts}) n");
        var sessions = new List<ModelSession>();
        for (var i = 0; i < Writers + Readers; i++)
        {
            sessions.Add(await ModelServer.ConnectAsync(database));
        }

        var left = Writers;
        var looks = 0;
        var transfers = 0;
        await ModelSession.RunAllAsync(sessions, (session, who) =>
        {
            var random = new Random(HashCode.Combine(ModelServer.Seed, who, level.Length));
            if (who < Writers)
            {
                try
                {
                    for (var i = 0; i < ModelServer.Transactions / Writers; i++)
                    {
                        if (Transfer(session, level, random, Accounts + 1 + who))
                        {
                            Interlocked.Increment(ref transfers);
                        }
                    }
                }
                finally
                {
                    Interlocked.Decrement(ref left);
                }

                return;
            }

            while (Volatile.Read(ref left) > 0)
            {
                Look(session, random.Next(2) == 0);
                Interlocked.Increment(ref looks);
            }
        });

        Assert.True(transfers > 0 && looks > 0, $"{transfers} transfers, {looks} looks");
        Assert.Equal(Sum, ModelSession.Value(control.Run("SELECT sum(balance) FROM account")));
        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }

        await control.DisposeAsync();
        await database.DisposeAsync();
    }

    private static bool Transfer(ModelSession session, string level, Random random, long ownAccount)
    {
        session.Run("BEGIN ISOLATION LEVEL " + level);
        var (from, to) = (random.Next(1, Accounts + 1), random.Next(1, Accounts + 1));
        var amount = random.Next(1, 20);
        var done = random.Next(4) switch
        {
            // One statement for both rows.
            0 => session.Try("UPDATE account SET balance = balance + CASE id WHEN $1 THEN -$3 ELSE $3 END WHERE id IN ($1, $2) AND $1 <> $2", from, to, amount) is not null,

            // An account is opened with what another one has, or closed.
            1 => Move(session, from, ownAccount, amount),

            // Two statements, in whichever order: a deadlock is one's own fault.
            _ => session.Try("UPDATE account SET balance = balance - $2 WHERE id = $1", from, amount) is not null
                && Pause() && session.Try("UPDATE account SET balance = balance + $2 WHERE id = $1", to, amount) is not null,
        };
        if (!done || random.Next(10) == 0)
        {
            session.Run("ROLLBACK");
            return false;
        }

        return session.Try("COMMIT") is not null;
    }

    private static bool Move(ModelSession session, long from, long ownAccount, long amount)
    {
        if (session.Try("DELETE FROM account WHERE id = $1 RETURNING balance", ownAccount) is not { } closed)
        {
            return false;
        }

        return closed.Rows is [[{ } balance]]
            ? session.Try("UPDATE account SET balance = balance + $2 WHERE id = $1", from, long.Parse(balance, CultureInfo.InvariantCulture)) is not null
            : session.Try("UPDATE account SET balance = balance - $2 WHERE id = $1", from, amount) is not null
                && session.Try("INSERT INTO account VALUES ($1, $2)", ownAccount, amount) is not null;
    }

    private static bool Pause()
    {
        Thread.Yield();
        return true;
    }

    private static void Look(ModelSession session, bool inOneStatement)
    {
        if (inOneStatement)
        {
            Assert.Equal(Sum, ModelSession.Value(session.Run("SELECT sum(balance) FROM account")));
            return;
        }

        session.Run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        var low = ModelSession.Value(session.Run("SELECT coalesce(sum(balance), 0) FROM account WHERE id <= 5"));
        Thread.Yield();
        var high = ModelSession.Value(session.Run("SELECT coalesce(sum(balance), 0) FROM account WHERE id > 5"));
        session.Run("COMMIT");
        Assert.Equal(Sum, low + high);
    }
}
