using Npgsql;

namespace PgMicro.Data.Tests;

/// <summary>Copies of a migrated database for each test, and sessions that are used again.</summary>
public sealed class DataSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pgmicro-source-").FullName;

    public void Dispose()
    {
        PgMicroConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_template_is_copied_to_files_and_to_memory()
    {
        using var template = new PgMicroDataSource(Path.Combine(_folder, "template.db"));
        Run(template, "CREATE TABLE t (id serial PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('seed')");
        using var file = template.CloneTo(Path.Combine(_folder, "copy.db"));
        using var memory = template.CloneToMemory();
        using var other = template.CloneToMemory();
        Run(file, "INSERT INTO t (v) VALUES ('file')");
        Run(memory, "DELETE FROM t");

        Assert.Equal("copy:seed,file", Scalar(file, "SELECT current_database() || ':' || string_agg(v, ',' ORDER BY id) FROM t"));
        Assert.Equal("template:0", Scalar(memory, "SELECT current_database() || ':' || count(*) FROM t"));
        Assert.Equal("seed", Scalar(other, "SELECT string_agg(v, ',') FROM t"));
        Assert.Equal("seed", Scalar(template, "SELECT string_agg(v, ',') FROM t"));
        Assert.Equal("42P04", Assert.Throws<PostgresException>(() => template.CloneTo(Path.Combine(_folder, "copy.db"))).SqlState);
    }

    [Fact]
    public void A_pooled_session_starts_as_a_new_one_does()
    {
        using var source = new PgMicroDataSource(Path.Combine(_folder, "pool.db"));
        int first;
        using (var connection = source.OpenConnection())
        {
            first = connection.ProcessId;
            Run(connection, "CREATE SEQUENCE s; SELECT nextval('s')");
            Run(connection, "SET TimeZone = 'Asia/Tokyo'; SET search_path = other; CREATE TEMP TABLE tt (a int); PREPARE p AS SELECT 1; SELECT pg_advisory_lock(7)");
            Run(connection, "BEGIN");
        }

        using var again = source.OpenConnection();
        Assert.Equal(first, again.ProcessId);
        Assert.Equal("GMT", Scalar(again, "SHOW TimeZone"));
        Assert.Equal("\"$user\", public", Scalar(again, "SHOW search_path"));
        Assert.Equal("26000", State(again, "EXECUTE p"));
        Assert.Equal("42P01", State(again, "SELECT * FROM tt"));
        Assert.Equal("55000", State(again, "SELECT currval('s')"));
        Assert.Equal("25P01", Notice(again, "COMMIT"));
        using var other = source.OpenConnection();
        Assert.NotEqual(first, other.ProcessId);
        Assert.Equal(true, Scalar(other, "SELECT pg_try_advisory_lock(7)"));
    }

    private static string State(PgMicroConnection connection, string sql) => Assert.Throws<PostgresException>(() => Run(connection, sql)).SqlState;

    private static string? Notice(PgMicroConnection connection, string sql)
    {
        string? state = null;
        connection.Notice += (_, e) => state = e.SqlState;
        Run(connection, sql);
        return state;
    }

    private static void Run(PgMicroDataSource source, string sql)
    {
        using var connection = source.OpenConnection();
        Run(connection, sql);
    }

    private static void Run(PgMicroConnection connection, string sql)
    {
        using var command = new PgMicroCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static object? Scalar(PgMicroDataSource source, string sql)
    {
        using var connection = source.OpenConnection();
        return Scalar(connection, sql);
    }

    private static object? Scalar(PgMicroConnection connection, string sql)
    {
        using var command = new PgMicroCommand(sql, connection);
        return command.ExecuteScalar();
    }
}
