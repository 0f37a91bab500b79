using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql.Statements;

/// <summary>A block: its variables, its statements and its exception handlers.</summary>
internal sealed class PlBlock(int line, string? label, PlDatum[] declared, PlStatement[] body, PlHandlers? handlers) : PlStatement(line)
{
    private const string Savepoint = "pl/pgsql block";

    internal override string Description => "statement block";

    internal override Flow Run(PlCall call)
    {
        Initialize(call);
        var flow = handlers is null ? call.RunAll(body) : Guarded(call, handlers);

        // EXIT leaves a block only by its label.
        if (flow == Flow.Exit && call.Label is not null && call.Label == label)
        {
            call.Label = null;
            return Flow.Next;
        }

        return flow;
    }

    /// <summary>Gives the variables what they are at first, each time that the block is entered.</summary>
    private void Initialize(PlCall call)
    {
        call.Activity = "during statement block local variable initialization";
        foreach (var datum in declared)
        {
            call.DeclarationLine = datum.Line;
            switch (datum)
            {
                case PlVariable variable:
                    call.Cells[variable.Number].Value = PgDatum.Null;
                    if (variable.Default is { } value)
                    {
                        call.Assign(new VariableTarget(variable), call.Evaluate(value));
                    }
                    else if (call.Session.Catalog.Type(variable.Type) is { typtype: 'd' })
                    {
                        // A domain may refuse NULL.
                        call.Assign(new VariableTarget(variable), new(PgDatum.Null, TypeOid.Text, -1));
                    }

                    break;
                case PlRecord record:
                    if (record.Default is { } row)
                    {
                        call.Cells[record.Number].Row = record.RowType is null ? null : PlRow.Empty(record.RowType);
                        call.Assign(new RecordTarget(record), call.Evaluate(row));
                    }
                    else
                    {
                        call.StoreRow(record, null);
                    }

                    break;
            }
        }

        call.Activity = null;
        call.DeclarationLine = 0;
    }

    /// <summary>With EXCEPTION: a savepoint, and the first handler whose condition an error meets.</summary>
    private Flow Guarded(PlCall call, PlHandlers guarding)
    {
        var (session, transaction, statement) = (call.Session, call.Session.Transaction, call.Statement);
        call.Activity = "during statement block entry";
        transaction.DefineSavepoint(Savepoint, session.Settings.Mark);
        call.Activity = null;
        var flow = Flow.Next;
        PgException? raised = null;
        try
        {
            flow = call.RunAll(body);
        }
        catch (Exception e) when (PlCall.ErrorOf(e) is { } error)
        {
            raised = error;
        }

        if (raised is null)
        {
            call.Activity = "during statement block exit";
            transaction.ReleaseSavepoint(Savepoint);
            call.Activity = null;
            return flow;
        }

        if (!raised.IsContextComplete)
        {
            raised.AddContext(call.FunctionLine);
            if (Routines.ErrorContexts.All(call.Caller) is { } callers)
            {
                raised.AddContext(callers);
            }

            raised.IsContextComplete = true;
        }

        (call.Statement, call.Activity, call.DeclarationLine) = (statement, "during exception cleanup", 0);
        session.ErrorContext = call;
        session.RollbackNested(Savepoint);
        transaction.ReleaseSavepoint(Savepoint);
        call.Activity = null;
        if (guarding.Find(raised) is not { } handler)
        {
            throw raised;
        }

        if (raised.SqlState == SqlState.QueryCanceled)
        {
            session.ForgetCancellation();
        }

        return handler.Run(call, guarding, raised);
    }
}

/// <summary>EXCEPTION: the variables SQLSTATE and SQLERRM, and the handlers.</summary>
internal sealed record PlHandlers(PlVariable State, PlVariable Message, IReadOnlyList<PlHandler> Handlers)
{
    internal PlHandler? Find(PgException error) => Handlers.FirstOrDefault(h => h.Conditions.Any(c => ConditionNames.Matches(c, error)));
}

/// <summary>WHEN … THEN: conditions by name or SQLSTATE, and what is run.</summary>
internal sealed record PlHandler(IReadOnlyList<string> Conditions, PlStatement[] Body)
{
    internal Flow Run(PlCall call, PlHandlers handlers, PgException error)
    {
        call.Cells[handlers.State.Number].Value = PgDatum.FromText(error.SqlState);
        call.Cells[handlers.Message.Number].Value = PgDatum.FromText(error.Message);
        call.Handled.Push(error);
        try
        {
            return call.RunAll(Body);
        }
        finally
        {
            call.Handled.Pop();
        }
    }
}
