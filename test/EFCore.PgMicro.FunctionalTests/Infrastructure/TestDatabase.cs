using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using PgMicro.Data;
using PgMicro.Recording;

namespace EFCore.PgMicro.FunctionalTests.Infrastructure;

/// <summary>A test's own database: on the oracle while recording, else a file.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"pgmicro-ef-{Guid.NewGuid():N}");

    internal TestDatabase(string test)
    {
        _name = "efrec_" + test.ToLowerInvariant().Replace('.', '_');
        _name = _name.Length > 60 ? _name[..60] : _name;
        Interceptor = new TranscriptInterceptor(Transcript);
    }

    public Transcript Transcript { get; } = new();

    /// <summary>Writes down every command and transaction of the contexts that <see cref="Use"/> made.</summary>
    public TranscriptInterceptor Interceptor { get; }

    /// <summary>Whether this run asks PostgreSQL.</summary>
    public static bool Records => Recordings.Oracle is not null;

    /// <summary>The database's file.</summary>
    public string File => Path.Combine(_folder, _name + ".db");

    public string ConnectionString => Records
        ? new NpgsqlConnectionStringBuilder(Recordings.Oracle) { Database = _name, Pooling = false, Timezone = "UTC", IncludeErrorDetail = true }.ConnectionString
        : $"Data Source={File};Timezone=UTC";

    /// <summary>Points a context here and writes down its commands.</summary>
    public DbContextOptionsBuilder Use(DbContextOptionsBuilder options, Action<NpgsqlDbContextOptionsBuilder>? npgsql = null) =>
        (Records ? options.UseNpgsql(ConnectionString, npgsql) : options.UseNpgsqlCompatibleFile(ConnectionString, npgsql)).AddInterceptors(Interceptor);

    /// <summary>Points a context at a connection.</summary>
    public DbContextOptionsBuilder Use(DbContextOptionsBuilder options, DbConnection connection, Action<NpgsqlDbContextOptionsBuilder>? npgsql = null) =>
        (Records ? options.UseNpgsql(connection, npgsql) : options.UseNpgsqlCompatibleFile(connection, npgsql)).AddInterceptors(Interceptor);

    public DbContextOptions<T> Options<T>(Action<NpgsqlDbContextOptionsBuilder>? npgsql = null)
        where T : DbContext => (DbContextOptions<T>)Use(new DbContextOptionsBuilder<T>(), npgsql).Options;

    public DbConnection Connect() => Records ? new NpgsqlConnection(ConnectionString) : new PgMicroConnection(ConnectionString);

    /// <summary>Makes the schema of a context without writing it down.</summary>
    public async Task CreateAsync(DbContext context)
    {
        using (Interceptor.Silence())
        {
            await context.Database.EnsureCreatedAsync();
        }
    }

    /// <summary>Writes down a value.</summary>
    public void Note(string title, object? value) => Transcript.Value(title, value);

    /// <summary>Writes down what a query of the catalog says.</summary>
    public async Task NoteRowsAsync(string title, string sql)
    {
        await using var connection = Connect();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        Transcript.Line(title + ":");
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            Transcript.Line("  " + string.Join(" | ", row.Select(Transcript.Text)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Records)
        {
            await DropAsync();
            return;
        }

        PgMicroConnection.ClearPool(new PgMicroConnection(ConnectionString));
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    internal async Task PrepareAsync(bool create)
    {
        if (!Records)
        {
            Directory.CreateDirectory(_folder);
            if (create)
            {
                await using var connection = Connect();
                await connection.OpenAsync();
            }

            return;
        }

        await DropAsync();
        if (create)
        {
            await MaintainAsync($"CREATE DATABASE {_name}");
        }
    }

    private Task DropAsync() => MaintainAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");

    private static async Task MaintainAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Recordings.Oracle) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
