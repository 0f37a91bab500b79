using System.Text;
using System.Text.Json;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <content>RAISE, ASSERT and exception handlers.</content>
internal sealed partial class PlPgSqlInterpreter
{
    private const int ErrorLevel = 21;
    private readonly Stack<PgException> _handled = new();

    private void Raise(JsonElement statement)
    {
        string? state = null, message = null, detail = null, hint = null, column = null, constraint = null, datatype = null, table = null, schema = null;
        string? condition = null;
        if (statement.TryGetProperty("condname", out var name))
        {
            condition = name.GetString()!;
            state = ConditionNames.Find(condition) ?? (condition.Length == 5 ? condition : throw Unknown(condition));
        }

        if (statement.TryGetProperty("message", out var format))
        {
            message = Format(format.GetString()!, statement.TryGetProperty("params", out var list) ? [.. list.EnumerateArray()] : []);
        }

        if (statement.TryGetProperty("options", out var options))
        {
            foreach (var wrapper in options.EnumerateArray())
            {
                var option = wrapper.GetProperty("PLpgSQL_raise_option");
                var (value, _, _) = Evaluate(option.GetProperty("expr"), TypeOid.Text);
                if (value.IsNull)
                {
                    throw new PgException(SqlState.NullValueNotAllowed, "RAISE statement option cannot be null");
                }

                var text = value.GetString();
                switch (option.TryGetProperty("opt_type", out var kind) ? kind.GetInt32() : 0)
                {
                    case 0:
                        state = state is null ? ConditionNames.Find(text) ?? (text.Length == 5 ? text : throw Unknown(text)) : throw Twice("ERRCODE");
                        condition = text;
                        break;
                    case 1:
                        message = message is null ? text : throw Twice("MESSAGE");
                        break;
                    case 2:
                        detail = detail is null ? text : throw Twice("DETAIL");
                        break;
                    case 3:
                        hint = hint is null ? text : throw Twice("HINT");
                        break;
                    case 4:
                        column = text;
                        break;
                    case 5:
                        constraint = text;
                        break;
                    case 6:
                        datatype = text;
                        break;
                    case 7:
                        table = text;
                        break;
                    default:
                        schema = text;
                        break;
                }
            }
        }
        else if (message is null && state is null)
        {
            throw _handled.TryPeek(out var current)
                ? current
                : new PgException("0Z002", "RAISE without parameters cannot be used outside an exception handler");
        }

        var level = statement.GetProperty("elog_level").GetInt32();
        message ??= condition ?? state ?? SqlState.RaiseException;
        if (level >= ErrorLevel)
        {
            throw new PgException(state ?? SqlState.RaiseException, message)
            {
                Detail = detail,
                Hint = hint,
                ColumnName = column,
                ConstraintName = constraint,
                DataTypeName = datatype,
                TableName = table,
                SchemaName = schema,
            };
        }

        var severity = level switch { 19 => "WARNING", 17 => "INFO", 15 => "LOG", 18 => "NOTICE", _ => "DEBUG" };
        if (severity is "INFO" or "NOTICE" or "WARNING")
        {
            session.Notice(new PgNotice(
                severity, state ?? (severity == "WARNING" ? SqlState.Warning : SqlState.SuccessfulCompletion), message, detail, hint,
                Where: $"PL/pgSQL function inline_code_block line {_line} at RAISE"));
        }

        static PgException Twice(string option) => new(SqlState.SyntaxError, $"RAISE option already specified: {option}");

        static PgException Unknown(string condition) => new(SqlState.UndefinedObject, $"unrecognized exception condition \"{condition}\"");
    }

    private string Format(string template, JsonElement[] arguments)
    {
        var result = new StringBuilder();
        var next = 0;
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '%')
            {
                result.Append(template[i]);
            }
            else if (i + 1 < template.Length && template[i + 1] == '%')
            {
                result.Append('%');
                i++;
            }
            else
            {
                // The type's output function, not its cast to text: t, not true.
                var (value, type, _) = Evaluate(arguments[next++]);
                result.Append(value.IsNull ? "<NULL>" : session.Types.GetCodec(type).OutputString(value, session));
            }
        }

        return result.ToString();
    }

    private void Assert(JsonElement statement)
    {
        if (session.Settings.Get("plpgsql.check_asserts") is "off" || Condition(statement.GetProperty("cond")))
        {
            return;
        }

        var message = statement.TryGetProperty("message", out var text) ? Evaluate(text, TypeOid.Text).Value : PgDatum.Null;
        throw new PgException(SqlState.AssertFailure, message.IsNull ? "assertion failed" : message.GetString());
    }

    /// <summary>A block with EXCEPTION: a savepoint, and the first handler whose condition an error meets.</summary>
    private Flow Guarded(JsonElement block, JsonElement handlers)
    {
        var transaction = session.Transaction;
        const string Savepoint = "pl/pgsql block";
        transaction.DefineSavepoint(Savepoint, session.Settings.Mark);
        Flow flow;
        try
        {
            flow = block.TryGetProperty("body", out var body) ? Statements(body) : Flow.Next;
        }
        catch (Exception e) when (e is PgException or Storage.SqliteException)
        {
            var error = e as PgException ?? SqliteErrors.Map((Storage.SqliteException)e);
            session.RollbackNested(Savepoint);
            transaction.ReleaseSavepoint(Savepoint);
            foreach (var wrapper in handlers.GetProperty("PLpgSQL_exception_block").GetProperty("exc_list").EnumerateArray())
            {
                var handler = wrapper.GetProperty("PLpgSQL_exception");
                if (handler.GetProperty("conditions").EnumerateArray().Any(c => ConditionNames.Matches(ConditionOf(c), error)))
                {
                    return Handle(handler, error);
                }
            }

            throw error;
        }

        transaction.ReleaseSavepoint(Savepoint);
        return flow;
    }

    private static string ConditionOf(JsonElement wrapper)
    {
        var condition = wrapper.GetProperty("PLpgSQL_condition");
        return condition.TryGetProperty("condname", out var name) ? name.GetString()! : "others";
    }

    private Flow Handle(JsonElement handler, PgException error)
    {
        var state = new PlVariable("sqlstate") { Type = TypeOid.Text, Value = PgDatum.FromText(error.SqlState) };
        var message = new PlVariable("sqlerrm") { Type = TypeOid.Text, Value = PgDatum.FromText(error.Message) };
        _handled.Push(Context(error, $"PL/pgSQL function inline_code_block line {_line} {_what}"));
        var frame = Enter(null, state, message);
        try
        {
            return handler.TryGetProperty("action", out var action) ? Statements(action) : Flow.Next;
        }
        finally
        {
            Leave(frame);
            _handled.Pop();
        }
    }

    private void GetDiagnostics(JsonElement statement)
    {
        var stacked = statement.TryGetProperty("is_stacked", out var flag) && flag.GetBoolean();
        PgException? error = null;
        if (stacked && !_handled.TryPeek(out error))
        {
            throw new PgException("0Z002", "GET STACKED DIAGNOSTICS cannot be used outside an exception handler");
        }

        foreach (var wrapper in statement.GetProperty("diag_items").EnumerateArray())
        {
            var item = wrapper.GetProperty("PLpgSQL_diag_item");
            var variable = VariableOf(item.GetProperty("target").GetInt32())!;
            var kind = item.GetProperty("kind").GetString();
            if (kind == "ROW_COUNT")
            {
                AssignConverted(variable, new ColumnDescription("row_count", TypeOid.Int8, -1, 0, 0), PgDatum.FromInt64(_rowCount));
                continue;
            }

            var text = kind switch
            {
                "PG_CONTEXT" => $"PL/pgSQL function inline_code_block line {_line} at GET DIAGNOSTICS",
                "RETURNED_SQLSTATE" => error!.SqlState,
                "MESSAGE_TEXT" => error!.Message,
                "PG_EXCEPTION_DETAIL" => error!.Detail ?? "",
                "PG_EXCEPTION_HINT" => error!.Hint ?? "",
                "PG_EXCEPTION_CONTEXT" => error!.Where ?? "",
                "COLUMN_NAME" => error!.ColumnName ?? "",
                "CONSTRAINT_NAME" => error!.ConstraintName ?? "",
                "PG_DATATYPE_NAME" => error!.DataTypeName ?? "",
                "TABLE_NAME" => error!.TableName ?? "",
                "SCHEMA_NAME" => error!.SchemaName ?? "",
                _ => throw PgErrors.FeatureNotSupported($"GET DIAGNOSTICS {kind}"),
            };
            AssignConverted(variable, new ColumnDescription("item", TypeOid.Text, -1, 0, 0), PgDatum.FromText(text));
        }
    }
}
