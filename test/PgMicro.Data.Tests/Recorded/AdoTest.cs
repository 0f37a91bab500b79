using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql;
using PgMicro.Recording;

namespace PgMicro.Data.Tests.Recorded;

/// <summary>Tests whose one body runs on Npgsql and PostgreSQL to record, and on our provider to compare.</summary>
public abstract class AdoTest
{
    /// <summary>Runs a body with an open connection to an empty database.</summary>
    protected async Task Run(Func<AdoDatabase, DbConnection, Task> body, [CallerMemberName] string test = "")
    {
        var name = $"{GetType().Name}.{test}";
        await using var database = await AdoDatabase.CreateAsync(name);
        await using (var connection = database.Connect())
        {
            await connection.OpenAsync();
            try
            {
                await body(database, connection);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                var text = database.Log.ToString();
                throw new InvalidOperationException($"{name} stopped after:\n{(text.Length > 1500 ? text[^1500..] : text)}", e);
            }
        }

        Recordings.Check("PgMicro.Data.Tests", name, database.Log);
    }
}

/// <summary>A database of a test.</summary>
public sealed class AdoDatabase : IAsyncDisposable
{
    private readonly string _name;

    private AdoDatabase(string name) => _name = name;

    public Transcript Log { get; } = new();

    public static bool Records => Recordings.Oracle is not null;

    /// <summary>The connection string; more keywords may follow.</summary>
    public string ConnectionString => Records
        ? new NpgsqlConnectionStringBuilder(Recordings.Oracle) { Database = _name, Pooling = false, Timezone = "UTC", IncludeErrorDetail = true }.ConnectionString
        : $"Data Source={_name};Mode=Memory;Timezone=UTC";

    public DbProviderFactory Factory => Records ? NpgsqlFactory.Instance : PgMicroProviderFactory.Instance;

    public static async Task<AdoDatabase> CreateAsync(string test)
    {
        var name = "ado_" + test.ToLowerInvariant().Replace('.', '_');
        var database = new AdoDatabase(name.Length > 60 ? name[..60] : name);
        if (Records)
        {
            await MaintainAsync($"DROP DATABASE IF EXISTS {database._name} WITH (FORCE)");
            await MaintainAsync($"CREATE DATABASE {database._name}");
        }

        return database;
    }

    public DbConnection Connect(string more = "") => Records ? new NpgsqlConnection(ConnectionString + ";" + more) : new PgMicroDataSource(ConnectionString + ";" + more).CreateConnection();

    public ValueTask DisposeAsync() => Records ? new(MaintainAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)")) : default;

    private static async Task MaintainAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Recordings.Oracle) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

internal static class AdoExtensions
{
    internal static DbCommand Command(this DbConnection connection, string sql, params object?[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var value in values)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }

    internal static int Execute(this DbConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        return command.ExecuteNonQuery();
    }
}
