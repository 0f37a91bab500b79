using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>
/// Set-returning functions in the select list become functions in FROM, joined laterally (ProjectSet): those of one depth side by
/// side, those whose arguments hold others after them. They run after grouping and window functions, unless they are grouped by.
/// </summary>
internal static class TargetSetFunctions
{
    internal static BoundQuery Rewrite(CatalogSnapshot catalog, BoundQuery query)
    {
        if (!query.HasTargetSRFs)
        {
            return query;
        }

        if (query is { HasDistinctOn: true, SortClause.Count: > 0 }
            && !query.TargetList.Exists(t => t.RessortGroupRef > 0 && IsSet(t.Expr)
                && query.DistinctClause.Concat(query.SortClause).Any(c => c.TleSortGroupRef == t.RessortGroupRef)))
        {
            // What is not sorted by comes after the sort, and so after DISTINCT ON.
            query = QueryLayers.BelowDistinctOn(query, catalog);
        }

        var isGrouped = query.HasAggs || query.GroupClause.Count > 0 || query.GroupingSets.Count > 0 || query.HavingQual is not null;
        if (!isGrouped && !query.HasWindowFuncs)
        {
            return WithoutFrom(InFrom(catalog, query, static _ => true));
        }

        var early = query.GroupClause.Select(static c => c.TleSortGroupRef).ToHashSet();
        foreach (var window in query.WindowClause)
        {
            early.UnionWith(window.PartitionClause.Concat(window.OrderClause).Select(static c => c.TleSortGroupRef));
        }

        if (query.TargetList.Exists(t => early.Contains(t.RessortGroupRef) && IsSet(t.Expr)))
        {
            query = InFrom(catalog, query, t => early.Contains(t.RessortGroupRef));
        }

        return query.TargetList.Exists(static t => IsSet(t.Expr))
            ? WithoutFrom(InFrom(catalog, QueryLayers.BelowSetFunctions(query, catalog), static _ => true))
            : WithoutFrom(query);
    }

    private static BoundQuery WithoutFrom(BoundQuery query)
    {
        query.HasTargetSRFs = false;
        return query;
    }

    private static bool IsSet(BoundExpr expr) =>
        QueryLayers.Contains(expr, static e => e is BoundFuncExpr { FuncRetSet: true } or BoundOpExpr { OpRetSet: true });

    private static BoundQuery InFrom(CatalogSnapshot catalog, BoundQuery query, Func<TargetEntry, bool> which)
    {
        var result = (BoundQuery)query.ShallowCopy();
        result.RangeTable = [.. query.RangeTable];
        var collector = new Collector(catalog, query.RangeTable.Count);
        var first = query.TargetList.ConvertAll(t => which(t) ? Replaced(t, collector) : t);
        collector.OnlyKnown = true;
        result.TargetList = first.ConvertAll(t => which(t) ? t : Replaced(t, collector));
        result.RangeTable.AddRange(collector.Levels);
        var join = (FromExpr)query.JoinTree.ShallowCopy();
        join.FromList = [.. query.JoinTree.FromList];
        for (var i = 0; i < collector.Levels.Count; i++)
        {
            join.FromList.Add(new RangeTblRef { RtIndex = query.RangeTable.Count + 1 + i });
        }

        result.JoinTree = join;
        return result;
    }

    private static TargetEntry Replaced(TargetEntry entry, Collector collector)
    {
        var expr = collector.Rewrite(entry.Expr);
        if (ReferenceEquals(expr, entry.Expr))
        {
            return entry;
        }

        var copy = (TargetEntry)entry.ShallowCopy();
        copy.Expr = expr;
        return copy;
    }

    private sealed class Collector(CatalogSnapshot catalog, int firstIndex) : BoundTreeRewriter
    {
        private readonly List<(BoundFuncExpr Call, BoundExpr Value)> _known = [];
        private int _depth;

        /// <summary>One ROWS FROM for each depth.</summary>
        internal List<RangeTableEntry> Levels { get; } = [];

        /// <summary>Replaces those that are collected already, and collects no more.</summary>
        internal bool OnlyKnown { get; set; }

        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is BoundOpExpr { OpRetSet: true } op && SublevelsUp == 0)
            {
                expr = new BoundFuncExpr
                {
                    FuncId = op.OpFuncId,
                    FuncRetSet = true,
                    Type = op.Type,
                    Typmod = op.Typmod,
                    Collation = op.Collation,
                    InputCollation = op.InputCollation,
                    Args = op.Args,
                    Location = op.Location,
                };
            }

            if (expr is not BoundFuncExpr { FuncRetSet: true } original || SublevelsUp > 0)
            {
                return base.RewriteExpr(expr);
            }

            if (OnlyKnown)
            {
                return _known.Find(k => BoundEquality.AreEqual(k.Call, original)).Value ?? base.RewriteExpr(expr);
            }

            // (f()).* selects each column from one call.
            if (_known.Find(k => ReferenceEquals(k.Call, original)).Value is { } same)
            {
                return same;
            }

            // The deepest of the arguments decides after which level this one runs.
            var outer = _depth;
            _depth = 0;
            var call = (BoundFuncExpr)base.RewriteExpr(original);
            var level = _depth;
            _depth = Math.Max(outer, level + 1);
            while (Levels.Count <= level)
            {
                Levels.Add(new RangeTableEntry { RteKind = RteKind.Function, Lateral = true, InFromCl = true });
            }

            var entry = Levels[level];
            var shape = call.Type == TypeOid.Record ? RowShape.OfFunction(catalog, call) : null;
            var first = entry.Eref.ColNames.Count;
            entry.Functions.Add(new RangeTblFunction { FuncExpr = call, FuncColCount = shape?.Count ?? 1, RowAsValue = shape is null });
            for (var i = 0; i < (shape?.Count ?? 1); i++)
            {
                entry.Eref.ColNames.Add("c" + (first + i + 1));
            }

            BoundExpr value = shape is null
                ? Column(1, call.Type, call.Typmod, call.Collation)
                : new BoundRowExpr
                {
                    Type = TypeOid.Record,
                    Args = [.. shape.Select((field, i) => Column(i + 1, field.Type, field.Typmod, field.Collation))],
                    ColNames = [.. shape.Select(static field => field.Name)],
                    Location = call.Location,
                };
            _known.Add((original, value));
            return value;

            BoundVar Column(int number, uint type, int typmod, uint collation) => new()
            {
                Varno = firstIndex + 1 + level,
                Varattno = first + number,
                Type = type,
                Typmod = typmod,
                Collation = collation,
                Location = call.Location,
            };
        }
    }
}
