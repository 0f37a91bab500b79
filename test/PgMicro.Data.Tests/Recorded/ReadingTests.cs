using System.Collections;
using System.Data;
using System.Data.Common;
using System.Numerics;
using System.Text.Json;
using NpgsqlTypes;
using PgMicro.Recording;

namespace PgMicro.Data.Tests.Recorded;

/// <summary>GetFieldValue for every pairing of PostgreSQL types and CLR types.</summary>
public sealed class ReadingTests : AdoTest
{
    private static readonly string[] Values =
    [
        "true", "1::int2", "-5::int2", "300", "'2147483647'::int4", "9223372036854775807", "1.5::float4", "'NaN'::float8", "1e300::float8", "-0.0::float8", "12.340", "0::numeric", "1e30::numeric", "'NaN'::numeric",
        "'it''s'::text", "''::text", "'vc'::varchar(10)", "'ab'::char(4)", "'x'::\"char\"", "'n'::name", "'\\x00ff10'::bytea", "'\\x'::bytea", "'00112233-4455-6677-8899-aabbccddeeff'::uuid",
        "'2024-02-29'::date", "'infinity'::date", "'-infinity'::date", "'0044-03-15 BC'::date", "'12:34:56.789'::time", "'24:00'::time", "'12:34:56+02'::timetz", "'2024-02-29 12:34:56.123456'::timestamp",
        "'infinity'::timestamp", "'2024-02-29 12:34:56+02'::timestamptz", "'-infinity'::timestamptz", "'1 day 02:03:04.5'::interval", "'-1 day'::interval", "'1 month 2 days'::interval",
        "'{\"a\": [1, null]}'::json", "'{\"b\":2}'::jsonb", "'[1]'::jsonb", "'1'::jsonb", "26::oid", "'5'::xid", "'5'::xid8", "'int4'::regtype", "'1 2'::int2vector", "'1 2'::oidvector",
        "'{1,2}'::int[]", "'{1,NULL}'::int[]", "'{}'::int[]", "'{{1,2},{3,4}}'::int[]", "'{a,\"b c\"}'::text[]", "'{2024-01-01}'::date[]", "'{1.5}'::numeric[]", "'{t,f}'::bool[]", "'{2024-01-01 00:00+00}'::timestamptz[]",
        "'{1 day}'::interval[]", "'{\"{}\"}'::jsonb[]", "'[5:6]={1,2}'::int8[]", "NULL::int", "NULL::text", "NULL", "'lit'", "'[1,5)'::int4range", "'empty'::int4range", "'(,3.5]'::numrange", "'[2024-01-01,2024-02-01)'::daterange",
        "'{[1,2),[5,6)}'::int4multirange", "'{\"[1,2)\"}'::int4range[]", "'192.168.0.1/24'::inet", "'::1'::inet", "'10.0.0.0/8'::cidr", "'08:00:2b:01:02:03'::macaddr", "'08:00:2b:01:02:03:04:05'::macaddr8", "'101'::bit(3)", "'1'::bit", "'10101'::varbit", "'-12.34'::money",
    ];

    private static readonly (string Name, Func<DbDataReader, object?> Read)[] Types =
    [
        Of<bool>(), Of<byte>(), Of<sbyte>(), Of<short>(), Of<ushort>(), Of<int>(), Of<uint>(), Of<long>(), Of<ulong>(), Of<float>(), Of<double>(), Of<decimal>(), Of<BigInteger>(),
        Of<string>(), Of<char>(), Of<char[]>(), Of<byte[]>(), Of<ReadOnlyMemory<byte>>(v => v.ToArray()), Of<Stream>(v => ((MemoryStream)Copy(v)).ToArray()), Of<TextReader>(v => v.ReadToEnd()), Of<Guid>(),
        Of<DateTime>(), Of<DateTimeOffset>(), Of<DateOnly>(), Of<TimeOnly>(), Of<TimeSpan>(), Of<NpgsqlInterval>(v => (v.Months, v.Days, v.Time)), Of<JsonDocument>(), Of<JsonElement>(),
        Of<int[]>(), Of<int?[]>(), Of<List<int>>(), Of<long[]>(), Of<string[]>(), Of<List<string>>(), Of<int[,]>(), Of<Array>(), Of<DateTime[]>(), Of<DateOnly[]>(), Of<decimal[]>(), Of<bool[]>(), Of<object>(),
        Of<int?>(), Of<DateTime?>(), Of<BitArray>(), Of<NpgsqlRange<int>>(v => v.ToString()), Of<NpgsqlRange<decimal>>(v => v.ToString()), Of<NpgsqlRange<DateOnly>>(v => v.ToString()), Of<NpgsqlRange<DateTime>>(v => v.ToString()),
        Of<NpgsqlRange<int>[]>(v => string.Join(";", v)), Of<List<NpgsqlRange<int>>>(v => string.Join(";", v)), Of<System.Net.IPAddress>(v => v.ToString()), Of<NpgsqlInet>(v => v.ToString()), Of<System.Net.IPNetwork>(v => v.ToString()),
        Of<System.Net.NetworkInformation.PhysicalAddress>(v => v.ToString()),
    ];

    [Fact]
    public Task GetFieldValue_of_every_pairing() => Run(async (database, connection) =>
    {
        foreach (var value in Values)
        {
            await using var command = connection.Command("SELECT " + value);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            database.Log.Line($"{value}: {reader.GetDataTypeName(0)} {Transcript.Text(reader.GetFieldType(0))} null {reader.IsDBNull(0)}");
            foreach (var (name, read) in Types)
            {
                if (name == nameof(Stream) && reader.GetDataTypeName(0) is not ("text" or "bytea" or "json"))
                {
                    continue; // Npgsql streams any type's binary form
                }

                try
                {
                    if (name is nameof(Stream) or nameof(TextReader))
                    {
                        await using var again = connection.CreateCommand();
                        again.CommandText = "SELECT " + value;
                        await using var own = database.Connect();
                        await own.OpenAsync();
                        again.Connection = own;
                        await using var streaming = await again.ExecuteReaderAsync();
                        await streaming.ReadAsync();
                        database.Log.Line($"  {name}: {Transcript.Text(read(streaming))}");
                        continue;
                    }

                    database.Log.Line($"  {name}: {Transcript.Text(read(reader))}");
                }
                catch (InvalidCastException)
                {
                    // Most pairings: that they are missing in the record says it.
                }
                catch (Exception e)
                {
                    database.Log.Line($"  {name}: {e.GetType().Name}");
                }
            }
        }
    });

    [Fact]
    public Task Typed_getters() => Run(async (database, connection) =>
    {
        await using var command = connection.Command(
            "SELECT true, 1::int2, 2, 3::int8, 1.5::float4, 2.5::float8, 3.25::numeric, 'text', 'c'::\"char\", '\\x0102030405'::bytea, gen_random_uuid() IS NULL, '2024-01-02'::date, '2024-01-02 03:04:05'::timestamp, NULL::int");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        Func<int, object>[] getters =
        [
            i => reader.GetBoolean(i), i => reader.GetByte(i), i => reader.GetInt16(i), i => reader.GetInt32(i), i => reader.GetInt64(i), i => reader.GetFloat(i), i => reader.GetDouble(i), i => reader.GetDecimal(i),
            i => reader.GetString(i), i => reader.GetChar(i), i => reader.GetDateTime(i), i => reader.GetGuid(i), i => reader.GetValue(i), i => reader[i],
        ];
        for (var i = 0; i < reader.FieldCount; i++)
        {
            for (var g = 0; g < getters.Length; g++)
            {
                database.Log.Throws($"column {i} getter {g}", () => database.Log.Value($"column {i} getter {g}", getters[g](i)));
            }
        }

        var bytes = new byte[10];
        database.Log.Value("length of bytes", reader.GetBytes(9, 0, null, 0, 0));
        database.Log.Value("bytes", (reader.GetBytes(9, 1, bytes, 2, 3), bytes));
        database.Log.Value("bytes past the end", reader.GetBytes(9, 4, bytes, 0, 10));
        var chars = new char[6];
        database.Log.Value("length of characters", reader.GetChars(7, 0, null, 0, 0));
        database.Log.Value("characters", (reader.GetChars(7, 1, chars, 0, 2), new string(chars)));
        var values = new object[20];
        database.Log.Value("values", reader.GetValues(values));
        database.Log.Value("few values", reader.GetValues(new object[3]));
    });

    [Fact]
    public Task Reader_protocol() => Run(async (database, connection) =>
    {
        connection.Execute("CREATE TABLE t (id int PRIMARY KEY, \"Name\" text); INSERT INTO t VALUES (1, 'a'), (2, 'b')");
        var log = database.Log;
        await using var command = connection.Command("SELECT id, \"Name\", 1 AS name FROM t ORDER BY id; UPDATE t SET id = id + 10; SELECT 'x' WHERE false; INSERT INTO t VALUES (5, 'c') RETURNING id");
        await using (var reader = await command.ExecuteReaderAsync())
        {
            log.Value("at first", (reader.FieldCount, reader.VisibleFieldCount, reader.HasRows, reader.Depth, reader.IsClosed, reader.RecordsAffected));
            log.Throws("value before Read", () => reader.GetValue(0));
            log.Value("names", (reader.GetName(0), reader.GetName(1), reader.GetOrdinal("Name"), reader.GetOrdinal("name"), reader.GetOrdinal("ID")));
            log.Throws("no such name", () => reader.GetOrdinal("nope"));
            log.Throws("no such column", () => reader.GetName(3));
            log.Throws("no such value", () => log.Value("name", reader["nope"]));
            while (reader.Read())
            {
                log.Value("row", (reader[0], reader["Name"], reader["name"]));
            }

            log.Value("after the last", reader.Read());
            log.Throws("value after the last", () => reader.GetValue(0));
            log.Value("next result", (reader.NextResult(), reader.FieldCount, reader.HasRows, reader.Read(), reader.RecordsAffected));
            log.Value("next result", (reader.NextResult(), reader.HasRows, reader.Read(), reader.GetInt32(0), reader.RecordsAffected));
            log.Value("no more", (reader.NextResult(), reader.FieldCount, reader.Read()));
            reader.Close();
            log.Value("closed", (reader.IsClosed, reader.RecordsAffected));
            log.Throws("read", () => reader.Read());
            log.Throws("next", () => reader.NextResult());
            log.Throws("field count", () => log.Value("fields", reader.FieldCount));
            log.Throws("value", () => reader.GetValue(0));
        }

        foreach (var behavior in (CommandBehavior[])[CommandBehavior.SingleResult, CommandBehavior.SingleRow, CommandBehavior.SchemaOnly, CommandBehavior.KeyInfo, CommandBehavior.SequentialAccess])
        {
            await using var reader = await connection.Command("SELECT id, \"Name\" FROM t ORDER BY id; SELECT 2").ExecuteReaderAsync(behavior);
            var rows = 0;
            while (await reader.ReadAsync())
            {
                rows++;
                log.Value("read", (reader.GetInt32(0), reader.IsDBNull(1), reader.GetString(1)));
            }

            log.Value(behavior.ToString(), (rows, reader.FieldCount, await reader.NextResultAsync()));
        }

        await using (var reader = await connection.Command("INSERT INTO t VALUES (77, 'schema only') RETURNING id").ExecuteReaderAsync(CommandBehavior.SchemaOnly))
        {
            log.Value("schema only", (reader.FieldCount, reader.GetName(0), reader.Read()));
        }

        log.Value("not inserted", await connection.Command("SELECT count(*) FROM t WHERE id = 77").ExecuteScalarAsync());
        await using (var reader = await connection.Command("SELECT 1").ExecuteReaderAsync(CommandBehavior.CloseConnection))
        {
            log.Value("one", reader.Read());
        }

        log.Value("connection", connection.State);
    });

    [Fact]
    public Task Schemas_of_results() => Run(async (database, connection) =>
    {
        connection.Execute("""
            CREATE SCHEMA s;
            CREATE TABLE s.t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ser serial, name varchar(20) NOT NULL UNIQUE, price numeric(10,2), at timestamptz(3), code char(5), tags text[], bits float4, doc jsonb, big numeric);
            INSERT INTO s.t (name) VALUES ('x');
            """);
        foreach (var behavior in (CommandBehavior[])[CommandBehavior.Default, CommandBehavior.KeyInfo, CommandBehavior.SchemaOnly | CommandBehavior.KeyInfo])
        {
            await using var reader = await connection.Command("SELECT id, ser, name AS label, price, at, code, tags, bits, doc, big, id + 1 AS sum, 'x' AS lit FROM s.t").ExecuteReaderAsync(behavior);
            database.Log.Line(behavior.ToString());
            foreach (var column in await reader.GetColumnSchemaAsync())
            {
                database.Log.Line("  " + string.Join(", ", typeof(DbColumn).GetProperties().Where(p => p.GetIndexParameters().Length == 0 && p.Name != nameof(DbColumn.BaseCatalogName) && p.Name != nameof(DbColumn.BaseServerName)).OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}={Transcript.Text(p.GetValue(column))}")));
            }

            var table = reader.GetSchemaTable()!;
            database.Log.Value("table", table.Columns.Cast<DataColumn>().Select(c => c.ColumnName));
            foreach (DataRow row in table.Rows)
            {
                database.Log.Line("  " + string.Join(", ", table.Columns.Cast<DataColumn>().Where(c => !c.ColumnName.StartsWith("Base", StringComparison.Ordinal) && c.ColumnName != "ProviderType").Select(c => $"{c.ColumnName}={Transcript.Text(row[c])}")));
            }
        }

        await using (var reader = await connection.Command("SELECT id, name, price FROM s.t").ExecuteReaderAsync())
        {
            using var loaded = new DataTable();
            loaded.Load(reader);
            database.Log.Value("loaded", loaded.Rows.Cast<DataRow>().Select(r => r.ItemArray));
        }
    });

    private static (string, Func<DbDataReader, object?>) Of<T>(Func<T, object?>? show = null) =>
        (Transcript.Text(typeof(T)), r => show is null ? r.GetFieldValue<T>(0) : show(r.GetFieldValue<T>(0)));

    private static Stream Copy(Stream stream)
    {
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy;
    }
}
