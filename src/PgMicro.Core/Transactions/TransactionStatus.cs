namespace PgMicro.Core.Transactions;

/// <summary>A session's transaction state, as ReadyForQuery tells it.</summary>
public enum TransactionStatus
{
    /// <summary>Not in a transaction block ('I').</summary>
    Idle,

    /// <summary>In a transaction block ('T').</summary>
    InTransaction,

    /// <summary>In a failed transaction block: commands are rejected until it ends ('E').</summary>
    Failed,
}
