using PgMicro.Core.Parser;

namespace PgMicro.Core.Execution;

/// <summary>A statement after Parse: its parameter types are known, and its result columns.</summary>
public sealed class PreparedStatement
{
    internal PreparedStatement(ParsedStatement statement, uint[] requestedTypes, ExecutablePlan plan)
    {
        Statement = statement;
        RequestedTypes = requestedTypes;
        Plan = plan;
    }

    /// <summary>Types of $1, $2 …, as given or inferred; what is no query has those that it was given, although it can use none.</summary>
    public IReadOnlyList<uint> ParameterTypes =>
        RequestedTypes.Length > Plan.ParameterTypes.Length && !RequestedTypes.AsSpan().ContainsAny(0u, Types.TypeOid.Unknown) ? RequestedTypes : Plan.ParameterTypes;

    /// <summary>Result columns; null when it returns no rows.</summary>
    public IReadOnlyList<ColumnDescription>? Columns => Plan.Columns;

    /// <summary>The statement's text and tree.</summary>
    public ParsedStatement Statement { get; }

    /// <summary>The PREPARE statement, when it was prepared by one.</summary>
    internal string SourceText { get; init; } = "";

    /// <summary>When PREPARE was run, microseconds since 1970 UTC.</summary>
    internal long PrepareTime { get; init; }

    /// <summary>Times that PostgreSQL would have run it with a plan for any parameters.</summary>
    internal long GenericPlans { get; private set; }

    /// <summary>Times that PostgreSQL would have planned it for the parameters at hand.</summary>
    internal long CustomPlans { get; private set; }

    /// <summary>Counts a run as choose_custom_plan would: five plans of their own first, unless plan_cache_mode says otherwise.</summary>
    internal void CountExecution(string mode)
    {
        if (ParameterTypes.Count > 0 && (mode == "force_custom_plan" || (mode != "force_generic_plan" && CustomPlans < 5)))
        {
            CustomPlans++;
        }
        else
        {
            GenericPlans++;
        }
    }

    internal uint[] RequestedTypes { get; }

    /// <summary>Whether numbers that were not given are parameters too.</summary>
    internal bool InfersParameters { get; init; } = true;

    internal ExecutablePlan Plan { get; set; }

    /// <summary>Whether several sessions use it: then its plan stays as it is.</summary>
    internal bool IsShared { get; set; }

    /// <summary>The statement with a plan made anew.</summary>
    internal PreparedStatement With(ExecutablePlan plan)
    {
        if (ReferenceEquals(plan, Plan))
        {
            return this;
        }

        if (IsShared)
        {
            return new PreparedStatement(Statement, RequestedTypes, plan) { InfersParameters = InfersParameters };
        }

        Plan = plan;
        return this;
    }
}
