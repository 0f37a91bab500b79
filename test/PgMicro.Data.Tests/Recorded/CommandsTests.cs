using System.Data;
using System.Data.Common;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using PgMicro.Recording;

namespace PgMicro.Data.Tests.Recorded;

/// <summary>Commands, parameters, batches, transactions and connections.</summary>
public sealed class CommandsTests : AdoTest
{
    [Fact]
    public Task Parameters_of_every_kind() => Run(async (database, connection) =>
    {
        connection.Execute("CREATE TYPE colour AS ENUM ('red', 'dark_blue'); CREATE DOMAIN small AS int CHECK (VALUE < 10)");
        if (connection is NpgsqlConnection npgsql)
        {
            await npgsql.ReloadTypesAsync();
        }

        NpgsqlParameter[] parameters =
        [
            P(true), P((byte)1), P((sbyte)-1), P((short)2), P(3), P(4L), P(5u), P(6UL), P(1.5f), P(2.5), P(3.50m), P(double.NaN), P(float.PositiveInfinity), P(new System.Numerics.BigInteger(7)), P("text"), P('c'), P(new[] { 'a', 'b' }),
            P(new byte[] { 1, 2 }), P(new ReadOnlyMemory<byte>([3])), P(new ArraySegment<byte>([1, 2, 3], 1, 1)), P(new MemoryStream([9])), P(Guid.Empty), P(new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc)), P(new DateTime(2024, 1, 2)),
            P(new DateTime(2024, 1, 2, 0, 0, 0, DateTimeKind.Local)), P(new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero)), P(new DateOnly(2024, 1, 2)), P(new TimeOnly(1, 2)), P(TimeSpan.FromHours(30)), P(new NpgsqlInterval(1, 2, 3)),
            P(JsonDocument.Parse("{}")), P(JsonDocument.Parse("[1]").RootElement), P(new[] { 1, 2 }), P(new List<string> { "a" }), P(new int?[] { 1, null }), P(new[,] { { 1, 2 } }), P(Array.Empty<long>()), P(new[] { new DateOnly(2024, 1, 1) }),
            P(DBNull.Value), P(null), P(new object()), P(DayOfWeek.Friday), P(new Uri("http://x")),
            P(1, NpgsqlDbType.Bigint), P(1L, NpgsqlDbType.Integer), P(1L << 40, NpgsqlDbType.Integer), P(1, NpgsqlDbType.Text), P("1", NpgsqlDbType.Integer), P("{}", NpgsqlDbType.Jsonb), P("{}", NpgsqlDbType.Json), P("{", NpgsqlDbType.Jsonb),
            P(new DateTime(2024, 1, 2), NpgsqlDbType.Date), P(new DateTime(2024, 1, 2), NpgsqlDbType.TimestampTz), P(DateTime.UnixEpoch, NpgsqlDbType.Timestamp), P(TimeSpan.FromHours(3), NpgsqlDbType.Time), P("x", NpgsqlDbType.Varchar), P("x", NpgsqlDbType.Char),
            P('c', NpgsqlDbType.InternalChar), P((byte)65, NpgsqlDbType.InternalChar), P("x", NpgsqlDbType.Name), P(5u, NpgsqlDbType.Oid), P(5u, NpgsqlDbType.Xid), P(5UL, NpgsqlDbType.Xid8), P(new[] { 1 }, NpgsqlDbType.Array | NpgsqlDbType.Bigint), P(new[] { "x" }, NpgsqlDbType.Array | NpgsqlDbType.Varchar),
            P(1.5, NpgsqlDbType.Numeric), P(1.5m, NpgsqlDbType.Double), P(2, NpgsqlDbType.Smallint), P(70000, NpgsqlDbType.Smallint), P("2024-01-01", NpgsqlDbType.Unknown), P(DBNull.Value, NpgsqlDbType.Uuid), P(1, NpgsqlDbType.Boolean),
            D("red", "colour"), D("blue", "colour"), D(5, "small"), D(50, "small"), D(new[] { "red" }, "colour[]"), D(1, "integer"), D(1, "int4"), D(1.5m, "numeric(10,2)"), D("x", "character varying(3)"), D("x", "nonsense"), D("x", "public.nonsense"),
            new() { DbType = DbType.Int64, Value = 7 }, new() { DbType = DbType.String, Value = "s" }, new() { DbType = DbType.AnsiString, Value = "s" }, new() { DbType = DbType.Date, Value = new DateTime(2024, 1, 2) },
            new() { DbType = DbType.DateTime, Value = new DateTime(2024, 1, 2, 0, 0, 0, DateTimeKind.Utc) }, new() { DbType = DbType.DateTime2, Value = new DateTime(2024, 1, 2) }, new() { DbType = DbType.DateTimeOffset, Value = DateTimeOffset.UnixEpoch },
            new() { DbType = DbType.Decimal, Value = 1 }, new() { DbType = DbType.Guid, Value = Guid.Empty }, new() { DbType = DbType.Binary, Value = new byte[] { 1 } }, new() { DbType = DbType.Object, Value = 1 }, new() { DbType = DbType.Time, Value = TimeSpan.FromHours(1) },
            new() { DbType = DbType.Boolean, Value = true }, new() { Value = "cut here", Size = 3 }, new() { Value = new byte[] { 1, 2, 3 }, Size = 2 },
            new NpgsqlParameter<int> { TypedValue = 5 }, new NpgsqlParameter<string?> { TypedValue = null }, new NpgsqlParameter<DateOnly> { TypedValue = new DateOnly(2024, 5, 6) },
        ];
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = parameters[i];
            var title = $"{i}: {Transcript.Text(parameter.Value is Stream ? "stream" : parameter.Value is JsonDocument or JsonElement or ReadOnlyMemory<byte> or ArraySegment<byte> or NpgsqlInterval or Uri ? parameter.Value.GetType() : parameter.Value)}";
            if (connection.State != ConnectionState.Open)
            {
                await connection.CloseAsync(); // Npgsql gives a connection up whose parameters it could not write
                await connection.OpenAsync();
            }

            await using var command = connection.Command("SELECT $1", parameter);
            try
            {
                await using var reader = await command.ExecuteReaderAsync();
                await reader.ReadAsync();
                database.Log.Line($"{title} → {reader.GetDataTypeName(0)} {Transcript.Text(reader.GetValue(0))}");
            }
            catch (PostgresException e)
            {
                database.Log.Value(title, e);
            }
            catch (Exception e)
            {
                // Npgsql's own texts name its converters: what kind of error it is counts.
                database.Log.Line($"{title} → {e.GetType().Name}");
            }
        }
    });

    [Fact]
    public Task Results_of_commands() => Run(async (database, connection) =>
    {
        var log = database.Log;
        connection.Execute("CREATE TABLE t (id int PRIMARY KEY, name text)");
        foreach (var sql in (string[])[
            "INSERT INTO t VALUES (1, 'a'), (2, 'b')", "INSERT INTO t VALUES (3, 'c') RETURNING id", "UPDATE t SET name = 'z' WHERE id > 1", "DELETE FROM t WHERE id = 3", "SELECT * FROM t", "CREATE TABLE u (a int)", "INSERT INTO u SELECT id FROM t; DELETE FROM u",
            "BEGIN", "COMMIT", "SET search_path = public", "SHOW search_path", "DO $$ BEGIN PERFORM 1; END $$", "VALUES (1), (2)", "WITH d AS (DELETE FROM t WHERE id = 2 RETURNING *) SELECT * FROM d", "", "  ;  ; ", "-- nothing", "CREATE TABLE v AS SELECT 1 AS a", "TRUNCATE t",
            "PREPARE p AS SELECT 1", "EXECUTE p", "DEALLOCATE p", "EXPLAIN (COSTS OFF) VALUES (1)", "SELECT 1; SELECT 1/0; SELECT 2", "INSERT INTO t VALUES (8, 'x'); INSERT INTO t VALUES (8, 'y')", "SELECT count(*) FROM t"])
        {
            if (sql.StartsWith("EXPLAIN", StringComparison.Ordinal))
            {
                continue; // plans are our own
            }

            await log.ThrowsAsync(sql + " (non-query)", async () => log.Value(sql, await connection.Command(sql).ExecuteNonQueryAsync()));
            if (sql.StartsWith("SELECT", StringComparison.Ordinal) || sql.StartsWith("SHOW", StringComparison.Ordinal))
            {
                await log.ThrowsAsync(sql + " (scalar)", async () => log.Value(sql, await connection.Command(sql).ExecuteScalarAsync()));
            }
        }

        log.Value("scalar of no rows", connection.Command("SELECT 1 WHERE false").ExecuteScalar());
        log.Value("scalar of NULL", connection.Command("SELECT NULL::int").ExecuteScalar());
        log.Value("scalar without columns", connection.Command("CREATE TEMP TABLE w (a int)").ExecuteScalar());
        log.Value("scalar of the second", connection.Command("CREATE TEMP TABLE w2 (a int); SELECT 5").ExecuteScalar());
    });

    [Fact]
    public Task Placeholders() => Run(async (database, connection) =>
    {
        var log = database.Log;
        await Try("SELECT @a, :b, @A", N("a", 1), N("b", "x"));
        await Try("SELECT @a", N("@a", 1));
        await Try("SELECT @a", N(":a", 1));
        await Try("SELECT @a + 1", N("b", 1));
        await Try("SELECT 1", N("unused", 1));
        await Try("SELECT $1::int + $2", P(1), P(2));
        await Try("SELECT $2 || $1", P("a"), P("b"));
        await Try("SELECT $1, $3", P(1), P(2));
        await Try("SELECT $1::int");
        await Try("SELECT @p");
        await Try("SELECT '@a', \"@a\", $$@a$$, $x$ :a $x$, E'\\'@a', @a /* @a */ -- @a\n FROM (SELECT 1 AS \"@a\") x", N("a", 1));
        await Try("SELECT ARRAY[1,2] @> ARRAY[@a], '{\"a\":1}'::jsonb ? 'a', 5 !=@a, 1::text, '2'::int, 3 %@a, @a::bigint", N("a", 1));
        await Try("SELECT (ARRAY[1,2,3])[@f:@t]", N("f", 1), N("t", 2));
        await Try("SELECT @a; SELECT @b", N("a", 1), N("b", 2));
        await Try("SELECT @größe, @x_1, @x.y", N("größe", 1), N("x_1", 2), N("x.y", 3));
        await Try("SELECT @a, $1", N("a", 1));
        await Try("SELECT @a, $1", N("a", 1), P(2));
        await Try("SELECT @a WHERE @a IN (1, 2)", N("a", null));
        await Try("SELECT coalesce(@a, 5)", N("a", DBNull.Value));
        await Try("SELECT @a IS NULL, pg_typeof(@a)", N("a", DBNull.Value));
        await Try("SELECT @a || 'x'", N("a", DBNull.Value));
        await Try("SELECT generate_series(1, @n) LIMIT @l", N("n", 5), N("l", 1));
        await Try("SELECT 1 WHERE 1 = ANY(@a)", N("a", new[] { 1, 2 }));
        await Try("SELECT date '2024-01-01' + @d", N("d", 5));
        await Try("SELECT now() > @t, 'x' LIKE @l", N("t", DateTime.UnixEpoch), N("l", "%"));

        async Task Try(string sql, params NpgsqlParameter[] parameters)
        {
            if (connection.State != ConnectionState.Open)
            {
                await connection.CloseAsync();
                await connection.OpenAsync();
            }

            try
            {
                await using var command = connection.Command(sql, parameters);
                await using var reader = await command.ExecuteReaderAsync();
                do
                {
                    while (await reader.ReadAsync())
                    {
                        var row = new object[reader.FieldCount];
                        reader.GetValues(row);
                        log.Value(sql, row);
                    }
                }
                while (await reader.NextResultAsync());
            }
            catch (Exception e)
            {
                log.Value(sql, e);
            }
        }
    });

    [Fact]
    public Task Commands_that_cannot_run() => Run(async (database, connection) =>
    {
        var log = database.Log;
        log.Throws("no connection", () => database.Factory.CreateCommand()!.ExecuteNonQuery());
        await using (var closed = database.Connect())
        {
            log.Throws("closed connection", () => closed.Command("SELECT 1").ExecuteNonQuery());
            log.Throws("begin on closed", () => closed.BeginTransaction());
            log.Throws("schema on closed", () => closed.GetSchema("Tables"));
            await closed.OpenAsync();
            log.Throws("open twice", () => closed.Open());
            log.Throws("change while open", () => closed.ConnectionString = "x");
            closed.Close();
            closed.Close();
            log.Value("state", closed.State);
        }

        using (var command = connection.Command("SELECT 1"))
        {
            log.Throws("timeout", () => command.CommandTimeout = -1);
            log.Value("defaults", (command.CommandTimeout, command.CommandType, command.UpdatedRowSource, command.DesignTimeVisible));
            command.Prepare();
            log.Value("prepared", command.ExecuteScalar());
            log.Value("again", command.ExecuteScalar());
            command.Cancel();
            log.Value("after idle cancel", command.ExecuteScalar());
            command.Dispose();
        }

        await using (var reader = await connection.Command("SELECT generate_series(1, 3)").ExecuteReaderAsync())
        {
            log.Throws("while reading", () => connection.Command("SELECT 2").ExecuteScalar());
            log.Throws("transaction while reading", () => connection.BeginTransaction());
            log.Value("state", connection.State);
        }

        log.Value("afterwards", connection.Command("SELECT 2").ExecuteScalar());
        log.Throws("prepare of nonsense", () => connection.Command("SELECT nope").Prepare());
        var direct = connection.Command("pg_am");
        direct.CommandType = CommandType.TableDirect;
        log.Throws("table direct", () => log.Value("rows", direct.ExecuteScalar() is not null));
    });

    [Fact]
    public Task Transactions() => Run(async (database, connection) =>
    {
        var log = database.Log;
        connection.Execute("CREATE TABLE t (a int)");
        var transaction = await connection.BeginTransactionAsync();
        log.Value("begun", (transaction.IsolationLevel, transaction.SupportsSavepoints, ReferenceEquals(transaction.Connection, connection)));
        log.Throws("twice", () => connection.BeginTransaction());
        connection.Execute("INSERT INTO t VALUES (1)");
        transaction.Save("Mixed \"Case\"");
        connection.Execute("INSERT INTO t VALUES (2)");
        transaction.Rollback("Mixed \"Case\"");
        transaction.Release("Mixed \"Case\"");
        log.Throws("gone savepoint", () => transaction.Rollback("Mixed \"Case\""));
        log.Throws("aborted", () => connection.Execute("SELECT 1"));
        log.Throws("commit of aborted", () => transaction.Commit());
        log.Throws("commit again", () => transaction.Commit());
        log.Throws("rollback again", () => transaction.Rollback());
        log.Throws("save again", () => transaction.Save("x"));
        log.Throws("savepoint without a name", () => connection.BeginTransaction().Save(""));
        await connection.CloseAsync();
        await connection.OpenAsync();
        if (!AdoDatabase.Records)
        {
            connection.Execute("CREATE TABLE IF NOT EXISTS t (a int)"); // a database in memory ends with its last connection
        }

        log.Value("rows", connection.Command("SELECT count(*) FROM t").ExecuteScalar());
        await using (var second = await connection.BeginTransactionAsync(IsolationLevel.Serializable))
        {
            log.Value("level", (second.IsolationLevel, connection.Command("SHOW transaction_isolation").ExecuteScalar()));
            connection.Execute("INSERT INTO t VALUES (3)");
        }

        log.Value("rows", connection.Command("SELECT count(*) FROM t").ExecuteScalar());
        await using (var third = await connection.BeginTransactionAsync())
        {
            connection.Execute("INSERT INTO t VALUES (4)");
            await third.CommitAsync();
            log.Value("connection of the completed", third.Connection is null);
        }

        connection.Execute("BEGIN");
        connection.Execute("INSERT INTO t VALUES (5)");
        log.Throws("over SQL's", () => connection.BeginTransaction());
        connection.Execute("ROLLBACK");
        var fourth = connection.BeginTransaction();
        connection.Execute("COMMIT");
        log.Throws("committed by SQL", () => fourth.Commit());
        log.Value("rows", connection.Command("SELECT count(*) FROM t").ExecuteScalar());
        connection.Execute("CREATE TABLE d (a int PRIMARY KEY, b int REFERENCES d DEFERRABLE INITIALLY DEFERRED)");
        var fifth = connection.BeginTransaction();
        connection.Execute("INSERT INTO d VALUES (1, 2)");
        log.Throws("deferred", () => fifth.Commit());
        log.Value("rows", connection.Command("SELECT count(*) FROM d").ExecuteScalar());
    });

    [Fact]
    public Task Batches() => Run(async (database, connection) =>
    {
        var log = database.Log;
        connection.Execute("CREATE TABLE t (a int PRIMARY KEY, b text)");
        await using (var batch = connection.CreateBatch())
        {
            Add(batch, "INSERT INTO t VALUES ($1, $2), ($3, 'y')", 1, "x", 2);
            Add(batch, "SELECT a FROM t ORDER BY a");
            Add(batch, "UPDATE t SET b = $1 WHERE a > $2 RETURNING a", "z", 0);
            Add(batch, "DELETE FROM t WHERE a = 99");
            await using var reader = await batch.ExecuteReaderAsync();
            do
            {
                while (await reader.ReadAsync())
                {
                    log.Value("row", reader.GetInt32(0));
                }

                log.Value("result", (reader.FieldCount, reader.RecordsAffected));
            }
            while (await reader.NextResultAsync());
            await reader.CloseAsync();
            log.Value("affected", batch.BatchCommands.Select(c => c.RecordsAffected));
        }

        await using (var batch = connection.CreateBatch())
        {
            Add(batch, "INSERT INTO t VALUES (10, '')");
            Add(batch, "INSERT INTO t VALUES (10, 'again')");
            Add(batch, "INSERT INTO t VALUES (11, '')");
            try
            {
                await batch.ExecuteNonQueryAsync();
            }
            catch (DbException e)
            {
                log.Value("failed", e);
                log.Value("which", batch.BatchCommands.Select(c => ReferenceEquals(c, e.BatchCommand)));
            }
        }

        log.Value("rows", connection.Command("SELECT count(*) FROM t").ExecuteScalar());
        await using (var batch = connection.CreateBatch())
        {
            Add(batch, "SELECT 1");
            Add(batch, "SELECT 2");
            log.Value("scalar", await batch.ExecuteScalarAsync());
            log.Value("non-query", await batch.ExecuteNonQueryAsync());
            batch.BatchCommands.Clear();
            log.Throws("empty", () => log.Value("empty", batch.ExecuteNonQuery()));
        }

        static void Add(DbBatch batch, string sql, params object[] values)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            foreach (var value in values)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            }

            batch.BatchCommands.Add(command);
        }
    });

    [Fact]
    public Task Notices_and_state_changes() => Run(async (database, connection) =>
    {
        var log = database.Log;
        switch (connection)
        {
            case NpgsqlConnection npgsql:
                npgsql.Notice += (_, e) => Told(e.Notice.Severity, e.Notice.SqlState, e.Notice.MessageText, e.Notice.Detail, e.Notice.Hint);
                break;
            case PgMicroConnection ours:
                ours.Notice += (_, e) => Told(e.Severity, e.SqlState, e.Message, e.Detail, e.Hint);
                break;
        }

        void Told(string severity, string state, string message, string? detail, string? hint) => log.Line($"notice {severity} {state} {message} {detail} {hint}");
        connection.Execute("DROP TABLE IF EXISTS nope");
        connection.Execute("CREATE TABLE t (a int); CREATE TABLE IF NOT EXISTS t (a int)");
        connection.Execute("DO $$ BEGIN RAISE NOTICE 'hello %', 1; RAISE WARNING 'careful'; RAISE INFO 'inf'; RAISE DEBUG 'not shown'; END $$");
        connection.Execute("ROLLBACK");
        connection.Execute("SET client_min_messages = warning");
        connection.Execute("DROP TABLE IF EXISTS nope");
        await using var other = database.Connect();
        other.StateChange += (_, e) => log.Line($"{e.OriginalState} → {e.CurrentState}");
        await other.OpenAsync();
        await other.CloseAsync();
        other.Dispose();
    });

    private static NpgsqlParameter P(object? value) => new() { Value = value };

    private static NpgsqlParameter P(object? value, NpgsqlDbType type) => new() { Value = value, NpgsqlDbType = type };

    private static NpgsqlParameter D(object? value, string type) => new() { Value = value, DataTypeName = type };

    private static NpgsqlParameter N(string name, object? value) => new(name, value);
}
