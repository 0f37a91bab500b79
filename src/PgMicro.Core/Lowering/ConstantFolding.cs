using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>
/// Evaluates immutable calls over constants before the query runs, and drops what a constant condition makes unreachable, in the
/// order of eval_const_expressions: so an error such as 1/0 is raised, or not, as PostgreSQL's planner does.
/// </summary>
internal sealed class ConstantFolding : BoundTreeRewriter
{
    private readonly CatalogSnapshot _catalog;
    private readonly Func<BoundExpr, PgDatum> _evaluate;
    private readonly Stack<BoundConst?> _caseTest = [];

    private ConstantFolding(CatalogSnapshot catalog, Func<BoundExpr, PgDatum> evaluate)
    {
        _catalog = catalog;
        _evaluate = evaluate;
    }

    /// <summary>Folds a query.</summary>
    /// <param name="query">The analysed query.</param>
    /// <param name="catalog">The catalog.</param>
    /// <param name="evaluate">Evaluates an expression without columns and parameters.</param>
    internal static BoundQuery Fold(BoundQuery query, CatalogSnapshot catalog, Func<BoundExpr, PgDatum> evaluate) =>
        new ConstantFolding(catalog, evaluate).RewriteTop(query);

    protected override BoundExpr RewriteExpr(BoundExpr expr)
    {
        switch (expr)
        {
            case BoundConst or BoundVar or BoundParam:
                return expr;
            case BoundCaseTestExpr:
                return _caseTest.TryPeek(out var value) && value is not null && value.Type == expr.Type ? value : expr;
            case BoundCaseExpr @case:
                return Case(@case);
            case BoundCoalesceExpr coalesce:
                return Coalesce(coalesce);
            case BoundBoolExpr { BoolOp: not BoolExprType.Not } logic:
                return Logic(logic);
            case BoundArrayCoerceExpr or BoundJsonConstructorExpr or BoundJsonExpr or BoundSubscriptingRef:
                // Their placeholders stand for something else.
                _caseTest.Push(null);
                var opaque = base.RewriteExpr(expr);
                _caseTest.Pop();
                return opaque;
        }

        var result = base.RewriteExpr(expr);
        return IsFoldable(result) ? Evaluated(result) : result;
    }

    protected override BoundQuery RewriteQuery(BoundQuery query)
    {
        var result = base.RewriteQuery(query);
        if (query.OnConflict is { } conflict && !ReferenceEquals(result.OnConflict, conflict))
        {
            // What ON CONFLICT infers is compared with indexes, whose expressions are kept as they were written.
            var copy = (OnConflictExpr)result.OnConflict!.ShallowCopy();
            copy.ArbiterElems = conflict.ArbiterElems;
            copy.ArbiterWhere = conflict.ArbiterWhere;
            result.OnConflict = copy;
        }

        return result;
    }

    private BoundExpr Case(BoundCaseExpr @case)
    {
        var copy = (BoundCaseExpr)@case.ShallowCopy();
        copy.Arg = @case.Arg is null ? null : RewriteExpr(@case.Arg);
        copy.Args = [];
        BoundExpr? otherwise = null;
        foreach (var arm in @case.Args)
        {
            if (@case.Arg is not null)
            {
                _caseTest.Push(copy.Arg as BoundConst);
            }

            var condition = RewriteExpr(arm.Expr);
            if (@case.Arg is not null)
            {
                _caseTest.Pop();
            }

            if (condition is BoundConst known)
            {
                if (known.Value.IsNull || !known.Value.Boolean)
                {
                    continue;
                }

                otherwise = RewriteExpr(arm.Result);
                break;
            }

            var kept = (BoundCaseWhen)arm.ShallowCopy();
            kept.Expr = condition;
            kept.Result = RewriteExpr(arm.Result);
            copy.Args.Add(kept);
        }

        copy.DefResult = otherwise ?? RewriteExpr(@case.DefResult);
        if (copy.Args.Count == 0)
        {
            return copy.DefResult;
        }

        return copy;
    }

    private BoundExpr Coalesce(BoundCoalesceExpr coalesce)
    {
        var args = new List<BoundExpr>();
        foreach (var arg in coalesce.Args)
        {
            var folded = RewriteExpr(arg);
            if (folded is BoundConst { Value.IsNull: true })
            {
                continue;
            }

            args.Add(folded);
            if (folded is BoundConst)
            {
                break;
            }
        }

        if (args.Count == 0)
        {
            return new BoundConst { Type = coalesce.Type, Collation = coalesce.Collation, Location = coalesce.Location };
        }

        if (args.Count == 1)
        {
            return args[0];
        }

        var copy = (BoundCoalesceExpr)coalesce.ShallowCopy();
        copy.Args = args;
        return copy;
    }

    private BoundExpr Logic(BoundBoolExpr logic)
    {
        var decides = logic.BoolOp == BoolExprType.Or;
        var args = new List<BoundExpr>(logic.Args.Count);
        var changed = false;
        foreach (var arg in logic.Args)
        {
            var folded = RewriteExpr(arg);
            if (folded is BoundConst { Value.IsNull: false } known)
            {
                if (known.Value.Boolean == decides)
                {
                    return known;
                }

                changed = true;
                continue;
            }

            changed |= !ReferenceEquals(folded, arg);
            args.Add(folded);
        }

        switch (args.Count)
        {
            case 0:
                return new BoundConst { Type = TypeOid.Bool, Value = PgDatum.FromBoolean(!decides), Location = logic.Location };
            case 1:
                return args[0];
        }

        if (!changed)
        {
            return logic;
        }

        var copy = (BoundBoolExpr)logic.ShallowCopy();
        copy.Args = args;
        return copy;
    }

    private bool IsFoldable(BoundExpr expr) => expr switch
    {
        BoundFuncExpr { FuncRetSet: false } call => (IsImmutable(call.FuncId) || Routines.Find(_catalog, call.FuncId) is { provolatile: 'i' }) && AllConstant(call.Args),
        BoundOpExpr { OpRetSet: false } op => IsImmutable(op.OpFuncId) && AllConstant(op.Args),
        BoundDistinctExpr op => IsImmutable(op.OpFuncId) && AllConstant(op.Args),
        BoundNullIfExpr op => IsImmutable(op.OpFuncId) && AllConstant(op.Args),
        BoundScalarArrayOpExpr op => IsImmutable(op.OpFuncId) && AllConstant(op.Args),
        BoundCoerceViaIO { Arg: BoundConst arg } io => _catalog.Type(arg.Type) is { } from && _catalog.Type(io.Type) is { typtype: 'b' or 'e' } to
            && IsImmutable(from.typoutput) && IsImmutable(to.typinput),
        BoundRelabelType { Arg: BoundConst } => IsScalar(expr.Type),
        BoundBoolExpr { BoolOp: BoolExprType.Not, Args: [BoundConst] } => true,
        BoundNullTest { Arg: BoundConst, ArgIsRow: false } => true,
        BoundBooleanTest { Arg: BoundConst } => true,
        _ => false,
    } && IsScalar(expr.Type);

    private bool IsImmutable(uint function) => _catalog.Proc(function) is { provolatile: 'i', oid: < BuiltInOids.FirstNormalObjectId };

    // Values of these kinds are the same whoever computes them, and a constant can hold them.
    private bool IsScalar(uint type) => _catalog.Type(type) is { typtype: 'b' or 'e' or 'r' or 'm' };

    private static bool AllConstant(List<BoundExpr> args)
    {
        foreach (var arg in args)
        {
            if (arg is not BoundConst)
            {
                return false;
            }
        }

        return true;
    }

    private BoundConst Evaluated(BoundExpr expr) => new()
    {
        Type = expr.Type,
        Typmod = expr.Typmod,
        Collation = expr.Collation,
        Location = expr.Location,
        Value = _evaluate(expr),
    };
}
