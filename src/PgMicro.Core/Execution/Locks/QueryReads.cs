using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>What a query reads, as a serializable transaction notes it: by key where a primary key finds the row, else whole tables.</summary>
internal sealed class QueryReads : BoundTreeWalker
{
    private readonly LoweringContext _context;
    private readonly List<PredicateRead> _reads = [];

    private QueryReads(LoweringContext context) => _context = context;

    internal static PredicateRead[] Of(BoundQuery query, LoweringContext context)
    {
        var reads = new QueryReads(context);
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
            else if (IsNoted(relation))
            {
                Add(query, i, oid);
            }
        }

        base.VisitQuery(query);
    }

    private void Add(BoundQuery query, int rti, uint oid)
    {
        if (_reads.Exists(r => r.Table == oid && r.Index == 0))
        {
            return;
        }

        var layout = TableLayout.Get(_context.Catalog, oid);
        if (layout.RowidIndex != 0 && query.MergeTargetRelation == 0 && FindKey(query.JoinTree.Quals, rti, layout.Columns[layout.RowidColumn].Attnum) is { } key)
        {
            var (parameter, value) = key is BoundParam found ? (found.ParamId, PgDatum.Null) : (0, ((BoundConst)key).Value);
            _reads.Add(new PredicateRead(oid, layout.RowidIndex, parameter, value));
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

    private static bool IsKey(BoundExpr expr, int rti, int attnum) => expr is BoundVar { Varlevelsup: 0 } v && v.Varno == rti && v.Varattno == attnum;

    private static BoundExpr? Value(BoundExpr expr) =>
        expr.Type is TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8 && expr is BoundConst or BoundParam { Kind: ParamKind.Extern } ? expr : null;
}
