using System.Text.Json;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <content>LOOP, WHILE, FOR, FOREACH.</content>
internal sealed partial class PlPgSqlInterpreter
{
    private Flow Loop(string name, JsonElement statement)
    {
        switch (name)
        {
            case "PLpgSQL_stmt_fori":
                return ForInteger(statement);
            case "PLpgSQL_stmt_fors":
                return ForRows(statement, Execute(TextOf(statement.GetProperty("query"))));
            case "PLpgSQL_stmt_dynfors":
                var (text, _, _) = Evaluate(statement.GetProperty("query"), TypeOid.Text);
                return text.IsNull
                    ? throw new PgException(SqlState.NullValueNotAllowed, "query string argument of EXECUTE is null")
                    : ForRows(statement, ExecuteDynamic(text.GetString(), Arguments(statement)));
            case "PLpgSQL_stmt_foreach_a":
                return ForEach(statement);
            default:
                while (name == "PLpgSQL_stmt_loop" || Condition(statement.GetProperty("cond")))
                {
                    session.CheckForInterrupts();
                    if (!Iterate(statement, out var flow))
                    {
                        return flow;
                    }
                }

                return Flow.Next;
        }
    }

    /// <summary>Runs a loop's body once; false when the loop is over, with how control goes on after it.</summary>
    private bool Iterate(JsonElement statement, out Flow after)
    {
        after = Flow.Next;
        var flow = statement.TryGetProperty("body", out var body) ? Statements(body) : Flow.Next;
        if (flow is Flow.Next)
        {
            return true;
        }

        if (flow is Flow.Exit or Flow.Continue && (_label is null || _label == LabelOf(statement)))
        {
            _label = null;
            return flow == Flow.Continue;
        }

        after = flow;
        return false;
    }

    private Flow ForInteger(JsonElement statement)
    {
        var lower = Bound(statement.GetProperty("lower"), "lower bound");
        var upper = Bound(statement.GetProperty("upper"), "upper bound");
        var step = statement.TryGetProperty("step", out var by) ? Bound(by, "BY value") : 1;
        if (step <= 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, "BY value of FOR loop must be greater than zero");
        }

        var reverse = statement.TryGetProperty("reverse", out var flag) && flag.GetBoolean();
        var variable = new PlVariable(statement.GetProperty("var").GetProperty("PLpgSQL_var").GetProperty("refname").GetString()!) { Type = TypeOid.Int4 };
        var found = false;
        var frame = Enter(LabelOf(statement), variable);
        try
        {
            for (var i = lower; reverse ? i >= upper : i <= upper; i += reverse ? -step : step)
            {
                session.CheckForInterrupts();
                found = true;
                variable.Value = PgDatum.FromInt64(i);
                if (!Iterate(statement, out var flow))
                {
                    return flow;
                }
            }

            return Flow.Next;
        }
        finally
        {
            Leave(frame);
            _datums[0]!.Value = PgDatum.FromBoolean(found);
        }
    }

    private long Bound(JsonElement expression, string what)
    {
        var (value, _, _) = Evaluate(expression, TypeOid.Int4);
        return value.IsNull ? throw new PgException(SqlState.NullValueNotAllowed, $"{what} of FOR loop cannot be null") : value.Int64;
    }

    private Flow ForRows(JsonElement statement, QueryResult result)
    {
        if (result.Columns is null)
        {
            throw new PgException(SqlState.InvalidCursorDefinition, "cannot open a query that returns no rows as cursor");
        }

        var target = statement.GetProperty("var");
        if (result.Rows.Count == 0)
        {
            AssignRow(target, result.Columns, null);
        }

        try
        {
            foreach (var row in result.Rows)
            {
                session.CheckForInterrupts();
                AssignRow(target, result.Columns, row);
                if (!Iterate(statement, out var flow))
                {
                    return flow;
                }
            }

            return Flow.Next;
        }
        finally
        {
            _datums[0]!.Value = PgDatum.FromBoolean(result.Rows.Count > 0);
        }
    }

    private Flow ForEach(JsonElement statement)
    {
        if (statement.TryGetProperty("slice", out var slice) && slice.GetInt32() > 0)
        {
            throw PgErrors.FeatureNotSupported("FOREACH … SLICE in PL/pgSQL");
        }

        var (array, type, _) = Evaluate(statement.GetProperty("expr"));
        if (array.IsNull)
        {
            throw new PgException(SqlState.NullValueNotAllowed, "FOREACH expression must not be null");
        }

        if (session.Types.GetCodec(type) is not ArrayCodec codec)
        {
            throw new PgException(
                SqlState.DatatypeMismatch, $"FOREACH expression must yield an array, not type {Binding.Expressions.FormatType.Format(type, session.Catalog)}");
        }

        var variable = VariableOf(statement.GetProperty("varno").GetInt32())!;
        var element = new ColumnDescription("element", session.Catalog.Type(type)!.typelem, -1, 0, 0);
        var found = false;
        try
        {
            foreach (var value in codec.FromStorage(array.Bytes).Elements)
            {
                session.CheckForInterrupts();
                found = true;
                AssignConverted(variable, element, value);
                if (!Iterate(statement, out var flow))
                {
                    return flow;
                }
            }

            return Flow.Next;
        }
        finally
        {
            _datums[0]!.Value = PgDatum.FromBoolean(found);
        }
    }
}
