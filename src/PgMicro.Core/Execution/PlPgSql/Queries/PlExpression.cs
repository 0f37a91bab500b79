using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Parser;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Queries;

/// <summary>
/// An expression or SQL statement of a body: its text, the names that its place sees, and the plan that was made of it last. It belongs to one session,
/// where several calls may be at it.
/// </summary>
internal sealed class PlExpression(string text, PlScope? scope, PgQueryParseMode mode, VariableConflict conflict)
{
    private Pg.RawStmt? _raw;
    private ParsedStatement? _statement;
    private PlPlan? _plan;

    internal string Text => text;

    internal PlScope? Scope => scope;

    internal PgQueryParseMode Mode => mode;

    internal VariableConflict Conflict => conflict;

    /// <summary>What an assignment assigns to; null for other expressions.</summary>
    internal PlTarget? Target { get; init; }

    /// <summary>Whether it is the query of a cursor.</summary>
    internal bool IsCursor { get; init; }

    /// <summary>SCROLL or NO SCROLL of the cursor; null for neither.</summary>
    internal bool? Scrolls { get; init; }

    /// <summary>Whether it is being evaluated: PostgreSQL runs it as a query when a recursive call comes to it again, which shows in the context of errors.</summary>
    internal bool IsInUse { get; set; }

    /// <summary>How many of an assignment's names, after the first, are its target's own; the rest are fields and elements of the target's value.</summary>
    internal int TargetNames { get; init; }

    /// <summary>The parse tree.</summary>
    /// <exception cref="PgException">42601; its position is one in the text.</exception>
    internal Pg.RawStmt Raw
    {
        get
        {
            if (_raw is { } known)
            {
                return known;
            }

            try
            {
                return _raw = PgQueryParser.Parse(text, mode).Stmts[0];
            }
            catch (PgQueryException e)
            {
                throw new PgException(e.SqlState, e.Message, e) { Position = Math.Max(e.CursorPosition, 0), Hint = e.Hint, Detail = e.Detail };
            }
        }
    }

    /// <summary>The statement, when it is a whole one.</summary>
    /// <exception cref="PgException">42601; its position is one in the text.</exception>
    internal ParsedStatement Statement(PgSession session)
    {
        if (_statement is { } known)
        {
            return known;
        }

        if (session.Database.Parser.Parse(text) is not [var statement])
        {
            throw new PgException(SqlState.SyntaxError, $"query \"{text}\" is not one statement");
        }

        return _statement = statement;
    }

    /// <summary>Parses it.</summary>
    /// <exception cref="PgException">42601; its position is one in the text.</exception>
    internal void Parse(PgSession session)
    {
        if (mode == PgQueryParseMode.Statements)
        {
            Statement(session);
        }
        else
        {
            _ = Raw;
        }
    }

    /// <summary>Its plan for the session and the variables as they are now.</summary>
    internal PlPlan GetPlan(PlCall call)
    {
        if (_plan is { } known && known.IsValidFor(call))
        {
            return known;
        }

        var plan = PlPlanner.Plan(call, this);
        _plan = plan.IsKept ? plan : null;
        return plan;
    }

    /// <summary>The line of an error's context that tells this text.</summary>
    internal string ContextLine() => mode switch
    {
        PgQueryParseMode.Statements => $"SQL statement \"{text}\"",
        PgQueryParseMode.PlPgSqlExpression => $"SQL expression \"{text}\"",
        _ => $"PL/pgSQL assignment \"{text}\"",
    };
}

/// <summary>What a name means that is both a variable and a column (#variable_conflict).</summary>
internal enum VariableConflict
{
    /// <summary>An error.</summary>
    Error,

    /// <summary>The variable.</summary>
    UseVariable,

    /// <summary>The column.</summary>
    UseColumn,
}
