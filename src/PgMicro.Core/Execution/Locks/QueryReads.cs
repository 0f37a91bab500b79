using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>
/// What a query reads, as a serializable transaction notes it: by key where a primary key finds the row, what an index finds where PostgreSQL's planner would
/// use one, else whole tables.
/// </summary>
internal sealed class QueryReads : BoundTreeWalker
{
    private readonly LoweringContext _context;
    private readonly List<PredicateRead> _reads = [];

    private readonly int _parameterCount;

    private QueryReads(LoweringContext context, int parameterCount) => (_context, _parameterCount) = (context, parameterCount);

    internal static PredicateRead[] Of(BoundQuery query, LoweringContext context, int parameterCount)
    {
        var reads = new QueryReads(context, parameterCount);
        reads.VisitTop(query);
        return [.. reads._reads];
    }

    /// <summary>Whether reads of a relation are noted: not those of catalogs, temporary tables and materialized views.</summary>
    internal static bool IsNoted(PgClass? relation) =>
        relation is { relkind: 'r', relpersistence: not 't', oid: >= BuiltInOids.FirstNormalObjectId };

    protected override void VisitQuery(BoundQuery query)
    {
        for (var i = 1; i <= query.RangeTable.Count; i++)
        {
            if (query.RangeTable[i - 1] is not { RteKind: RteKind.Relation, Relid: var oid }
                || query.OnConflict?.ExclRelIndex == i
                || (query.CommandType == CommandType.Insert && i == query.ResultRelation)
                || oid < BuiltInOids.FirstNormalObjectId)
            {
                continue;
            }

            var relation = _context.Catalog.Class(oid);
            if (relation is { relkind: 'v' })
            {
                VisitTop(ViewExpansion.QueryOf(_context, relation));
            }
            else if (TableMembers.Of(_context.Catalog, query.RangeTable[i - 1]) is { } members)
            {
                AddMembers(query, i, oid, members);
            }
            else if (IsNoted(relation))
            {
                Add(query, query.JoinTree.Quals, i, oid);
            }
        }

        base.VisitQuery(query);
    }

    private void AddMembers(BoundQuery query, int rti, uint named, IReadOnlyList<uint> members)
    {
        var parent = TableLayout.Get(_context.Catalog, named);
        foreach (var member in members)
        {
            if (IsNoted(_context.Catalog.Class(member)))
            {
                var quals = query.JoinTree.Quals;
                Add(query, quals is null || member == named ? quals : new ChildColumns(rti, parent, TableLayout.Get(_context.Catalog, member)).Rewrite(quals), rti, member);
            }
        }
    }

    private void Add(BoundQuery query, BoundExpr? condition, int rti, uint oid)
    {
        if (_reads.Exists(r => r.Table == oid && r.Index == 0))
        {
            return;
        }

        var layout = TableLayout.Get(_context.Catalog, oid);
        if (layout.RowidIndex != 0 && query.MergeTargetRelation == 0 && FindKey(condition, rti, layout.Columns[layout.RowidColumn].Attnum) is { } key)
        {
            var (parameter, value) = key is BoundParam found ? (found.ParamId, PgDatum.Null) : (0, ((BoundConst)key).Value);
            _reads.Add(new PredicateRead(oid, layout.RowidIndex, parameter, value));
            return;
        }

        if (query.MergeTargetRelation == 0 && condition is { } quals && FindIndex(quals, rti, layout) is { } search)
        {
            _reads.Add(search);
            return;
        }

        _reads.RemoveAll(r => r.Table == oid);
        _reads.Add(new PredicateRead(oid, 0, 0, PgDatum.Null));
    }

    // What the key must be equal to for WHERE to hold.
    private BoundExpr? FindKey(BoundExpr? qual, int rti, int attnum)
    {
        switch (qual)
        {
            case BoundBoolExpr { BoolOp: BoolExprType.And } all:
                foreach (var arg in all.Args)
                {
                    if (FindKey(arg, rti, attnum) is { } found)
                    {
                        return found;
                    }
                }

                return null;
            case BoundOpExpr { Args: [var left, var right] } comparison when _context.Catalog.Operator(comparison.OpNo) is { oprname: "=" }:
                return IsKey(left, rti, attnum) ? Value(right) : IsKey(right, rti, attnum) ? Value(left) : null;
            default:
                return null;
        }
    }

    // A B-tree on whose first column there is a condition; one of equality is better than others.
    private PredicateRead? FindIndex(BoundExpr quals, int rti, TableLayout layout)
    {
        const int Equal = 3;
        List<BoundExpr>? best = null;
        var bestIndex = 0u;
        foreach (var index in _context.Catalog.IndexesOf(layout.Oid))
        {
            if (index is not { indisvalid: true, indpred: null, indkey: [not 0, ..] } || _context.Catalog.Opclass(index.indclass[0]) is not { opcmethod: BuiltInOids.BtreeAm } opclass)
            {
                continue;
            }

            var conditions = new List<BoundExpr>();
            var isEqual = false;
            foreach (var term in Conjunction.Flatten(quals))
            {
                if (StrategyOf(term, rti, index.indkey[0], opclass.opcfamily) is var strategy and > 0)
                {
                    conditions.Add(term);
                    isEqual |= strategy == Equal;
                }
            }

            if (conditions.Count == 0 || (best is not null && !isEqual))
            {
                continue;
            }

            for (var i = 1; i < index.indnkeyatts; i++)
            {
                if (index.indkey[i] != 0 && _context.Catalog.Opclass(index.indclass[i]) is { } next)
                {
                    conditions.AddRange(Conjunction.Flatten(quals).Where(t => StrategyOf(t, rti, index.indkey[i], next.opcfamily) > 0));
                }
            }

            (best, bestIndex) = (conditions, index.indexrelid);
            if (isEqual)
            {
                break;
            }
        }

        if (best is null)
        {
            return null;
        }

        var stored = best.ConvertAll(c => new VarReplacer(rti, static v =>
        {
            var column = (BoundVar)v.ShallowCopy();
            column.Varno = 1;
            return column;
        }).Rewrite(c));
        var first = _parameterCount + 1;
        var given = best.ConvertAll(c => new VarReplacer(rti, v => BoundTrees.Parameter(first + layout.IndexOf(v.Varattno), v.Type, v.Typmod, v.Collation)).Rewrite(c));
        return new PredicateRead(layout.Oid, bestIndex, 0, PgDatum.Null)
        {
            Rows = new Lookup(() => BoundTrees.SelectFrom(layout, [BoundTrees.Rowid(1)], stored)),
            Matches = new Lookup(() => new BoundQuery
            {
                CommandType = CommandType.Select,
                JoinTree = new FromExpr { Quals = BoundTrees.And(given) },
                TargetList = [BoundTrees.Target(BoundTrees.Int4(1), 1)],
            }),
            ParameterCount = _parameterCount,
        };
    }

    private int StrategyOf(BoundExpr term, int rti, int attnum, uint family) => term switch
    {
        BoundOpExpr { Args: [var left, var right] } op =>
            IsKey(Bare(left), rti, attnum) && ReadsNothing(right) ? _context.Catalog.StrategyOfOperator(op.OpNo, family)
            : IsKey(Bare(right), rti, attnum) && ReadsNothing(left) && _context.Catalog.Operator(op.OpNo) is { oprcom: not 0 and var commutator }
                ? _context.Catalog.StrategyOfOperator(commutator, family) : 0,
        BoundScalarArrayOpExpr { UseOr: true, Args: [var left, var right] } op when IsKey(Bare(left), rti, attnum) && ReadsNothing(right) =>
            _context.Catalog.StrategyOfOperator(op.OpNo, family),
        _ => 0,
    };

    private static BoundExpr Bare(BoundExpr expr) => expr is BoundRelabelType relabelled ? relabelled.Arg : expr;

    private bool ReadsNothing(BoundExpr expr) => !Volatility.Has(_context.Catalog, expr) && !Reading.Any(expr);

    /// <summary>Whether an expression reads columns or has a subquery.</summary>
    private sealed class Reading : BoundTreeWalker
    {
        internal static bool Any(BoundExpr expr)
        {
            var walker = new Reading();
            walker.Visit(expr);
            return walker.Stopped;
        }

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar or BoundSubLink or BoundAggref or BoundWindowFunc or BoundParam { Kind: not ParamKind.Extern })
            {
                Stopped = true;
                return;
            }

            base.VisitExpr(expr);
        }
    }

    private static bool IsKey(BoundExpr expr, int rti, int attnum) => expr is BoundVar { Varlevelsup: 0 } v && v.Varno == rti && v.Varattno == attnum;

    private static BoundExpr? Value(BoundExpr expr) =>
        expr.Type is TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8 && expr is BoundConst or BoundParam { Kind: ParamKind.Extern } ? expr : null;
}
