using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>A lone INSERT, UPDATE or DELETE.</summary>
internal sealed class ModifyTablePlan(IWriteNode node) : ExecutablePlan
{
    internal IWriteNode Node => node;

    /// <inheritdoc/>
    internal override string WriteCommand => CommandTags.Name(node.Command);

    /// <inheritdoc/>
    internal override bool IsLogged => true;

    /// <summary>Whether triggers may fire: their statements may have to wait for others, and take the transaction to another place.</summary>
    internal bool FiresTriggers { get; init; }

    /// <inheritdoc/>
    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        using var calls = session.EnterCaller(this);
        RowBuffer? returning = null;
        if (node.ReturningWidth > 0)
        {
            returning = new RowBuffer();
            returning.Clear(node.ReturningWidth);
        }

        if (FiresTriggers || session.Transaction.IsContended)
        {
            var changed = Contention.Run(session, node, parameters, returning, FiresTriggers);
            return new StatementRun(CommandTags.Tag(node.Command, changed), changed, returning);
        }

        using var execution = new DmlExecution(session);
        var count = node.Run(execution, parameters, returning);
        execution.FireEvents(0);
        return new StatementRun(CommandTags.Tag(node.Command, count), count, returning);
    }
}

/// <summary>Command tags of data-modifying statements.</summary>
internal static class CommandTags
{
    internal static string Name(CommandType command) => command switch
    {
        CommandType.Insert => "INSERT",
        CommandType.Update => "UPDATE",
        CommandType.Delete => "DELETE",
        CommandType.Merge => "MERGE",
        _ => "SELECT",
    };

    internal static string Tag(CommandType command, long count) => (command, count) switch
    {
        (CommandType.Insert, 1) => "INSERT 0 1",
        (CommandType.Update, 1) => "UPDATE 1",
        (CommandType.Delete, 1) => "DELETE 1",
        (CommandType.Insert, _) => $"INSERT 0 {count}",
        _ => $"{Name(command)} {count}",
    };
}
