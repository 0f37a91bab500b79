using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// UPDATE or DELETE of a table with its descendants: one node for each table that holds rows. All of them read before the first one writes. The triggers of
/// the statement as a whole are those of the table that it names.
/// </summary>
/// <param name="named">The table that the statement names.</param>
/// <param name="command">What it does.</param>
/// <param name="nodes">One for each table.</param>
/// <param name="returningWidth">Columns of RETURNING.</param>
internal sealed class AppendWriteNode(TableLayout named, CommandType command, IReadOnlyList<ModifyTableNode> nodes, int returningWidth) : IWriteNode
{
    public CommandType Command => command;

    public TableLayout Table => named;

    public IEnumerable<TableLayout> Tables => nodes.Select(static n => n.Table).Prepend(named).Distinct();

    public int ReturningWidth => returningWidth;

    public IReadOnlyList<uint> RelationOids { get; } = [.. nodes.SelectMany(static n => n.RelationOids).Distinct()];

    public bool ReturnsOnlyAfterWriting => nodes.Any(static n => n.ReturnsOnlyAfterWriting);

    /// <summary>What is done about each table.</summary>
    internal IReadOnlyList<ModifyTableNode> Nodes => nodes;

    /// <summary>The triggers of the statement as a whole; null when there are none.</summary>
    internal StatementTriggers? StatementTriggers { get; init; }

    public object Stage(DmlExecution execution, ReadOnlySpan<PgDatum> parameters)
    {
        var staged = new object[nodes.Count];
        for (var i = 0; i < staged.Length; i++)
        {
            staged[i] = nodes[i].Stage(execution, parameters);
        }

        return staged;
    }

    public void ForeseeReturning(DmlExecution execution, object staged, RowBuffer returning)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            nodes[i].ForeseeReturning(execution, ((object[])staged)[i], returning);
        }
    }

    public long Write(DmlExecution execution, object staged, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning)
    {
        if (StatementTriggers is null)
        {
            return WriteAll(execution, (object[])staged, parameters, returning);
        }

        using var firing = execution.BeginFiring();
        StatementTriggers.Before(execution);
        var count = WriteAll(execution, (object[])staged, parameters, returning);
        StatementTriggers.After(execution);
        return count;
    }

    public long Run(DmlExecution execution, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning) =>
        Write(execution, Stage(execution, parameters), parameters, returning);

    private long WriteAll(DmlExecution execution, object[] staged, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning)
    {
        var count = 0L;
        for (var i = 0; i < staged.Length; i++)
        {
            count += nodes[i].Write(execution, staged[i], parameters, returning);
        }

        return count;
    }
}
