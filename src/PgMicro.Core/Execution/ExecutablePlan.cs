using PgMicro.Core.Execution.Locks;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>
/// A statement ready to run again and again: analysed, lowered, independent of any session. Valid for one catalog version,
/// one search_path and one set of parameter types, under which <see cref="PlanCache"/> keeps it.
/// </summary>
internal abstract class ExecutablePlan
{
    /// <summary>CatalogSnapshot.Version that the plan was made for.</summary>
    internal long CatalogVersion { get; set; }

    /// <summary>search_path that the plan was made for.</summary>
    internal string? SearchPath { get; set; }

    /// <summary>Resolved types of $1, $2 ….</summary>
    internal uint[] ParameterTypes { get; init; } = [];

    /// <summary>Result columns; null when the statement returns no rows.</summary>
    internal IReadOnlyList<ColumnDescription>? Columns { get; init; }

    /// <summary>What the statement changes, for "cannot execute X in a read-only transaction"; null when it only reads.</summary>
    internal virtual string? WriteCommand => null;

    /// <summary>Whether only a temporary table changes, which a read-only transaction allows.</summary>
    internal bool ChangesTemporaryOnly { get; init; }

    /// <summary>
    /// Whether all that it writes is in the transaction's log, row by row; another statement keeps the write gate until its transaction ends.
    /// </summary>
    internal virtual bool IsLogged => false;

    /// <summary>Whether it changes tables only by statements of SQLite that can be repeated, at little cost, in another place.</summary>
    internal virtual bool IsRepeatable(PgSession session) => false;

    /// <summary>Whether a function in it waits for other sessions or for the clock, while nobody else should wait for this one.</summary>
    internal virtual bool MayWait => false;

    /// <summary>Whether users' functions are called while SQLite runs it: then its rows do not wait for whoever reads them.</summary>
    internal bool CallsRoutines { get; set; }

    /// <summary>Whether one of those may write.</summary>
    internal bool CallsWriters { get; set; }

    /// <summary>Whether the statement takes a snapshot (BEGIN, SET and the like do not).</summary>
    internal virtual bool NeedsSnapshot => true;

    /// <summary>Whether the plan depends on nothing but its cache key.</summary>
    internal virtual bool IsCacheable => true;

    /// <summary>Whether the plan cache has it.</summary>
    internal bool IsKept { get; set; }

    /// <summary>Relations that it locks before it takes its snapshot.</summary>
    internal RelationLock[] Locks { get; set; } = [];

    /// <summary>Sequences of which it may take values.</summary>
    internal uint[] Sequences { get; set; } = [];

    /// <summary>What it reads, for a serializable transaction to note.</summary>
    internal PredicateRead[] Reads { get; set; } = [];

    /// <summary>What a client has worked out of the columns once and for all.</summary>
    internal object? ClientColumns { get; set; }

    /// <summary>What a client has worked out of the parameters.</summary>
    internal object? ClientParameters { get; set; }

    /// <summary>Relations that it locks on a session now.</summary>
    internal virtual ReadOnlySpan<RelationLock> LocksFor(PgSession session) => Locks;

    /// <summary>What it reads on a session now.</summary>
    internal virtual ReadOnlySpan<PredicateRead> ReadsFor(PgSession session) => Reads;

    /// <summary>Runs it on a session whose transaction is ready for it.</summary>
    internal abstract StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters);
}
