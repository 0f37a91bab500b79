using PgMicro.Core.Errors;
using PgMicro.Core.Parser;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>PREPARE and EXECUTE (manual, SQL commands).</summary>
internal static class PrepareCommand
{
    internal static ExecutablePlan Plan(ParsedStatement statement, Pg.PrepareStmt prepare) => new UtilityPlan(
        (session, _) =>
        {
            if (session.PreparedStatements.ContainsKey(prepare.Name))
            {
                throw new PgException(SqlState.DuplicatePreparedStatement, $"prepared statement \"{prepare.Name}\" already exists");
            }

            var types = new uint[prepare.Argtypes.Count];
            for (var i = 0; i < types.Length; i++)
            {
                types[i] = session.ResolveType(prepare.Argtypes[i].TypeName);
            }

            var inner = new ParsedStatement(statement.Source, new Pg.RawStmt { Stmt = prepare.Query }, $"{statement.Text}\0{prepare.Name}");
            session.PreparedStatements.Add(
                prepare.Name, new PreparedStatement(inner, types, session.Database.Planner.GetPlan(session, inner, types))
                {
                    SourceText = statement.Source.Text,
                    PrepareTime = session.StatementTimestamp,
                });
            return new StatementRun("PREPARE");
        });

    internal static ExecutablePlan PlanExecute(PgSession session, Pg.ExecuteStmt execute)
    {
        var prepared = Find(session, execute, out var arguments);
        return new ExecutePlan(prepared, arguments) { Columns = prepared.Columns, CallsWriters = prepared.Plan.CallsWriters };
    }

    /// <summary>The statement that EXECUTE names, and the query of its arguments, if it has any.</summary>
    /// <exception cref="PgException">26000, 42601 for another number of arguments, 42804.</exception>
    internal static PreparedStatement Find(PgSession session, Pg.ExecuteStmt execute, out SelectPlan? arguments)
    {
        if (!session.PreparedStatements.TryGetValue(execute.Name, out var prepared))
        {
            throw new PgException(SqlState.InvalidSqlStatementName, $"prepared statement \"{execute.Name}\" does not exist");
        }

        if (execute.Params.Count != prepared.ParameterTypes.Count)
        {
            throw new PgException(SqlState.SyntaxError, $"wrong number of parameters for prepared statement \"{execute.Name}\"")
                .WithDetail($"Expected {prepared.ParameterTypes.Count} parameters but got {execute.Params.Count}.");
        }

        // The arguments are evaluated as a SELECT of their own, coerced as an assignment is.
        arguments = execute.Params.Count == 0 ? null : ExecuteArguments.Plan(session, execute, prepared.ParameterTypes);
        return prepared;
    }

    private sealed class ExecutePlan(PreparedStatement prepared, SelectPlan? arguments) : ExecutablePlan
    {
        internal override string? WriteCommand => prepared.Plan.WriteCommand;

        internal override bool IsLogged => prepared.Plan.IsLogged;

        internal override bool MayWait => prepared.Plan.MayWait;

        internal override bool IsCacheable => false;

        internal override ReadOnlySpan<RelationLock> LocksFor(PgSession session)
        {
            prepared.Plan = session.Database.Planner.Revalidate(session, prepared);
            Sequences = prepared.Plan.Sequences;

            // Its text is another one.
            return prepared.Plan.LocksFor(session).ToArray().Select(static l => l with { Location = -1 }).ToArray();
        }

        internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
        {
            var values = arguments is null ? [] : ExecuteArguments.Evaluate(session, arguments, prepared.ParameterTypes.Count);
            prepared.CountExecution(session.Settings.Get("plan_cache_mode")!);
            prepared.Plan = session.Database.Planner.Revalidate(session, prepared);
            session.NoteReads(prepared.Plan, values);
            return prepared.Plan.Start(session, values);
        }
    }
}
