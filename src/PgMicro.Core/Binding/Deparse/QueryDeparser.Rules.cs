using System.Text;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Rules;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Deparse;

/// <content>Rules (ruleutils.c's make_ruledef).</content>
public sealed partial class QueryDeparser
{
    /// <summary>The text of a rule, with its semicolon.</summary>
    internal static string DeparseRule(CatalogSnapshot catalog, TypeContext types, IReadOnlyList<uint> searchPath, bool pretty, PgRewrite rule)
    {
        var relation = catalog.Class(rule.ev_class)!;
        var names = rule.ev_type == '1' ? catalog.Attributes(relation.oid).Where(static a => !a.attisdropped).Select(static a => a.attname).ToArray() : null;
        var schema = pretty && searchPath.Contains(relation.relnamespace) ? null : catalog.Namespace(relation.relnamespace)?.nspname;
        var text = new StringBuilder("CREATE RULE ").Append(Q(rule.rulename)).Append(" AS\n    ON ").Append(Event(rule.ev_type))
            .Append(" TO ").Append(Identifiers.QuoteQualified(schema, relation.relname));
        var actions = RuleTrees.Actions(rule);
        if (RuleTrees.Condition(rule) is { } condition)
        {
            var scope = new QueryDeparser(catalog, types, searchPath, pretty, 0, RuleTrees.QueryOf(actions[0]), [], null, null) { _indent = Standard };
            scope.Expr(condition, false);
            text.Append("\n   WHERE ").Append(scope._out);
        }

        text.Append(" DO ").Append(rule.is_instead ? "INSTEAD " : "").Append(actions.Count > 1 ? "(" : "");
        foreach (var action in actions)
        {
            var deparser = new QueryDeparser(catalog, types, searchPath, pretty, 0, action, [], names, null) { _out = text };
            deparser.Query();
            text.Append(actions.Count > 1 ? ";\n" : ";");
        }

        return text.Append(actions.Count > 1 ? ");" : "").ToString();
    }

    private static string Event(char type) => type switch
    {
        '1' => "SELECT",
        '2' => "UPDATE",
        '3' => "INSERT",
        _ => "DELETE",
    };

    private void Notify(NotifyAction notify)
    {
        Keyword("", 0, Standard, 1);
        _out.Append("NOTIFY ").Append(Q(notify.Channel)).Append(notify.Payload is null ? "" : ", '" + notify.Payload.Replace("'", "''", StringComparison.Ordinal) + "'");
    }
}
