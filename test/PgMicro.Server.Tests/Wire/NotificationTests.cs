namespace PgMicro.Server.Tests.Wire;

[Collection("server")]
public sealed class NotificationTests(TestServer server) : WireTest(server)
{
    [Fact]
    public Task Listen_and_notify() => CheckAsync((client, transcript) =>
    {
        using var other = WireClient.Connect(new TestDatabase(Server, "wire_listen_and_notify"), transcript);
        client.Query("LISTEN a").Run("listen");
        client.Query("NOTIFY a, 'own'").Run("to oneself");
        other.Query("NOTIFY a, 'one'; SELECT pg_notify('a', 'two')").Run("from another");
        client.ReadUntil('A');
        client.ReadUntil('A');
        client.Query("BEGIN").Run("begin");
        other.Query("NOTIFY a; NOTIFY b").Run("meanwhile");
        client.Query("SELECT 1").Run("not in a block");
        client.Query("COMMIT").Run("but after it");
        client.Query("BEGIN; NOTIFY a, 'undone'; ROLLBACK").Run("rolled back");
        client.Query("SELECT * FROM pg_listening_channels()").Run("channels");
        client.Query("UNLISTEN *; NOTIFY a").Run("unlisten");
    });
}
