using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>
/// EXISTS and IN over a subquery that is correlated by equality become IN over the subquery alone, with the equalities' sides as further
/// columns: it runs once and is looked up for each outer row. The result is true where theirs is; where it is not, it may be NULL.
/// </summary>
internal static class SubLinkDecorrelation
{
    /// <summary>EXISTS as an ANY of rows; null when it has to run for each outer row.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="link">The EXISTS.</param>
    /// <param name="mayFail">Whether rows that the outer query does not ask for may raise their errors, as in PostgreSQL's semi-joins.</param>
    internal static BoundSubLink? Exists(CatalogSnapshot catalog, BoundSubLink link, bool mayFail)
    {
        var query = link.Subselect;
        if (!IsPlain(query) || query.HasAggs || query.HavingQual is not null || query.GroupingSets.Count > 0
            || query.LimitOffset is not null || query.LimitCount is not (null or BoundConst { Value: { IsNull: false, Int64: > 0 } }))
        {
            return null;
        }

        return Rewritten(catalog, link, [], [], mayFail);
    }

    /// <summary>IN as an IN of longer rows; null when it has to run for each outer row.</summary>
    internal static BoundSubLink? In(CatalogSnapshot catalog, BoundSubLink link)
    {
        var query = link.Subselect;
        if (link.SubLinkType != SubLinkType.Any || !IsPlain(query) || query.HasAggs || query.HavingQual is not null || query.GroupClause.Count > 0
            || query.GroupingSets.Count > 0 || query.HasDistinctOn || query.LimitOffset is not null || query.LimitCount is not null)
        {
            return null;
        }

        var outputs = query.TargetList.Where(static t => !t.ResJunk).Select(static t => t.Expr).ToList();
        return outputs.Exists(e => Fallible.Check(catalog, e)) ? null : Rewritten(catalog, link, Conjunction.Flatten(link.Testexpr!), outputs, mayFail: false);
    }

    private static bool IsPlain(BoundQuery query) =>
        query is { CommandType: CommandType.Select, SetOperations: null, HasWindowFuncs: false, HasTargetSRFs: false }
        && query.CteList.Count == 0 && query.RowMarks.Count == 0;

    private static BoundSubLink? Rewritten(CatalogSnapshot catalog, BoundSubLink link, List<BoundExpr> tests, List<BoundExpr> outputs, bool mayFail)
    {
        var query = link.Subselect;
        if (CorrelationKeys.Of(catalog, query) is not { } correlation || (!mayFail && correlation.Rest.Any(r => Fallible.Check(catalog, r))))
        {
            return null;
        }

        var columns = outputs.Concat(correlation.Keys.Select(static k => k.Inner)).ToList();
        var standalone = correlation.Standalone(query, columns);
        if (!CorrelationSide.StandsAlone(standalone) || Volatility.Has(catalog, standalone))
        {
            return null;
        }

        // A NULL key never finds anything, and would make every miss look through all rows.
        var known = correlation.Keys.Select(static BoundExpr (k) => new BoundNullTest { Arg = k.Inner, IsNotNull = true });
        standalone.JoinTree.Quals = Conjunction.Of([.. correlation.Rest, .. known]);
        var all = new List<BoundExpr>(tests);
        foreach (var key in correlation.Keys)
        {
            all.Add(new BoundOpExpr
            {
                OpNo = key.Operator,
                OpFuncId = catalog.Operator(key.Operator)!.oprcode,
                Type = TypeOid.Bool,
                InputCollation = key.Collation,
                Args = [key.Outer, new BoundParam { Kind = ParamKind.SubLink, ParamId = outputs.Count + all.Count - tests.Count + 1, Type = key.Inner.Type, Collation = key.Inner.Collation }],
            });
        }

        return new BoundSubLink { SubLinkType = SubLinkType.Any, Type = TypeOid.Bool, Testexpr = Conjunction.Of(all), Subselect = standalone, Location = link.Location };
    }
}
