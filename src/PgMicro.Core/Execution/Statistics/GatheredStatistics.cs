using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>What ANALYZE has found out about a table.</summary>
internal sealed class GatheredStatistics
{
    /// <summary>Of its columns.</summary>
    internal List<PgStatistic> Columns { get; } = [];

    /// <summary>Of what CREATE STATISTICS has named.</summary>
    internal List<PgStatisticExtData> Extended { get; } = [];

    /// <summary>What CREATE STATISTICS has named and a column is missing for that was not looked at.</summary>
    internal List<PgStatisticExt> NotComputed { get; } = [];

    /// <summary>Rows that were looked at.</summary>
    internal long Sample { get; set; }
}
