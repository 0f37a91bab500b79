namespace PgMicro.Data.Tests;

public sealed class NotificationTests : IDisposable
{
    private readonly string _connectionString = $"Data Source=notify-{Guid.NewGuid():N};Mode=Memory";
    private readonly PgMicroConnection _listener;
    private readonly PgMicroConnection _sender;
    private readonly List<(int Pid, string Channel, string Payload)> _received = [];

    public NotificationTests()
    {
        _listener = new PgMicroConnection(_connectionString);
        _sender = new PgMicroConnection(_connectionString);
        _listener.Open();
        _sender.Open();
        _listener.Notification += (_, e) => _received.Add((e.PID, e.Channel, e.Payload));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _sender.Dispose();
    }

    [Fact]
    public void A_notification_reaches_another_session_when_its_transaction_commits()
    {
        Run(_listener, "LISTEN news");
        using (var transaction = _sender.BeginTransaction())
        {
            Run(_sender, "NOTIFY news, 'a'");
            Run(_sender, "SELECT pg_notify('news', 'b')");
            Run(_sender, "NOTIFY news, 'a'");
            Run(_sender, "NOTIFY other, 'c'");
            Assert.False(_listener.Wait(1));
            transaction.Commit();
        }

        Assert.True(_listener.Wait(10_000));
        Assert.Equal([(_sender.ProcessId, "news", "a"), (_sender.ProcessId, "news", "b")], _received);
    }

    [Fact]
    public void A_rolled_back_transaction_notifies_nobody()
    {
        Run(_listener, "LISTEN news");
        Run(_sender, "BEGIN");
        Run(_sender, "NOTIFY news, 'lost'");
        Run(_sender, "ROLLBACK");
        Run(_sender, "BEGIN");
        Run(_sender, "SAVEPOINT s");
        Run(_sender, "NOTIFY news, 'undone'");
        Run(_sender, "ROLLBACK TO s");
        Run(_sender, "NOTIFY news, 'kept'");
        Run(_sender, "COMMIT");
        Assert.True(_listener.Wait(10_000));
        Assert.Equal(["kept"], _received.Select(n => n.Payload));
    }

    [Fact]
    public void A_session_hears_itself_and_nothing_within_a_transaction()
    {
        Run(_listener, "LISTEN news");
        Run(_listener, "NOTIFY news");
        Assert.Equal([(_listener.ProcessId, "news", "")], _received);
        Run(_listener, "BEGIN");
        Run(_sender, "NOTIFY news, 'later'");
        Run(_listener, "SELECT 1");
        Assert.Single(_received);
        Run(_listener, "COMMIT");
        Assert.Equal(2, _received.Count);
    }

    [Fact]
    public void Unlisten_and_a_rolled_back_listen_hear_nothing()
    {
        Run(_listener, "BEGIN");
        Run(_listener, "LISTEN news");
        Run(_listener, "ROLLBACK");
        Run(_listener, "LISTEN a");
        Run(_listener, "LISTEN b");
        Run(_listener, "UNLISTEN a");
        Run(_sender, "NOTIFY news");
        Run(_sender, "NOTIFY a");
        Run(_sender, "NOTIFY b");
        Assert.True(_listener.Wait(10_000));
        Assert.Equal(["b"], _received.Select(n => n.Channel));
        using var command = _listener.CreateCommand();
        command.CommandText = "SELECT string_agg(c, ',') FROM pg_listening_channels() c";
        Assert.Equal("b", command.ExecuteScalar());
        Run(_listener, "DISCARD ALL");
        Run(_sender, "NOTIFY b");
        Assert.False(_listener.Wait(1));
    }

    [Fact]
    public async Task Waiting_ends_when_a_notification_comes()
    {
        Run(_listener, "LISTEN news");
        var wait = _listener.WaitAsync();
        Assert.False(wait.IsCompleted);
        await Task.Run(() => Run(_sender, "NOTIFY news, 'now'"));
        await wait.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["now"], _received.Select(n => n.Payload));
    }

    private static void Run(PgMicroConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
