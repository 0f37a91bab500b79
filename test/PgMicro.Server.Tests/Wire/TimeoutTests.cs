namespace PgMicro.Server.Tests.Wire;

/// <summary>What a client is told whose session or statement takes too long.</summary>
[Collection("server")]
public sealed class TimeoutTests(TestServer server) : WireTest(server)
{
    [Fact]
    public Task Idle_in_a_transaction() => CheckAsync((client, transcript) =>
    {
        client.Query("SET idle_in_transaction_session_timeout = '500ms'").Run("set");
        client.Query("BEGIN").Run("begin");
        client.ReadUntilReady();
    });

    [Fact]
    public Task Idle_in_a_failed_transaction() => CheckAsync((client, transcript) =>
    {
        client.Query("SET idle_in_transaction_session_timeout = '500ms'").Run("set");
        client.Query("BEGIN").Query("SELECT 1 / 0").Run("begin", 2);
        client.ReadUntilReady();
    });

    [Fact]
    public Task Idle_with_a_portal_open() => CheckAsync((client, transcript) =>
    {
        client.Query("SET idle_in_transaction_session_timeout = '500ms'; CREATE TABLE t AS SELECT 1 AS i; BEGIN; UPDATE t SET i = 2").Run("begin");
        client.Parse("", "SELECT * FROM generate_series(1, 3)").Bind("p", "").Execute("p", 1).Sync().Run("portal");
        client.ReadUntilReady();
    });

    [Fact]
    public Task Idle_outside_of_a_transaction() => CheckAsync((client, transcript) =>
    {
        client.Query("SET idle_session_timeout = '500ms'").Run("set");
        client.ReadUntilReady();
    });

    [Fact]
    public Task Silent_before_Sync_is_not_idle() => CheckAsync((client, transcript) =>
    {
        client.Query("SET idle_session_timeout = '700ms'; SET idle_in_transaction_session_timeout = '700ms'").Run("set");
        client.Parse("", "BEGIN").Bind("", "").Execute("").Flush().Send();
        client.ReadUntil('C');

        // Who fell silent later is told that it is idle.
        using var idle = WireClient.Connect(client.Database!, new());
        idle.Query("SET idle_session_timeout = '700ms'").Run("set");
        idle.ReadUntilReady();
        client.Query("SET idle_session_timeout = 0").Sync().Run("still there", 2);
        client.Query("ROLLBACK; SET idle_in_transaction_session_timeout = 0; SELECT 1").Run("and on");
    });

    [Fact]
    public Task A_transaction_that_takes_too_long() => CheckAsync((client, transcript) =>
    {
        client.Query("SET transaction_timeout = '500ms'").Run("set");
        client.Query("BEGIN").Run("begin");
        client.ReadUntilReady();
    });

    [Fact]
    public Task A_transaction_whose_statement_takes_too_long() => CheckAsync((client, transcript) =>
    {
        client.Query("SET transaction_timeout = '500ms'").Run("set");
        client.Query("SELECT pg_sleep(60)").Run("sleep");
    });

    [Fact]
    public Task A_statement_that_takes_too_long() => CheckAsync((client, transcript) =>
    {
        client.Query("SET statement_timeout = '500ms'").Run("set");
        client.Query("SELECT 1; SELECT pg_sleep(60); SELECT 2").Run("simple");
        client.Parse("", "SELECT pg_sleep(60)").Bind("", "").Execute("").Sync().Run("extended");
        client.Query("BEGIN; SELECT pg_sleep(60)").Run("in a block");
        client.Query("ROLLBACK; SET lock_timeout = '100ms'; SELECT pg_sleep(0.2)").Run("lock_timeout is not for this");
    });
}
