using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>What a trigger function is told (manual, 37.1 and 41.10).</summary>
internal sealed class TriggerCall
{
    /// <summary>TG_NAME.</summary>
    internal required string Name { get; init; }

    /// <summary>The table, for TG_RELID, TG_TABLE_NAME and TG_TABLE_SCHEMA, and for the row type of OLD and NEW.</summary>
    internal required PgClass Table { get; init; }

    /// <summary>TG_WHEN: BEFORE, AFTER or INSTEAD OF.</summary>
    internal required string When { get; init; }

    /// <summary>TG_LEVEL: ROW or STATEMENT.</summary>
    internal required string Level { get; init; }

    /// <summary>TG_OP: INSERT, UPDATE, DELETE or TRUNCATE.</summary>
    internal required string Operation { get; init; }

    /// <summary>TG_ARGV.</summary>
    internal IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>OLD by attribute number, dropped columns as NULL; null when there is none.</summary>
    internal PgDatum[]? Old { get; init; }

    /// <summary>NEW by attribute number, dropped columns as NULL; null when there is none.</summary>
    internal PgDatum[]? New { get; init; }

    /// <summary>Rows of the transition table of this name (REFERENCING OLD TABLE AS), or null.</summary>
    internal TransitionTable? OldTable { get; init; }

    /// <summary>Rows of the transition table of this name (REFERENCING NEW TABLE AS), or null.</summary>
    internal TransitionTable? NewTable { get; init; }
}

/// <summary>A transition table: the rows that a statement has changed, as a relation that the trigger function can query.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">Its rows by attribute number.</param>
internal sealed record TransitionTable(string Name, IReadOnlyList<PgDatum[]> Rows);
