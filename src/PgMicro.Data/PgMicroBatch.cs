using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace PgMicro.Data;

/// <summary>Several commands run as one, in one implicit transaction.</summary>
public sealed class PgMicroBatch : DbBatch
{
    private readonly PgMicroBatchCommandCollection _commands = [];

    /// <summary>An empty batch.</summary>
    public PgMicroBatch(PgMicroConnection? connection = null) => Connection = connection;

    /// <summary>Seconds after which it is cancelled with 57014.</summary>
    public override int Timeout { get; set; } = 30;

    /// <summary>The connection.</summary>
    public new PgMicroConnection? Connection { get; set; }

    /// <summary>The transaction.</summary>
    public new PgMicroTransaction? Transaction { get; set; }

    /// <inheritdoc/>
    protected override DbBatchCommandCollection DbBatchCommands => _commands;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = (PgMicroConnection?)value;
    }

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => Transaction;
        set => Transaction = (PgMicroTransaction?)value;
    }

    /// <inheritdoc/>
    public override void Cancel()
    {
        if (Connection is { State: ConnectionState.Open } connection)
        {
            connection.Session.Cancel();
        }
    }

    /// <inheritdoc/>
    public override int ExecuteNonQuery()
    {
        using var reader = Execute(CommandBehavior.Default);
        while (reader.NextResult())
        {
        }

        reader.Close();
        return reader.RecordsAffected;
    }

    /// <inheritdoc/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) =>
        Cancellation.Run(this, static b => b.ExecuteNonQuery(), Connection, cancellationToken);

    /// <inheritdoc/>
    public override object? ExecuteScalar()
    {
        using var reader = Execute(CommandBehavior.Default);
        var result = reader.Read() && reader.FieldCount > 0 ? reader.GetValue(0) : null;
        reader.Close();
        return result;
    }

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) =>
        Cancellation.Run(this, static b => b.ExecuteScalar(), Connection, cancellationToken);

    /// <inheritdoc/>
    public override void Prepare()
    {
    }

    /// <inheritdoc/>
    public override Task PrepareAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override DbBatchCommand CreateDbBatchCommand() => new PgMicroBatchCommand();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Execute(behavior);

    /// <inheritdoc/>
    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        Cancellation.Run((this, behavior), static s => (DbDataReader)s.Item1.Execute(s.behavior), Connection, cancellationToken);

    private PgMicroDataReader Execute(CommandBehavior behavior)
    {
        var statements = new List<PlannedStatement>();
        foreach (PgMicroBatchCommand command in _commands)
        {
            command.Reset();
            foreach (var statement in PgMicroCommand.Plan(command.CommandText, command.CommandType, command.ParametersOrNull))
            {
                statements.Add(new PlannedStatement(statement, command.ParametersOrNull, command));
            }
        }

        return PgMicroDataReader.Start(
            Connection ?? throw new InvalidOperationException("Connection property has not been initialized."),
            _commands.Count > 0 ? _commands[0].CommandText : "", new StatementList(statements), behavior, Timeout);
    }
}

/// <summary>One command of a batch.</summary>
public sealed class PgMicroBatchCommand : DbBatchCommand
{
    private string _text = "";
    private int _recordsAffected = -1;

    /// <summary>A command without text.</summary>
    public PgMicroBatchCommand()
    {
    }

    /// <summary>A command.</summary>
    public PgMicroBatchCommand(string commandText) => _text = commandText;

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText
    {
        get => _text;
        set => _text = value ?? "";
    }

    /// <inheritdoc/>
    public override CommandType CommandType { get; set; } = CommandType.Text;

    /// <inheritdoc/>
    public override int RecordsAffected => _recordsAffected;

    /// <inheritdoc/>
    public override bool CanCreateParameter => true;

    /// <summary>The parameters.</summary>
    public new NpgsqlParameterCollection Parameters => ParametersOrNull ??= PgMicroCommand.NewParameters();

    internal NpgsqlParameterCollection? ParametersOrNull { get; private set; }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <inheritdoc/>
    public override DbParameter CreateParameter() => new NpgsqlParameter();

    internal void Reset() => _recordsAffected = -1;

    internal void Add(long rows) => _recordsAffected = (int)(Math.Max(0, _recordsAffected) + rows);
}

/// <summary>The commands of a batch.</summary>
public sealed class PgMicroBatchCommandCollection : DbBatchCommandCollection
{
    private readonly List<PgMicroBatchCommand> _list = [];

    /// <inheritdoc/>
    public override int Count => _list.Count;

    /// <inheritdoc/>
    public override bool IsReadOnly => false;

    /// <inheritdoc/>
    public override void Add(DbBatchCommand item) => _list.Add((PgMicroBatchCommand)item);

    /// <inheritdoc/>
    public override void Clear() => _list.Clear();

    /// <inheritdoc/>
    public override bool Contains(DbBatchCommand item) => _list.Contains((PgMicroBatchCommand)item);

    /// <inheritdoc/>
    public override void CopyTo(DbBatchCommand[] array, int arrayIndex) => ((System.Collections.ICollection)_list).CopyTo(array, arrayIndex);

    /// <inheritdoc/>
    public override IEnumerator<DbBatchCommand> GetEnumerator() => _list.GetEnumerator();

    /// <inheritdoc/>
    public override int IndexOf(DbBatchCommand item) => _list.IndexOf((PgMicroBatchCommand)item);

    /// <inheritdoc/>
    public override void Insert(int index, DbBatchCommand item) => _list.Insert(index, (PgMicroBatchCommand)item);

    /// <inheritdoc/>
    public override bool Remove(DbBatchCommand item) => _list.Remove((PgMicroBatchCommand)item);

    /// <inheritdoc/>
    public override void RemoveAt(int index) => _list.RemoveAt(index);

    /// <inheritdoc/>
    protected override DbBatchCommand GetBatchCommand(int index) => _list[index];

    /// <inheritdoc/>
    protected override void SetBatchCommand(int index, DbBatchCommand batchCommand) => _list[index] = (PgMicroBatchCommand)batchCommand;
}
