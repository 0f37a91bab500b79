using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    /// <summary>WITHIN GROUP: an aggregate over sorted rows, or counts of the rows before a hypothetical one.</summary>
    private SqlExpr OrderedSet(BoundAggref aggregate, SqlExpr? filter, List<BoundExpr> nulls)
    {
        if (aggregate.AggKind == 'h')
        {
            return Hypothetical(aggregate, filter, nulls);
        }

        var implementation = FunctionTable.Find(aggregate.AggFnOid) is { Kind: FunctionKind.Aggregate, SqliteName: { } name } found
            ? found : throw PgErrors.FunctionNotImplemented(Signature(aggregate.AggFnOid), aggregate.Location);
        var entries = aggregate.Args.Where(static t => !t.ResJunk).ToList();
        _scope.NullGroups = nulls;
        var args = aggregate.AggDirectArgs.ConvertAll(Expr);
        _scope.NullGroups = [];
        args.AddRange(entries.Select(t => Expr(t.Expr)));
        var types = aggregate.AggDirectArgs.Select(static a => a.Type).Concat(entries.Select(static t => t.Expr.Type)).ToList();
        return new SqlCall(name, implementation.NeedsCallSite
            ? [SqlLiteral.Of(CallSite.Get(aggregate.AggFnOid, aggregate.Type, types, aggregate.InputCollation).Id), .. args]
            : args)
        { OrderBy = AggregateOrder(aggregate, aggregate.AggOrder), Filter = filter };
    }

    private SqlExpr Hypothetical(BoundAggref aggregate, SqlExpr? filter, List<BoundExpr> nulls)
    {
        // Direct arguments are values of the group, where a column that is not grouped by is NULL.
        _scope.NullGroups = nulls;
        var directs = aggregate.AggDirectArgs.ConvertAll(Expr);
        _scope.NullGroups = [];
        SqlExpr? before = null, same = null;
        var keys = new List<SqlExpr>();
        for (var i = aggregate.AggOrder.Count - 1; i >= 0; i--)
        {
            var clause = aggregate.AggOrder[i];
            var target = aggregate.Args.First(t => t.RessortGroupRef == clause.TleSortGroupRef).Expr;
            if (!CanCompareNatively(target.Type))
            {
                throw PgErrors.FeatureNotSupported("a hypothetical-set aggregate over this type", aggregate.Location);
            }

            var key = Expr(target);
            var direct = directs[i];
            var collated = Collated(key, target.Type, target.Collation);
            var byNull = clause.NullsFirst
                ? SqlChain.And([new SqlIsNull(key), new SqlIsNull(direct, Not: true)])
                : SqlChain.And([new SqlIsNull(key, Not: true), new SqlIsNull(direct)]);
            SqlExpr precedes = new SqlChain("OR", [byNull, new SqlBinary(IsDescending(clause.SortOp) ? ">" : "<", collated, direct)]);
            SqlExpr equals = new SqlBinary("IS", collated, direct);
            before = before is null ? precedes : new SqlChain("OR", [precedes, SqlChain.And([equals, before])]);
            same = same is null ? equals : SqlChain.And([equals, same]);
            keys.Insert(0, collated);
        }

        var earlier = CountWhere(before!);
        SqlExpr one = SqlLiteral.Of(1);
        switch (Catalog.Proc(aggregate.AggFnOid)!.proname)
        {
            case "rank":
                return new SqlBinary("+", earlier, one);
            case "dense_rank":
                SqlExpr groups = keys.Count == 1
                    ? new SqlBinary("+", new SqlCall("count", [keys[0]]) { Distinct = true, Filter = Both(before!) },
                        new SqlCall("coalesce", [new SqlCall("max", [new SqlIsNull(StripCollation(keys[0]))]) { Filter = Both(before!) }, SqlLiteral.Of(0)]))
                    : new SqlCall("count", [Row(TypeOid.Record, aggregate.AggOrder.ConvertAll(c => aggregate.Args.First(t => t.RessortGroupRef == c.TleSortGroupRef).Expr),
                        [])])
                    { Distinct = true, Filter = Both(before!) };
                return new SqlBinary("+", groups, one);
            case "percent_rank":
                var all = new SqlCall("count", []) { Star = true, Filter = filter };
                return new SqlCase([(new SqlBinary("=", all, SqlLiteral.Of(0)), new SqlLiteral(PgDatum.FromDouble(0)))],
                    new SqlBinary("/", new SqlCast(earlier, "REAL"), all));
            default:
                var upTo = CountWhere(new SqlChain("OR", [before!, same!]));
                return new SqlBinary("/", new SqlCast(new SqlBinary("+", upTo, one), "REAL"),
                    new SqlBinary("+", new SqlCall("count", []) { Star = true, Filter = filter }, one));
        }

        SqlCall CountWhere(SqlExpr condition) => new("count", []) { Star = true, Filter = Both(condition) };

        SqlExpr Both(SqlExpr condition) => filter is null ? condition : SqlChain.And([filter, condition]);
    }

    private List<SqlOrder> AggregateOrder(BoundAggref aggregate, List<SortGroupClause> clauses)
    {
        Implementability.RequireKnown(clauses, Catalog);
        var order = clauses.ConvertAll(clause =>
        {
            var target = aggregate.Args.First(t => t.RessortGroupRef == clause.TleSortGroupRef);
            var key = Collated(Expr(target.Expr), target.Expr.Type, target.Expr.Collation);
            return new SqlOrder(key, IsDescending(clause.SortOp), IsNotNull(target.Expr) ? null : clause.NullsFirst);
        });
        order.RemoveAll(static o => IsConstant(o.Expr));
        return order;
    }
}
