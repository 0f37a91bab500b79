using System.Globalization;

namespace PgMicro.Server.Tests.Clients;

/// <summary>pgbench completes with no error, by every protocol.</summary>
[Collection("server")]
public sealed class PgbenchTests(TestServer server)
{
    [Fact]
    public async Task Runs()
    {
        await using var database = await server.CreateDatabaseAsync("pgbench");
        string[] place = ["-h", database.Host, "-p", database.Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", database.Name];
        var made = ClientProgram.Run(".", "pgbench", ["-i", "-q", .. place]);
        Assert.Contains("done in", made);
        Assert.DoesNotContain("error", made);
        foreach (var mode in new[] { "simple", "extended", "prepared" })
        {
            foreach (var clients in new[] { 1, 4 })
            {
                var count = clients.ToString(CultureInfo.InvariantCulture);
                foreach (var script in new[] { "select-only", "tpcb-like" })
                {
                    var output = ClientProgram.Run(".", "pgbench", ["-n", "-b", script, "-M", mode, "-c", count, "-j", count, "-t", "50", .. place]);
                    Assert.Contains($"number of transactions actually processed: {50 * clients}/{50 * clients}", output);
                    Assert.Contains("number of failed transactions: 0", output);
                }
            }
        }
    }
}
