namespace PgMicro.Core.Transactions.Locking;

/// <summary>How a lock was asked for in vain or not.</summary>
internal enum LockOutcome
{
    /// <summary>At once, or it was held already.</summary>
    Granted,

    /// <summary>After others have ended, or the write gate was let go: what was read before may be out of date.</summary>
    GrantedAfterWait,

    /// <summary>Not without waiting, which was not wanted.</summary>
    NotAvailable,
}
