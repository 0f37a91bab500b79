using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>INSERT into a partitioned table: its rows, and where each of them goes.</summary>
/// <param name="router">Where rows go.</param>
/// <param name="source">The rows.</param>
/// <param name="columns">Source column of each value of a row that the router takes; -1 for NULL.</param>
internal sealed class RoutedInsertNode(PartitionRouter router, StatementSource source, int[] columns) : IInsertNode, IMergeAction
{
    private readonly bool _fires = TriggerReach.Of(router.Table, CommandType.Insert);

    public CommandType Command => CommandType.Insert;

    public TableLayout Table => router.Table;

    public required int ReturningWidth { get; init; }

    /// <summary>Whether there is ON CONFLICT.</summary>
    internal OnConflictAction Conflict { get; init; }

    /// <summary>The triggers of the statement as a whole; null when there are none.</summary>
    public StatementTriggers? StatementTriggers { get; init; }

    /// <summary>Source column of the expression that the planner was asked to add, or -1.</summary>
    public int ExtraColumn { get; init; } = -1;

    internal StatementSource Source => source;

    public IReadOnlyList<uint> RelationOids => source.RelationOids;

    public bool ReturnsOnlyAfterWriting => Conflict != OnConflictAction.None
        || (_fires && router.FiresBefore);

    public IEnumerable<TableLayout> Tables => [Table, .. router.Partitions];

    public object Stage(DmlExecution execution, ReadOnlySpan<PgDatum> parameters) => new Staged(source.Read(execution, parameters), parameters.ToArray());

    public void ForeseeReturning(DmlExecution execution, object staged, RowBuffer returning)
    {
        var (rows, parameters) = (Staged)staged;
        rows.Position = -1;
        ForeseeReturning(execution, rows, parameters, returning);
    }

    public RowBuffer ReadSource(DmlExecution execution, ReadOnlySpan<PgDatum> parameters) => source.Read(execution, parameters);

    public void ForeseeReturning(DmlExecution execution, RowSource row, ReadOnlySpan<PgDatum> parameters, RowBuffer returning)
    {
        var routed = router.Begin(execution, parameters);
        while (row.Read())
        {
            Take(row, routed.Row);
            routed.ForeseeReturning(returning);
        }
    }

    public long Apply(DmlExecution execution, RowSource row, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning, bool isLocked) => Apply(execution, row, parameters, returning);

    public long Write(DmlExecution execution, object staged, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning)
    {
        var rows = ((Staged)staged).Rows;
        rows.Position = -1;
        return WriteFiring(execution, rows, parameters, returning);
    }

    public long Run(DmlExecution execution, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning)
    {
        using var rows = source.Open(execution, parameters);
        return WriteFiring(execution, source.CanStream && StatementTriggers is null && !_fires ? rows : source.Read(rows), parameters, returning);
    }

    public long RunRows(DmlExecution execution, ReadOnlySpan<PgDatum> parameters)
    {
        using var rows = source.Open(execution, parameters);
        return Apply(execution, rows, parameters, null);
    }

    private long WriteFiring(DmlExecution execution, RowSource rows, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning)
    {
        if (StatementTriggers is null)
        {
            return Apply(execution, rows, parameters, returning);
        }

        using var firing = execution.BeginFiring();
        StatementTriggers.Before(execution);
        var count = Apply(execution, rows, parameters, returning);
        StatementTriggers.After(execution);
        return count;
    }

    private long Apply(DmlExecution execution, RowSource rows, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning) =>
        Apply(router.Begin(execution, parameters), rows, returning);

    /// <summary>Inserts the rows that a source gives.</summary>
    internal long Apply(RoutedRows routed, RowSource rows, RowBuffer? returning)
    {
        var count = 0L;
        while (rows.Read())
        {
            Take(rows, routed.Row);
            count += routed.Insert(returning);
        }

        return count;
    }

    private void Take(RowSource row, Span<PgDatum> values)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            values[i] = columns[i] < 0 ? PgDatum.Null : row.GetDatum(columns[i]);
        }
    }

    private sealed record Staged(RowBuffer Rows, PgDatum[] Parameters);
}
