namespace PgMicro.Core.Execution.Statistics;

/// <summary>The rows that ANALYZE looks at.</summary>
/// <param name="From">A table, or a part of it, as SQL.</param>
/// <param name="Order">What their places in it go by, as SQL.</param>
internal sealed record StatisticsSource(string From, string Order);
