using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Cursors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Statements;
using PgMicro.Core.Parser;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql;

/// <content>Opening cursors.</content>
internal sealed partial class PlCall
{
    /// <summary>Opens a query of the body.</summary>
    internal Cursor OpenCursor(string name, PlExpression query)
    {
        RejectCursor(query.Statement(Session).Raw.Stmt);
        var plan = query.GetPlan(this);
        while (!Session.Ready(plan.Plan!))
        {
            plan = query.GetPlan(this);
        }

        return Open(name, (CursorPlan)plan.Plan!, plan.Values(this), query.Text, query.ContextLine);
    }

    /// <summary>Opens the query of a text.</summary>
    internal Cursor OpenCursor(string name, string text, Typed[] arguments, bool? scrolls)
    {
        string ContextLine() => $"SQL statement \"{text}\"";
        if (Session.Database.Parser.TryParse(text) is [var only])
        {
            RejectCursor(only.Raw.Stmt);
        }

        CursorPlan plan;
        try
        {
            if (Session.ParseText(text) is not [var statement])
            {
                throw new PgException(SqlState.InvalidCursorDefinition, "cannot open multi-query plan as cursor");
            }

            statement.Check();
            do
            {
                plan = PlanCursor(Session, statement, statement.Raw, scrolls, new GivenParameters([.. arguments.Select(static a => a.Type)], Infers: false));
            }
            while (!Session.Ready(plan));
        }
        catch (PgException e)
        {
            throw PlPlanner.InQuery(e, text, ContextLine);
        }

        return Open(name, plan, [.. arguments.Select(static a => a.Value)], text, ContextLine);
    }

    internal static CursorPlan PlanCursor(PgSession session, ParsedStatement statement, Pg.RawStmt raw, bool? scrolls, GivenParameters given)
    {
        var declare = new Pg.DeclareCursorStmt { Portalname = "", Options = PlCursors.OptionsOf(scrolls), Query = raw.Stmt };
        return (CursorPlan)DeclareCursor.Plan(session, statement, declare, given);
    }

    private static void RejectCursor(Pg.Node statement)
    {
        var returns = statement switch
        {
            { SelectStmt: { } select } => select.IntoClause is null,
            { InsertStmt: { } insert } => insert.ReturningList.Count > 0,
            { UpdateStmt: { } update } => update.ReturningList.Count > 0,
            { DeleteStmt: { } delete } => delete.ReturningList.Count > 0,
            { MergeStmt: { } merge } => merge.ReturningList.Count > 0,
            _ => statement.NodeCase is Pg.Node.NodeOneofCase.ExplainStmt or Pg.Node.NodeOneofCase.VariableShowStmt,
        };
        if (!returns)
        {
            throw new PgException(SqlState.InvalidCursorDefinition, $"cannot open {CommandNames.OfWriting(statement)} query as cursor");
        }

        if (statement.NodeCase != Pg.Node.NodeOneofCase.SelectStmt)
        {
            throw PgErrors.FeatureNotSupported($"a cursor of {CommandNames.OfWriting(statement) ?? "EXPLAIN or SHOW"} in PL/pgSQL");
        }
    }

    private Cursor Open(string name, CursorPlan plan, PgDatum[] values, string text, Func<string> contextLine)
    {
        try
        {
            if (Function.IsReadOnly && plan.HasRowMarks)
            {
                throw new PgException(SqlState.FeatureNotSupported, "SELECT FOR UPDATE is not allowed in a non-volatile function");
            }

            Session.NoteReads(plan, values);
            return plan.Open(Session, name, values);
        }
        catch (Exception e) when (ErrorOf(e) is { } error)
        {
            throw PlPlanner.InQuery(error, text, contextLine);
        }
    }
}
