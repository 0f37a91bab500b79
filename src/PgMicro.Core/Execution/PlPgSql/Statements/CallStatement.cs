using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Variables;

namespace PgMicro.Core.Execution.PlPgSql.Statements;

/// <summary>CALL, whose output arguments are variables, and DO.</summary>
/// <param name="line">Its line.</param>
/// <param name="isCall">Whether it is CALL.</param>
/// <param name="statement">The statement.</param>
/// <param name="targets">The variables that the arguments are; null for one that is something else.</param>
internal sealed class CallStatement(int line, bool isCall, PlExpression statement, IReadOnlyList<PlTarget?> targets) : PlStatement(line)
{
    internal override string Description => isCall ? "CALL" : "DO";

    internal override Flow Run(PlCall call)
    {
        var outputs = statement.GetPlan(call) is { Columns: { } columns, Plan: Routines.CallPlan plan } ? OutputsOf(plan, columns) : null;
        var result = call.Execute(statement);
        if (outputs is not null)
        {
            call.AssignRow(new RowTarget(outputs), result.RowType, result.Rows[0]);
        }

        return Flow.Next;
    }

    private PlTarget[] OutputsOf(Routines.CallPlan plan, IReadOnlyList<ColumnDescription> columns)
    {
        var outputs = new PlTarget[columns.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            var argument = plan.OutArguments[i];
            outputs[i] = argument < targets.Count && targets[argument] is { } target ? target
                : throw new PgException(SqlState.SyntaxError, $"procedure parameter \"{columns[i].Name}\" is an output parameter but corresponding argument is not writable");
        }

        return outputs;
    }
}

/// <summary>COMMIT and ROLLBACK.</summary>
internal sealed class EndTransactionStatement(int line, bool commits, bool chains) : PlStatement(line)
{
    internal override string Description => commits ? "COMMIT" : "ROLLBACK";

    internal override Flow Run(PlCall call)
    {
        var savepoints = call.Session.Transaction.Savepoints.Count;
        if (call.Session.IsAtomic || (savepoints > 0 && savepoints == call.SavepointsAtEntry))
        {
            throw new PgException(SqlState.InvalidTransactionTermination, "invalid transaction termination");
        }

        if (savepoints > 0)
        {
            throw new PgException(
                SqlState.InvalidTransactionTermination, commits ? "cannot commit while a subtransaction is active" : "cannot roll back while a subtransaction is active");
        }

        if (call.WritingLoops > 0)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, "cannot perform transaction commands inside a cursor loop that is not read-only");
        }

        if (call.CursorLoops > 0)
        {
            throw PgErrors.FeatureNotSupported($"{Description} within a loop over a cursor in PL/pgSQL");
        }

        call.Session.EndTransactionWithin(commits, chains);
        return Flow.Next;
    }
}
