using System.Text;
using System.Text.Json;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>Runs the statements of a PL/pgSQL block that has no variables.</summary>
internal sealed class PlPgSqlInterpreter(PgSession session)
{
    private static readonly string[] ImplicitVariables = ["found", "sqlstate", "sqlerrm"];

    internal void Run(JsonElement functions)
    {
        foreach (var function in functions.EnumerateArray())
        {
            var body = function.GetProperty("PLpgSQL_function");
            foreach (var datum in body.GetProperty("datums").EnumerateArray())
            {
                if (datum.TryGetProperty("PLpgSQL_var", out var variable) && !ImplicitVariables.Contains(variable.GetProperty("refname").GetString()))
                {
                    throw PgErrors.FeatureNotSupported($"variable \"{variable.GetProperty("refname").GetString()}\" in PL/pgSQL");
                }

                if (datum.TryGetProperty("PLpgSQL_rec", out var record))
                {
                    throw PgErrors.FeatureNotSupported($"variable \"{record.GetProperty("refname").GetString()}\" in PL/pgSQL");
                }
            }

            Block(body.GetProperty("action").GetProperty("PLpgSQL_stmt_block"));
        }
    }

    private bool Block(JsonElement block)
    {
        if (block.TryGetProperty("exceptions", out _))
        {
            throw PgErrors.FeatureNotSupported("EXCEPTION in PL/pgSQL");
        }

        return !block.TryGetProperty("body", out var body) || Statements(body);
    }

    /// <summary>Runs statements in order; false when RETURN ended the block.</summary>
    private bool Statements(JsonElement list)
    {
        foreach (var wrapper in list.EnumerateArray())
        {
            var statement = wrapper.EnumerateObject().First();
            session.CheckForInterrupts();
            switch (statement.Name)
            {
                case "PLpgSQL_stmt_block":
                    if (!Block(statement.Value))
                    {
                        return false;
                    }

                    break;
                case "PLpgSQL_stmt_if":
                    if (!If(statement.Value))
                    {
                        return false;
                    }

                    break;
                case "PLpgSQL_stmt_perform":
                    // The parser gives "SELECT …" for PERFORM ….
                    session.RunNested(Query(statement.Value.GetProperty("expr")));
                    break;
                case "PLpgSQL_stmt_execsql":
                    if (statement.Value.TryGetProperty("into", out _))
                    {
                        throw PgErrors.FeatureNotSupported("INTO in PL/pgSQL");
                    }

                    session.RunNested(Query(statement.Value.GetProperty("sqlstmt")));
                    break;
                case "PLpgSQL_stmt_call" when !statement.Value.TryGetProperty("is_call", out var isCall) || !isCall.GetBoolean():
                    session.RunNested(Query(statement.Value.GetProperty("expr"))); // a DO block
                    break;
                case "PLpgSQL_stmt_dynexecute":
                    if (statement.Value.TryGetProperty("params", out _) || statement.Value.TryGetProperty("into", out _))
                    {
                        throw PgErrors.FeatureNotSupported("EXECUTE … USING or INTO in PL/pgSQL");
                    }

                    var text = Evaluate(statement.Value.GetProperty("query"));
                    if (text.IsNull)
                    {
                        throw new PgException(SqlState.NullValueNotAllowed, "query string argument of EXECUTE is null");
                    }

                    session.RunNested(text.GetString());
                    break;
                case "PLpgSQL_stmt_raise":
                    Raise(statement.Value);
                    break;
                case "PLpgSQL_stmt_return":
                    return false;
                default:
                    throw PgErrors.FeatureNotSupported($"{statement.Name.Replace("PLpgSQL_stmt_", "").ToUpperInvariant()} in PL/pgSQL");
            }
        }

        return true;
    }

    private bool If(JsonElement statement)
    {
        if (Condition(statement.GetProperty("cond")))
        {
            return !statement.TryGetProperty("then_body", out var body) || Statements(body);
        }

        if (statement.TryGetProperty("elsif_list", out var list))
        {
            foreach (var wrapper in list.EnumerateArray())
            {
                var branch = wrapper.GetProperty("PLpgSQL_if_elsif");
                if (Condition(branch.GetProperty("cond")))
                {
                    return !branch.TryGetProperty("stmts", out var body) || Statements(body);
                }
            }
        }

        return !statement.TryGetProperty("else_body", out var otherwise) || Statements(otherwise);
    }

    private bool Condition(JsonElement expression)
    {
        var value = Evaluate(expression, "boolean");
        return !value.IsNull && value.Boolean;
    }

    private PgDatum Evaluate(JsonElement expression, string? type = null)
    {
        var query = Query(expression);
        return session.RunNested(type is null ? $"SELECT ({query})" : $"SELECT ({query})::{type}")?[0] ?? PgDatum.Null;
    }

    private void Raise(JsonElement statement)
    {
        const int ErrorLevel = 21;
        if (statement.TryGetProperty("options", out _) || !statement.TryGetProperty("message", out var format))
        {
            throw PgErrors.FeatureNotSupported("RAISE with options or a condition name in PL/pgSQL");
        }

        var arguments = statement.TryGetProperty("params", out var list) ? list.EnumerateArray().ToList() : [];
        var message = new StringBuilder();
        var template = format.GetString()!;
        var next = 0;
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '%')
            {
                message.Append(template[i]);
            }
            else if (i + 1 < template.Length && template[i + 1] == '%')
            {
                message.Append('%');
                i++;
            }
            else
            {
                var value = Evaluate(arguments[next++], "text");
                message.Append(value.IsNull ? "<NULL>" : value.GetString());
            }
        }

        var level = statement.GetProperty("elog_level").GetInt32();
        if (level >= ErrorLevel)
        {
            throw new PgException(SqlState.RaiseException, message.ToString());
        }

        var (severity, state) = level switch
        {
            19 => ("WARNING", SqlState.Warning),
            17 => ("INFO", SqlState.SuccessfulCompletion),
            15 => ("LOG", SqlState.SuccessfulCompletion),
            18 => ("NOTICE", SqlState.SuccessfulCompletion),
            _ => ("DEBUG", SqlState.SuccessfulCompletion),
        };
        if (severity is "INFO" or "NOTICE" or "WARNING")
        {
            session.Notice(new PgNotice(severity, state, message.ToString()));
        }
    }

    private static string Query(JsonElement expression) => expression.GetProperty("PLpgSQL_expr").GetProperty("query").GetString()!;
}
