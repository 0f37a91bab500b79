namespace PgMicro.Core.Transactions.Serializable;

/// <summary>
/// A serializable transaction as others see it: what it has read and written, and who must come before or after it in every serial
/// order. It outlives its end while others run that it overlaps with. Guarded by the mutex of <see cref="SerializableTransactions"/>.
/// </summary>
internal sealed class SerializableTransaction(int pid, long localXid, long lastCommitBeforeSnapshot)
{
    /// <summary>Its session; 0 for one of which only the file knows.</summary>
    internal int Pid => pid;

    /// <summary>Whether PREPARE TRANSACTION has taken it from its session.</summary>
    internal bool HasNoSession { get; set; }

    internal long LocalXid => localXid;

    /// <summary>Its id, once it has one; for messages.</summary>
    internal long Xid { get; set; }

    /// <summary>The last commit of a serializable transaction that its snapshot may show.</summary>
    internal long LastCommitBeforeSnapshot => lastCommitBeforeSnapshot;

    /// <summary>Place in the order of commits that it was promised; meaningless before <see cref="IsPrepared"/>.</summary>
    internal long PrepareSequence { get; set; }

    /// <summary>Place in the order of commits; meaningless before <see cref="IsCommitted"/>.</summary>
    internal long CommitSequence { get; set; }

    /// <summary>Of the committed ones that wrote what it had read, the first one's place; with <see cref="HasConflictOut"/>.</summary>
    internal long EarliestOutConflictCommit { get; set; }

    /// <summary>Whether one that wrote what it had read committed before it.</summary>
    internal bool HasConflictOut { get; set; }

    /// <summary>Whether it has passed its last check: it will commit.</summary>
    internal bool IsPrepared { get; set; }

    internal bool IsCommitted { get; set; }

    /// <summary>Whether it must fail.</summary>
    internal bool IsDoomed { get; set; }

    internal bool IsFinished { get; set; }

    /// <summary>Whether it was declared READ ONLY, or has committed without a write.</summary>
    internal bool IsReadOnly { get; set; }

    internal bool DidWrite { get; set; }

    /// <summary>A prepared one of which only the file knows: who it conflicted with is unknown, so that it is taken to have done so both ways.</summary>
    internal bool AssumesConflicts { get; init; }

    /// <summary>A READ ONLY one whose snapshot shows a state that some serial order has, whatever others do.</summary>
    internal bool IsSafe { get; set; }

    /// <summary>A READ ONLY one that may be part of an anomaly.</summary>
    internal bool IsUnsafe { get; set; }

    /// <summary>Those that have written what it read without seeing that: they come after it.</summary>
    internal HashSet<SerializableTransaction> OutConflicts { get; } = [];

    /// <summary>Those that have read what it wrote without seeing that: they come before it.</summary>
    internal HashSet<SerializableTransaction> InConflicts { get; } = [];

    /// <summary>Of a READ ONLY one the writers on which its safety depends, of a writer the READ ONLY ones.</summary>
    internal HashSet<SerializableTransaction> PossiblyUnsafe { get; } = [];

    /// <summary>What it has read.</summary>
    internal HashSet<PredicateTarget> Reads { get; } = [];

    /// <summary>Rows that it has written, by table.</summary>
    internal Dictionary<uint, HashSet<long>> Writes { get; } = [];

    /// <summary>Rows that it has entered into the indexes of tables; null when they are too many to keep.</summary>
    internal Dictionary<uint, List<object>?> Entered { get; } = [];

    /// <summary>Set when it is known whether its snapshot is safe.</summary>
    internal ManualResetEventSlim? Decided { get; set; }
}

/// <summary>A row of pg_locks.</summary>
internal readonly record struct PredicateLockReport(int Pid, int VirtualPid, long LocalXid, PredicateTarget Target);
