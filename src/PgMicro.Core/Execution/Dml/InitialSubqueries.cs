using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// Subqueries of DO UPDATE's SET that depend on nothing of the row and are computed for every row that is updated: PostgreSQL runs them once
/// for the statement, over the table as it was before. Which of them it is makes a difference for those that are volatile or read the table.
/// </summary>
internal sealed class InitialSubqueries
{
    private readonly SelectPlan _plan;

    private InitialSubqueries(SelectPlan plan, int count, bool readsTarget) => (_plan, Count, ReadsTarget) = (plan, count, readsTarget);

    internal int Count { get; }

    /// <summary>Whether what the statement has written would be seen.</summary>
    internal bool ReadsTarget { get; }

    /// <summary>Puts parameters, numbered from the given one, in the places of the subqueries; null when there are none.</summary>
    internal static InitialSubqueries? Extract(ref List<TargetEntry> set, TableLayout table, LoweringContext context, int firstParameter)
    {
        var links = new List<(BoundSubLink Link, BoundParam Parameter)>();
        var expanded = MultiAssignment.Expand(set);
        var replaced = expanded.ConvertAll(t => t.ResJunk ? t : BoundTrees.Target(Replace(t.Expr), t.ResNo, t.ResName));
        if (links.Count == 0)
        {
            return null;
        }

        set = replaced;
        var lowered = Lower([.. links.Select(static l => l.Link)]);
        return new InitialSubqueries(new SelectPlan(lowered), links.Count, lowered.RelationOids.Contains(table.Oid));

        // What stands in a condition may never be computed.
        BoundExpr Replace(BoundExpr expr) => expr switch
        {
            BoundSubLink link => IsInitial(link) ? Parameter(link) : link,
            BoundCaseExpr or BoundCoalesceExpr or BoundBoolExpr => expr,
            _ => expr.MapChildren(Replace),
        };

        bool IsInitial(BoundSubLink link) => link.SubLinkType is SubLinkType.Expr or SubLinkType.Array or SubLinkType.Exists or SubLinkType.MultiExpr
            && !Correlation.Has(link) && (Volatility.Has(table.Catalog, link) || Lower([Scalar(link)]).RelationOids.Contains(table.Oid));

        // The fields of one record have one subquery.
        BoundParam Parameter(BoundSubLink link)
        {
            var known = link.SubLinkType == SubLinkType.MultiExpr ? links.Find(l => l.Link.SubLinkId == link.SubLinkId && l.Parameter.Type == TypeOid.Record).Parameter : null;
            if (known is not null)
            {
                return known;
            }

            var scalar = Scalar(link);
            var parameter = BoundTrees.Parameter(firstParameter + links.Count, scalar.Type, scalar.Typmod, scalar.Collation);
            links.Add((scalar, parameter));
            return parameter;
        }

        // SET (a, b) = (SELECT …): one record.
        static BoundSubLink Scalar(BoundSubLink link)
        {
            if (link.SubLinkType == SubLinkType.MultiExpr)
            {
                link = (BoundSubLink)link.ShallowCopy();
                (link.SubLinkType, link.Type) = (SubLinkType.Expr, TypeOid.Record);
            }

            return link;
        }

        LoweredQuery Lower(BoundSubLink[] expressions) => QueryLowering.Lower(
            new BoundQuery { CommandType = CommandType.Select, TargetList = [.. expressions.Select(static (l, i) => BoundTrees.Target(l, i + 1))] }, context);
    }

    private PgDatum[] Evaluate(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        using var row = _plan.Open(session, parameters);
        row.Read();
        var values = new PgDatum[Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = row.GetDatum(i);
        }

        return values;
    }

    /// <summary>The values of one run, computed when the first row is updated.</summary>
    internal sealed class Values(InitialSubqueries queries, PgSession session)
    {
        private PgDatum[]? _values;
        private PgException? _error;

        /// <summary>Computes them before anything is written; an error is for the first row that is updated.</summary>
        internal void Foresee(ReadOnlySpan<PgDatum> parameters)
        {
            try
            {
                _values = queries.Evaluate(session, parameters);
            }
            catch (PgException e) when (e.SqlState != SqlState.QueryCanceled)
            {
                _error = e;
            }
            catch (Storage.SqliteException e) when (e.Code != Storage.SqliteResultCode.Interrupt)
            {
                _error = SqliteErrors.Map(e);
            }
        }

        internal PgDatum[] Get(ReadOnlySpan<PgDatum> parameters) => _error is not null ? throw _error : _values ??= queries.Evaluate(session, parameters);
    }

    /// <summary>Whether a subquery reads anything of the query around it.</summary>
    private sealed class Correlation : BoundTreeWalker
    {
        internal static bool Has(BoundSubLink link)
        {
            var walker = new Correlation();
            walker.Visit(link);
            return walker.Stopped;
        }

        protected override void VisitExpr(BoundExpr expr)
        {
            Stopped |= expr switch
            {
                BoundVar column => column.Varlevelsup >= SublevelsUp,
                BoundAggref aggregate => aggregate.AggLevelsUp >= SublevelsUp,
                BoundGroupingFunc grouping => grouping.AggLevelsUp >= SublevelsUp,
                _ => false,
            };
            base.VisitExpr(expr);
        }

        protected override void VisitOther(BoundNode node)
        {
            Stopped |= node is RangeTableEntry { RteKind: RteKind.Cte } entry && entry.CteLevelsUp >= SublevelsUp;
            base.VisitOther(node);
        }
    }
}
