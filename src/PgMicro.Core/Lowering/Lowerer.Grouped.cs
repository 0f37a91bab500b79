using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    /// <summary>A scalar subquery as columns of a table of groups, which the SELECT around joins after its FROM.</summary>
    private SqlExpr? FromGroups(BoundSubLink link)
    {
        if (_scope.Groups is not { } groups || link.SubLinkType != SubLinkType.Expr || IsSingleRowScope())
        {
            return null;
        }

        if (groups.Known.TryGetValue(link, out var known))
        {
            return known;
        }

        if (AggregateDecorrelation.Rewrite(Catalog, link) is not { } apart)
        {
            return null;
        }

        var rows = Query(apart.Rows, null);
        var alias = NewAlias();
        var on = apart.Keys.Select((key, i) => Compare(key.Operator, Catalog.Operator(key.Operator)!.oprcode, key.Outer, key.Inner, Expr(key.Outer),
            new SqlColumn(alias, "c" + (apart.Aggregates.Count + i + 1)), key.Collation, TypeOid.Bool)).ToList();
        groups.Joins.Add((new SqlDerived(rows, alias, apart.Aggregates.Count + apart.Keys.Count, false), SqlChain.And(on)));

        var aggregates = new Dictionary<BoundAggref, SqlExpr>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < apart.Aggregates.Count; i++)
        {
            SqlExpr column = new SqlColumn(alias, "c" + (i + 1));
            aggregates[apart.Aggregates[i]] = AggregateDecorrelation.IsCount(Catalog, apart.Aggregates[i]) ? new SqlCall("coalesce", [column, SqlLiteral.Of(0)]) : column;
        }

        var outer = _scope;
        _scope = new QueryScope(link.Subselect, outer) { Aggregates = aggregates };
        var value = Expr(apart.Value);
        _scope = outer;
        groups.Known[link] = value;
        return value;
    }
}

/// <summary>Tables of groups that expressions of a SELECT read: its FROM is left-joined with them.</summary>
internal sealed class GroupJoins
{
    internal Dictionary<BoundSubLink, SqlExpr> Known { get; } = new(ReferenceEqualityComparer.Instance);

    internal List<(SqlDerived Table, SqlExpr On)> Joins { get; } = [];
}
