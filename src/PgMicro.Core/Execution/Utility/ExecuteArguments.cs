using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>The arguments of EXECUTE as a one-row query, each coerced to its parameter's type as an assignment is.</summary>
internal static class ExecuteArguments
{
    internal static SelectPlan Plan(PgSession session, Pg.ExecuteStmt execute, IReadOnlyList<uint> types)
    {
        var pstate = new BindingContext(session, GivenParameters.None).NewState();
        var query = new BoundQuery { CommandType = CommandType.Select };
        for (var i = 0; i < types.Count; i++)
        {
            var expr = ExpressionBinder.Transform(pstate, execute.Params[i], ParseExprKind.ExecuteParameter);
            var coerced = Coercion.CoerceToTargetType(
                    pstate, expr, expr.Type, types[i], -1, CoercionContext.Assignment, CoercionForm.ImplicitCast, -1)
                ?? throw new PgException(
                    SqlState.DatatypeMismatch,
                    $"parameter ${i + 1} of type {FormatType.Format(expr.Type, pstate)} cannot be coerced to the expected type {FormatType.Format(types[i], pstate)}")
                    .WithHint("You will need to rewrite or cast the expression.").At(ExprFacts.Location(expr));
            Collations.Assign(pstate, coerced);
            query.TargetList.Add(new TargetEntry { Expr = coerced, ResNo = i + 1, ResName = "p" });
        }

        return new SelectPlan(QueryLowering.Lower(query, Planner.NewLoweringContext(session)));
    }

    /// <summary>The values of so many arguments.</summary>
    internal static PgDatum[] Evaluate(PgSession session, SelectPlan arguments, int count)
    {
        var values = new PgDatum[count];
        using var rows = arguments.Open(session, []);
        rows.Read();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = rows.GetDatum(i);
        }

        return values;
    }
}
