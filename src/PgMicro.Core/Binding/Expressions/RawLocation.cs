using Pg = PgQuery;
using Kind = PgQuery.Node.NodeOneofCase;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Where an expression of the parse tree begins (PostgreSQL's exprLocation on raw nodes).</summary>
public static class RawLocation
{
    /// <summary>The UTF-8 byte offset of the leftmost part that has one, or -1.</summary>
    public static int Of(Pg.Node? node) => node?.NodeCase switch
    {
        null or Kind.None => -1,
        Kind.SortBy => Of(node.SortBy.Node),
        Kind.ResTarget => node.ResTarget.Location,
        Kind.ColumnRef => node.ColumnRef.Location,
        Kind.ParamRef => node.ParamRef.Location,
        Kind.AConst => node.AConst.Location,
        Kind.FuncCall => Leftmost(node.FuncCall.Location, Leftmost(node.FuncCall.Args)),
        Kind.AExpr => Leftmost(node.AExpr.Location, Of(node.AExpr.Lexpr)),
        Kind.TypeCast => Leftmost(Leftmost(Of(node.TypeCast.Arg), node.TypeCast.TypeName?.Location ?? -1), node.TypeCast.Location),
        Kind.CollateClause => Of(node.CollateClause.Arg),
        Kind.BoolExpr => Leftmost(node.BoolExpr.Location, Leftmost(node.BoolExpr.Args)),
        Kind.NullTest => Leftmost(node.NullTest.Location, Of(node.NullTest.Arg)),
        Kind.BooleanTest => Leftmost(node.BooleanTest.Location, Of(node.BooleanTest.Arg)),
        Kind.SubLink => Leftmost(Of(node.SubLink.Testexpr), node.SubLink.Location),
        Kind.AIndirection => Of(node.AIndirection.Arg),
        Kind.AArrayExpr => node.AArrayExpr.Location,
        Kind.RowExpr => node.RowExpr.Location,
        Kind.CaseExpr => node.CaseExpr.Location,
        Kind.CoalesceExpr => node.CoalesceExpr.Location,
        Kind.MinMaxExpr => node.MinMaxExpr.Location,
        Kind.SqlvalueFunction => node.SqlvalueFunction.Location,
        Kind.GroupingFunc => node.GroupingFunc.Location,
        Kind.GroupingSet => node.GroupingSet.Location,
        Kind.SetToDefault => node.SetToDefault.Location,
        Kind.List => Leftmost(node.List.Items),
        _ => -1,
    };

    /// <summary>The first location that is known among nodes.</summary>
    public static int Leftmost(IEnumerable<Pg.Node> nodes)
    {
        foreach (var node in nodes)
        {
            if (Of(node) is >= 0 and var location)
            {
                return location;
            }
        }

        return -1;
    }

    private static int Leftmost(int a, int b) => a < 0 ? b : b < 0 ? a : Math.Min(a, b);
}
