using System.Text.Json;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>Runs the statements of a PL/pgSQL block: its parse tree is walked, its expressions are planned once and run as queries.</summary>
internal sealed partial class PlPgSqlInterpreter(PgSession session)
{
    private static readonly Dictionary<string, string> Descriptions = new(StringComparer.Ordinal)
    {
        ["PLpgSQL_stmt_assign"] = "assignment",
        ["PLpgSQL_stmt_block"] = "statement block",
        ["PLpgSQL_stmt_if"] = "IF",
        ["PLpgSQL_stmt_case"] = "CASE",
        ["PLpgSQL_stmt_loop"] = "LOOP",
        ["PLpgSQL_stmt_while"] = "WHILE",
        ["PLpgSQL_stmt_fori"] = "FOR with integer loop variable",
        ["PLpgSQL_stmt_fors"] = "FOR over SELECT rows",
        ["PLpgSQL_stmt_dynfors"] = "FOR over EXECUTE statement",
        ["PLpgSQL_stmt_foreach_a"] = "FOREACH over array",
        ["PLpgSQL_stmt_exit"] = "EXIT",
        ["PLpgSQL_stmt_return"] = "RETURN",
        ["PLpgSQL_stmt_raise"] = "RAISE",
        ["PLpgSQL_stmt_assert"] = "ASSERT",
        ["PLpgSQL_stmt_execsql"] = "SQL statement",
        ["PLpgSQL_stmt_dynexecute"] = "EXECUTE",
        ["PLpgSQL_stmt_getdiag"] = "GET DIAGNOSTICS",
        ["PLpgSQL_stmt_perform"] = "PERFORM",
        ["PLpgSQL_stmt_call"] = "DO",
    };

    private int _line = 1;
    private string _what = "at statement block";
    private string? _label;
    private long _rowCount;

    /// <summary>How control goes on after a statement.</summary>
    private enum Flow
    {
        Next,
        Exit,
        Continue,
        Return,
    }

    internal void Run(JsonElement functions)
    {
        foreach (var function in functions.EnumerateArray())
        {
            var body = function.GetProperty("PLpgSQL_function");
            try
            {
                Declare(body);
                Block(body.GetProperty("action").GetProperty("PLpgSQL_stmt_block"));
            }
            catch (PgException e)
            {
                throw Context(e, $"PL/pgSQL function inline_code_block line {_line} {_what}");
            }
            catch (Storage.SqliteException e)
            {
                throw Context(SqliteErrors.Map(e), $"PL/pgSQL function inline_code_block line {_line} {_what}");
            }
        }
    }

    private static string? LabelOf(JsonElement statement) => statement.TryGetProperty("label", out var label) ? label.GetString() : null;

    private Flow Block(JsonElement block)
    {
        var frame = EnterBlock(block);
        try
        {
            Initialize(frame, block);
            var flow = block.TryGetProperty("exceptions", out var handlers) ? Guarded(block, handlers)
                : block.TryGetProperty("body", out var body) ? Statements(body) : Flow.Next;

            // EXIT leaves a block only by its label.
            if (flow == Flow.Exit && _label is not null && _label == LabelOf(block))
            {
                _label = null;
                return Flow.Next;
            }

            return flow;
        }
        finally
        {
            Leave(frame);
        }
    }

    private Flow Statements(JsonElement list)
    {
        foreach (var wrapper in list.EnumerateArray())
        {
            var statement = wrapper.EnumerateObject().First();
            session.CheckForInterrupts();
            if (statement.Value.TryGetProperty("lineno", out var line))
            {
                _line = line.GetInt32();
            }

            _what = "at " + Descriptions.GetValueOrDefault(statement.Name, statement.Name);
            var flow = Statement(statement.Name, statement.Value);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }

    private Flow Statement(string name, JsonElement statement)
    {
        switch (name)
        {
            case "PLpgSQL_stmt_block":
                return Block(statement);
            case "PLpgSQL_stmt_if":
                return If(statement);
            case "PLpgSQL_stmt_case":
                return Case(statement);
            case "PLpgSQL_stmt_loop" or "PLpgSQL_stmt_while" or "PLpgSQL_stmt_fori" or "PLpgSQL_stmt_fors" or "PLpgSQL_stmt_dynfors" or "PLpgSQL_stmt_foreach_a":
                return Loop(name, statement);
            case "PLpgSQL_stmt_exit":
                if (statement.TryGetProperty("cond", out var condition) && !Condition(condition))
                {
                    return Flow.Next;
                }

                _label = LabelOf(statement);
                return statement.TryGetProperty("is_exit", out var isExit) && isExit.GetBoolean() ? Flow.Exit : Flow.Continue;
            case "PLpgSQL_stmt_return":
                return Flow.Return;
            case "PLpgSQL_stmt_assign":
                Assign(statement);
                return Flow.Next;
            case "PLpgSQL_stmt_perform":
                // The parser gives "SELECT …" for PERFORM ….
                SetFound(Execute(TextOf(statement.GetProperty("expr"))).Count);
                return Flow.Next;
            case "PLpgSQL_stmt_execsql":
                ExecuteSql(statement);
                return Flow.Next;
            case "PLpgSQL_stmt_call" when !statement.TryGetProperty("is_call", out var isCall) || !isCall.GetBoolean():
                Execute(TextOf(statement.GetProperty("expr"))); // a DO block
                return Flow.Next;
            case "PLpgSQL_stmt_dynexecute":
                ExecuteText(statement);
                return Flow.Next;
            case "PLpgSQL_stmt_raise":
                Raise(statement);
                return Flow.Next;
            case "PLpgSQL_stmt_assert":
                Assert(statement);
                return Flow.Next;
            case "PLpgSQL_stmt_getdiag":
                GetDiagnostics(statement);
                return Flow.Next;
            default:
                throw PgErrors.FeatureNotSupported($"{name.Replace("PLpgSQL_stmt_", "", StringComparison.Ordinal).ToUpperInvariant()} in PL/pgSQL");
        }
    }

    private Flow If(JsonElement statement)
    {
        if (Condition(statement.GetProperty("cond")))
        {
            return statement.TryGetProperty("then_body", out var body) ? Statements(body) : Flow.Next;
        }

        if (statement.TryGetProperty("elsif_list", out var list))
        {
            foreach (var wrapper in list.EnumerateArray())
            {
                var branch = wrapper.GetProperty("PLpgSQL_if_elsif");
                if (Condition(branch.GetProperty("cond")))
                {
                    return branch.TryGetProperty("stmts", out var body) ? Statements(body) : Flow.Next;
                }
            }
        }

        return statement.TryGetProperty("else_body", out var otherwise) ? Statements(otherwise) : Flow.Next;
    }

    private Flow Case(JsonElement statement)
    {
        if (statement.TryGetProperty("t_expr", out var tested))
        {
            var variable = _datums[statement.GetProperty("t_varno").GetInt32()]!;
            var (value, type, typmod) = Evaluate(tested);
            (variable.Value, variable.Type, variable.Typmod) = (value, type == TypeOid.Unknown ? TypeOid.Text : type, typmod);
        }

        foreach (var wrapper in statement.GetProperty("case_when_list").EnumerateArray())
        {
            var branch = wrapper.GetProperty("PLpgSQL_case_when");
            if (Condition(branch.GetProperty("expr")))
            {
                return branch.TryGetProperty("stmts", out var body) ? Statements(body) : Flow.Next;
            }
        }

        if (statement.TryGetProperty("have_else", out var hasElse) && hasElse.GetBoolean())
        {
            return statement.TryGetProperty("else_stmts", out var otherwise) ? Statements(otherwise) : Flow.Next;
        }

        throw new PgException(SqlState.CaseNotFound, "case not found").WithHint("CASE statement is missing ELSE part.");
    }

    private void ExecuteSql(JsonElement statement)
    {
        var text = TextOf(statement.GetProperty("sqlstmt"));
        if (statement.TryGetProperty("into", out var into) && into.GetBoolean())
        {
            var strict = statement.TryGetProperty("strict", out var flag) && flag.GetBoolean();
            var returned = Execute(text);
            Into(statement.GetProperty("target"), returned, strict, isQuery: returned.Columns is not null && text.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase));
            return;
        }

        var result = Execute(text);
        if (result.Columns is not null)
        {
            throw new PgException(SqlState.SyntaxError, "query has no destination for result data")
                .WithHint(text.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase) || text.TrimStart().StartsWith("WITH", StringComparison.OrdinalIgnoreCase)
                    ? "If you want to discard the results of a SELECT, use PERFORM instead." : null);
        }

        SetFound(result.Count);
    }

    private void ExecuteText(JsonElement statement)
    {
        var (text, _, _) = Evaluate(statement.GetProperty("query"), TypeOid.Text);
        if (text.IsNull)
        {
            throw new PgException(SqlState.NullValueNotAllowed, "query string argument of EXECUTE is null");
        }

        var result = ExecuteDynamic(text.GetString(), Arguments(statement));
        _rowCount = result.Count;
        if (statement.TryGetProperty("into", out var into) && into.GetBoolean())
        {
            if (result.Columns is null)
            {
                throw new PgException(SqlState.SyntaxError, "INTO used with a command that cannot return data");
            }

            var strict = statement.TryGetProperty("strict", out var flag) && flag.GetBoolean();
            CheckStrict(result, strict, alsoUnlessQuery: false);
            AssignRow(statement.GetProperty("target"), result.Columns, result.Rows.Count > 0 ? result.Rows[0] : null);
        }
    }

    private List<(PgDatum Value, uint Type, int Typmod)> Arguments(JsonElement statement) =>
        statement.TryGetProperty("params", out var list) ? [.. list.EnumerateArray().Select(p => Evaluate(p))] : [];

    private void Into(JsonElement target, QueryResult result, bool strict, bool isQuery)
    {
        if (result.Columns is null)
        {
            throw new PgException(SqlState.SyntaxError, "INTO used with a command that cannot return data");
        }

        CheckStrict(result, strict, alsoUnlessQuery: !isQuery);
        AssignRow(target, result.Columns, result.Rows.Count > 0 ? result.Rows[0] : null);
        SetFound(result.Rows.Count > 0 ? 1 : 0);
    }

    private static void CheckStrict(QueryResult result, bool strict, bool alsoUnlessQuery)
    {
        if (strict && result.Rows.Count == 0)
        {
            throw new PgException(SqlState.NoDataFound, "query returned no rows");
        }

        if ((strict || alsoUnlessQuery) && result.Rows.Count > 1)
        {
            throw new PgException(SqlState.TooManyRows, "query returned more than one row")
                .WithHint("Make sure the query returns a single row, or use LIMIT 1.");
        }
    }

    private void SetFound(long count)
    {
        _rowCount = count;
        _datums[0]!.Value = PgDatum.FromBoolean(count > 0);
    }
}
