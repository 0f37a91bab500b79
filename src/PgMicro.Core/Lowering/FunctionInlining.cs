using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>
/// Calls of functions in LANGUAGE sql that are one query become that query: an expression where it is one (PostgreSQL's inline_function), a subquery in
/// FROM where it returns a set (inline_set_returning_function).
/// </summary>
/// <param name="catalog">The catalog.</param>
/// <param name="body">The only query of a function's body, its columns those of the result; null when it is not such a function.</param>
/// <param name="fold">Evaluates what is constant in an expression that a call has become; null for an argument of one.</param>
/// <param name="withSets">Whether functions in FROM are replaced too.</param>
internal sealed class FunctionInlining(
    CatalogSnapshot catalog, Func<BoundFuncExpr, BoundQuery?> body, Func<PgProc?, BoundExpr, BoundExpr> fold, bool withSets) : BoundTreeRewriter
{
    // What costs more than this, in units of a simple operator, is not computed twice.
    private const double CheapCost = 10;

    private readonly HashSet<uint> _active = [];

    protected override BoundExpr RewriteExpr(BoundExpr expr)
    {
        var result = base.RewriteExpr(expr);
        if (result is not BoundFuncExpr { FuncRetSet: false } call || Routines.Find(catalog, call.FuncId) is not { proretset: false } proc
            || proc.prorettype == TypeOid.Record || (proc.provolatile == 'i' && call.Args.TrueForAll(static a => a is BoundConst)) || _active.Contains(proc.oid) || Expression(proc, call) is not { } inlined)
        {
            return result;
        }

        _active.Add(proc.oid);
        inlined = fold(proc, Rewrite(inlined));
        _active.Remove(proc.oid);
        return inlined.Collation == call.Collation || call.Collation == 0 ? inlined : new BoundCollateExpr
        {
            Arg = inlined,
            Type = inlined.Type,
            Typmod = inlined.Typmod,
            Collation = call.Collation,
            Location = call.Location,
        };
    }

    protected override BoundQuery RewriteQuery(BoundQuery query)
    {
        var result = base.RewriteQuery(query);
        for (var i = 0; i < result.RangeTable.Count; i++)
        {
            if (!withSets || Subquery(result.RangeTable[i]) is not { } entry)
            {
                continue;
            }

            if (ReferenceEquals(result, query))
            {
                result = (BoundQuery)query.ShallowCopy();
            }

            if (ReferenceEquals(result.RangeTable, query.RangeTable))
            {
                result.RangeTable = [.. query.RangeTable];
            }

            result.RangeTable[i] = entry;
        }

        return result;
    }

    private BoundExpr? Expression(PgProc proc, BoundFuncExpr call)
    {
        if (call.InputCollation is not (0 or BuiltInOids.DefaultCollation) || body(call) is not { } query || !IsExpression(query))
        {
            return null;
        }

        var expr = query.TargetList[0].Expr;
        var facts = new Facts(catalog, call.Args.Count);
        facts.Visit(expr);
        if (expr.Type != call.Type || facts.HasSubLinks || (proc.provolatile == 'i' && facts.IsMutable) || (proc.provolatile == 's' && facts.IsVolatile)
            || (proc.proisstrict && facts.IsNonStrict))
        {
            return null;
        }

        for (var i = 0; i < call.Args.Count; i++)
        {
            if (facts.Uses[i] == 0)
            {
                if (proc.proisstrict)
                {
                    return null;
                }
            }
            else if (facts.Uses[i] > 1)
            {
                var argument = new Facts(catalog, 0);
                argument.Visit(call.Args[i]);
                if (argument.IsVolatile || argument.HasSubLinks || argument.Cost > CheapCost)
                {
                    return null;
                }
            }
        }

        return new Substitution(call.Args.ConvertAll(a => fold(null, a)), 0).Rewrite(expr);
    }

    private static bool IsExpression(BoundQuery query) =>
        query is { HasAggs: false, HasWindowFuncs: false, HasTargetSRFs: false, HavingQual: null, SetOperations: null, LimitCount: null, LimitOffset: null, TargetList.Count: 1 }
        && query.RangeTable.Count == 0 && query.JoinTree.FromList.Count == 0 && query.JoinTree.Quals is null && query.CteList.Count == 0 && query.GroupClause.Count == 0
        && query.GroupingSets.Count == 0 && query.WindowClause.Count == 0 && query.DistinctClause.Count == 0 && query.SortClause.Count == 0;

    private RangeTableEntry? Subquery(RangeTableEntry entry)
    {
        if (entry is not { RteKind: RteKind.Function, FuncOrdinality: false, Functions: [{ FuncColNames: null, RowAsValue: false, FuncExpr: BoundFuncExpr { FuncRetSet: true } call }] }
            || Routines.Find(catalog, call.FuncId) is not { proretset: true, proisstrict: false, provolatile: not 'v' } proc || proc.prorettype == TypeOid.Void
            || _active.Contains(proc.oid) || call.InputCollation is not (0 or BuiltInOids.DefaultCollation))
        {
            return null;
        }

        var facts = new Facts(catalog, 0);
        facts.VisitAll(call.Args);
        if (facts.IsVolatile || facts.HasSubLinks || body(call) is not { } query || query.TargetList.Count(static t => !t.ResJunk) != entry.Functions[0].FuncColCount)
        {
            return null;
        }

        _active.Add(proc.oid);
        var copy = (RangeTableEntry)entry.ShallowCopy();
        copy.RteKind = RteKind.Subquery;
        copy.Functions = [];
        copy.Subquery = RewriteSubquery(new Substitution(call.Args, 1).RewriteTop(query));
        copy.Lateral |= facts.HasVars;
        _active.Remove(proc.oid);
        return copy;
    }

    /// <summary>Puts arguments in the places of parameters, so many levels above them.</summary>
    private sealed class Substitution(List<BoundExpr> arguments, int depth) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundParam { Kind: ParamKind.Extern } param)
            {
                return base.RewriteExpr(expr);
            }

            var argument = arguments[param.ParamId - 1];
            return depth + SublevelsUp == 0 ? argument : new Deeper(depth + SublevelsUp).Rewrite(argument);
        }
    }

    private sealed class Deeper(int levels) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            var result = base.RewriteExpr(expr);
            if (result is not BoundVar column || column.Varlevelsup < SublevelsUp)
            {
                return result;
            }

            column = (BoundVar)column.ShallowCopy();
            column.Varlevelsup += levels;
            return column;
        }
    }

    /// <summary>What decides whether an expression can stand for a call, or be repeated.</summary>
    private sealed class Facts(CatalogSnapshot catalog, int parameters) : BoundTreeWalker
    {
        internal int[] Uses { get; } = new int[parameters];

        internal bool HasSubLinks { get; private set; }

        internal bool HasVars { get; private set; }

        internal bool IsMutable { get; private set; }

        internal bool IsVolatile { get; private set; }

        internal bool IsNonStrict { get; private set; }

        internal double Cost { get; private set; }

        protected override void VisitExpr(BoundExpr expr)
        {
            switch (expr)
            {
                case BoundParam { Kind: ParamKind.Extern } param:
                    if (param.ParamId <= Uses.Length)
                    {
                        Uses[param.ParamId - 1]++;
                    }

                    break;
                case BoundVar:
                    HasVars = true;
                    break;
                case BoundSubLink:
                    HasSubLinks = IsNonStrict = true;
                    break;
                case BoundConst or BoundRelabelType or BoundFieldSelect or BoundCollateExpr or BoundBoolExpr { BoolOp: BoolExprType.Not }:
                    break;
                case BoundCoerceViaIO io:
                    Note(catalog.Type(io.Arg.Type)?.typoutput ?? 0);
                    Note(catalog.Type(io.Type)?.typinput ?? 0);
                    break;
                case BoundFuncExpr call:
                    Note(call.FuncId);
                    break;
                case BoundOpExpr op:
                    Note(op.OpFuncId);
                    break;
                case BoundScalarArrayOpExpr op:
                    Note(op.OpFuncId);
                    IsNonStrict = true;
                    break;
                case BoundSqlValueFunction:
                    IsMutable = IsNonStrict = true;
                    break;
                case BoundNextValueExpr:
                    IsVolatile = IsMutable = IsNonStrict = true;
                    break;
                default:
                    IsNonStrict = true;
                    break;
            }

            base.VisitExpr(expr);
        }

        private void Note(uint function)
        {
            if (catalog.Proc(function) is not { } proc)
            {
                return;
            }

            IsMutable |= proc.provolatile != 'i';
            IsVolatile |= proc.provolatile == 'v';
            IsNonStrict |= !proc.proisstrict;
            Cost += proc.procost;
        }
    }
}
