using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Cursors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql.Statements;

/// <summary>OPEN.</summary>
/// <param name="line">Its line.</param>
/// <param name="cursor">The variable.</param>
/// <param name="query">FOR's query, or the text of EXECUTE; null for a bound cursor's own.</param>
/// <param name="isText">Whether it is EXECUTE.</param>
/// <param name="scrolls">SCROLL or NO SCROLL of EXECUTE.</param>
/// <param name="arguments">USING's values, or the arguments of a bound cursor by parameter.</param>
internal sealed class OpenStatement(int line, PlVariable cursor, PlExpression? query, bool isText, bool? scrolls, PlExpression[] arguments) : PlStatement(line)
{
    internal override string Description => "OPEN";

    internal override Flow Run(PlCall call)
    {
        var name = PlCursors.NameFor(call, cursor);
        if (isText)
        {
            PlCursors.OpenText(call, name, query!, arguments, scrolls);
        }
        else
        {
            PlCursors.Open(call, name, cursor, query, arguments);
        }

        if (call.Cells[cursor.Number].Value.IsNull)
        {
            call.Assign(new VariableTarget(cursor), new(PgDatum.FromText(name), TypeOid.Refcursor, -1));
        }

        return Flow.Next;
    }
}

/// <summary>FETCH and MOVE.</summary>
/// <param name="line">Its line.</param>
/// <param name="cursor">The variable.</param>
/// <param name="direction">The direction.</param>
/// <param name="count">How far.</param>
/// <param name="countExpression">How far, when it has to be computed.</param>
/// <param name="target">INTO of FETCH; null for MOVE.</param>
internal sealed class FetchStatement(int line, PlVariable cursor, CursorDirection direction, long count, PlExpression? countExpression, PlTarget? target) : PlStatement(line)
{
    internal override string Description => target is null ? "MOVE" : "FETCH";

    internal override Flow Run(PlCall call)
    {
        var found = PlCursors.Find(call, cursor);
        var far = count;
        if (countExpression is not null)
        {
            var value = call.Evaluate(countExpression, TypeOid.Int4);
            far = value.IsNull ? throw new PgException(SqlState.NullValueNotAllowed, "relative or absolute cursor position is null") : value.Int64;
        }

        var rows = target is null ? null : new List<PgDatum[]>();
        var passed = found.Fetch(direction, far, rows);
        if (target is not null)
        {
            var columns = found.Plan.RowColumns;
            call.AssignRow(target, PlRowType.OfColumns(columns), rows!.Count > 0 ? rows[0][..columns.Count] : null);
        }

        call.RowCount = passed;
        call.SetFound(passed != 0);
        return Flow.Next;
    }
}

/// <summary>CLOSE.</summary>
internal sealed class CloseStatement(int line, PlVariable cursor) : PlStatement(line)
{
    internal override string Description => "CLOSE";

    internal override Flow Run(PlCall call)
    {
        call.Session.CloseCursor(PlCursors.Find(call, cursor).Name);
        return Flow.Next;
    }
}

/// <summary>FOR over a bound cursor.</summary>
internal sealed class ForCursorStatement(int line, string? label, PlRecord record, PlVariable cursor, PlExpression[] arguments, PlStatement[] body) : PlLoop(line, label, body)
{
    internal override string Description => "FOR over cursor";

    internal override Flow Run(PlCall call)
    {
        var isUnnamed = call.Cells[cursor.Number].Value.IsNull;
        var opened = PlCursors.Open(call, PlCursors.NameFor(call, cursor), cursor, null, arguments);
        if (isUnnamed)
        {
            call.Assign(new VariableTarget(cursor), new(PgDatum.FromText(opened.Name), TypeOid.Refcursor, -1));
        }

        var (target, columns, type) = (new RecordTarget(record), opened.Plan.RowColumns.Count, PlRowType.OfColumns(opened.Plan.RowColumns));
        var (found, flow) = (false, Flow.Next);
        var rows = new List<PgDatum[]>();
        call.CursorLoops++;
        try
        {
            while (opened.Fetch(CursorDirection.Forward, 1, rows) > 0)
            {
                call.Session.CheckForInterrupts();
                found = true;
                call.AssignRow(target, type, rows[0][..columns]);
                rows.Clear();
                if (!Iterate(call, out flow))
                {
                    break;
                }
            }
        }
        finally
        {
            call.CursorLoops--;
        }

        if (!found)
        {
            call.AssignRow(target, type, null);
        }

        call.Session.CloseCursor(opened.Name);
        if (isUnnamed)
        {
            call.Cells[cursor.Number].Value = PgDatum.Null;
        }

        call.SetFound(found);
        return flow;
    }
}

/// <summary>The session's cursors as variables hold them: by name.</summary>
internal static class PlCursors
{
    private const int Scroll = 0x2;
    private const int NoScroll = 0x4;

    /// <summary>DECLARE CURSOR's options.</summary>
    internal static int OptionsOf(bool? scrolls) => scrolls switch { true => Scroll, false => NoScroll, _ => 0 };

    /// <summary>The cursor that a variable names.</summary>
    /// <exception cref="PgException">22004, 34000.</exception>
    internal static Cursor Find(PlCall call, PlVariable variable)
    {
        var value = call.Cells[variable.Number].Value;
        return value.IsNull ? throw new PgException(SqlState.NullValueNotAllowed, $"cursor variable \"{variable.Name}\" is null") : call.Session.FindCursor(value.GetString());
    }

    /// <summary>The name of the cursor that is to be opened.</summary>
    internal static string NameFor(PlCall call, PlVariable variable)
    {
        var value = call.Cells[variable.Number].Value;
        if (value.IsNull)
        {
            return call.Session.NewCursorName();
        }

        var name = value.GetString();
        return call.Session.HasCursor(name) ? throw new PgException(SqlState.DuplicateCursor, $"cursor \"{name}\" already in use") : name;
    }

    /// <summary>Opens a query, or a bound cursor with its arguments.</summary>
    internal static Cursor Open(PlCall call, string name, PlVariable cursor, PlExpression? query, PlExpression[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            call.Assign(new VariableTarget(cursor.CursorParameters![i]), call.Evaluate(arguments[i]));
        }

        return call.OpenCursor(name, query ?? cursor.CursorQuery!);
    }

    internal static Cursor OpenText(PlCall call, string name, PlExpression query, PlExpression[] arguments, bool? scrolls)
    {
        var text = call.TextOf(query) ?? throw new PgException(SqlState.NullValueNotAllowed, "query string argument of EXECUTE is null");
        return call.OpenCursor(name, text, Array.ConvertAll(arguments, call.Evaluate), scrolls);
    }
}
