using System.Data;
using System.Data.Common;

namespace PgMicro.Data;

/// <summary>A transaction block.</summary>
public sealed class PgMicroTransaction : DbTransaction
{
    private readonly IsolationLevel _isolationLevel;
    private PgMicroConnection? _connection;
    private bool _completed;

    internal PgMicroTransaction(PgMicroConnection connection, IsolationLevel isolationLevel)
    {
        _connection = connection;
        _isolationLevel = isolationLevel;
    }

    /// <summary>The connection.</summary>
    public new PgMicroConnection? Connection => _connection;

    /// <summary>Whether it has ended, be it by SQL.</summary>
    internal bool IsCompleted => _completed || _connection is not { State: ConnectionState.Open } connection
        || connection.Session.TransactionStatus == Core.Transactions.TransactionStatus.Idle;

    /// <inheritdoc/>
    public override IsolationLevel IsolationLevel => _isolationLevel;

    /// <inheritdoc/>
    public override bool SupportsSavepoints => true;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection => _connection;

    /// <inheritdoc/>
    public override void Commit() => End("COMMIT");

    /// <inheritdoc/>
    public override void Rollback() => End("ROLLBACK");

    /// <inheritdoc/>
    public override void Save(string savepointName) => Active.Run("SAVEPOINT " + Quote(savepointName));

    /// <inheritdoc/>
    public override void Rollback(string savepointName) => Active.Run("ROLLBACK TO SAVEPOINT " + Quote(savepointName));

    /// <inheritdoc/>
    public override void Release(string savepointName) => Active.Run("RELEASE SAVEPOINT " + Quote(savepointName));

    internal void Detach() => _connection = null;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !IsCompleted)
        {
            _connection!.Reader?.Abandon();
            Rollback();
        }

        base.Dispose(disposing);
    }

    private static string Quote(string? name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }

    private PgMicroConnection Active =>
        !IsCompleted ? _connection! : throw new InvalidOperationException("This PgMicroTransaction has completed; it is no longer usable.");

    private void End(string sql)
    {
        var connection = Active;
        try
        {
            connection.Run(sql);
        }
        finally
        {
            if (connection.Session.TransactionStatus == Core.Transactions.TransactionStatus.Idle)
            {
                connection.Transaction = null;
                _completed = true;
            }
        }
    }
}
