using System.Globalization;

namespace PgMicro.Isolation.Model;

/// <summary>Random transactions of eight sessions over a dozen rows have the order that their isolation level promises.</summary>
public sealed class ModelTests
{
    private const int Sessions = 8;

    [Theory]
    [InlineData("READ COMMITTED")]
    [InlineData("REPEATABLE READ")]
    [InlineData("SERIALIZABLE")]
    public async Task Random_transactions_have_an_order(string level)
    {
        var database = await ModelServer.CreateDatabaseAsync();
        var control = await ModelServer.ConnectAsync(database);
        control.Run("CREATE TABLE kv (k bigint PRIMARY KEY, v bigint NOT NULL, prev bigint)");
        control.Run($"INSERT INTO kv SELECT n, -n FROM generate_series(1, {RandomTransactions.Keys}) n");
        var sessions = new List<ModelSession>();
        var runs = new List<RandomTransactions>();
        var number = 0;
        for (var i = 0; i < Sessions; i++)
        {
            sessions.Add(await ModelServer.ConnectAsync(database));
            runs.Add(new RandomTransactions(sessions[i], i, level, () => Interlocked.Increment(ref number)));
        }

        await ModelSession.RunAllAsync(sessions, (_, i) => runs[i].Run(ModelServer.Transactions / Sessions));

        var checker = new HistoryChecker([.. runs.SelectMany(static r => r.History)]);
        var last = control.Run("SELECT k, v FROM kv").Rows!
            .ToDictionary(static r => int.Parse(r[0]!, CultureInfo.InvariantCulture), static r => long.Parse(r[1]!, CultureInfo.InvariantCulture));
        checker.CheckChains(last.Keys.ToDictionary(static k => k, static k => -(long)k), last);
        switch (level)
        {
            case "READ COMMITTED": checker.CheckReadCommitted(); break;
            case "REPEATABLE READ": checker.CheckSnapshot(); break;
            default: checker.CheckSerializable(); break;
        }

        Assert.True(
            checker.Committed > number / 10, $"seed {ModelServer.Seed}: only {checker.Committed} of {number} transactions were committed");
        await DisposeAsync(database, [.. sessions, control]);
    }

    /// <summary>Who books a room only when it finds it free never books it twice, though no key says so.</summary>
    [Fact]
    public async Task Serializable_predicates_are_kept()
    {
        const int Rooms = 3;
        var database = await ModelServer.CreateDatabaseAsync();
        var control = await ModelServer.ConnectAsync(database);
        control.Run("CREATE TABLE booking (room bigint, hour bigint, who bigint)");
        var sessions = new List<ModelSession>();
        for (var i = 0; i < Sessions; i++)
        {
            sessions.Add(await ModelServer.ConnectAsync(database));
        }

        var booked = 0;
        await ModelSession.RunAllAsync(sessions, (session, who) =>
        {
            var random = new Random(HashCode.Combine(ModelServer.Seed, who));
            for (var i = 0; i < ModelServer.Transactions / Sessions / 2; i++)
            {
                if (who == 0)
                {
                    var twice = session.Run("SELECT room, hour FROM booking GROUP BY room, hour HAVING count(*) > 1");
                    Assert.True(twice.Rows!.Count == 0, $"seed {ModelServer.Seed}: a room is booked twice");
                    continue;
                }

                if (Book(session, random.Next(Rooms), random.Next(Rooms), who))
                {
                    Interlocked.Increment(ref booked);
                }
            }
        });

        Assert.True(booked > 0, "nothing was booked");
        Assert.Empty(control.Run("SELECT room, hour FROM booking GROUP BY room, hour HAVING count(*) > 1").Rows!);
        await DisposeAsync(database, [.. sessions, control]);
    }

    private static bool Book(ModelSession session, long room, long hour, long who)
    {
        session.Run("BEGIN ISOLATION LEVEL SERIALIZABLE");
        var found = session.Try("SELECT count(*) FROM booking WHERE room = $1 AND hour = $2", room, hour);
        var isFree = found is not null && ModelSession.Value(found) == 0;
        Thread.Yield();
        var done = found is null ? null
            : isFree ? session.Try("INSERT INTO booking VALUES ($1, $2, $3)", room, hour, who)
            : session.Try("DELETE FROM booking WHERE room = $1 AND hour = $2", room, hour);
        if (done is null)
        {
            session.Run("ROLLBACK");
            return false;
        }

        return session.Try("COMMIT") is not null && isFree;
    }

    private static async Task DisposeAsync(Running.CaseDatabase database, IReadOnlyList<ModelSession> sessions)
    {
        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }

        await database.DisposeAsync();
    }
}
