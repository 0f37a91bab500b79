using System.Data;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal;
using PgMicro.Data;

namespace PgMicro.EntityFrameworkCore.Storage;

/// <summary>A database is a file: made by opening it, dropped by deleting it.</summary>
public sealed class PgMicroDatabaseCreator : NpgsqlDatabaseCreator
{
    private readonly PgMicroRelationalConnection _connection;
    private readonly IRawSqlCommandBuilder _commands;

    /// <summary>Made by EF.</summary>
    public PgMicroDatabaseCreator(
        RelationalDatabaseCreatorDependencies dependencies, INpgsqlRelationalConnection connection, IRawSqlCommandBuilder rawSqlCommandBuilder)
        : base(dependencies, connection, rawSqlCommandBuilder)
    {
        _connection = (PgMicroRelationalConnection)connection;
        _commands = rawSqlCommandBuilder;
    }

    private PgMicroConnectionStringBuilder Options => new(_connection.ConnectionString);

    private bool IsOpen => _connection.DbConnection.State == ConnectionState.Open;

    /// <inheritdoc/>
    public override bool Exists()
    {
        if (!IsThere())
        {
            return false;
        }

        // A file that cannot be opened as ours is an error, and one to be told.
        using var probe = Probe();
        probe.Open(errorsExpected: true);
        _commands.Build("SELECT 1").ExecuteNonQuery(Parameters(probe));
        return true;
    }

    /// <inheritdoc/>
    public override async Task<bool> ExistsAsync(CancellationToken cancellationToken = default)
    {
        if (!IsThere())
        {
            return false;
        }

        var probe = Probe();
        await using (probe.ConfigureAwait(false))
        {
            await probe.OpenAsync(cancellationToken, errorsExpected: true).ConfigureAwait(false);
            await _commands.Build("SELECT 1").ExecuteNonQueryAsync(Parameters(probe), cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    /// <inheritdoc/>
    public override void Create()
    {
        using var maker = new PgMicroConnection(Options.ConnectionString);
        maker.Open();
    }

    /// <inheritdoc/>
    public override Task CreateAsync(CancellationToken cancellationToken = default)
    {
        Create();
        return Task.CompletedTask;
    }

    /// <summary>Deletes the file; others' connections of this process end with 57P01.</summary>
    public override void Delete()
    {
        var connectionString = Options.ConnectionString;
        if (IsOpen)
        {
            _connection.DbConnection.Close();
        }

        PgMicroConnection.DeleteDatabase(connectionString);
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(CancellationToken cancellationToken = default)
    {
        Delete();
        return Task.CompletedTask;
    }

    private bool IsThere()
    {
        var options = Options;
        return options.Mode == PgMicroOpenMode.Memory || IsOpen || File.Exists(options.DataSource);
    }

    private INpgsqlRelationalConnection Probe() => _connection.Clone(Options.ConnectionString);

    private RelationalCommandParameterObject Parameters(INpgsqlRelationalConnection probe) =>
        new(probe, null, null, Dependencies.CurrentContext.Context, Dependencies.CommandLogger, CommandSource.Migrations);
}
