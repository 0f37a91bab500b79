using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;

namespace PgMicro.Core.Execution.PlPgSql.Statements;

/// <summary>RAISE.</summary>
/// <param name="line">Its line.</param>
/// <param name="severity">EXCEPTION's is ERROR.</param>
/// <param name="condition">A condition name or SQLSTATE; null for none.</param>
/// <param name="format">The message with % for each parameter; null for none.</param>
/// <param name="parameters">The parameters.</param>
/// <param name="options">USING.</param>
internal sealed class RaiseStatement(
    int line, string severity, string? condition, string? format, PlExpression[] parameters, IReadOnlyList<(RaiseOption Option, PlExpression Value)> options) : PlStatement(line)
{
    internal override string Description => "RAISE";

    internal override Flow Run(PlCall call)
    {
        if (condition is null && format is null && options.Count == 0)
        {
            throw call.Handled.TryPeek(out var current)
                ? current
                : new PgException("0Z002", "RAISE without parameters cannot be used outside an exception handler");
        }

        var state = condition is null ? null : ConditionNames.StateOf(condition);
        var shown = condition;
        var message = format is null ? null : Format(call);
        var given = new Dictionary<RaiseOption, string>();
        foreach (var (option, expression) in options)
        {
            var text = call.TextOf(expression) ?? throw new PgException(SqlState.NullValueNotAllowed, "RAISE statement option cannot be null");
            var isTwice = option switch
            {
                RaiseOption.ErrorCode => state is not null,
                RaiseOption.Message => message is not null,
                _ => given.ContainsKey(option),
            };
            if (isTwice)
            {
                throw new PgException(SqlState.SyntaxError, $"RAISE option already specified: {NameOf(option)}");
            }

            switch (option)
            {
                case RaiseOption.ErrorCode:
                    (state, shown) = (ConditionNames.StateOf(text), text);
                    break;
                case RaiseOption.Message:
                    message = text;
                    break;
                default:
                    given[option] = text;
                    break;
            }
        }

        if (state is null && severity == "ERROR")
        {
            state = SqlState.RaiseException;
        }

        message ??= shown ?? state ?? "";
        if (severity == "ERROR")
        {
            throw new PgException(state!, message)
            {
                Detail = given.GetValueOrDefault(RaiseOption.Detail),
                Hint = given.GetValueOrDefault(RaiseOption.Hint),
                ColumnName = given.GetValueOrDefault(RaiseOption.Column),
                ConstraintName = given.GetValueOrDefault(RaiseOption.Constraint),
                DataTypeName = given.GetValueOrDefault(RaiseOption.DataType),
                TableName = given.GetValueOrDefault(RaiseOption.Table),
                SchemaName = given.GetValueOrDefault(RaiseOption.Schema),
            };
        }

        call.Session.Notice(new PgNotice(
            severity, state ?? (severity == "WARNING" ? SqlState.Warning : SqlState.SuccessfulCompletion), message,
            given.GetValueOrDefault(RaiseOption.Detail), given.GetValueOrDefault(RaiseOption.Hint)));
        return Flow.Next;
    }

    private static string NameOf(RaiseOption option) => option switch
    {
        RaiseOption.ErrorCode => "ERRCODE",
        _ => option.ToString().ToUpperInvariant(),
    };

    private string Format(PlCall call)
    {
        var result = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format!.Length; i++)
        {
            if (format[i] != '%')
            {
                result.Append(format[i]);
            }
            else if (i + 1 < format.Length && format[i + 1] == '%')
            {
                result.Append('%');
                i++;
            }
            else
            {
                result.Append(call.TextOf(parameters[next++]) ?? "<NULL>");
            }
        }

        return result.ToString();
    }
}

/// <summary>What RAISE … USING sets.</summary>
internal enum RaiseOption
{
    /// <summary>ERRCODE.</summary>
    ErrorCode,

    /// <summary>MESSAGE.</summary>
    Message,

    /// <summary>DETAIL.</summary>
    Detail,

    /// <summary>HINT.</summary>
    Hint,

    /// <summary>COLUMN.</summary>
    Column,

    /// <summary>CONSTRAINT.</summary>
    Constraint,

    /// <summary>DATATYPE.</summary>
    DataType,

    /// <summary>TABLE.</summary>
    Table,

    /// <summary>SCHEMA.</summary>
    Schema,
}

/// <summary>ASSERT.</summary>
internal sealed class AssertStatement(int line, PlExpression condition, PlExpression? message) : PlStatement(line)
{
    internal override string Description => "ASSERT";

    internal override Flow Run(PlCall call)
    {
        if (call.Session.Settings.Get("plpgsql.check_asserts") is "off" or "false" || call.Condition(condition))
        {
            return Flow.Next;
        }

        throw new PgException(SqlState.AssertFailure, (message is null ? null : call.TextOf(message)) ?? "assertion failed");
    }
}
