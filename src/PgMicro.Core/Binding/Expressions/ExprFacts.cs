using PgMicro.Core.Binding.BoundTree;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Questions about bound expressions (PostgreSQL's nodeFuncs.c).</summary>
public static class ExprFacts
{
    /// <summary>
    /// The leftmost place in the text that belongs to the expression; an operator's own location is its symbol, which stands
    /// right of its left argument.
    /// </summary>
    public static int Location(BoundExpr? expr) => expr switch
    {
        null => -1,
        BoundOpExpr x => Leftmost(x.Location, Location(x.Args)),
        BoundDistinctExpr x => Leftmost(x.Location, Location(x.Args)),
        BoundNullIfExpr x => Leftmost(x.Location, Location(x.Args)),
        BoundScalarArrayOpExpr x => Leftmost(x.Location, Location(x.Args)),
        BoundBoolExpr x => Leftmost(x.Location, Location(x.Args)),
        BoundFuncExpr x => Leftmost(x.Location, Location(x.Args)),
        BoundSubLink x => Leftmost(Location(x.Testexpr), x.Location),
        BoundFieldSelect x => Location(x.Arg),
        BoundSubscriptingRef x => Location(x.RefExpr),
        BoundNamedArgExpr x => Leftmost(x.Location, Location(x.Arg)),
        BoundRelabelType x => Leftmost(x.Location, Location(x.Arg)),
        BoundCoerceViaIO x => Leftmost(x.Location, Location(x.Arg)),
        BoundArrayCoerceExpr x => Leftmost(x.Location, Location(x.Arg)),
        BoundConvertRowtypeExpr x => Leftmost(x.Location, Location(x.Arg)),
        BoundCoerceToDomain x => Leftmost(x.Location, Location(x.Arg)),
        BoundCollateExpr x => Location(x.Arg),
        BoundRowCompareExpr x => Location(x.LArgs),
        BoundNullTest x => Leftmost(x.Location, Location(x.Arg)),
        BoundBooleanTest x => Leftmost(x.Location, Location(x.Arg)),
        BoundJsonValueExpr x => Location(x.RawExpr),
        _ => expr.Location,
    };

    /// <summary>The first known location of a list.</summary>
    public static int Location(IReadOnlyList<BoundExpr> exprs)
    {
        foreach (var expr in exprs)
        {
            if (Location(expr) is var location and >= 0)
            {
                return location;
            }
        }

        return -1;
    }

    private static int Leftmost(int a, int b) => a < 0 ? b : b < 0 ? a : Math.Min(a, b);

    /// <summary>Whether a set-returning function or operator is within the expression, subqueries aside.</summary>
    public static bool ReturnsSet(BoundExpr? expr)
    {
        switch (expr)
        {
            case null:
                return false;
            case BoundFuncExpr { FuncRetSet: true }:
            case BoundOpExpr { OpRetSet: true }:
                return true;
            case BoundAggref or BoundGroupingFunc or BoundWindowFunc:
                return false;
        }

        var found = false;
        expr.ForEachChild(child => found = found || ReturnsSet(child));
        return found;
    }

    /// <summary>Whether any expression of a tree, subqueries aside, satisfies a predicate.</summary>
    public static bool Any(BoundExpr? expr, Func<BoundExpr, bool> predicate)
    {
        if (expr is null)
        {
            return false;
        }

        if (predicate(expr))
        {
            return true;
        }

        var found = false;
        expr.ForEachChild(child => found = found || Any(child, predicate));
        return found;
    }
}
