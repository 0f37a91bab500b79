using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>The statement of one of MERGE's actions: its rows are read together and applied one by one.</summary>
internal interface IMergeAction : IWriteNode
{
    /// <summary>Source column of the expression that the planner was asked to add.</summary>
    int ExtraColumn { get; }

    /// <summary>All rows of the source, before anything is written.</summary>
    RowBuffer ReadSource(DmlExecution execution, ReadOnlySpan<PgDatum> parameters);

    /// <summary>What RETURNING will give for the rows of a source.</summary>
    void ForeseeReturning(DmlExecution execution, RowSource row, ReadOnlySpan<PgDatum> parameters, RowBuffer returning);

    /// <summary>Changes the rows that a source gives; <paramref name="isLocked"/> says that they are locked.</summary>
    long Apply(DmlExecution execution, RowSource row, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning, bool isLocked);
}
