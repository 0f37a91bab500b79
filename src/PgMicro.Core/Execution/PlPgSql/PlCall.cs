using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Statements;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Execution.Routines;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>A call of a PL/pgSQL function, or a DO block: the values of its variables, and where it is (PostgreSQL's PLpgSQL_execstate).</summary>
internal sealed partial class PlCall : IErrorContext
{
    private string? _sql;

    internal PlCall(PgSession session, PlFunction function)
    {
        Session = session;
        Function = function;
        Cells = new PlCell[function.Datums.Count];
        Caller = session.ErrorContext;
        SavepointsAtEntry = session.Transaction.Savepoints.Count;
        Cells[function.Found].Value = PgDatum.FromBoolean(false);
    }

    internal PgSession Session { get; }

    internal PlFunction Function { get; }

    internal PlCell[] Cells { get; }

    public IErrorContext? Caller { get; }

    /// <summary>The statement that runs, for errors.</summary>
    internal PlStatement? Statement { get; set; }

    /// <summary>The variable that is initialized, for errors.</summary>
    internal int DeclarationLine { get; set; }

    /// <summary>What is done that is no statement, for errors.</summary>
    internal string? Activity { get; set; }

    /// <summary>ROW_COUNT.</summary>
    internal long RowCount { get; set; }

    /// <summary>The label that EXIT or CONTINUE goes to; null for the innermost loop.</summary>
    internal string? Label { get; set; }

    /// <summary>The errors whose handlers run, innermost last.</summary>
    internal Stack<PgException> Handled { get; } = new();

    /// <summary>How many savepoints there were when it began; more of them mean that it is in a block with EXCEPTION.</summary>
    internal int SavepointsAtEntry { get; }

    /// <summary>How many loops over the rows of statements that write are running.</summary>
    internal int WritingLoops { get; set; }

    /// <summary>How many loops over cursors are running.</summary>
    internal int CursorLoops { get; set; }

    /// <summary>The value of RETURN.</summary>
    internal ReturnedValue Returned { get; set; }

    /// <summary>The rows of RETURN NEXT and RETURN QUERY; null when the function returns no set.</summary>
    internal ReturnedSet? Set { get; init; }

    public string ContextLines => _sql is { } sql ? sql + "\n" + FunctionLine : FunctionLine;

    /// <summary>The call's own line of context.</summary>
    internal string FunctionLine
    {
        get
        {
            var name = $"PL/pgSQL function {Function.Signature}";
            if (Activity is { } activity)
            {
                var line = DeclarationLine > 0 ? DeclarationLine : Statement?.Line ?? 0;
                return line > 0 ? $"{name} line {line} {activity}" : $"{name} {activity}";
            }

            return Statement is { Line: > 0 } statement ? $"{name} line {statement.Line} at {statement.Description}" : name;
        }
    }

    /// <summary>Runs something of the call: errors get its line of context, messages that of whatever it calls too.</summary>
    internal T Run<T>(Func<PlCall, T> work)
    {
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw PgErrors.StackDepthExceeded();
        }

        var (outer, inFunction) = (Session.ErrorContext, Session.InFunction);
        Session.ErrorContext = this;
        Session.InFunction = true;
        PgException raised;
        try
        {
            return work(this);
        }
        catch (Exception e) when (ErrorOf(e) is { } error)
        {
            raised = error.AddContext(FunctionLine);
        }
        finally
        {
            Session.ErrorContext = outer;
            Session.InFunction = inFunction;
        }

        // Not from within the catch: that would keep the stack of all that is below, at each level of a deep recursion.
        throw raised;
    }

    /// <summary>What PostgreSQL calls an error; null for one of the engine.</summary>
    internal static PgException? ErrorOf(Exception e) => e switch
    {
        PgException error => error,
        Storage.SqliteException sqlite => SqliteErrors.Map(sqlite),
        InsufficientExecutionStackException => PgErrors.StackDepthExceeded(),
        _ => null,
    };

    /// <summary>Runs the statements of a list; whoever jumps out of it tells how control goes on.</summary>
    internal Flow RunAll(PlStatement[] statements)
    {
        foreach (var statement in statements)
        {
            Session.CheckForInterrupts();
            var outer = Statement;
            Statement = statement;
            var flow = statement.Run(this);
            Statement = outer;
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }

    internal void SetFound(bool found) => Cells[Function.Found].Value = PgDatum.FromBoolean(found);
}

/// <summary>A value that RETURN has been given.</summary>
/// <param name="Value">The value; of a row, see <see cref="Row"/>.</param>
/// <param name="Type">pg_type.oid.</param>
/// <param name="Typmod">The type modifier, or -1.</param>
internal readonly record struct ReturnedValue(PgDatum Value, uint Type, int Typmod)
{
    /// <summary>The row, when the value is one whose fields are known.</summary>
    internal PlRow? Row { get; init; }

    internal bool IsNull => Row is null ? Value.IsNull : Row.IsNull;
}
