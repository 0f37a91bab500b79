using System.Text.Json;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace PgMicro.Data.Tests;

/// <summary>Values and errors through ADO.NET; what each should be is what Npgsql gives over PostgreSQL 17.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly PgMicroConnection _connection = new($"Data Source=data-{Guid.NewGuid():N};Mode=Memory");

    public CommandTests() => _connection.Open();

    public void Dispose() => _connection.Dispose();

    public static TheoryData<object, string> Values() => new()
    {
        { true, "boolean" }, { (short)7, "smallint" }, { 42, "integer" }, { -1L, "bigint" }, { 1.5f, "real" }, { double.NaN, "double precision" },
        { 12.340m, "numeric" }, { "a'b", "text" }, { new byte[] { 0, 255 }, "bytea" }, { new DateOnly(2024, 2, 29), "date" },
        { new TimeOnly(1, 2, 3, 4), "time without time zone" }, { new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc), "timestamp with time zone" },
        { new DateTime(1999, 12, 31), "timestamp without time zone" }, { new TimeSpan(3, 4, 5, 6), "interval" }, { Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), "uuid" },
        { new[] { 1, 2 }, "integer[]" }, { new[] { "x", "y,\"z" }, "text[]" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Value_comes_back_with_its_type(object value, string typeName)
    {
        using var command = new PgMicroCommand("SELECT @p", _connection);
        command.Parameters.AddWithValue("p", value);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(value, reader.GetValue(0));
        Assert.Equal(value is Array and not byte[]? typeof(Array) : value.GetType(), reader.GetFieldType(0));
        Assert.Equal(typeName, reader.GetDataTypeName(0));
        Assert.False(reader.Read());
    }

    [Fact]
    public void Alternative_types_are_read()
    {
        using var reader = Read("SELECT 1, 1.5, interval '1 mon 2 days', '{\"a\": 1}'::jsonb, '{1,NULL}'::int[], '{{1,2},{3,4}}'::int[]");
        Assert.Equal(1L, reader.GetFieldValue<long>(0));
        Assert.Equal(1.5, reader.GetDouble(1));
        Assert.Equal(new NpgsqlInterval(1, 2, 0), reader.GetFieldValue<NpgsqlInterval>(2));
        Assert.Equal(1, reader.GetFieldValue<JsonElement>(3).GetProperty("a").GetInt32());
        Assert.Equal([1, null], reader.GetFieldValue<int?[]>(4));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<int[]>(4));
        Assert.Equal(new[,] { { 1, 2 }, { 3, 4 } }, reader.GetFieldValue<int[,]>(5));
        Assert.Throws<InvalidCastException>(() => reader.GetString(0));
    }

    [Fact]
    public void Statements_share_names_and_give_results_in_turn()
    {
        using var command = new PgMicroCommand("SELECT @a; SELECT @b::text, '@a', \"x\".y FROM (SELECT @a AS y) AS \"x\"", _connection);
        command.Parameters.AddWithValue("a", 1);
        command.Parameters.AddWithValue("@b", "two");
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(1, reader.GetInt32(0));
        Assert.True(reader.NextResult());
        Assert.True(reader.Read());
        Assert.Equal(("two", "@a", 1), (reader.GetString(0), reader.GetString(1), reader.GetInt32(2)));
        Assert.False(reader.NextResult());
    }

    [Fact]
    public void Error_is_a_PostgresException_and_the_connection_goes_on()
    {
        var e = Assert.Throws<PostgresException>(() => Read("SELECT 1 / 0").Dispose());
        Assert.Equal(("22012", "division by zero"), (e.SqlState, e.MessageText));
        e = Assert.Throws<PostgresException>(() => Read("SELECT nope").Dispose());
        Assert.Equal(("42703", 8), (e.SqlState, e.Position));
        Assert.Equal(1, _connection.ExecuteScalar<int>("SELECT 1"));
    }

    [Fact]
    public void Failed_transaction_refuses_until_rolled_back_to_a_savepoint()
    {
        using var transaction = _connection.BeginTransaction();
        transaction.Save("s");
        Assert.Throws<PostgresException>(() => _connection.Execute("SELECT 1/0"));
        Assert.Equal("25P02", Assert.Throws<PostgresException>(() => _connection.Execute("SELECT 1")).SqlState);
        transaction.Rollback("s");
        Assert.Equal(1, _connection.ExecuteScalar<int>("SELECT 1"));
        transaction.Commit();
        Assert.Throws<InvalidOperationException>(transaction.Commit);
    }

    [Fact]
    public void Dapper_maps_rows()
    {
        var rows = _connection.Query<(int A, string B)>("SELECT g AS a, 'n' || g AS b FROM generate_series(1, @n) AS g", new { n = 3 }).ToArray();
        Assert.Equal([(1, "n1"), (2, "n2"), (3, "n3")], rows);
    }

    [Fact]
    public async Task Cancelled_token_and_time_limit_end_a_statement()
    {
        const string Endless = "SELECT count(*) FROM generate_series(1, 100000000000)";
        using var source = new CancellationTokenSource(100);
        await using var command = new PgMicroCommand(Endless, _connection);
        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.ExecuteScalarAsync(source.Token));
        Assert.Equal("57014", Assert.IsType<PostgresException>(e.InnerException).SqlState);
        command.CommandTimeout = 1;
        Assert.Equal("57014", Assert.Throws<PostgresException>(command.ExecuteScalar).SqlState);
    }

    [Fact]
    public void Unknown_keyword_is_an_error() => Assert.Throws<ArgumentException>(() => new PgMicroConnection("Data Source=x;Nonsense=1"));

    private PgMicroDataReader Read(string sql)
    {
        var reader = new PgMicroCommand(sql, _connection).ExecuteReader();
        Assert.True(reader.Read());
        return reader;
    }
}
