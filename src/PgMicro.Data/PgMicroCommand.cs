using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace PgMicro.Data;

/// <summary>SQL to run: one statement or several, with NpgsqlParameters named @p or positional $1.</summary>
public sealed class PgMicroCommand : DbCommand
{
    private string _text = "";
    private RewrittenStatement[]? _planned;
    private bool _plannedNamed;
    private NpgsqlParameterCollection? _parameters;
    private int? _timeout;

    /// <summary>A command without text.</summary>
    public PgMicroCommand() => GC.SuppressFinalize(this);

    /// <summary>A command.</summary>
    public PgMicroCommand(string? commandText, PgMicroConnection? connection = null, PgMicroTransaction? transaction = null)
    {
        // There is nothing to finalize, and queueing it costs more than a query's parameters.
        GC.SuppressFinalize(this);
        _text = commandText ?? "";
        Connection = connection;
        Transaction = transaction;
    }

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText
    {
        get => _text;
        set
        {
            _text = value ?? "";
            _planned = null;
        }
    }

    /// <summary>Seconds after which it is cancelled with 57014; 0 for no limit.</summary>
    public override int CommandTimeout
    {
        get => _timeout ?? Connection?.CommandTimeout ?? 30;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _timeout = value;
        }
    }

    /// <inheritdoc/>
    public override CommandType CommandType { get; set; } = CommandType.Text;

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource { get; set; } = UpdateRowSource.Both;

    /// <summary>The connection.</summary>
    public new PgMicroConnection? Connection { get; set; }

    /// <summary>The transaction; a connection's commands always run in its current one.</summary>
    public new PgMicroTransaction? Transaction { get; set; }

    /// <summary>The parameters.</summary>
    public new NpgsqlParameterCollection Parameters => _parameters ??= NewParameters();

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = (PgMicroConnection?)value;
    }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => Transaction;
        set => Transaction = (PgMicroTransaction?)value;
    }

    private PgMicroConnection Required => Connection ?? throw new InvalidOperationException("Connection property has not been initialized.");

    /// <summary>Cancels the running statement, which fails with 57014.</summary>
    public override void Cancel()
    {
        if (Connection is { State: ConnectionState.Open } connection)
        {
            connection.Session.Cancel();
        }
    }

    /// <summary>Makes a parameter.</summary>
    public new NpgsqlParameter CreateParameter() => new();

    /// <summary>Analyses the statements; their plans are kept by text in any case.</summary>
    public override void Prepare()
    {
        // What cannot be analysed fails here already, as it does where a server prepares it.
        using var reader = ExecuteReader(CommandBehavior.SchemaOnly);
    }

    /// <summary>Runs the command.</summary>
    /// <exception cref="PostgresException">Any error of the engine.</exception>
    public new PgMicroDataReader ExecuteReader(CommandBehavior behavior = CommandBehavior.Default)
    {
        var connection = Required;
        _ = connection.Session;
        if (_text.Length == 0)
        {
            throw new InvalidOperationException("CommandText property has not been initialized");
        }

        return PgMicroDataReader.Start(connection, _text, Statements(), behavior, CommandTimeout);
    }

    /// <inheritdoc/>
    public override int ExecuteNonQuery()
    {
        using var reader = ExecuteReader();
        while (reader.NextResult())
        {
        }

        reader.Close();
        return reader.RecordsAffected;
    }

    /// <inheritdoc/>
    public override object? ExecuteScalar()
    {
        using var reader = ExecuteReader();
        var result = reader.Read() && reader.FieldCount > 0 ? reader.GetValue(0) : null;
        reader.Close();
        return result;
    }

    /// <inheritdoc/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) =>
        Cancellation.Run(this, static c => c.ExecuteNonQuery(), Connection, cancellationToken);

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) =>
        Cancellation.Run(this, static c => c.ExecuteScalar(), Connection, cancellationToken);

    /// <summary>The statements of a command's text.</summary>
    internal static RewrittenStatement[] Plan(string text, CommandType type, NpgsqlParameterCollection? parameters)
    {
        var count = parameters?.Count ?? 0;
        if (count > 0 && !HasOnlyInput(parameters!))
        {
            var other = parameters!.First(static p => p.Direction != ParameterDirection.Input);
            throw new NotSupportedException($"Parameter '{other.ParameterName}': only input parameters are supported.");
        }

        switch (type)
        {
            case CommandType.StoredProcedure:
                var places = new string[count];
                for (var i = 0; i < count; i++)
                {
                    var name = parameters![i].ParameterName.TrimStart('@', ':');
                    places[i] = name.Length == 0 ? $"${i + 1}" : $"\"{name.Replace("\"", "\"\"")}\" := ${i + 1}";
                }

                return [new RewrittenStatement($"CALL {text}({string.Join(", ", places)})", null)];
            case CommandType.TableDirect:
                return [new RewrittenStatement("SELECT * FROM " + text, null)];
        }

        var named = count > 0 && parameters![0].ParameterName.Length > 0;
        for (var i = 1; i < count; i++)
        {
            if (parameters![i].ParameterName.Length > 0 != named)
            {
                throw new NotSupportedException("Mixing named and positional parameters isn't supported");
            }
        }

        return SqlRewriter.Rewrite(text, parameters, named);
    }

    /// <summary>An empty collection; Npgsql makes one with each of its commands.</summary>
    internal static NpgsqlParameterCollection NewParameters() => new NpgsqlCommand().Parameters;

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => CreateParameter();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ExecuteReader(behavior);

    /// <inheritdoc/>
    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        Cancellation.Run((this, behavior), static s => (DbDataReader)s.Item1.ExecuteReader(s.behavior), Connection, cancellationToken);

    private StatementList Statements()
    {
        // Run again with parameters of the same names, it has the same statements.
        var named = _parameters is { Count: > 0 } && _parameters[0].ParameterName.Length > 0;
        if (_planned is null || named != _plannedNamed || CommandType != CommandType.Text
            || (_parameters is not null && !HasOnlyInput(_parameters)) || (named && !SqlRewriter.Fit(_planned, _parameters!)))
        {
            _planned = Plan(_text, CommandType, _parameters);
            _plannedNamed = named;
        }

        return new StatementList(_planned, _parameters);
    }

    private static bool HasOnlyInput(NpgsqlParameterCollection parameters)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Direction != ParameterDirection.Input)
            {
                return false;
            }
        }

        return true;
    }
}
