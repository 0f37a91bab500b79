using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Variables;

namespace PgMicro.Core.Execution.PlPgSql.Statements;

/// <summary>IF, ELSIF, ELSE.</summary>
internal sealed class IfStatement(int line, IReadOnlyList<(PlExpression Condition, PlStatement[] Body)> branches, PlStatement[] otherwise) : PlStatement(line)
{
    internal override string Description => "IF";

    internal override Flow Run(PlCall call)
    {
        foreach (var (condition, body) in branches)
        {
            if (call.Condition(condition))
            {
                return call.RunAll(body);
            }
        }

        return call.RunAll(otherwise);
    }
}

/// <summary>CASE. Of a simple one, a variable of PL/pgSQL's own holds the tested value.</summary>
internal sealed class CaseStatement(
    int line, PlExpression? tested, PlVariable? variable, IReadOnlyList<(PlExpression Condition, PlStatement[] Body)> branches, PlStatement[]? otherwise) : PlStatement(line)
{
    internal override string Description => "CASE";

    internal override Flow Run(PlCall call)
    {
        if (tested is not null)
        {
            var (value, type, typmod) = call.Evaluate(tested);
            (variable!.Type, variable.Typmod) = (type, typmod);
            call.Cells[variable.Number].Value = value;
        }

        foreach (var (condition, body) in branches)
        {
            if (call.Condition(condition))
            {
                return call.RunAll(body);
            }
        }

        return otherwise is not null
            ? call.RunAll(otherwise)
            : throw new PgException(SqlState.CaseNotFound, "case not found").WithHint("CASE statement is missing ELSE part.");
    }
}
