using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;

namespace PgMicro.Core.Binding.Deparse;

/// <summary>Which expressions need no parentheses under which parents when printed prettily (ruleutils.c isSimpleNode).</summary>
internal static class Precedence
{
    public static bool IsSimple(BoundExpr? node, BoundExpr parent, CatalogSnapshot catalog)
    {
        switch (node)
        {
            case null or BoundVar or BoundConst or BoundParam or BoundCoerceToDomainValue or BoundSetToDefault or BoundCurrentOfExpr:
                return true;
            case BoundSubscriptingRef or BoundArrayExpr or BoundRowExpr or BoundCoalesceExpr or BoundMinMaxExpr or BoundSqlValueFunction
                or BoundXmlExpr or BoundNextValueExpr or BoundNullIfExpr or BoundAggref or BoundGroupingFunc or BoundWindowFunc
                or BoundMergeSupportFunc or BoundFuncExpr or BoundJsonConstructorExpr or BoundJsonExpr:
                return true;
            case BoundCaseExpr:
                return true;
            case BoundFieldSelect:
                return parent is not BoundFieldSelect;
            case BoundCoerceToDomain x:
                return IsSimple(x.Arg, node, catalog);
            case BoundRelabelType x:
                return IsSimple(x.Arg, node, catalog);
            case BoundCoerceViaIO x:
                return IsSimple(x.Arg, node, catalog);
            case BoundArrayCoerceExpr x:
                return IsSimple(x.Arg, node, catalog);
            case BoundConvertRowtypeExpr x:
                return IsSimple(x.Arg, node, catalog);
            case BoundOpExpr x:
                return IsSimpleOperator(x, parent, catalog);
            case BoundSubLink or BoundNullTest or BoundBooleanTest or BoundDistinctExpr or BoundJsonIsPredicate:
                return parent switch
                {
                    BoundFuncExpr f => f.FuncFormat is not (CoercionForm.ExplicitCast or CoercionForm.ImplicitCast or CoercionForm.SqlSyntax),
                    BoundBoolExpr or BoundSubscriptingRef or BoundArrayExpr or BoundRowExpr or BoundCoalesceExpr or BoundMinMaxExpr
                        or BoundXmlExpr or BoundNullIfExpr or BoundAggref or BoundGroupingFunc or BoundWindowFunc or BoundCaseExpr => true,
                    _ => false,
                };
            case BoundBoolExpr x:
                return parent switch
                {
                    BoundBoolExpr p => x.BoolOp switch
                    {
                        BoolExprType.Or => p.BoolOp == BoolExprType.Or,
                        _ => p.BoolOp != BoolExprType.Not,
                    },
                    BoundFuncExpr f => f.FuncFormat is not (CoercionForm.ExplicitCast or CoercionForm.ImplicitCast or CoercionForm.SqlSyntax),
                    BoundSubscriptingRef or BoundArrayExpr or BoundRowExpr or BoundCoalesceExpr or BoundMinMaxExpr or BoundXmlExpr or BoundNullIfExpr
                        or BoundAggref or BoundGroupingFunc or BoundWindowFunc or BoundCaseExpr => true,
                    _ => false,
                };
            default:
                return false;
        }
    }

    private static bool IsSimpleOperator(BoundOpExpr x, BoundExpr parent, CatalogSnapshot catalog)
    {
        switch (parent)
        {
            case BoundOpExpr p:
                {
                    var op = Arithmetic(x, catalog);
                    var parentOp = Arithmetic(p, catalog);
                    if (op == '\0' || parentOp == '\0')
                    {
                        return false;
                    }

                    var low = op is '+' or '-';
                    var parentLow = parentOp is '+' or '-';
                    if (!low && parentLow)
                    {
                        return true;
                    }

                    // Of equal rank, the left operand needs none.
                    return low == parentLow && ReferenceEquals(p.Args[0], x);
                }

            case BoundSubLink or BoundNullTest or BoundBooleanTest or BoundDistinctExpr or BoundBoolExpr or BoundFuncExpr
            {
                FuncFormat: not (CoercionForm.ExplicitCast or CoercionForm.ImplicitCast or CoercionForm.SqlSyntax),
            }:
                return true;
            case BoundSubscriptingRef or BoundArrayExpr or BoundRowExpr or BoundCoalesceExpr or BoundMinMaxExpr or BoundXmlExpr or BoundNullIfExpr
                or BoundAggref or BoundGroupingFunc or BoundWindowFunc or BoundCaseExpr:
                return true;
            default:
                return false;
        }
    }

    private static char Arithmetic(BoundOpExpr x, CatalogSnapshot catalog) =>
        x.Args.Count == 2 && catalog.Operator(x.OpNo)?.oprname is [var c and ('+' or '-' or '*' or '/' or '%')] ? c : '\0';
}
