using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Binding.Rules;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Rewriting;

/// <summary>What a statement becomes by the rules of the relations that it changes (PostgreSQL's RewriteQuery; manual, chapter 41).</summary>
internal sealed class RuleRewriter
{
    private readonly CatalogSnapshot _catalog;
    private readonly IViewTargets _views;
    private readonly bool _isReplica;
    private readonly List<(uint Relation, CommandType Command)> _active = [];
    private readonly List<AppliedRule> _applied = [];

    private RuleRewriter(CatalogSnapshot catalog, IViewTargets views, bool isReplica)
    {
        _catalog = catalog;
        _views = views;
        _isReplica = isReplica;
    }

    /// <summary>The statements to run in the place of one; null for itself.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="query">The statement.</param>
    /// <param name="views">Views that are changed.</param>
    /// <param name="isReplica">Whether the session applies what comes from elsewhere.</param>
    /// <exception cref="PgException">42P17 for rules that lead back to themselves, 0A000 for what PostgreSQL's rules cannot do.</exception>
    internal static RewrittenQuery? Rewrite(CatalogSnapshot catalog, BoundQuery query, IViewTargets views, bool isReplica)
    {
        if (!Concerns(catalog, query, views))
        {
            return null;
        }

        var rewriter = new RuleRewriter(catalog, views, isReplica);
        var queries = rewriter.Rewrite(query);
        if (queries is [var only] && ReferenceEquals(only, query))
        {
            return null;
        }

        SetTag(query, queries);
        return new RewrittenQuery(queries.ConvertAll(RangeTableMap.Compact), rewriter._applied);
    }

    private static bool Concerns(CatalogSnapshot catalog, BoundQuery query, IViewTargets views)
    {
        if (query.HasModifyingCTE && query.CteList.Exists(c => Concerns(catalog, c.CteQuery, views)))
        {
            return true;
        }

        return query.CommandType is not (CommandType.Select or CommandType.Utility) && HasRules(catalog, query.RangeTable[query.ResultRelation - 1].Relid, views);
    }

    private static bool HasRules(CatalogSnapshot catalog, uint relation, IViewTargets views)
    {
        while (catalog.Class(relation) is { relhasrules: true } row)
        {
            if (views.RulesOf(row).Any(static r => r.ev_type != '1'))
            {
                return true;
            }

            relation = row.relkind == 'v' ? views.BaseOf(row) : 0;
        }

        return false;
    }

    // The statement itself gives the command tag; where it is not run, the last INSTEAD action of its kind.
    private static void SetTag(BoundQuery query, List<BoundQuery> queries)
    {
        var found = false;
        BoundQuery? last = null;
        foreach (var item in queries)
        {
            if (item.QuerySource == QuerySource.Original)
            {
                found = true;
                continue;
            }

            item.CanSetTag = false;
            if (item.CommandType == query.CommandType && item.QuerySource is QuerySource.InsteadRule or QuerySource.QualInsteadRule)
            {
                last = item;
            }
        }

        if (!found && last is not null)
        {
            last.CanSetTag = true;
        }
    }

    private List<BoundQuery> Rewrite(BoundQuery query)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        query = RewriteWith(query);
        if (query.CommandType is CommandType.Select or CommandType.Utility or CommandType.Nothing)
        {
            return [query];
        }

        var relation = _catalog.Class(query.RangeTable[query.ResultRelation - 1].Relid)!;
        var rules = Matching(query, relation, out var hasUpdate);
        var isInstead = false;
        var returning = false;
        BoundQuery? remaining = null;
        var products = new List<BoundQuery>();
        foreach (var rule in rules)
        {
            Fire(rule, query, relation, products, ref isInstead, ref remaining, ref returning);
        }

        var isUpdatableView = false;
        if (!isInstead && relation.relkind == 'v' && !_views.HasTriggers(relation, query))
        {
            if (remaining is not null)
            {
                throw _views.NotUpdatable(relation, query);
            }

            var expanded = _views.Expand(relation, query);
            products.Insert(query.CommandType == CommandType.Insert ? 0 : products.Count, expanded);
            (isInstead, returning, isUpdatableView) = (true, true, true);
        }

        var result = RewriteProducts(relation, query.CommandType, products);
        if ((isInstead || remaining is not null) && query.ReturningList.Count > 0 && !returning)
        {
            var command = query.CommandType.ToString().ToUpperInvariant();
            throw new PgException(SqlState.FeatureNotSupported, $"cannot perform {command} RETURNING on relation \"{relation.relname}\"")
                .WithHint($"You need an unconditional ON {command} DO INSTEAD rule with a RETURNING clause.");
        }

        if (query.OnConflict is not null && (products.Count > 0 || hasUpdate) && !isUpdatableView)
        {
            throw new PgException(SqlState.FeatureNotSupported, "INSERT with ON CONFLICT clause cannot be used with table that has INSERT or UPDATE rules");
        }

        if (!isInstead)
        {
            // What an action of a rule on UPDATE or DELETE looks for must not be gone yet.
            result.Insert(query.CommandType == CommandType.Insert ? 0 : result.Count, remaining ?? query);
        }

        if (query.CteList.Count > 0 && result.Count(static q => q.CommandType != CommandType.Utility) > 1)
        {
            throw new PgException(SqlState.FeatureNotSupported, "WITH cannot be used in a query that is rewritten by rules into multiple queries");
        }

        return result;
    }

    private List<BoundQuery> RewriteProducts(PgClass relation, CommandType command, List<BoundQuery> products)
    {
        if (products.Count == 0)
        {
            return [];
        }

        if (_active.Contains((relation.oid, command)))
        {
            throw new PgException(SqlState.InvalidObjectDefinition, $"infinite recursion detected in rules for relation \"{relation.relname}\"");
        }

        _active.Add((relation.oid, command));
        var result = products.SelectMany(Rewrite).ToList();
        _active.RemoveAt(_active.Count - 1);
        return result;
    }

    // matchLocks: by name, those that the session is to obey.
    private List<PgRewrite> Matching(BoundQuery query, PgClass relation, out bool hasUpdate)
    {
        hasUpdate = false;
        var result = new List<PgRewrite>();
        foreach (var rule in _views.RulesOf(relation).Where(static r => r.ev_type != '1').OrderBy(static r => r.rulename, StringComparer.Ordinal))
        {
            hasUpdate |= rule.ev_type == '2';
            if (rule.ev_enabled == 'D' || rule.ev_enabled == (_isReplica ? 'O' : 'R'))
            {
                continue;
            }

            if (query.CommandType == CommandType.Merge)
            {
                throw new PgException(SqlState.FeatureNotSupported, $"cannot execute MERGE on relation \"{relation.relname}\"")
                    .WithDetail("MERGE is not supported for relations with rules.");
            }

            if (rule.ev_type == (query.CommandType switch { CommandType.Update => '2', CommandType.Insert => '3', _ => '4' }))
            {
                result.Add(rule);
            }
        }

        return result;
    }

    private void Fire(
        PgRewrite rule, BoundQuery query, PgClass relation, List<BoundQuery> products, ref bool isInstead, ref BoundQuery? remaining, ref bool returning)
    {
        var applied = AppliedRule.Of(rule, relation);
        _applied.Add(applied);
        var source = !rule.is_instead ? QuerySource.NonInsteadRule : applied.Condition is null ? QuerySource.InsteadRule : QuerySource.QualInsteadRule;
        isInstead |= source == QuerySource.InsteadRule;
        if (source == QuerySource.QualInsteadRule && !isInstead)
        {
            remaining = RuleAction.Except(_catalog, remaining ?? query, applied.Condition!);
        }

        foreach (var action in applied.Actions)
        {
            if (action.CommandType == CommandType.Nothing)
            {
                continue;
            }

            // Defaults are the table's of today.
            TargetListRewriter.Rewrite(_catalog, action);
            var product = RuleAction.Of(_catalog, query, action, applied.Condition, ref returning);
            product.QuerySource = source;
            products.Add(product);
        }
    }

    // A data-modifying statement of WITH has to stay one statement.
    private BoundQuery RewriteWith(BoundQuery query)
    {
        List<CommonTableExpr>? list = null;
        for (var i = 0; i < query.CteList.Count; i++)
        {
            var cte = query.CteList[i];
            if (cte.CteQuery.CommandType == CommandType.Select || !Concerns(_catalog, cte.CteQuery, _views))
            {
                continue;
            }

            var statements = Rewrite(cte.CteQuery);
            if (statements is not [{ CommandType: not CommandType.Utility } only])
            {
                throw new PgException(SqlState.FeatureNotSupported, WhyNotOne(statements) + " are not supported for data-modifying statements in WITH");
            }

            list ??= [.. query.CteList];
            list[i] = (CommonTableExpr)cte.ShallowCopy();
            list[i].CteQuery = RangeTableMap.Compact(only);
        }

        if (list is null)
        {
            return query;
        }

        var result = (BoundQuery)query.ShallowCopy();
        result.CteList = list;
        return result;
    }

    /// <summary>The rules that have made other than one query of a statement.</summary>
    internal static string WhyNotOne(List<BoundQuery> statements) => statements switch
    {
        [] => "DO INSTEAD NOTHING rules",
        [_] => "DO INSTEAD NOTIFY rules",
        _ => statements.Find(static q => q.QuerySource is QuerySource.QualInsteadRule or QuerySource.NonInsteadRule)?.QuerySource switch
        {
            QuerySource.QualInsteadRule => "conditional DO INSTEAD rules",
            QuerySource.NonInsteadRule => "DO ALSO rules",
            _ => "multi-statement DO INSTEAD rules",
        },
    };
}
