using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Whether one condition follows from another, as far as PostgreSQL's predicate_implied_by proves it for conditions on one row.</summary>
internal static class PredicateProof
{
    private const int Less = 1, LessEqual = 2, Equal = 3, GreaterEqual = 4, Greater = 5, NotEqual = 6;

    internal static bool Implies(CatalogSnapshot catalog, BoundExpr given, BoundExpr needed) => needed switch
    {
        BoundBoolExpr { BoolOp: BoolExprType.And } all => all.Args.TrueForAll(n => Implies(catalog, given, n)),
        _ => given switch
        {
            BoundBoolExpr { BoolOp: BoolExprType.And } all when all.Args.Exists(g => Implies(catalog, g, needed)) => true,
            BoundBoolExpr { BoolOp: BoolExprType.Or } any when any.Args.TrueForAll(g => Implies(catalog, g, needed)) => true,
            _ => needed is BoundBoolExpr { BoolOp: BoolExprType.Or } one ? one.Args.Exists(n => Implies(catalog, given, n)) : AtomImplies(catalog, given, needed),
        },
    };

    private static bool AtomImplies(CatalogSnapshot catalog, BoundExpr given, BoundExpr needed)
    {
        if (BoundEquality.AreEqual(given, needed))
        {
            return true;
        }

        // What a strict operator found true had no NULL in it.
        if (needed is BoundNullTest { IsNotNull: true, ArgIsRow: false } test)
        {
            return given is BoundOpExpr strict && catalog.Proc(strict.OpFuncId) is { proisstrict: true } && strict.Args.Exists(a => BoundEquality.AreEqual(a, test.Arg));
        }

        if (Comparison(catalog, given) is not var (expr, strategy, family, value)
            || Comparison(catalog, needed) is not var (other, wanted, otherFamily, bound)
            || family != otherFamily || value.Type != bound.Type || !BoundEquality.AreEqual(expr, other))
        {
            return false;
        }

        var order = Order(catalog, value, bound);
        return (strategy, wanted) switch
        {
            (Less, Less) or (LessEqual, LessEqual) or (Less, LessEqual) or (Equal, LessEqual) => order <= 0,
            (LessEqual, Less) or (Equal, Less) => order < 0,
            (Greater, Greater) or (GreaterEqual, GreaterEqual) or (Greater, GreaterEqual) or (Equal, GreaterEqual) => order >= 0,
            (GreaterEqual, Greater) or (Equal, Greater) => order > 0,
            (Equal, Equal) or (NotEqual, NotEqual) => order == 0,
            (Equal, NotEqual) => order != 0,
            (Less, NotEqual) => order <= 0,
            (LessEqual, NotEqual) => order < 0,
            (Greater, NotEqual) => order >= 0,
            (GreaterEqual, NotEqual) => order > 0,
            _ => false,
        };
    }

    // expression operator constant, of a btree family.
    private static (BoundExpr Expr, int Strategy, uint Family, BoundConst Value)? Comparison(CatalogSnapshot catalog, BoundExpr expr)
    {
        if (expr is not BoundOpExpr { Args: [{ } left, { } right] } op)
        {
            return null;
        }

        var number = op.OpNo;
        if (left is BoundConst)
        {
            (left, right) = (right, left);
            number = catalog.Operator(number)?.oprcom ?? 0;
        }

        if (right is not BoundConst { Value.IsNull: false } constant || number == 0)
        {
            return null;
        }

        if (BtreeMember(catalog, number) is { } member)
        {
            return (left, member.amopstrategy, member.amopfamily, constant);
        }

        // <> is a member of no family, but its negator is.
        return BtreeMember(catalog, catalog.Operator(number)?.oprnegate ?? 0) is { amopstrategy: Equal } equality
            ? (left, NotEqual, equality.amopfamily, constant)
            : null;
    }

    private static PgAmop? BtreeMember(CatalogSnapshot catalog, uint op)
    {
        foreach (var member in op == 0 ? [] : catalog.AmopsOfOperator(op))
        {
            if (member.amopmethod == BuiltInOids.BtreeAm && member.amoppurpose == 's')
            {
                return member;
            }
        }

        return null;
    }

    private static int Order(CatalogSnapshot catalog, BoundConst a, BoundConst b)
    {
        var (x, y) = (a.Value, b.Value);
        return catalog.GetCodec(a.Type).CompareValues(x, y);
    }
}
