using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Statements;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Parsing;

/// <content>RAISE, ASSERT, GET DIAGNOSTICS, CALL, DO, COMMIT, ROLLBACK.</content>
internal sealed partial class PlParser
{
    private static readonly string[] StackedItems =
    [
        "returned_sqlstate", "message_text", "pg_exception_detail", "pg_exception_hint", "pg_exception_context", "column_name", "constraint_name", "pg_datatype_name",
        "table_name", "schema_name",
    ];

    private static readonly string[] CurrentItems = ["row_count", "pg_routine_oid"];

    private RaiseStatement Raise()
    {
        var line = Take().Line;
        var severity = Current switch
        {
            var t when t.Is("exception") => "ERROR",
            var t when t.Is("warning") => "WARNING",
            var t when t.Is("notice") => "NOTICE",
            var t when t.Is("info") => "INFO",
            var t when t.Is("log") => "LOG",
            var t when t.Is("debug") => "DEBUG",
            _ => null,
        };
        if (severity is not null)
        {
            _at++;
        }

        string? condition = null, format = null;
        var parameters = new List<PlExpression>();
        var options = new List<(RaiseOption, PlExpression)>();
        if (Current.IsEnd)
        {
            throw At(Current, "unexpected end of function definition");
        }

        if (Current.Kind is Pg.Token.Sconst or Pg.Token.Usconst)
        {
            format = StringValue(Take());
            if (Is(","))
            {
                do
                {
                    _at++;
                    parameters.Add(Expression(", or ; or USING", ",", ";", "using"));
                }
                while (Is(","));
            }
            else if (!Is(";") && !Is("using"))
            {
                throw Unexpected();
            }
        }
        else if (!Is(";") && !Is("using"))
        {
            var token = Take();
            if (token.Is("sqlstate"))
            {
                condition = StringValue(Current);
                if (!ConditionNames.IsState(condition))
                {
                    throw At(Current, "invalid SQLSTATE code");
                }

                _at++;
            }
            else
            {
                condition = token.Name is { } name && token.Kind != Pg.Token.Param ? name : throw Unexpected(token);
                if (ConditionNames.Find(condition) is null)
                {
                    throw new PgException(SqlState.UndefinedObject, $"unrecognized exception condition \"{condition}\"");
                }
            }

            if (!Is(";") && !Is("using"))
            {
                throw Unexpected();
            }
        }

        if (Accept("using"))
        {
            RaiseOptions(options);
        }

        Expect(";");
        CheckParameters(format, parameters.Count);
        return new RaiseStatement(line, severity ?? "ERROR", condition, format, [.. parameters], options);
    }

    private void RaiseOptions(List<(RaiseOption, PlExpression)> options)
    {
        while (true)
        {
            var token = Take();
            var option = token switch
            {
                var t when t.Is("errcode") => RaiseOption.ErrorCode,
                var t when t.Is("message") => RaiseOption.Message,
                var t when t.Is("detail") => RaiseOption.Detail,
                var t when t.Is("hint") => RaiseOption.Hint,
                var t when t.Is("column") => RaiseOption.Column,
                var t when t.Is("constraint") => RaiseOption.Constraint,
                var t when t.Is("datatype") => RaiseOption.DataType,
                var t when t.Is("table") => RaiseOption.Table,
                var t when t.Is("schema") => RaiseOption.Schema,
                _ => throw At(token, "unrecognized RAISE statement option"),
            };
            if (!Accept("=") && !Accept(":="))
            {
                throw At(Current, "syntax error, expected \"=\"");
            }

            options.Add((option, Expression(", or ;", ",", ";")));
            if (!Accept(","))
            {
                return;
            }
        }
    }

    private static void CheckParameters(string? format, int given)
    {
        var expected = 0;
        for (var i = 0; format is not null && i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                continue;
            }

            if (i + 1 < format.Length && format[i + 1] == '%')
            {
                i++;
            }
            else
            {
                expected++;
            }
        }

        if (expected != given)
        {
            throw new PgException(SqlState.SyntaxError, expected > given ? "too few parameters specified for RAISE" : "too many parameters specified for RAISE");
        }
    }

    private AssertStatement Assert()
    {
        var line = Take().Line;
        var condition = Expression(", or ;", ",", ";");
        var message = Accept(",") ? Expression(";", ";") : null;
        Expect(";");
        return new AssertStatement(line, condition, message);
    }

    private DiagnosticsStatement GetDiagnostics()
    {
        var start = Take();
        var isStacked = Accept("stacked");
        if (!isStacked)
        {
            Accept("current");
        }

        Expect("diagnostics");
        var items = new List<(PlTarget, string)>();
        do
        {
            var token = Current;
            var target = TargetAt(_at, out var tokens, out _) ?? throw NotAVariable(_at);
            if (target.IsRecord)
            {
                throw new PgException(SqlState.SyntaxError, $"\"{NameAt(_at)}\" is not a scalar variable") { Position = PositionOf(token) };
            }

            CheckAssignable(target, token);
            _at += tokens;
            if (!Accept(":=") && !Accept("="))
            {
                throw Unexpected();
            }

            var item = Take();
            items.Add((target, item.Name is { } name && (name == "pg_context" || CurrentItems.Contains(name) || StackedItems.Contains(name)) ? name
                : throw At(item, "unrecognized GET DIAGNOSTICS item")));
        }
        while (Accept(","));
        Expect(";");
        foreach (var (_, item) in items)
        {
            if ((isStacked ? CurrentItems : StackedItems).Contains(item) || (isStacked && item == "pg_context"))
            {
                throw new PgException(
                    SqlState.SyntaxError, $"diagnostics item {item.ToUpperInvariant()} is not allowed in GET {(isStacked ? "STACKED" : "CURRENT")} DIAGNOSTICS")
                {
                    Position = PositionOf(start),
                };
            }
        }

        return new DiagnosticsStatement(start.Line, isStacked, items);
    }

    private CallStatement Call()
    {
        var (token, first) = (Current, _at);
        _runsUnknown = true;
        var end = SkipSql(";", isExpression: false, ";");
        var targets = token.Is("call") ? CallTargets(first, _at) : [];
        _at++;
        var statement = Keep(new PlExpression(_tokens.Body[token.Start..end].TrimEnd(), Scope, PgQueryParseMode.Statements, _conflict), token.Start);
        return new CallStatement(token.Line, token.Is("call"), statement, targets);
    }

    /// <summary>The variables that the arguments of a CALL are, for those that are output; null for an argument that is something else.</summary>
    private List<PlTarget?> CallTargets(int first, int end)
    {
        while (first < end && _tokens[first].Text != "(")
        {
            first++;
        }

        var targets = new List<PlTarget?>();
        for (var i = first + 1; i < end && _tokens[i].Text != ")"; i++)
        {
            // name => value
            i += _tokens[i + 1].Text is "=>" or ":=" ? 2 : 0;
            var (start, depth) = (i, 0);
            for (; i < end && (depth > 0 || _tokens[i].Text is not ("," or ")")); i++)
            {
                depth += _tokens[i].Text switch { "(" or "[" => 1, ")" or "]" => -1, _ => 0 };
            }

            var target = TargetAt(start, out var tokens, out _);
            targets.Add(target is { Datum.IsConstant: false } && start + tokens == i ? target : null);
            if (_tokens[i].Text == ")")
            {
                break;
            }
        }

        return targets;
    }

    private EndTransactionStatement EndTransaction()
    {
        var token = Take();
        var chains = false;
        _runsUnknown = true;
        if (Accept("and"))
        {
            chains = !Accept("no");
            Expect("chain");
        }

        Expect(";");
        return new EndTransactionStatement(token.Line, token.Is("commit"), chains);
    }
}
