using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Execution.Locks;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>A statement that is run by the session itself and not compiled to SQLite SQL.</summary>
internal sealed class UtilityPlan(Func<PgSession, ReadOnlyMemory<PgDatum>, StatementRun> run, string? writeCommand = null, bool needsSnapshot = true) : ExecutablePlan
{
    /// <summary>The statement, when it locks relations that it names: they are looked up each time.</summary>
    internal Pg.Node? LocksRelationsOf { get; init; }

    /// <summary>The parameters that its query, when it has one, may have.</summary>
    internal GivenParameters Given { get; init; } = GivenParameters.None;

    /// <summary>Whether it writes rows, and only by way of the transaction's log.</summary>
    internal bool WritesRows { get; init; }

    /// <summary>See <see cref="ExecutablePlan.IsRepeatable"/>.</summary>
    internal Func<PgSession, bool>? CanBeRepeated { get; init; }

    internal override bool IsRepeatable(PgSession session) => CanBeRepeated?.Invoke(session) == true;

    internal override string? WriteCommand => writeCommand;

    internal override bool IsLogged => WritesRows;

    internal override bool NeedsSnapshot => needsSnapshot;

    internal override ReadOnlySpan<RelationLock> LocksFor(PgSession session) =>
        LocksRelationsOf is { } statement ? Execution.Locks.StatementLocks.Of(session, statement, Given) : [];

    // COPY … TO, CREATE TABLE AS.
    internal override ReadOnlySpan<PredicateRead> ReadsFor(PgSession session) =>
        LocksRelationsOf is { NodeCase: Pg.Node.NodeOneofCase.CopyStmt or Pg.Node.NodeOneofCase.CreateTableAsStmt } statement
            ? Execution.Locks.StatementLocks.Of(session, statement, Given).Where(l => l.Mode == LockMode.AccessShare && QueryReads.IsNoted(session.Catalog.Class(l.Relation)))
                .Select(static l => new PredicateRead(l.Relation, 0, 0, PgDatum.Null)).ToArray()
            : [];

    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters) => run(session, parameters.ToArray());
}
