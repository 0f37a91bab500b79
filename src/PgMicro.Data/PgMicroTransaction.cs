using System.Data;
using System.Data.Common;

namespace PgMicro.Data;

/// <summary>A transaction block.</summary>
public sealed class PgMicroTransaction : DbTransaction
{
    private readonly IsolationLevel _isolationLevel;
    private PgMicroConnection? _connection;

    internal PgMicroTransaction(PgMicroConnection connection, IsolationLevel isolationLevel)
    {
        _connection = connection;
        _isolationLevel = isolationLevel;
    }

    /// <summary>The connection; null once the transaction has ended.</summary>
    public new PgMicroConnection? Connection => _connection;

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
        if (disposing && _connection is { } connection)
        {
            connection.Reader?.Abandon();
            Rollback();
        }

        base.Dispose(disposing);
    }

    private static string Quote(string? name) => string.IsNullOrEmpty(name)
        ? throw new ArgumentException("A savepoint needs a name.", nameof(name))
        : "\"" + name.Replace("\"", "\"\"") + "\"";

    private PgMicroConnection Active =>
        _connection ?? throw new InvalidOperationException("This PgMicroTransaction has completed; it is no longer usable.");

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
                _connection = null;
            }
        }
    }
}
