using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Lowering;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Turns a statement that changes a view into one that changes the table behind it (the rules of rewriteTargetView).</summary>
internal static class ViewTargets
{
    /// <summary>The statement over the table; itself when its target is one.</summary>
    /// <exception cref="PgException">55000 for a view that cannot be changed, 0A000 for a column that cannot.</exception>
    internal static BoundQuery Expand(BoundQuery query, LoweringContext context)
    {
        PgClass? last = null;
        while (context.Catalog.Class(query.RangeTable[query.ResultRelation - 1].Relid) is { relkind: 'v' } view && !HasInsteadOf(context.Catalog, view, query))
        {
            query = Expand(query, view, ViewExpansion.DefinitionOf(context, view), context.Catalog);
            last = view;
        }

        if (last is not null)
        {
            Complete(query, context.Catalog);
            query = context.RowSecurity?.OfTarget(query, last) ?? query;
        }

        return query;
    }

    /// <summary>Whether triggers do what a statement asks of a view: that takes the place of everything else.</summary>
    internal static bool HasInsteadOf(CatalogSnapshot catalog, PgClass view, BoundQuery query)
    {
        if (query.CommandType != CommandType.Merge)
        {
            return TableTriggers.HasInsteadOf(catalog, view.oid, query.CommandType);
        }

        return query.MergeActionList.Exists(a => TableTriggers.HasInsteadOf(catalog, view.oid, a.CommandType))
            ? throw PgErrors.FeatureNotSupported($"MERGE into view \"{view.relname}\", which has INSTEAD OF triggers")
            : false;
    }

    /// <summary>Adds the defaults of the relation behind a view.</summary>
    internal static void Complete(BoundQuery query, CatalogSnapshot catalog)
    {
        switch (query.CommandType)
        {
            case CommandType.Insert:
                TargetListRewriter.RewriteInsert(catalog, query);
                break;
            case CommandType.Update:
                TargetListRewriter.RewriteUpdate(catalog, query);
                break;
            case CommandType.Merge:
                foreach (var action in query.MergeActionList)
                {
                    TargetListRewriter.RewriteAction(catalog, query, action);
                }

                break;
        }
    }

    /// <summary>The statement over the relation that one view is of.</summary>
    internal static BoundQuery Expand(BoundQuery query, PgClass view, BoundQuery definition, CatalogSnapshot catalog)
    {
        var modified = ModifiedColumns(query);
        var detail = ViewUpdatability.WhyNot(definition, query.CommandType == CommandType.Delete ? null : catalog);
        if (detail is not null)
        {
            throw NotUpdatable(query, view, detail);
        }

        var baseIndex = ((RangeTblRef)definition.JoinTree.FromList[0]).RtIndex;
        var baseEntry = definition.RangeTable[baseIndex - 1];
        var outputs = definition.TargetList.FindAll(static t => !t.ResJunk);
        foreach (var attno in modified.Order())
        {
            if (ViewUpdatability.WhyNot(outputs[attno - 1], baseIndex) is { } why)
            {
                var column = catalog.Attribute(view.oid, (short)attno)!.attname;
                throw new PgException(SqlState.FeatureNotSupported, query.CommandType switch
                {
                    CommandType.Insert => $"cannot insert into column \"{column}\" of view \"{view.relname}\"",
                    CommandType.Update => $"cannot update column \"{column}\" of view \"{view.relname}\"",
                    _ => $"cannot merge into column \"{column}\" of view \"{view.relname}\"",
                }).WithDetail(why);
            }
        }

        var target = query.ResultRelation;
        var columns = outputs.ConvertAll(t => new VarReplacer(baseIndex, v => Moved(v, target)).Rewrite(t.Expr));
        var names = catalog.Attributes(view.oid).Select(static a => a.attname).ToList();
        var references = new ViewColumns(target, columns, view.reltype, names);
        var result = references.RewriteTop(query);
        result = ReferenceEquals(result, query) ? (BoundQuery)query.ShallowCopy() : result;
        result.RangeTable = [.. result.RangeTable];
        result.RangeTable[target - 1] = Entry(query.RangeTable[target - 1], baseEntry, catalog);
        var baseNames = catalog.Attributes(baseEntry.Relid).ToDictionary(static a => (int)a.attnum, static a => a.attname);
        result.TargetList = Mapped(result.TargetList, outputs, query.CommandType, baseNames);
        result.MergeActionList = result.MergeActionList.ConvertAll(a =>
        {
            var copy = (MergeAction)a.ShallowCopy();
            copy.TargetList = Mapped(a.TargetList, outputs, a.CommandType, baseNames);
            return copy;
        });
        if (result.OnConflict is { } conflict)
        {
            result.OnConflict = Conflict(conflict, result, columns, outputs, baseEntry, view, names, target, catalog, baseNames);
        }

        var condition = definition.JoinTree.Quals is { } quals ? new VarReplacer(baseIndex, v => Moved(v, target)).Rewrite(quals) : null;
        if (condition is not null && query.CommandType != CommandType.Insert)
        {
            // The view's own condition comes first: what it hides must not reach the statement's.
            var tree = (FromExpr)result.JoinTree.ShallowCopy();
            tree.Quals = tree.Quals is null ? condition : BoundTrees.And([condition, tree.Quals]);
            result.JoinTree = tree;
        }

        AddCheck(result, query, view, condition);
        return result;
    }

    // A cascaded check of the view above makes this view's condition a check too.
    private static void AddCheck(BoundQuery result, BoundQuery query, PgClass view, BoundExpr? condition)
    {
        var option = ViewUpdatability.Option(view, "check_option");
        var cascaded = option == "cascaded" || query.WithCheckOptions.Exists(static c => c.Cascaded);
        if (query.CommandType == CommandType.Delete || !(cascaded || (option == "local" && condition is not null)))
        {
            return;
        }

        result.WithCheckOptions = [new WithCheckOption { RelName = view.relname, Qual = condition, Cascaded = cascaded }, .. result.WithCheckOptions];
    }

    private static OnConflictExpr Conflict(
        OnConflictExpr conflict, BoundQuery result, List<BoundExpr> columns, List<TargetEntry> outputs, RangeTableEntry baseEntry, PgClass view,
        List<string> names, int target, CatalogSnapshot catalog, Dictionary<int, string> baseNames)
    {
        var copy = (OnConflictExpr)conflict.ShallowCopy();
        copy.OnConflictSet = Mapped(conflict.OnConflictSet, outputs, CommandType.Update, baseNames);
        if (conflict.ExclRelIndex > 0)
        {
            var excluded = conflict.ExclRelIndex;
            var values = columns.ConvertAll(c => new VarReplacer(target, v => Moved(v, excluded)).Rewrite(c));
            var references = new ViewColumns(excluded, values, view.reltype, names);
            copy.OnConflictSet = references.RewriteList(copy.OnConflictSet);
            copy.OnConflictWhere = copy.OnConflictWhere is null ? null : references.Rewrite(copy.OnConflictWhere);
            result.ReturningList = references.RewriteList(result.ReturningList);
            result.RangeTable[excluded - 1] = Entry(result.RangeTable[excluded - 1], baseEntry, catalog);
            result.RangeTable[excluded - 1].RelKind = 'c';
        }

        return copy;
    }

    private static RangeTableEntry Entry(RangeTableEntry entry, RangeTableEntry baseEntry, CatalogSnapshot catalog)
    {
        var relation = catalog.Class(baseEntry.Relid)!;
        if (relation.oid < BuiltInOids.FirstNormalObjectId && relation.relkind != 'v')
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied: \"{relation.relname}\" is a system catalog");
        }

        var copy = (RangeTableEntry)entry.ShallowCopy();
        copy.Relid = relation.oid;
        copy.RelKind = relation.relkind;
        copy.Inh = baseEntry.Inh;
        copy.Eref = new Alias { AliasName = entry.Eref.AliasName, ColNames = [.. catalog.Attributes(relation.oid).Select(static a => a.attisdropped ? "" : a.attname)] };
        return copy;
    }

    private static BoundVar Moved(BoundVar var, int varno)
    {
        var copy = (BoundVar)var.ShallowCopy();
        copy.Varno = varno;
        return copy;
    }

    private static List<TargetEntry> Mapped(List<TargetEntry> list, List<TargetEntry> outputs, CommandType command, Dictionary<int, string> baseNames) =>
        command is CommandType.Insert or CommandType.Update
            ? list.ConvertAll(t =>
            {
                if (t.ResJunk)
                {
                    return t;
                }

                var copy = (TargetEntry)t.ShallowCopy();
                copy.ResNo = ((BoundVar)outputs[t.ResNo - 1].Expr).Varattno;
                copy.ResName = baseNames[copy.ResNo];
                return copy;
            })
            : list;

    private static HashSet<int> ModifiedColumns(BoundQuery query)
    {
        var result = new HashSet<int>();
        if (query.CommandType is CommandType.Insert or CommandType.Update)
        {
            result.UnionWith(query.TargetList.Where(static t => !t.ResJunk).Select(static t => t.ResNo));
        }

        result.UnionWith(query.OnConflict?.OnConflictSet.Where(static t => !t.ResJunk).Select(static t => t.ResNo) ?? []);
        foreach (var action in query.MergeActionList)
        {
            result.UnionWith(action.TargetList.Where(static t => !t.ResJunk).Select(static t => t.ResNo));
        }

        return result;
    }

    /// <summary>55000 for a view that cannot be changed.</summary>
    internal static PgException NotUpdatable(BoundQuery query, PgClass view, string detail)
    {
        var command = query.CommandType == CommandType.Merge
            ? query.MergeActionList.Find(static a => a.CommandType is CommandType.Insert or CommandType.Update or CommandType.Delete)?.CommandType ?? CommandType.Update
            : query.CommandType;
        var (verb, gerund, trigger) = command switch
        {
            CommandType.Insert => ("insert into", "inserting into", "INSERT"),
            CommandType.Update => ("update", "updating", "UPDATE"),
            _ => ("delete from", "deleting from", "DELETE"),
        };
        return new PgException(SqlState.ObjectNotInPrerequisiteState, $"cannot {verb} view \"{view.relname}\"").WithDetail(detail)
            .WithHint(query.CommandType == CommandType.Merge
                ? $"To enable {gerund} the view using MERGE, provide an INSTEAD OF {trigger} trigger."
                : $"To enable {gerund} the view, provide an INSTEAD OF {trigger} trigger or an unconditional ON {trigger} DO INSTEAD rule.");
    }

    /// <summary>References to a view's columns become what the view selects.</summary>
    private sealed class ViewColumns(int varno, List<BoundExpr> columns, uint rowType, List<string> names) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundVar var || var.Varno != varno || var.Varlevelsup != SublevelsUp || var.Varattno < 0)
            {
                return base.RewriteExpr(expr);
            }

            return var.Varattno > 0
                ? Raised(columns[var.Varattno - 1])
                : new BoundRowExpr { Type = rowType, RowFormat = CoercionForm.ImplicitCast, Args = columns.ConvertAll(Raised), ColNames = names };
        }

        private BoundExpr Raised(BoundExpr expr) => SublevelsUp == 0 ? expr : new LevelRaise(SublevelsUp).Rewrite(expr);
    }
}
