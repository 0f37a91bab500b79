using System.Data;
using System.Net;
using Npgsql;
using NpgsqlTypes;
using PgMicro.Recording;

namespace PgMicro.Server.Tests.Clients;

/// <summary>Npgsql, as it comes: type loading, pooling, binary parameters and results.</summary>
[Collection("server")]
public sealed class NpgsqlTests(TestServer server)
{
    private async Task CheckAsync(Func<NpgsqlDataSource, Transcript, Task> test, [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        var transcript = new Transcript();
        await using (var database = await server.CreateDatabaseAsync("npgsql_" + name.ToLowerInvariant()))
        {
            await using var source = NpgsqlDataSource.Create(database.ConnectionString.Replace("Pooling=false", "Maximum Pool Size=4"));
            await test(source, transcript);
        }

        Recordings.Check("PgMicro.Server.Tests", "NpgsqlTests." + name, transcript);
    }

    [Fact]
    public Task Parameters_of_every_type() => CheckAsync(async (source, transcript) =>
    {
        await using var connection = await source.OpenConnectionAsync();
        object[] values =
        [
            true, (short)5, 42, 1L << 40, 1.5f, Math.PI, 12.340m, "äö", 'c', new byte[] { 0, 255 }, Guid.Parse("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), new DateOnly(2024, 2, 29),
            new TimeOnly(12, 34, 56), new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc), new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Unspecified), TimeSpan.FromHours(26.5),
            new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero), new[] { 1, 2, 3 }, new[] { "a", null, "b" }, new List<decimal> { 1.5m }, new int[,] { { 1, 2 }, { 3, 4 } },
            new NpgsqlRange<int>(1, true, 5, false), IPAddress.Parse("10.0.0.1"), new NpgsqlInterval(0, 3, 5_000_000), System.Net.NetworkInformation.PhysicalAddress.Parse("08002B010203"),
        ];
        foreach (var value in values)
        {
            await using var command = new NpgsqlCommand("SELECT $1, pg_typeof($1)::text", connection) { Parameters = { new NpgsqlParameter { Value = value } } };
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            transcript.Line($"{value.GetType().Name} {reader.GetDataTypeName(0)} {reader.GetString(1)} {reader.GetFieldType(0).Name}");
            transcript.Value("value", reader.GetValue(0));
        }

        foreach (var (type, text) in new[] { (NpgsqlDbType.Jsonb, "{\"a\": 1}"), (NpgsqlDbType.Json, "[1]"), (NpgsqlDbType.Name, "n"), (NpgsqlDbType.Varchar, "v"), (NpgsqlDbType.Char, "c") })
        {
            await using var command = new NpgsqlCommand("SELECT $1", connection) { Parameters = { new NpgsqlParameter { Value = text, NpgsqlDbType = type } } };
            transcript.Value(type.ToString(), await command.ExecuteScalarAsync());
        }

        await using var nulls = new NpgsqlCommand("SELECT $1::int, $2::text IS NULL", connection) { Parameters = { new() { Value = DBNull.Value }, new() { Value = DBNull.Value } } };
        await using var row = await nulls.ExecuteReaderAsync();
        await row.ReadAsync();
        transcript.Value("nulls", (row.IsDBNull(0), row.GetBoolean(1)).ToString());
    });

    [Fact]
    public Task Commands() => CheckAsync(async (source, transcript) =>
    {
        await using var connection = await source.OpenConnectionAsync();
        await connection.ExecuteAsync("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, price numeric(8,2))");
        transcript.Value("insert", await connection.ExecuteAsync("INSERT INTO t (name) VALUES ('a'), ('b'); UPDATE t SET price = 1"));
        await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { new("INSERT INTO t (name) VALUES ('c') RETURNING id"), new("SELECT count(*) FROM t"), new("DELETE FROM t WHERE name = 'c'") } })
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            do
            {
                while (await reader.ReadAsync())
                {
                    transcript.Value("batch", reader.GetValue(0));
                }
            }
            while (await reader.NextResultAsync());
            transcript.Value("affected", reader.RecordsAffected);
        }

        await using (var prepared = new NpgsqlCommand("SELECT name FROM t WHERE id = $1", connection) { Parameters = { new NpgsqlParameter<int>() } })
        {
            await prepared.PrepareAsync();
            foreach (var id in new[] { 1, 2, 9 })
            {
                ((NpgsqlParameter<int>)prepared.Parameters[0]).TypedValue = id;
                transcript.Value("prepared", await prepared.ExecuteScalarAsync());
            }
        }

        await using (var command = new NpgsqlCommand("SELECT * FROM t", connection))
        await using (var reader = await command.ExecuteReaderAsync(CommandBehavior.KeyInfo))
        {
            foreach (DataRow column in (await reader.GetSchemaTableAsync())!.Rows)
            {
                transcript.Line($"{column["ColumnName"]} {column["DataTypeName"]} {column["IsKey"]} {column["IsAutoIncrement"]} {column["AllowDBNull"]} {column["NumericScale"]} {column["BaseTableName"]}");
            }
        }

        await transcript.ThrowsAsync("unique", () => connection.ExecuteAsync("INSERT INTO t (name) VALUES ('a')"));
        await using (var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead))
        {
            await connection.ExecuteAsync("INSERT INTO t (name) VALUES ('x')");
            await transaction.SaveAsync("s");
            await transcript.ThrowsAsync("in a transaction", () => connection.ExecuteAsync("SELECT * FROM nothing"));
            await transaction.RollbackAsync("s");
            await transaction.CommitAsync();
        }

        await using (var importer = await connection.BeginBinaryImportAsync("COPY t (name, price) FROM STDIN (FORMAT binary)"))
        {
            await importer.WriteRowAsync(default, "i1", 1.5m);
            await importer.WriteRowAsync(default, "i2", DBNull.Value);
            transcript.Value("imported", await importer.CompleteAsync());
        }

        await using (var exporter = await connection.BeginBinaryExportAsync("COPY (SELECT name, price FROM t WHERE name LIKE 'i%' ORDER BY name) TO STDOUT (FORMAT binary)"))
        {
            while (await exporter.StartRowAsync() >= 0)
            {
                transcript.Line($"{await exporter.ReadAsync<string>()} {(exporter.IsNull ? "null" : (await exporter.ReadAsync<decimal>()).ToString(System.Globalization.CultureInfo.InvariantCulture))}");
            }
        }

        using (var cancellation = new CancellationTokenSource(200))
        {
            await transcript.ThrowsAsync("cancelled", async () =>
            {
                await using var sleep = new NpgsqlCommand("SELECT pg_sleep(60)", connection);
                await sleep.ExecuteNonQueryAsync(cancellation.Token);
            });
        }

        transcript.Value("after", await connection.ScalarAsync("SELECT count(*) FROM t"));
    });

    [Fact]
    public Task Pooled_connections_come_back_clean() => CheckAsync(async (source, transcript) =>
    {
        await using (var connection = await source.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("SET work_mem = '7MB'; CREATE TEMP TABLE tt (a int); SELECT pg_advisory_lock(7); LISTEN x");
            await connection.ExecuteAsync("BEGIN; SELECT 1");
        }

        await using (var connection = await source.OpenConnectionAsync())
        {
            transcript.Value("work_mem", await connection.ScalarAsync("SHOW work_mem"));
            transcript.Value("temp", await connection.ScalarAsync("SELECT to_regclass('tt')::text"));
            transcript.Value("locks", await connection.ScalarAsync("SELECT pg_try_advisory_lock(7)"));
            transcript.Value("listening", await connection.ScalarAsync("SELECT count(*) FROM pg_listening_channels()"));
        }
    });

    [Fact]
    public Task User_types_are_loaded() => CheckAsync(async (source, transcript) =>
    {
        await using (var connection = await source.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TYPE pair AS (a int, b text)");
            await connection.ReloadTypesAsync();
        }

        await using var other = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SELECT 'happy'::mood, '{sad}'::mood[], 5::positive, int4range(1, 3), ARRAY[1.5]", other);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        for (var i = 0; i < reader.FieldCount; i++)
        {
            transcript.Value($"{reader.GetDataTypeName(i)} {reader.GetFieldType(i).Name}", reader.GetValue(i));
        }
    });

    [Fact]
    public Task Notifications() => CheckAsync(async (source, transcript) =>
    {
        await using var listener = await source.OpenConnectionAsync();
        var heard = new TaskCompletionSource<string>();
        listener.Notification += (_, e) => heard.TrySetResult($"{e.Channel} {e.Payload}");
        await listener.ExecuteAsync("LISTEN news");
        await using var other = await source.OpenConnectionAsync();
        await other.ExecuteAsync("SELECT pg_notify('news', 'payload')");
        await listener.WaitAsync();
        transcript.Value("heard", await heard.Task);
        listener.Notice += (_, e) => transcript.Line($"{e.Notice.Severity} {e.Notice.SqlState} {e.Notice.MessageText}");
        await listener.ExecuteAsync("DROP TABLE IF EXISTS nothing");
    });
}

internal static class NpgsqlExtensions
{
    internal static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    internal static async Task<object?> ScalarAsync(this NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
