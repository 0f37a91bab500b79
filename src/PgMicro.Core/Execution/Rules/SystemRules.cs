using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Binding.Rules;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Rules;

/// <summary>The rules of system views: an UPDATE of pg_settings is a SET (manual, 52.24).</summary>
internal static class SystemRules
{
    private static readonly string[] OfSettings =
    [
        "CREATE RULE pg_settings_n AS ON UPDATE TO pg_settings DO INSTEAD NOTHING",
        "CREATE RULE pg_settings_u AS ON UPDATE TO pg_settings WHERE new.name = old.name DO SELECT set_config(old.name, new.setting, 'f')",
    ];

    /// <summary>The rules of a system view.</summary>
    internal static IReadOnlyList<PgRewrite> Of(PgSession session, PgClass view) => view is { relname: "pg_settings", relnamespace: BuiltInOids.PgCatalogNamespace }
        ? [.. OfSettings.Select(text => Bind(session, view, session.Database.Parser.Parse(text)[0].Raw.Stmt.RuleStmt))] : [];

    private static PgRewrite Bind(PgSession session, PgClass view, Pg.RuleStmt statement)
    {
        var context = new BindingContext(session, GivenParameters.None) { SearchesCatalogOnly = true, KeepsTargetLists = true };
        var (condition, actions) = RuleBinder.Transform(context, view, statement);
        var rule = new PgRewrite
        {
            rulename = statement.Rulename,
            ev_class = view.oid,
            ev_type = '2',
            is_instead = statement.Instead,
            ev_qual = condition is null ? RuleTrees.NoCondition : BoundTreeSerializer.Serialize(condition),
        };
        return rule with { ev_action = RuleTrees.Serialize(rule, actions) };
    }
}
