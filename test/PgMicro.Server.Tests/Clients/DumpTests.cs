using System.Globalization;
using PgMicro.Recording;

namespace PgMicro.Server.Tests.Clients;

/// <summary>pg_dump gives what it gives of a PostgreSQL with the same content; what it gives makes the same database again.</summary>
[Collection("server")]
public sealed class DumpTests(TestServer server)
{
    [Theory]
    [InlineData("dump")]
    public async Task Goes_round(string script)
    {
        var transcript = new Transcript();
        await using (var database = await server.CreateDatabaseAsync("dump_" + script))
        await using (var copy = await server.CreateDatabaseAsync("dump_" + script + "_copy"))
        {
            Psql(database, $"\\set ON_ERROR_STOP on\n\\i '{Path.Combine(AppContext.BaseDirectory, "Clients", script + ".sql")}'");
            var first = Dump(database);
            foreach (var line in first.TrimEnd('\n').Split('\n'))
            {
                transcript.Line(line);
            }

            Psql(copy, "\\set ON_ERROR_STOP on\n" + first);
            Assert.Equal(first, Dump(copy));
        }

        Recordings.Check("PgMicro.Server.Tests", "DumpTests." + script, transcript);
    }

    private static void Psql(TestDatabase database, string input)
    {
        var output = ClientProgram.Run(
            ".", "psql", ["-X", "-q", "-o", "/dev/null", "-h", database.Host, "-p", Port(database), "-U", "postgres", "-d", database.Name], input);
        Assert.True(output.Length == 0, output);
    }

    private static string Dump(TestDatabase database) =>
        ClientProgram.Run(ClientProgram.Modules, "node", ["pg-dump.mjs", database.Host, Port(database), database.Name]).Replace("\r", "");

    private static string Port(TestDatabase database) => database.Port.ToString(CultureInfo.InvariantCulture);
}
