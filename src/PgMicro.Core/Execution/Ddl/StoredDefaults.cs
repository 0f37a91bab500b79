using System.Text.Json;
using PgMicro.Core.Binding;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Rules;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>
/// Calls of a routine that the catalog keeps, in views, defaults, constraints and the like, have the values of parameters that they leave out
/// in them. OR REPLACE with other values puts those there, as PostgreSQL takes the newest whenever it plans. Indexes keep the values that
/// their entries were made with.
/// </summary>
internal sealed class StoredDefaults : BoundTreeRewriter
{
    private readonly PgProc _proc;
    private readonly List<BoundExpr> _defaults;

    private StoredDefaults(PgProc proc) => (_proc, _defaults) = (proc, RoutineDefaults.Read(proc));

    /// <summary>Brings what depends on a routine up to date with its new row.</summary>
    internal static void Replace(DdlContext ddl, PgProc proc)
    {
        var rewriter = new StoredDefaults(proc);
        foreach (var depend in ddl.Catalog.Find(PgDepend.ByReferenced, new(PgProc.RelationOid, proc.oid)))
        {
            if (CatalogRelationList.Find(depend.classid) is { } relation && ddl.Catalog.UserRowsOf(relation)?.FindRow(new CatalogKey(depend.objid)) is { } row
                && rewriter.Row(row) is var changed && !ReferenceEquals(changed, row))
            {
                ddl.Put(changed);
            }
        }
    }

    /// <inheritdoc/>
    protected override BoundExpr RewriteExpr(BoundExpr expr)
    {
        var result = base.RewriteExpr(expr);
        if (result is not BoundFuncExpr { WrittenArgs: { } written } call || call.FuncId != _proc.oid || call.Args.Count != _proc.proargtypes.Length)
        {
            return result;
        }

        var copy = (BoundFuncExpr)call.ShallowCopy();
        var first = call.Args.Count - _defaults.Count;
        copy.Args = [.. call.Args.Select((arg, i) => written.Contains(i) || i < first ? arg : _defaults[i - first])];
        return copy;
    }

    private CatalogRow Row(CatalogRow row) => row switch
    {
        PgRewrite rule => rule with
        {
            ev_qual = RuleTrees.Condition(rule) is { } condition ? BoundTreeSerializer.Serialize(Rewrite(condition)) : rule.ev_qual,
            ev_action = RuleTrees.Serialize(rule, RuleTrees.Actions(rule).ConvertAll(RewriteTop)),
        },
        PgAttrdef value => value with { adbin = Tree(value.adbin)! },
        PgConstraint constraint => constraint with { conbin = Tree(constraint.conbin) },
        PgType type => type with { typdefaultbin = Tree(type.typdefaultbin) },
        PgPolicy policy => policy with { polqual = Tree(policy.polqual), polwithcheck = Tree(policy.polwithcheck) },
        PgStatisticExt statistics => statistics with { stxexprs = Tree(statistics.stxexprs) },
        PgProc proc => proc with { proargdefaults = Tree(proc.proargdefaults), prosqlbody = proc.prosqlbody is { } body ? Body(body) : null },
        _ => row,
    };

    // One expression, or a JSON array of them.
    private string? Tree(string? tree) => tree is null ? null
        : tree.StartsWith('[') ? JsonSerializer.Serialize(JsonSerializer.Deserialize<string[]>(tree)!.Select(t => Tree(t)!).ToArray())
        : BoundTreeSerializer.Serialize(Rewrite(BoundTreeSerializer.DeserializeExpr(tree)));

    private string Body(string body)
    {
        var queries = RoutineBodies.Queries(body).ConvertAll(q => BoundTreeSerializer.Serialize(RewriteTop(q)));
        return RoutineBodies.IsBlock(body) ? JsonSerializer.Serialize(queries.ToArray()) : queries[0];
    }
}
