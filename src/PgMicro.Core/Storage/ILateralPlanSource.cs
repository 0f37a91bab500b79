namespace PgMicro.Core.Storage;

/// <summary>Where a lateral table finds its inner statements: implemented by the connection's owner.</summary>
internal interface ILateralPlanSource
{
    /// <summary>The inner SELECT; its parameters ?1, ?2, … are the arguments after the plan's id.</summary>
    SqlText GetLateralSql(long id);

    /// <summary>How many columns the inner SELECT gives.</summary>
    int GetColumnCount(long id);
}
