using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Lowering;

/// <summary>The query that a view stands for.</summary>
internal static class ViewExpansion
{
    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<PgRewrite, BoundQuery> Parsed = [];

    /// <summary>The query of a rule.</summary>
    internal static BoundQuery Parse(PgRewrite rule) => Parsed.GetValue(rule, static r => BoundTreeSerializer.DeserializeQuery(r.ev_action));

    /// <summary>The query that reading a view runs: with the policies of its tables.</summary>
    internal static BoundQuery QueryOf(LoweringContext context, PgClass view)
    {
        var definition = DefinitionOf(context, view);
        return context.RowSecurity?.OfView(view, definition) ?? definition;
    }

    /// <summary>The query that a view is defined by.</summary>
    internal static BoundQuery DefinitionOf(LoweringContext context, PgClass view)
    {
        if (context.Catalog.ViewRule(view.oid) is { ev_action: { Length: > 0 } } rule)
        {
            return Parse(rule);
        }

        return context.SystemView?.Invoke(view.oid) ?? throw PgErrors.FeatureNotSupported($"reading view \"{view.relname}\"");
    }
}
