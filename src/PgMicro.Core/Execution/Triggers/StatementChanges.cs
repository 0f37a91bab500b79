using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>What one statement, with the referential actions that it causes, has done to one table by one event.</summary>
internal sealed class StatementChanges
{
    /// <summary>The changed or deleted rows as they were, by attribute number; filled when a trigger is to see them.</summary>
    internal List<PgDatum[]> Old { get; } = [];

    /// <summary>The inserted or changed rows as they are.</summary>
    internal List<PgDatum[]> New { get; } = [];

    /// <summary>Whether BEFORE … FOR EACH STATEMENT triggers have fired.</summary>
    internal bool IsBegun { get; set; }

    /// <summary>Whether a trigger has seen the rows: those that are changed from then on are others'.</summary>
    internal bool IsClosed { get; set; }

    /// <summary>The AFTER … FOR EACH STATEMENT triggers that wait for the end.</summary>
    internal List<TriggerEvent> After { get; } = [];
}
