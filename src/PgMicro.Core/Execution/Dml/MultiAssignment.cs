using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// SET (a, b) = (SELECT x, y …): the subquery gives one record, each column is a field of it. The record is a column of a query below the one with the
/// fields, so that it is computed once for a row.
/// </summary>
internal static class MultiAssignment
{
    /// <summary>The target list with fields of subqueries in place of the parameters that stand for their columns.</summary>
    internal static List<TargetEntry> Expand(List<TargetEntry> targetList)
    {
        Dictionary<int, BoundSubLink>? links = null;
        foreach (var entry in targetList)
        {
            if (entry.Expr is BoundSubLink { SubLinkType: SubLinkType.MultiExpr } link)
            {
                (links ??= [])[link.SubLinkId] = Single(link);
            }
        }

        return links is null ? targetList : new Expander(links).RewriteList(targetList.FindAll(t => !t.ResJunk));
    }

    /// <summary>Whether an expression has a field of such a record.</summary>
    internal static bool Reads(BoundExpr expr) => QueryLayers.Contains(expr, static e => Field(e) is not null);

    /// <summary>
    /// Moves everything that a query computes, but the fields, into one below it; null when it has none. The output stays in its places.
    /// </summary>
    internal static (BoundQuery Below, List<TargetEntry> Fields)? Split(BoundQuery query)
    {
        if (!query.TargetList.Exists(static t => Reads(t.Expr)))
        {
            return null;
        }

        var below = (BoundQuery)query.ShallowCopy();
        below.TargetList = [];

        // Without OFFSET, SQLite would merge the two, and compute the record for each field.
        below.LimitOffset = new BoundConst { Type = TypeOid.Int8, Value = PgDatum.FromInt64(0) };
        var columns = new Columns(below.TargetList);

        // The records come first: what else is computed for the row, currval() say, sees what they did.
        foreach (var entry in query.TargetList)
        {
            columns.AddRecords(entry.Expr);
        }

        var fields = query.TargetList.ConvertAll(t => BoundTrees.Target(Reads(t.Expr) ? columns.Rewrite(t.Expr) : columns.Add(t.Expr, t.RessortGroupRef), t.ResNo, t.ResName));
        return (below, fields);
    }

    private static BoundSubLink? Field(BoundExpr expr) =>
        expr is BoundFieldSelect { Arg: BoundSubLink { SubLinkType: SubLinkType.MultiExpr } link } ? link : null;

    /// <summary>The subquery with one column: its only one, or the record of all.</summary>
    private static BoundSubLink Single(BoundSubLink link)
    {
        var query = link.Subselect;
        var columns = query.TargetList.FindAll(static t => !t.ResJunk);
        var result = (BoundSubLink)link.ShallowCopy();
        if (columns.Count == 1)
        {
            result.SubLinkType = SubLinkType.Expr;
            return result;
        }

        if (query.SetOperations is not null || query.DistinctClause.Count > 0 || query.HasTargetSRFs || query.HasWindowFuncs || columns.Exists(static t => t.RessortGroupRef > 0))
        {
            result.Subselect = new BoundQuery
            {
                CommandType = CommandType.Select,
                RangeTable = [BoundTrees.Subquery(new LevelShift().RewriteTop(query), "source")],
                JoinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = 1 }] },
                TargetList = [BoundTrees.Target(Row(columns.Select(BoundExpr (t, i) => Reference(t.Expr, i + 1))), 1)],
            };
        }
        else
        {
            result.Subselect = (BoundQuery)query.ShallowCopy();
            result.Subselect.TargetList = [BoundTrees.Target(Row(columns.Select(static t => t.Expr)), 1)];
            foreach (var junk in query.TargetList.Where(static t => t.ResJunk))
            {
                var copy = (TargetEntry)junk.ShallowCopy();
                copy.ResNo = result.Subselect.TargetList.Count + 1;
                result.Subselect.TargetList.Add(copy);
            }
        }

        return result;
    }

    private static BoundRowExpr Row(IEnumerable<BoundExpr> fields) => new() { Type = TypeOid.Record, RowFormat = CoercionForm.ImplicitCast, Args = [.. fields] };

    private static BoundVar Reference(BoundExpr expr, int column) =>
        new() { Varno = 1, Varattno = column, Type = expr.Type, Typmod = expr.Typmod, Collation = expr.Collation };

    private sealed class Expander(Dictionary<int, BoundSubLink> links) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundParam { Kind: ParamKind.MultiExpr } param)
            {
                return base.RewriteExpr(expr);
            }

            var link = links[param.ParamId >> 16];
            if (link.SubLinkType == SubLinkType.MultiExpr)
            {
                return new BoundFieldSelect { Arg = link, FieldNum = param.ParamId & 0xFFFF, Type = param.Type, Typmod = param.Typmod, Collation = param.Collation };
            }

            return new BoundSubLink
            {
                SubLinkType = SubLinkType.Expr,
                Subselect = link.Subselect,
                Type = param.Type,
                Typmod = param.Typmod,
                Collation = param.Collation,
            };
        }
    }

    /// <summary>What the query below gives: the records, and what stands beside their fields.</summary>
    private sealed class Columns(List<TargetEntry> below) : BoundTreeRewriter
    {
        private readonly Dictionary<int, int> _records = [];

        internal void AddRecords(BoundExpr expr)
        {
            var finder = new Finder(this);
            finder.Visit(expr);
        }

        internal BoundVar Add(BoundExpr expr, int sortGroupRef = 0)
        {
            var entry = BoundTrees.Target(expr, below.Count + 1);
            entry.RessortGroupRef = sortGroupRef;
            below.Add(entry);
            return Reference(expr, entry.ResNo);
        }

        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (Field(expr) is { } link)
            {
                var field = (BoundFieldSelect)expr.ShallowCopy();
                field.Arg = new BoundVar { Varno = 1, Varattno = _records[link.SubLinkId], Type = TypeOid.Record };
                return field;
            }

            return expr is BoundVar or BoundSubLink ? Add(expr) : base.RewriteExpr(expr);
        }

        private sealed class Finder(Columns columns) : BoundTreeWalker
        {
            protected override void VisitExpr(BoundExpr expr)
            {
                if (Field(expr) is { } link)
                {
                    if (!columns._records.ContainsKey(link.SubLinkId))
                    {
                        columns._records.Add(link.SubLinkId, columns.Add(new BoundSubLink { SubLinkType = SubLinkType.Expr, Subselect = link.Subselect, Type = TypeOid.Record }).Varattno);
                    }

                    return;
                }

                base.VisitExpr(expr);
            }

            protected override void VisitQuery(BoundQuery query)
            {
            }
        }
    }
}
