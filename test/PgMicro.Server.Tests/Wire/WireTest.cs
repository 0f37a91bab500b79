using System.Runtime.CompilerServices;
using PgMicro.Recording;

namespace PgMicro.Server.Tests.Wire;

/// <summary>A conversation in messages, which must go as it went with PostgreSQL.</summary>
public abstract class WireTest(TestServer server)
{
    private protected TestServer Server { get; } = server;

    /// <summary>Runs a conversation in a database of its own.</summary>
    private protected async Task CheckAsync(Action<WireClient, Transcript> conversation, [CallerMemberName] string test = "")
    {
        var transcript = new Transcript();
        await using (var database = await Server.CreateDatabaseAsync("wire_" + test.ToLowerInvariant()))
        {
            using var client = WireClient.Connect(database, transcript);
            conversation(client, transcript);
        }

        Recordings.Check("PgMicro.Server.Tests", $"{GetType().Name}.{test}", transcript);
    }
}
