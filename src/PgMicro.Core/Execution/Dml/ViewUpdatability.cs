using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Rules;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Which views stand for one relation, row by row (view_query_is_auto_updatable).</summary>
internal static class ViewUpdatability
{
    /// <summary>Why a view cannot be changed; null when it can.</summary>
    /// <param name="query">The view's query.</param>
    /// <param name="catalog">Given when at least one column must be updatable.</param>
    internal static string? WhyNot(BoundQuery query, CatalogSnapshot? catalog)
    {
        var what = query switch
        {
            { DistinctClause.Count: > 0 } => "containing DISTINCT",
            { GroupClause.Count: > 0 } or { GroupingSets.Count: > 0 } => "containing GROUP BY",
            { HavingQual: not null } => "containing HAVING",
            { SetOperations: not null } => "containing UNION, INTERSECT, or EXCEPT",
            { CteList.Count: > 0 } => "containing WITH",
            { LimitOffset: not null } or { LimitCount: not null } => "containing LIMIT or OFFSET",
            { HasAggs: true } => "that return aggregate functions",
            { HasWindowFuncs: true } => "that return window functions",
            { HasTargetSRFs: true } => "that return set-returning functions",
            _ => null,
        };
        if (what is null)
        {
            if (query.JoinTree.FromList is not [RangeTblRef only] || query.RangeTable[only.RtIndex - 1] is not { RteKind: RteKind.Relation } entry
                || entry.RelKind is not ('r' or 'v' or 'f' or 'p'))
            {
                what = "that do not select from a single table or view";
            }
            else if (entry.TableSample is not null)
            {
                what = "containing TABLESAMPLE";
            }
            else if (catalog is not null && !query.TargetList.Exists(t => WhyNot(t, only.RtIndex) is null))
            {
                what = "that have no updatable columns";
            }
        }

        return what is null ? null : $"Views {what} are not automatically updatable.";
    }

    /// <summary>Why an output column cannot be changed; null when it can.</summary>
    internal static string? WhyNot(TargetEntry entry, int baseIndex) => entry switch
    {
        { ResJunk: true } => "Junk view columns are not updatable.",
        { Expr: not BoundVar { Varlevelsup: 0 } } => "View columns that are not columns of their base relation are not updatable.",
        { Expr: BoundVar var } when var.Varno != baseIndex => "View columns that are not columns of their base relation are not updatable.",
        { Expr: BoundVar { Varattno: < 0 } } => "View columns that refer to system columns are not updatable.",
        { Expr: BoundVar { Varattno: 0 } } => "View columns that return whole-row references are not updatable.",
        _ => null,
    };

    /// <summary>What can be done to a relation, as bits of CmdType: UPDATE 2, INSERT 3, DELETE 4 (relation_is_updatable).</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="relation">The relation.</param>
    /// <param name="column">The column asked for, or 0 for any.</param>
    /// <param name="includesTriggers">Whether what INSTEAD OF triggers do counts.</param>
    internal static int Events(CatalogSnapshot catalog, uint relation, int column, bool includesTriggers)
    {
        var byOthers = 0;
        foreach (var rule in catalog.RewritesOf(relation))
        {
            if (rule is { is_instead: true, ev_type: not '1' } && RuleTrees.Condition(rule) is null)
            {
                byOthers |= 1 << (rule.ev_type - '0');
            }
        }

        if (includesTriggers && catalog.Class(relation) is { relkind: 'v' })
        {
            foreach (var command in (CommandType[])[CommandType.Insert, CommandType.Update, CommandType.Delete])
            {
                byOthers |= Triggers.TableTriggers.HasInsteadOf(catalog, relation, command) ? 1 << (int)command : 0;
            }
        }

        return byOthers | Own(catalog, relation, column, includesTriggers);
    }

    private static int Own(CatalogSnapshot catalog, uint relation, int column, bool includesTriggers)
    {
        const int Delete = 1 << 4, All = (1 << 2) | (1 << 3) | Delete;
        switch (catalog.Class(relation)?.relkind)
        {
            case 'r' or 'p':
                return All;
            case 'v' when catalog.ViewRule(relation) is { ev_action: { Length: > 0 } action }:
                var query = BoundTreeSerializer.DeserializeQuery(action);
                if (WhyNot(query, null) is not null)
                {
                    return 0;
                }

                var baseIndex = ((RangeTblRef)query.JoinTree.FromList[0]).RtIndex;
                var updatable = query.TargetList.FindAll(t => WhyNot(t, baseIndex) is null && (column == 0 || t.ResNo == column));
                var events = updatable.Count == 0 ? Delete : All;
                var below = updatable.Count == 0 ? 0 : column == 0 ? 0 : ((BoundVar)updatable[0].Expr).Varattno;
                return events & Events(catalog, query.RangeTable[baseIndex - 1].Relid, below, includesTriggers);
            default:
                return 0;
        }
    }

    /// <summary>A view's reloption; null when it is not set.</summary>
    internal static string? Option(PgClass view, string name)
    {
        foreach (var option in view.reloptions ?? [])
        {
            if (option.StartsWith(name, StringComparison.Ordinal) && option.Length > name.Length && option[name.Length] == '=')
            {
                return option[(name.Length + 1)..];
            }
        }

        return null;
    }
}
