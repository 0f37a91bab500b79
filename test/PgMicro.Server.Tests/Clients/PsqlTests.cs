using System.Globalization;
using System.Text.RegularExpressions;
using PgMicro.Recording;

namespace PgMicro.Server.Tests.Clients;

/// <summary>psql: its backslash commands are queries on the catalog, and none is recognised by us.</summary>
[Collection("server")]
public sealed partial class PsqlTests(TestServer server)
{
    [Theory]
    [InlineData("describe")]
    [InlineData("statements")]
    [InlineData("roles")]
    [InlineData("catalog")]
    public async Task Script(string script)
    {
        var transcript = new Transcript();
        await using (var database = await server.CreateDatabaseAsync("psql_" + script))
        {
            var output = ClientProgram.Run(
                Path.Combine(AppContext.BaseDirectory, "Clients"), "bash",
                ["-c", $"psql -X -a -q -h {database.Host} -p {database.Port.ToString(CultureInfo.InvariantCulture)} -U postgres -d {database.Name} -f {script}.sql 2>&1"]);
            foreach (var line in output.TrimEnd('\n').Split('\n'))
            {
                // Numbers of processes differ, and those of their schemas; so do sizes.
                transcript.Line(Numbers().Replace(line, "$1"));
            }
        }

        Recordings.Check("PgMicro.Server.Tests", "PsqlTests." + script, transcript);
    }

    [GeneratedRegex("(pg_temp_|with PID )[0-9]+|[0-9]+ (?:bytes|kB)")]
    private static partial Regex Numbers();
}
