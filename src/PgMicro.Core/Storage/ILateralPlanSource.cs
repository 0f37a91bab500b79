namespace PgMicro.Core.Storage;

/// <summary>Where a lateral table finds its inner statements: implemented by the connection's owner.</summary>
internal interface ILateralPlanSource
{
    /// <summary>The inner SELECT; its parameters ?1, ?2, … are the arguments after the plan's id.</summary>
    SqlText GetLateralSql(long id);

    /// <summary>How many columns the inner SELECT gives.</summary>
    int GetColumnCount(long id);

    /// <summary>How a recursive query goes on from the rows of the inner SELECT; null when the plan is no recursion.</summary>
    LateralRecursion? GetRecursion(long id) => null;
}

/// <summary>
/// The recursive term of a WITH query. In it and in the non-recursive term ?1 is the working table's number, which
/// <c>pgmicro_lateral_C_1(0, ?1)</c> reads, and the arguments follow from ?2.
/// </summary>
/// <param name="Step">The recursive term.</param>
/// <param name="DistinctCollations">UNION: each column's collation, null for SQLite's own equality. UNION ALL: null.</param>
internal sealed record LateralRecursion(SqlText Step, IReadOnlyList<string?>? DistinctCollations);
