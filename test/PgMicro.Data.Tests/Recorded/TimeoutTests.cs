using System.Data.Common;
using Npgsql;

namespace PgMicro.Data.Tests.Recorded;

/// <summary>The timeouts of sessions, transactions, statements and locks, and what becomes of the connection.</summary>
public sealed class TimeoutTests : AdoTest
{
    private const string Idle = "2s";

    [Fact]
    public Task Idle_in_a_transaction() => Run(async (database, connection) =>
    {
        connection.Execute("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 10)");
        await using var other = database.Connect("Options=-c idle_in_transaction_session_timeout=" + Idle);
        await other.OpenAsync();
        await using (await other.BeginTransactionAsync())
        {
            other.Execute("UPDATE t SET v = 11");

            // It waits until the other one is ended.
            database.Log.Value("another writes", connection.Execute("UPDATE t SET v = v + 1"));
            await TryAsync(database, other, "SELECT 1");
        }

        database.Log.Value("v", await connection.Command("SELECT v FROM t").ExecuteScalarAsync());
        await ReopenAsync(database, other);
    });

    [Fact]
    public Task Idle_outside_of_a_transaction() => Run(async (database, connection) =>
    {
        await using var other = database.Connect("Options=-c idle_session_timeout=" + Idle);
        await other.OpenAsync();
        other.Execute("SELECT pg_advisory_lock(1)");
        connection.Execute("SELECT pg_advisory_lock(1)");
        await TryAsync(database, other, "SELECT 1");
        await ReopenAsync(database, other);
    });

    [Fact]
    public Task A_transaction_that_takes_too_long() => Run(async (database, connection) =>
    {
        connection.Execute("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 10)");
        await using var other = database.Connect("Options=-c transaction_timeout=" + Idle);
        await other.OpenAsync();
        await using (await other.BeginTransactionAsync(System.Data.IsolationLevel.Serializable))
        {
            other.Execute("UPDATE t SET v = 11");
            database.Log.Value("another writes", connection.Execute("UPDATE t SET v = v + 1"));
            await TryAsync(database, other, "SELECT 1");
        }

        await ReopenAsync(database, other);
        await TryAsync(database, other, "SELECT pg_sleep(60)");
        await ReopenAsync(database, other);
    });

    [Fact]
    public Task A_statement_that_takes_too_long() => Run(async (database, connection) =>
    {
        connection.Execute("SET statement_timeout = '500ms'");
        await TryAsync(database, connection, "SELECT pg_sleep(60)");
        await TryAsync(database, connection, "SELECT 1; SELECT pg_sleep(60)");
        await TryAsync(database, connection, "DO $$ BEGIN LOOP END LOOP; END $$");
        await TryAsync(database, connection, "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b WHERE a + b < 0");
        connection.Execute("SET statement_timeout = 0");
        await using (await connection.BeginTransactionAsync())
        {
            connection.Execute("SET LOCAL statement_timeout = '500ms'");
            await TryAsync(database, connection, "SELECT pg_sleep(60)");
            await TryAsync(database, connection, "SELECT 1");
        }

        database.Log.Value("afterwards", await connection.Command("SHOW statement_timeout").ExecuteScalarAsync());
    });

    [Fact]
    public Task A_lock_that_is_not_to_be_had() => Run(async (database, connection) =>
    {
        connection.Execute("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 10)");
        await using var other = database.Connect("Options=-c lock_timeout=100ms");
        await other.OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            connection.Execute("INSERT INTO t VALUES (2, 20); UPDATE t SET v = 11 WHERE id = 1; SELECT pg_advisory_xact_lock(1)");
            foreach (var sql in (string[])
            [
                "UPDATE t SET v = 12 WHERE id = 1", "SELECT v FROM t FOR SHARE", "SELECT v FROM t FOR UPDATE NOWAIT", "DELETE FROM t",
                "LOCK TABLE t", "BEGIN; LOCK TABLE t", "ROLLBACK; DROP TABLE t", "SELECT pg_advisory_lock(1)", "SELECT v FROM t", "VACUUM FULL t",
            ])
            {
                await TryAsync(database, other, sql);
            }

            await transaction.CommitAsync();
        }

        await TryAsync(database, other, "UPDATE t SET v = 12 WHERE id = 1");
    });

    private static async Task TryAsync(AdoDatabase database, DbConnection connection, string sql)
    {
        try
        {
            await using var command = connection.Command(sql);
            database.Log.Value(sql, await command.ExecuteScalarAsync());
        }
        catch (PostgresException e)
        {
            database.Log.Value(sql, e);
            database.Log.Value("  place", (e.Where, e.Detail, e.Hint));
        }

        database.Log.Value("  connection", connection.State);
    }

    private static async Task ReopenAsync(AdoDatabase database, DbConnection connection)
    {
        await connection.CloseAsync();
        await connection.OpenAsync();
        database.Log.Value("opened again", await connection.Command("SELECT 1").ExecuteScalarAsync());
    }
}
