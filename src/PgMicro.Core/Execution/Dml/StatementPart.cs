using PgMicro.Core.Binding.BoundTree;

namespace PgMicro.Core.Execution.Dml;

/// <summary>What a node does that is but a part of a statement: it changes one of the tables that descend from the one which the statement names, or that one alone.</summary>
/// <param name="Named">The named table.</param>
internal sealed record StatementPart(TableLayout Named)
{
    /// <summary>The statement where the node's command is another one: an UPDATE moves rows between partitions by DELETE and INSERT.</summary>
    internal CommandType Statement { get; init; }

    /// <summary>Whether it is an action of MERGE: rows that this moves between partitions are deleted and inserted ones to the triggers that see all rows of the statement.</summary>
    internal bool IsMerge { get; init; }

    /// <summary>Whether the rows are such as belong to this partition.</summary>
    internal bool IsRouted { get; init; }

    /// <summary>The indexes that ON CONFLICT means, found for the named table.</summary>
    internal UniqueIndex[]? Arbiters { get; init; }

    /// <summary>Where rows go that an UPDATE moves out of their partition; null where they must not.</summary>
    internal PartitionRouter? Router { get; init; }
}
