namespace PgMicro.Core.Execution.Explain;

/// <summary>A node of a plan as EXPLAIN shows it.</summary>
/// <param name="type">PostgreSQL's "Node Type".</param>
internal sealed class ExplainNode(string type)
{
    internal string Type { get; } = type;

    /// <summary>The line of the text format, without "->": "Index Scan using i on t".</summary>
    internal string Label { get; set; } = type;

    /// <summary>What the structured formats say and the text format has in its label.</summary>
    internal List<(string Name, string Value)> Properties { get; } = [];

    /// <summary>Lines below the node in the text format, before all others: the tables that a statement changes, where they are several.</summary>
    internal List<string> Targets { get; } = [];

    /// <summary>Lines below the node: conditions, keys.</summary>
    internal List<(string Name, string[] Values, bool IsList)> Details { get; } = [];

    internal List<ExplainNode> Children { get; } = [];

    /// <summary>Outer, Inner, Member, Subquery, SubPlan; null at the top.</summary>
    internal string? Relationship { get; set; }

    /// <summary>"CTE r", "SubPlan 1": a heading of its own in the text format.</summary>
    internal string? SubplanName { get; set; }

    internal double TotalCost { get; set; }

    internal double StartupCost { get; set; }

    internal double Rows { get; set; } = 1;

    internal int Width { get; set; }

    /// <summary>Rows that came out; only known of the topmost node.</summary>
    internal long? ActualRows { get; set; }

    /// <summary>Whether ANALYZE did not run it: WITH NO DATA.</summary>
    internal bool NeverExecuted { get; set; }

    internal double ActualMilliseconds { get; set; }

    internal ExplainNode Over(ExplainNode child, string relationship = "Outer")
    {
        child.Relationship = relationship;
        Children.Add(child);
        return this;
    }
}
