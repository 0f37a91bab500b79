using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Statements;

/// <summary>An assignment.</summary>
internal sealed class AssignStatement(int line, PlTarget target, PlExpression expression) : PlStatement(line)
{
    internal override string Description => "assignment";

    internal override Flow Run(PlCall call)
    {
        // One to a part of a variable gives the variable's whole new value.
        call.Assign(target, call.Evaluate(expression));
        return Flow.Next;
    }
}

/// <summary>NULL.</summary>
internal sealed class NullStatement(int line) : PlStatement(line)
{
    internal override string Description => "NULL";

    internal override Flow Run(PlCall call) => Flow.Next;
}

/// <summary>PERFORM: a query whose rows nobody wants.</summary>
internal sealed class PerformStatement(int line, PlExpression query) : PlStatement(line)
{
    internal override string Description => "PERFORM";

    internal override Flow Run(PlCall call)
    {
        var count = call.Execute(query).Count;
        call.RowCount = count;
        call.SetFound(count > 0);
        return Flow.Next;
    }
}

/// <summary>An SQL statement, with or without INTO.</summary>
internal sealed class SqlStatement(int line, PlExpression statement, PlTarget? into, bool isStrict) : PlStatement(line)
{
    internal override string Description => "SQL statement";

    internal override Flow Run(PlCall call)
    {
        var command = statement.Statement(call.Session).Raw.Stmt.NodeCase;
        var result = call.Execute(statement);
        var changes = command is Pg.Node.NodeOneofCase.InsertStmt or Pg.Node.NodeOneofCase.UpdateStmt or Pg.Node.NodeOneofCase.DeleteStmt or Pg.Node.NodeOneofCase.MergeStmt;
        call.RowCount = result.Count;
        if (changes || command == Pg.Node.NodeOneofCase.SelectStmt)
        {
            call.SetFound(result.Count > 0);
        }

        if (into is null)
        {
            return result.Columns is null ? Flow.Next
                : throw new PgException(SqlState.SyntaxError, "query has no destination for result data")
                    .WithHint(command == Pg.Node.NodeOneofCase.SelectStmt ? "If you want to discard the results of a SELECT, use PERFORM instead." : null);
        }

        if (result.Columns is null)
        {
            throw new PgException(SqlState.SyntaxError, "INTO used with a command that cannot return data");
        }

        StrictRows.Check(call, result, isStrict, isStrict || changes, () => StrictRows.ParametersOf(call, statement));
        call.AssignRow(into, result.RowType, result.Rows.Count > 0 ? result.Rows[0] : null);
        call.RowCount = result.Rows.Count > 0 && !changes ? 1 : call.RowCount;
        return Flow.Next;
    }
}

/// <summary>EXECUTE of a text.</summary>
internal sealed class ExecuteStatement(int line, PlExpression text, PlExpression[] arguments, PlTarget? into, bool isStrict) : PlStatement(line)
{
    internal override string Description => "EXECUTE";

    internal override Flow Run(PlCall call)
    {
        var result = Execute(call, text, arguments);
        call.RowCount = result.Count;
        if (into is not null)
        {
            if (result.Columns is null)
            {
                throw new PgException(SqlState.SyntaxError, "INTO used with a command that cannot return data");
            }

            StrictRows.Check(call, result, isStrict, isStrict, () => StrictRows.ParametersOf(call, arguments));
            call.AssignRow(into, result.RowType, result.Rows.Count > 0 ? result.Rows[0] : null);
        }

        return Flow.Next;
    }

    /// <summary>Runs the text that an expression gives.</summary>
    internal static QueryResult Execute(PlCall call, PlExpression text, PlExpression[] arguments)
    {
        var query = call.TextOf(text) ?? throw new PgException(SqlState.NullValueNotAllowed, "query string argument of EXECUTE is null");
        return call.ExecuteText(query, Array.ConvertAll(arguments, call.Evaluate));
    }
}

/// <summary>INTO STRICT: one row, neither more nor fewer.</summary>
internal static class StrictRows
{
    internal static void Check(PlCall call, QueryResult result, bool needsRow, bool refusesMore, Func<string?> parameters)
    {
        if (needsRow && result.Rows.Count == 0)
        {
            throw new PgException(SqlState.NoDataFound, "query returned no rows").WithDetail(DetailOf());
        }

        if (refusesMore && result.Rows.Count > 1)
        {
            throw new PgException(SqlState.TooManyRows, "query returned more than one row")
                .WithDetail(DetailOf()).WithHint("Make sure the query returns a single row, or use LIMIT 1.");
        }

        string? DetailOf() => call.Function.PrintsStrictParameters ?? call.Session.Settings.Get("plpgsql.print_strict_params") == "on"
            ? parameters() is { } shown ? $"parameters: {shown}" : null : null;
    }

    internal static string? ParametersOf(PlCall call, PlExpression[] arguments) =>
        Join(arguments.Select((a, i) => ($"${i + 1}", call.TextOf(a))));

    internal static string? ParametersOf(PlCall call, PlExpression statement) =>
        Join(statement.GetPlan(call).Slots.Select(s =>
        {
            var value = s.Value(call);
            var name = s.Field < 0 ? s.Datum.Name : $"{s.Datum.Name}.{(((PlRecord)s.Datum).RowType ?? call.Cells[s.Datum.Number].Row!.Type).Shape.Names[s.Field]}";
            return (name, value.IsNull ? null : call.Session.Types.GetCodec(s.Type).OutputString(value, call.Session));
        }));

    private static string? Join(IEnumerable<(string Name, string? Value)> values)
    {
        var shown = values.Select(static v => v.Value is null ? $"{v.Name}=NULL" : $"{v.Name}='{v.Value.Replace("'", "''", StringComparison.Ordinal)}'").ToArray();
        return shown.Length == 0 ? null : string.Join(", ", shown);
    }
}
