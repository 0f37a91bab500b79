namespace PgMicro.Core.Transactions;

/// <summary>transaction_isolation.</summary>
public enum PgIsolationLevel
{
    /// <summary>Behaves as READ COMMITTED, as in PostgreSQL.</summary>
    ReadUncommitted,

    /// <summary>Each statement sees what was committed before it began.</summary>
    ReadCommitted,

    /// <summary>All statements see the snapshot of the first.</summary>
    RepeatableRead,

    /// <summary>As if transactions ran one after the other.</summary>
    Serializable,
}
