using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Partitioning;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>What a condition of constants is, as far as comparisons by the types' own order tell.</summary>
internal static class ConstantTruth
{
    /// <summary>Whether it is known not to be true.</summary>
    internal static bool IsNeverTrue(CatalogSnapshot catalog, BoundExpr condition) => Of(catalog, condition) is Truth.False or Truth.Null;

    private static Truth Of(CatalogSnapshot catalog, BoundExpr expr) => expr switch
    {
        BoundConst { Type: TypeOid.Bool } constant => constant.Value.IsNull ? Truth.Null : From(constant.Value.Int64 != 0),
        BoundBoolExpr { BoolOp: BoolExprType.And } all => All(catalog, all.Args, Truth.False, Truth.True),
        BoundBoolExpr { BoolOp: BoolExprType.Or } any => All(catalog, any.Args, Truth.True, Truth.False),
        BoundBoolExpr { BoolOp: BoolExprType.Not, Args: [var arg] } => Of(catalog, arg) switch { Truth.True => Truth.False, Truth.False => Truth.True, var same => same },
        BoundNullTest { Arg: var arg } test when Bare(arg) is BoundConst value => From(value.Value.IsNull != test.IsNotNull),
        BoundOpExpr { Args: [var left, var right] } op when Bare(left) is BoundConst a && Bare(right) is BoundConst b => Compare(catalog, op.OpNo, a, b),
        BoundScalarArrayOpExpr { UseOr: true, Args: [var left, BoundArrayExpr list] } any when Bare(left) is BoundConst a =>
            All(catalog, list.Elements.ConvertAll(e => (BoundExpr)new BoundOpExpr { OpNo = any.OpNo, Type = TypeOid.Bool, Args = [a, e] }), Truth.True, Truth.False),
        _ => Truth.Unknown,
    };

    // AND is false as soon as one is, OR true.
    private static Truth All(CatalogSnapshot catalog, List<BoundExpr> conditions, Truth deciding, Truth none)
    {
        var result = none;
        foreach (var condition in conditions)
        {
            var truth = Of(catalog, condition);
            if (truth == deciding)
            {
                return truth;
            }

            result = truth == Truth.Unknown || result == Truth.Unknown ? Truth.Unknown : truth == Truth.Null ? Truth.Null : result;
        }

        return result;
    }

    private static Truth Compare(CatalogSnapshot catalog, uint op, BoundConst left, BoundConst right)
    {
        if (left.Value.IsNull || right.Value.IsNull)
        {
            return Truth.Null;
        }

        if (left.Value.Kind != right.Value.Kind)
        {
            return Truth.Unknown;
        }

        foreach (var amop in catalog.AmopsOfOperator(op))
        {
            if (amop is { amoppurpose: 's', amopmethod: BuiltInOids.BtreeAm })
            {
                var order = catalog.GetCodec(catalog.GetBaseType(right.Type)).CompareValues(left.Value, right.Value);
                return From((int)amop.amopstrategy switch
                {
                    BtreeStrategy.Less => order < 0,
                    BtreeStrategy.LessEqual => order <= 0,
                    BtreeStrategy.Equal => order == 0,
                    BtreeStrategy.GreaterEqual => order >= 0,
                    _ => order > 0,
                });
            }
        }

        return Truth.Unknown;
    }

    private static BoundExpr Bare(BoundExpr expr) => expr is BoundRelabelType relabelled ? Bare(relabelled.Arg) : expr;

    private static Truth From(bool value) => value ? Truth.True : Truth.False;

    private enum Truth
    {
        False,
        True,
        Null,
        Unknown,
    }
}
