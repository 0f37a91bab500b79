namespace PgMicro.Core.Transactions.Locking;

/// <summary>What a row of pg_locks tells of.</summary>
internal enum LockReportKind
{
    /// <summary>A relation.</summary>
    Relation,

    /// <summary>The place in the queue for a row.</summary>
    Tuple,

    /// <summary>A transaction's id, which its transaction holds.</summary>
    TransactionId,

    /// <summary>A transaction without an id.</summary>
    VirtualXid,

    /// <summary>An advisory lock.</summary>
    Advisory,
}

/// <summary>A row of pg_locks.</summary>
/// <param name="Owner">Who holds or waits.</param>
/// <param name="Kind">For what.</param>
/// <param name="Tag">The thing.</param>
/// <param name="Xid">The transaction, for one of the kind.</param>
/// <param name="Mode">The mode's name.</param>
/// <param name="IsGranted">Whether it is held.</param>
/// <param name="IsFastPath">Whether the owner's own list has it.</param>
/// <param name="WaitsSince">When the wait began.</param>
internal readonly record struct LockReport(
    LockOwner Owner, LockReportKind Kind, LockTag Tag, long Xid, string Mode, bool IsGranted, bool IsFastPath, DateTime? WaitsSince);
