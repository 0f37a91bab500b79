using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Execution.Notifications;
using PgMicro.Core.Types;
using PgMicro.Data.Schema;

namespace PgMicro.Data;

/// <summary>A NOTICE, WARNING or the like that a statement has raised.</summary>
/// <param name="severity">NOTICE, WARNING …</param>
/// <param name="sqlState">Its SQLSTATE.</param>
/// <param name="message">Its text.</param>
/// <param name="detail">The DETAIL field.</param>
/// <param name="hint">The HINT field.</param>
public sealed class PgMicroNoticeEventArgs(string severity, string sqlState, string message, string? detail, string? hint) : EventArgs
{
    /// <summary>NOTICE, WARNING …</summary>
    public string Severity { get; } = severity;

    /// <summary>The SQLSTATE.</summary>
    public string SqlState { get; } = sqlState;

    /// <summary>The text.</summary>
    public string Message { get; } = message;

    /// <summary>The DETAIL field.</summary>
    public string? Detail { get; } = detail;

    /// <summary>The HINT field.</summary>
    public string? Hint { get; } = hint;
}

/// <summary>What NOTIFY sent to a channel that the connection listens to.</summary>
/// <param name="processId">pg_backend_pid() of the sender.</param>
/// <param name="channel">The channel.</param>
/// <param name="payload">The payload, perhaps empty.</param>
public sealed class PgMicroNotificationEventArgs(int processId, string channel, string payload) : EventArgs
{
    /// <summary>pg_backend_pid() of the sender.</summary>
    public int PID { get; } = processId;

    /// <summary>The channel.</summary>
    public string Channel { get; } = channel;

    /// <summary>The payload, perhaps empty.</summary>
    public string Payload { get; } = payload;
}

/// <summary>A connection to a database file: what NpgsqlConnection is to a server. Not for concurrent use.</summary>
public partial class PgMicroConnection : DbConnection
{
    private static readonly StateChangeEventArgs Opened = new(ConnectionState.Closed, ConnectionState.Open);
    private static readonly StateChangeEventArgs Closed = new(ConnectionState.Open, ConnectionState.Closed);

    private NpgsqlParameter[] _parameters = [];
    private PgDatum[] _values = [];
    private ConnectionSettings _settings = ConnectionSettings.Empty;
    private PgDatabase? _database;
    private PgSession? _session;
    private Action<PgNotice>? _onNotice;
    private Action<PgNotification>? _onNotification;
    private Action? _signalNotifications;

    /// <summary>A connection without a connection string.</summary>
    public PgMicroConnection() => GC.SuppressFinalize(this);

    /// <summary>A connection to what a connection string names.</summary>
    /// <exception cref="ArgumentException">An unknown keyword or invalid value.</exception>
    public PgMicroConnection(string? connectionString)
    {
        GC.SuppressFinalize(this);
        _settings = ConnectionSettings.Of(connectionString);
    }

    /// <summary>Told of notices as statements raise them.</summary>
    public event EventHandler<PgMicroNoticeEventArgs>? Notice;

    /// <summary>
    /// Told of notifications of LISTENed channels: at the end of a command outside a transaction, and by <see cref="Wait(int)"/>.
    /// </summary>
    public event EventHandler<PgMicroNotificationEventArgs>? Notification;

    /// <inheritdoc/>
    [AllowNull]
    public override string ConnectionString
    {
        get => _settings.Builder.ConnectionString;
        set
        {
            if (_session is not null)
            {
                throw new InvalidOperationException("Connection already open");
            }

            _settings = ConnectionSettings.Of(value);
        }
    }

    /// <summary>current_database(), or what it will be.</summary>
    public override string Database => _database?.Name ?? _settings.Builder.Database ?? Path.GetFileNameWithoutExtension(_settings.DataSource);

    /// <summary>The file.</summary>
    public override string DataSource => _settings.DataSource;

    /// <summary>The PostgreSQL version whose behaviour the engine has.</summary>
    public override string ServerVersion => "17.0";

    /// <inheritdoc/>
    public override ConnectionState State => _session is null ? ConnectionState.Closed : ConnectionState.Open;

    /// <inheritdoc/>
    public override bool CanCreateBatch => true;

    /// <summary>pg_backend_pid().</summary>
    public int ProcessId => Session.BackendPid;

    /// <summary>Default time limit of commands in seconds.</summary>
    public int CommandTimeout => _settings.CommandTimeout;

    /// <inheritdoc/>
    protected override DbProviderFactory DbProviderFactory => PgMicroProviderFactory.Instance;

    internal PgSession Session => _session ?? throw new InvalidOperationException("Connection is not open");

    internal PgMicroConnectionStringBuilder Options => _settings.Builder;

    internal PgMicroTransaction? Transaction { get; set; }

    internal PgMicroDataReader? Reader { get; set; }

    /// <summary>Room for the parameters of the statement that starts, and for their values; no more than one starts at a time.</summary>
    internal (NpgsqlParameter[] Parameters, PgDatum[] Values) RoomForParameters(int count)
    {
        if (_parameters.Length < count)
        {
            _parameters = new NpgsqlParameter[count];
            _values = new PgDatum[count];
        }

        return (_parameters, _values);
    }

    internal ParameterTypes ParameterTypes { get; } = new();

    internal CommandDeadline Deadline { get; } = new();

    /// <summary>Closes the idle databases of all connection strings.</summary>
    public static void ClearAllPools() => DatabasePool.Clear();

    /// <summary>Closes the idle database of a connection's file.</summary>
    public static void ClearPool(PgMicroConnection connection) => DatabasePool.Clear(connection._settings);

    /// <summary>
    /// Deletes a database's file as DROP DATABASE … WITH (FORCE) does: connections that this process has open to it fail with 57P01.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    public static bool DeleteDatabase(string connectionString)
    {
        var options = ConnectionSettings.Of(connectionString);
        return options.DataSource.Length > 0 ? DatabasePool.Delete(options) : throw NoDataSource();
    }

    /// <inheritdoc/>
    /// <exception cref="PostgresException">3D000 and the like, when the file cannot be opened.</exception>
    public override void Open()
    {
        if (_session is not null)
        {
            throw new InvalidOperationException("Connection already open");
        }

        if (_settings.DataSource.Length == 0)
        {
            throw NoDataSource();
        }

        try
        {
            _database = DatabasePool.Open(_settings);
            _session = _database.RentSession(_settings.Session);
        }
        catch (PgException e)
        {
            _database?.Dispose();
            _database = null;
            throw Errors.ToPostgresException(e, _settings.IncludeErrorDetail);
        }

        _session.NoticeReceived += _onNotice ??= OnNotice;
        _session.NotificationReceived += _onNotification ??= OnNotification;
        _session.NotificationsPending += _signalNotifications ??= SignalNotifications;
        OnStateChange(Opened);
    }

    /// <inheritdoc/>
    public override Task OpenAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        try
        {
            Open();
            return Task.CompletedTask;
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (_session is not { } session)
        {
            return;
        }

        Reader?.Abandon();
        Reader = null;
        Transaction?.Detach();
        Transaction = null;
        _session = null;
        if (_settings.Builder.Pooling)
        {
            _database!.ReturnSession(session);
        }
        else
        {
            session.Dispose();
        }

        _database!.Dispose();
        _database = null;
        OnStateChange(Closed);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">A connection is for one file.</exception>
    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException("A connection is for one database file.");

    /// <summary>Begins a transaction.</summary>
    public new PgMicroTransaction BeginTransaction() => BeginTransaction(IsolationLevel.Unspecified);

    /// <summary>Begins a transaction.</summary>
    public new PgMicroTransaction BeginTransaction(IsolationLevel isolationLevel)
    {
        if (Session.TransactionStatus != Core.Transactions.TransactionStatus.Idle)
        {
            throw new InvalidOperationException("A transaction is already in progress; nested/concurrent transactions aren't supported.");
        }

        if (Reader is not null)
        {
            throw new InvalidOperationException("Connection is busy");
        }

        Transaction?.Detach();
        Transaction = null;
        var begin = isolationLevel switch
        {
            IsolationLevel.Unspecified => "BEGIN",
            IsolationLevel.ReadCommitted => "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED",
            IsolationLevel.ReadUncommitted => "BEGIN TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
            IsolationLevel.RepeatableRead or IsolationLevel.Snapshot => "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            IsolationLevel.Serializable => "BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            _ => throw new NotSupportedException("Unsupported IsolationLevel: " + isolationLevel),
        };
        Run(begin);
        return Transaction = new PgMicroTransaction(this, isolationLevel == IsolationLevel.Unspecified ? IsolationLevel.ReadCommitted : isolationLevel);
    }

    /// <summary>Makes a command of this connection.</summary>
    public new PgMicroCommand CreateCommand() => new("", this);

    /// <summary>Makes a batch of this connection.</summary>
    public new PgMicroBatch CreateBatch() => new(this);

    /// <summary>The names of the collections that GetSchema has, with Npgsql's list of them.</summary>
    public override DataTable GetSchema() => SchemaCollections.Get(this, "MetaDataCollections", null);

    /// <inheritdoc/>
    public override DataTable GetSchema(string collectionName) => SchemaCollections.Get(this, collectionName, null);

    /// <inheritdoc/>
    public override DataTable GetSchema(string collectionName, string?[] restrictionValues) => SchemaCollections.Get(this, collectionName, restrictionValues);

    internal void Run(string sql)
    {
        using var command = new PgMicroCommand(sql, this);
        command.ExecuteNonQuery();
    }

    /// <summary>Runs an engine call; its error leaves as a PostgresException and ends the implicit transaction.</summary>
    internal PostgresException Fail(PgException e)
    {
        try
        {
            _session?.Sync();
        }
        catch (PgException)
        {
            // The first error is the one that counts.
        }

        if (e.SqlState == SqlState.QueryCanceled && Deadline.Expired)
        {
            e = new PgException(SqlState.QueryCanceled, "canceling statement due to statement timeout");
        }

        var error = Errors.ToPostgresException(e, _settings.IncludeErrorDetail);
        if (e.Severity == "FATAL")
        {
            Close();
        }

        return error;
    }

    /// <inheritdoc/>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => BeginTransaction(isolationLevel);

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => CreateCommand();

    /// <inheritdoc/>
    protected override DbBatch CreateDbBatch() => CreateBatch();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
            Deadline.Dispose();
        }

        base.Dispose(disposing);
    }

    private static InvalidOperationException NoDataSource() => new("The connection string names no Data Source.");

    private void OnNotice(PgNotice notice) =>
        Notice?.Invoke(this, new PgMicroNoticeEventArgs(notice.Severity, notice.SqlState, notice.Message, Errors.Detail(notice.Detail, _settings.IncludeErrorDetail), notice.Hint));
}
