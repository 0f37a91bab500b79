using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Rewriting;

/// <summary>What rewriting has to know of relations that statements change: their rules, and what views stand for.</summary>
internal interface IViewTargets
{
    /// <summary>The rules of a relation, that of a view's query aside or not.</summary>
    IReadOnlyList<PgRewrite> RulesOf(PgClass relation);

    /// <summary>The relation that a view stands for row by row; 0 when it stands for none.</summary>
    uint BaseOf(PgClass view);

    /// <summary>Whether triggers do what a statement asks of a view.</summary>
    bool HasTriggers(PgClass view, BoundQuery query);

    /// <summary>A statement that changes a view as one that changes the relation behind it, with what that relation adds to it (rewriteTargetView).</summary>
    /// <exception cref="Errors.PgException">55000 for a view that cannot be changed, 0A000 for a column that cannot.</exception>
    BoundQuery Expand(PgClass view, BoundQuery query);

    /// <summary>55000 for a view with conditional rules, which make it one that cannot be changed by itself.</summary>
    Errors.PgException NotUpdatable(PgClass view, BoundQuery query);
}
