using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

public static partial class ExpressionBinder
{
    private static BoundExpr TransformAExpr(ParseState pstate, Pg.A_Expr node)
    {
        switch (node.Kind)
        {
            case Pg.A_Expr_Kind.AexprOpAny or Pg.A_Expr_Kind.AexprOpAll:
                {
                    var left = TransformRecurse(pstate, node.Lexpr)!;
                    var right = TransformRecurse(pstate, node.Rexpr)!;
                    return OperatorResolution.MakeScalarArrayOp(
                        pstate, NamespaceLookup.Strings(node.Name), node.Kind == Pg.A_Expr_Kind.AexprOpAny, left, right, node.Location);
                }

            case Pg.A_Expr_Kind.AexprDistinct or Pg.A_Expr_Kind.AexprNotDistinct:
                return TransformDistinct(pstate, node);
            case Pg.A_Expr_Kind.AexprNullif:
                return TransformNullIf(pstate, node);
            case Pg.A_Expr_Kind.AexprIn:
                return TransformIn(pstate, node);
            case Pg.A_Expr_Kind.AexprBetween or Pg.A_Expr_Kind.AexprNotBetween or Pg.A_Expr_Kind.AexprBetweenSym or Pg.A_Expr_Kind.AexprNotBetweenSym:
                return TransformBetween(pstate, node);
            default:
                return TransformOp(pstate, node);
        }
    }

    private static bool IsNullConst(Pg.Node? node) => node is { NodeCase: Pg.Node.NodeOneofCase.AConst } && node.AConst.Isnull;

    private static BoundExpr TransformOp(ParseState pstate, Pg.A_Expr node)
    {
        var name = NamespaceLookup.Strings(node.Name);
        if (node.Lexpr?.NodeCase == Pg.Node.NodeOneofCase.RowExpr
            && node.Rexpr?.NodeCase == Pg.Node.NodeOneofCase.SubLink
            && node.Rexpr.SubLink.SubLinkType == Pg.SubLinkType.ExprSublink)
        {
            var link = new Pg.SubLink
            {
                SubLinkType = Pg.SubLinkType.RowcompareSublink,
                Testexpr = node.Lexpr,
                Subselect = node.Rexpr.SubLink.Subselect,
                Location = node.Location,
            };
            link.OperName.AddRange(node.Name);
            return SubLinks.Transform(pstate, link);
        }

        if (node.Lexpr?.NodeCase == Pg.Node.NodeOneofCase.RowExpr && node.Rexpr?.NodeCase == Pg.Node.NodeOneofCase.RowExpr)
        {
            var leftRow = (BoundRowExpr)TransformRecurse(pstate, node.Lexpr)!;
            var rightRow = (BoundRowExpr)TransformRecurse(pstate, node.Rexpr)!;
            return RowComparison.Make(pstate, name, leftRow.Args, rightRow.Args, node.Location);
        }

        var lastSrf = pstate.LastSrf;
        var left = TransformRecurse(pstate, node.Lexpr);
        var right = TransformRecurse(pstate, node.Rexpr);
        return OperatorResolution.MakeOp(pstate, name, left, right, lastSrf, node.Location);
    }

    private static BoundExpr TransformDistinct(ParseState pstate, Pg.A_Expr node)
    {
        var distinct = node.Kind == Pg.A_Expr_Kind.AexprDistinct;
        if (IsNullConst(node.Rexpr) || IsNullConst(node.Lexpr))
        {
            return new BoundNullTest
            {
                Arg = TransformRecurse(pstate, IsNullConst(node.Rexpr) ? node.Lexpr : node.Rexpr)!,
                IsNotNull = distinct,
                Location = node.Location,
            };
        }

        var name = NamespaceLookup.Strings(node.Name);
        var lastSrf = pstate.LastSrf;
        var left = TransformRecurse(pstate, node.Lexpr)!;
        var right = TransformRecurse(pstate, node.Rexpr)!;
        BoundExpr result;
        if (left is BoundRowExpr leftRow && right is BoundRowExpr rightRow)
        {
            if (leftRow.Args.Count != rightRow.Args.Count)
            {
                throw new PgException(SqlState.SyntaxError, "unequal number of entries in row expressions").At(node.Location);
            }

            var parts = new List<BoundExpr>();
            for (var i = 0; i < leftRow.Args.Count; i++)
            {
                parts.Add(MakeDistinct(pstate, name, leftRow.Args[i], rightRow.Args[i], lastSrf, node.Location));
            }

            result = parts.Count switch
            {
                0 => Constants.Bool(false),
                1 => parts[0],
                _ => new BoundBoolExpr { BoolOp = BoolExprType.Or, Args = parts, Location = node.Location },
            };
        }
        else
        {
            result = MakeDistinct(pstate, name, left, right, lastSrf, node.Location);
        }

        return distinct ? result : new BoundBoolExpr { BoolOp = BoolExprType.Not, Args = [result], Location = node.Location };
    }

    private static BoundDistinctExpr MakeDistinct(ParseState pstate, string[] name, BoundExpr left, BoundExpr right, BoundExpr? lastSrf, int location)
    {
        var op = (BoundOpExpr)OperatorResolution.MakeOp(pstate, name, left, right, lastSrf, location);
        RequireBoolean(op, "IS DISTINCT FROM", location);
        return new BoundDistinctExpr { OpNo = op.OpNo, OpFuncId = op.OpFuncId, Args = op.Args, Location = location };
    }

    private static void RequireBoolean(BoundOpExpr op, string construct, int location)
    {
        if (op.Type != TypeOid.Bool)
        {
            throw new PgException(SqlState.DatatypeMismatch, $"{construct} requires = operator to yield boolean").At(location);
        }

        if (op.OpRetSet)
        {
            throw new PgException(SqlState.DatatypeMismatch, $"{construct} must not return a set").At(location);
        }
    }

    private static BoundNullIfExpr TransformNullIf(ParseState pstate, Pg.A_Expr node)
    {
        var lastSrf = pstate.LastSrf;
        var left = TransformRecurse(pstate, node.Lexpr)!;
        var right = TransformRecurse(pstate, node.Rexpr)!;
        var op = (BoundOpExpr)OperatorResolution.MakeOp(pstate, NamespaceLookup.Strings(node.Name), left, right, lastSrf, node.Location);
        RequireBoolean(op, "NULLIF", node.Location);
        return new BoundNullIfExpr
        {
            OpNo = op.OpNo,
            OpFuncId = op.OpFuncId,
            Args = op.Args,
            Type = op.Args[0].Type,
            Typmod = op.Args[0].Typmod,
            Location = node.Location,
        };
    }

    private static BoundExpr TransformIn(ParseState pstate, Pg.A_Expr node)
    {
        var catalog = pstate.Catalog;
        var name = NamespaceLookup.Strings(node.Name);
        var useOr = name[^1] != "<>";
        var left = TransformRecurse(pstate, node.Lexpr)!;
        List<BoundExpr> all = [], varying = [], fixedItems = [];
        foreach (var item in node.Rexpr.List.Items)
        {
            var expr = TransformRecurse(pstate, item)!;
            all.Add(expr);
            (ContainsVar(expr) ? varying : fixedItems).Add(expr);
        }

        BoundExpr? result = null;
        if (fixedItems.Count > 1)
        {
            List<BoundExpr> together = [left, .. fixedItems];
            var type = Coercion.SelectCommonType(pstate, together, null);
            var arrayType = type != 0 && type != TypeOid.Record && Coercion.VerifyCommonType(pstate, type, together)
                ? TypeFacts.GetArrayType(catalog, type)
                : 0;
            if (arrayType != 0)
            {
                var elements = fixedItems.ConvertAll(e => Coercion.CoerceToCommonType(pstate, e, type, "IN"));
                var array = new BoundArrayExpr
                {
                    Elements = elements,
                    ElementType = type,
                    Type = arrayType,
                    Typmod = Coercion.SelectCommonTypmod(elements, type),
                };
                result = OperatorResolution.MakeScalarArrayOp(pstate, name, useOr, left, array, node.Location);
                all = varying;
            }
        }

        foreach (var right in all)
        {
            var compare = left is BoundRowExpr leftRow && right is BoundRowExpr rightRow
                ? RowComparison.Make(pstate, name, leftRow.Args, rightRow.Args, node.Location)
                : OperatorResolution.MakeOp(pstate, name, left, right, pstate.LastSrf, node.Location);
            compare = Coercion.CoerceToBoolean(pstate, compare, "IN");
            result = result is null
                ? compare
                : new BoundBoolExpr { BoolOp = useOr ? BoolExprType.Or : BoolExprType.And, Args = [result, compare], Location = node.Location };
        }

        return result!;
    }

    private static bool ContainsVar(BoundExpr expr)
    {
        var scan = new OwnVarScan();
        scan.Visit(expr);
        return scan.Found;
    }

    private static BoundExpr TransformBetween(ParseState pstate, Pg.A_Expr node)
    {
        var low = node.Rexpr.List.Items[0];
        var high = node.Rexpr.List.Items[1];
        var tree = node.Kind switch
        {
            Pg.A_Expr_Kind.AexprBetween => Both(Pg.BoolExprType.AndExpr, Compare(">=", low), Compare("<=", high)),
            Pg.A_Expr_Kind.AexprNotBetween => Both(Pg.BoolExprType.OrExpr, Compare("<", low), Compare(">", high)),
            Pg.A_Expr_Kind.AexprBetweenSym => Both(
                Pg.BoolExprType.OrExpr,
                Both(Pg.BoolExprType.AndExpr, Compare(">=", low), Compare("<=", high)),
                Both(Pg.BoolExprType.AndExpr, Compare(">=", high), Compare("<=", low))),
            _ => Both(
                Pg.BoolExprType.AndExpr,
                Both(Pg.BoolExprType.OrExpr, Compare("<", low), Compare(">", high)),
                Both(Pg.BoolExprType.OrExpr, Compare("<", high), Compare(">", low))),
        };
        return TransformRecurse(pstate, tree)!;

        Pg.Node Compare(string op, Pg.Node right)
        {
            var compare = new Pg.A_Expr { Kind = Pg.A_Expr_Kind.AexprOp, Lexpr = node.Lexpr, Rexpr = right, Location = node.Location };
            compare.Name.Add(new Pg.Node { String = new Pg.String { Sval = op } });
            return new Pg.Node { AExpr = compare };
        }

        Pg.Node Both(Pg.BoolExprType op, Pg.Node a, Pg.Node b)
        {
            var both = new Pg.BoolExpr { Boolop = op, Location = node.Location };
            both.Args.Add(a);
            both.Args.Add(b);
            return new Pg.Node { BoolExpr = both };
        }
    }

    private sealed class OwnVarScan : BoundTreeWalker
    {
        public bool Found { get; private set; }

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar variable && variable.Varlevelsup == SublevelsUp)
            {
                Found = Stopped = true;
                return;
            }

            base.VisitExpr(expr);
        }
    }
}
