using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using PgMicro.Recording;

namespace PgMicro.Server.Tests.Clients;

/// <summary>pg_dump gives what it gives of a PostgreSQL with the same content; what it gives makes the same database again.</summary>
[Collection("server")]
public sealed class DumpTests(TestServer server)
{
    [Theory]
    [InlineData("dump", "")]
    [InlineData("dump", "--clean --if-exists --inserts")]
    [InlineData("dump", "--data-only --column-inserts --rows-per-insert=2")]
    [InlineData("dump", "--schema-only --no-owner --no-privileges")]
    [InlineData("dump", "--section=post-data")]
    [InlineData("dump_routines", "")]
    [InlineData("dump_partitions", "")]
    [InlineData("dump_objects", "")]
    public async Task Goes_round(string script, string switches)
    {
        var transcript = new Transcript();
        var name = script + switches.Replace(" ", "", StringComparison.Ordinal).Replace('=', '-');
        await using (var database = await server.CreateDatabaseAsync("dump_" + script))
        await using (var copy = await server.CreateDatabaseAsync("dump_" + script + "_copy"))
        {
            Psql(database, $"\\set ON_ERROR_STOP on\n\\i '{Path.Combine(AppContext.BaseDirectory, "Clients", script + ".sql")}'");
            var first = Dump(database, switches);
            foreach (var line in first.TrimEnd('\n').Split('\n'))
            {
                transcript.Line(line);
            }

            if (!switches.Contains("-only", StringComparison.Ordinal) && !switches.Contains("section", StringComparison.Ordinal))
            {
                Psql(copy, "\\set ON_ERROR_STOP on\n" + first);
                Assert.Equal(first, Dump(copy, switches));
            }
        }

        Recordings.Check("PgMicro.Server.Tests", "DumpTests." + name, transcript);
    }

    /// <summary>
    /// Whole databases. Their schemas are compared word for word, their rows by number and hash without regard to order: a table with an
    /// integer primary key is kept in the order of that key. From the second dump on the order is the same everywhere.
    /// </summary>
    [Theory]
    [InlineData("chinook")]
    [InlineData("northwind")]
    public async Task Whole_databases_go_round(string script)
    {
        var transcript = new Transcript();
        await using (var database = await server.CreateDatabaseAsync("dump_" + script))
        await using (var second = await server.CreateDatabaseAsync("dump_" + script + "_2"))
        await using (var third = await server.CreateDatabaseAsync("dump_" + script + "_3"))
        {
            Psql(database, "\\set ON_ERROR_STOP on\n" + SharedScript.Read(script + ".sql"));
            var first = Dump(database, "");
            Psql(second, "\\set ON_ERROR_STOP on\n" + first);
            var again = Dump(second, "");
            Psql(third, "\\set ON_ERROR_STOP on\n" + again);
            Assert.Equal(again, Dump(third, ""));
            foreach (var line in Summary(first))
            {
                transcript.Line(line);
            }

            Assert.Equal(Summary(first), Summary(again));
        }

        Recordings.Check("PgMicro.Server.Tests", "DumpTests." + script, transcript);
    }

    /// <summary>What pg_dump -j has its workers do: the dump shows what another session's snapshot shows, whatever is committed meanwhile.</summary>
    [Fact]
    public async Task On_the_snapshot_of_another_session()
    {
        await using var database = await server.CreateDatabaseAsync("dump_snapshot");
        Psql(database, "\\set ON_ERROR_STOP on\nCREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i, 'row ' || i FROM generate_series(1, 100) i;");
        var before = Dump(database, "--data-only");
        await using var leader = new NpgsqlConnection(database.ConnectionString);
        await leader.OpenAsync();
        await using var transaction = await leader.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using var export = new NpgsqlCommand("SELECT pg_export_snapshot()", leader, transaction);
        var snapshot = (string)(await export.ExecuteScalarAsync())!;
        Psql(database, "\\set ON_ERROR_STOP on\nUPDATE t SET v = 'changed' WHERE id <= 50; DELETE FROM t WHERE id > 90; INSERT INTO t VALUES (1000, 'new');");

        Assert.Equal(before, Dump(database, "--data-only --snapshot=" + snapshot));
        Assert.NotEqual(before, Dump(database, "--data-only"));
        await transaction.RollbackAsync();
        Assert.Contains($"snapshot \"{snapshot}\" does not exist", Dump(database, "--data-only --snapshot=" + snapshot), StringComparison.Ordinal);
    }

    /// <summary>A dump with the lines of each table's data as their number and a hash of them in order.</summary>
    private static List<string> Summary(string dump)
    {
        var summary = new List<string>();
        List<string>? data = null;
        foreach (var line in dump.TrimEnd('\n').Split('\n'))
        {
            if (line == "--" && data is { Count: > 2 })
            {
                data.Sort(StringComparer.Ordinal);
                var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', data))));
                summary.Add(string.Create(CultureInfo.InvariantCulture, $"{data.Count} lines, {hash}"));
                data = null;
            }

            if (data is not null)
            {
                data.Add(line);
                continue;
            }

            summary.Add(line);
            if (line.StartsWith("-- Data for Name: ", StringComparison.Ordinal))
            {
                data = [];
            }
        }

        return summary;
    }

    private static void Psql(TestDatabase database, string input)
    {
        var output = ClientProgram.Run(
            ".", "psql", ["-X", "-q", "-o", "/dev/null", "-h", database.Host, "-p", Port(database), "-U", "postgres", "-d", database.Name], input);
        Assert.True(output.Length == 0, output);
    }

    private static string Dump(TestDatabase database, string switches) => ClientProgram.Run(
        ClientProgram.Modules, "node",
        ["pg-dump.mjs", database.Host, Port(database), database.Name, .. switches.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).Replace("\r", "");

    private static string Port(TestDatabase database) => database.Port.ToString(CultureInfo.InvariantCulture);
}
