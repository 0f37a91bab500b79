using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <content>Rows of partitions, which must belong to them.</content>
internal sealed partial class ModifyTableNode
{
    /// <summary>Whether rows belong to the partition; null where that needs not be looked at.</summary>
    internal PartitionCheck? Partition { get; set; }

    /// <summary>What is done about a row that does not any more; null where it is an error.</summary>
    internal PartitionMove? Move { get; set; }

    /// <summary>Whether it is what ON CONFLICT does.</summary>
    internal bool IsConflictAction { get; set; }

    private bool IsInPartition(DmlExecution execution, RowSource row)
    {
        if (Partition is not { } check)
        {
            return true;
        }

        var values = new PgDatum[NewColumns.Length];
        foreach (var column in check.Columns)
        {
            values[column] = NewColumns[column] < 0 ? PgDatum.Null : row.GetDatum(NewColumns[column]);
        }

        return check.Holds(execution.Session, values);
    }

    private PgException OutsidePartition(DmlExecution execution, RowSource row) =>
        ConstraintErrors.Partition(table, NewRow(execution.Session, row), execution.Session, Named);

    /// <summary>An UPDATE takes a row out of the partition; returns how many rows it has moved.</summary>
    private long Leave(DmlExecution execution, ReadOnlySpan<PgDatum> parameters, RowSource row, long rowid, ref RoutedRows? routed, RowBuffer? returning)
    {
        if (Move is not { } move)
        {
            throw IsConflictAction
                ? new PgException(SqlState.FeatureNotSupported, "invalid ON UPDATE specification")
                    .WithDetail("The result tuple would appear in a different partition than the original tuple.")
                : OutsidePartition(execution, row);
        }

        CheckPolicies(row, ofNewRow: false);
        var count = move.Move(execution, routed ??= move.Begin(execution, parameters), row, rowid, returning);
        if (count > 0)
        {
            NoteReferencedKeys(execution, row, move.ReferencedKeys);
        }

        return count;
    }
}
