using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PgMicro.Benchmarks.Model;
using PgMicro.Benchmarks.Running;
using PgMicro.Core.Storage;
using PgMicro.Data;

namespace PgMicro.Benchmarks.Subjects;

/// <summary>A database for each subject, all with the same rows and the same durability.</summary>
internal sealed class Stores(BenchmarkRun run) : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private string? _sqlite;
    private string? _ours;
    private string? _postgres;
    private string? _postgresDatabase;

    internal BenchmarkRun Run => run;

    /// <summary>A SQLite file without our engine.</summary>
    internal string SqliteFile
    {
        get
        {
            if (_sqlite is null)
            {
                _sqlite = run.NewFile("sqlite");
                using var connection = OpenSqlite(_sqlite);
                Sql.Run(connection, Sql.SqliteSchema);
                Sql.Fill(connection, isSqlite: true);
            }

            return _sqlite;
        }
    }

    /// <summary>A file of the engine.</summary>
    internal string OurFile
    {
        get
        {
            if (_ours is null)
            {
                _ours = run.NewFile("ours");
                using var connection = new PgMicroConnection("Data Source=" + _ours);
                connection.Open();
                ConfigureOurs(connection);
                Sql.Run(connection, Sql.PostgresSchema);
                Sql.Fill(connection, isSqlite: false);
                connection.Close();

                // Sessions that began before the database's settings were made keep theirs.
                PgMicroConnection.ClearPool(connection);
            }

            return _ours;
        }
    }

    /// <summary>A database of the server.</summary>
    internal string PostgresConnectionString
    {
        get
        {
            if (_postgres is null)
            {
                _postgresDatabase = $"pgmicro_bench_{Environment.ProcessId}";
                Administer($"CREATE DATABASE {_postgresDatabase}");
                _postgres = new NpgsqlConnectionStringBuilder(run.Postgres) { Database = _postgresDatabase, Options = "-c synchronous_commit=" + (run.Durable ? "on" : "off") }.ConnectionString;
                using var connection = new NpgsqlConnection(_postgres);
                connection.Open();
                Sql.Run(connection, Sql.PostgresSchema);
                Sql.Fill(connection, isSqlite: false);
                Sql.Run(connection, "ANALYZE");
            }

            return _postgres;
        }
    }

    /// <summary>Runs a statement in the server's database postgres.</summary>
    internal void Administer(string sql)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(run.Postgres) { Database = "postgres", Pooling = false }.ConnectionString);
        connection.Open();
        Sql.Run(connection, sql);
    }

    internal DbConnection OpenSqlite(string file)
    {
        var connection = new SqliteConnection("Data Source=" + file);
        connection.Open();
        Sql.Run(connection, "PRAGMA journal_mode = WAL");
        Sql.Run(connection, "PRAGMA synchronous = " + (run.Durable ? "FULL" : "NORMAL"));
        Sql.Run(connection, "PRAGMA mmap_size = 268435456");
        Sql.Run(connection, "PRAGMA cache_size = -16384");
        return connection;
    }

    internal SqliteConnectionHandle OpenRaw(string file)
    {
        var connection = SqliteConnectionHandle.Open(file);
        (SqliteFileSettings.Durable with { Synchronous = run.Durable ? SqliteSynchronous.Full : SqliteSynchronous.Normal }).Apply(connection);
        return connection;
    }

    /// <summary>Makes commits of a database wait, or not.</summary>
    internal void ConfigureOurs(DbConnection connection)
    {
        var name = connection.Database;
        Sql.Run(connection, $"ALTER DATABASE \"{name}\" SET synchronous_commit = {(run.Durable ? "on" : "off")}");
        Sql.Run(connection, $"SET synchronous_commit = {(run.Durable ? "on" : "off")}");
    }

    /// <summary>An open connection of an ADO.NET subject.</summary>
    internal DbConnection Open(string subject)
    {
        if (subject == "mds")
        {
            var sqlite = Own(OpenSqlite(SqliteFile));
            Touch(sqlite);
            return sqlite;
        }

        DbConnection connection = subject == "ado" ? new PgMicroConnection("Data Source=" + OurFile) : new NpgsqlConnection(PostgresConnectionString);
        connection.Open();
        if (subject == "ado")
        {
            Touch(connection);
        }

        return Own(connection);
    }

    /// <summary>The options of a subject's contexts.</summary>
    internal DbContextOptions<Shop> Options(string subject) => subject == "ef"
        ? new DbContextOptionsBuilder<Shop>().UseNpgsqlCompatibleFile(OurFile).Options
        : new DbContextOptionsBuilder<Shop>().UseNpgsql(PostgresConnectionString).Options;

    // Readers of a file without a log ask the system for its size each time; a database that is written to has a log.
    private static void Touch(DbConnection connection) => Sql.Run(connection, "UPDATE items SET quantity = quantity WHERE id = 1");

    internal T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    public void Dispose()
    {
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }

        PgMicroConnection.ClearAllPools();
        SqliteConnection.ClearAllPools();
        if (_postgresDatabase is not null)
        {
            NpgsqlConnection.ClearAllPools();
            Administer($"DROP DATABASE {_postgresDatabase}");
        }
    }
}
