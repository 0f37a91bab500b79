using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Binding.Expressions;

public static partial class FunctionResolution
{
    /// <summary>Whether a set-returning call may stand where the parser is.</summary>
    /// <exception cref="PgException">0A000 when it may not.</exception>
    public static void CheckSrfCallPlacement(ParseState pstate, BoundExpr? lastSrf, int location)
    {
        switch (pstate.ExprKind)
        {
            case ParseExprKind.None or ParseExprKind.Other:
                return;
            case ParseExprKind.FromFunction:
                // A set-returning call may be the function of FROM, not an argument of it.
                if (!ReferenceEquals(pstate.LastSrf, lastSrf))
                {
                    throw new PgException(SqlState.FeatureNotSupported, "set-returning functions must appear at top level of FROM")
                        .At(ExprFacts.Location(pstate.LastSrf));
                }

                return;
            case ParseExprKind.SelectTarget or ParseExprKind.InsertTarget or ParseExprKind.GroupBy or ParseExprKind.OrderBy
                or ParseExprKind.DistinctOn or ParseExprKind.ValuesSingle or ParseExprKind.WindowPartition or ParseExprKind.WindowOrder:
                pstate.HasTargetSRFs = true;
                return;
            default:
                throw new PgException(
                    SqlState.FeatureNotSupported, $"set-returning functions are not allowed in {ExprKindMap.Place(pstate.ExprKind, windows: true)}")
                    .At(location);
        }
    }
}
