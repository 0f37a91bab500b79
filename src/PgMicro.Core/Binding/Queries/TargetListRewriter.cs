using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Queries;

/// <summary>
/// Fills in what INSERT and UPDATE leave to the table: defaults, identity, NULLs; rejects values for generated columns
/// (the rules of rewriteTargetListIU and rewriteValuesRTE).
/// </summary>
public static class TargetListRewriter
{
    /// <summary>The expression of a column's default: its DEFAULT, its identity, its domain's default; null when it has none.</summary>
    public static BoundExpr? BuildColumnDefault(CatalogSnapshot catalog, PgAttribute column)
    {
        if (column.attidentity is 'a' or 'd' && Inheritance.IdentitySequence(catalog, column.attrelid, column.attnum) is var sequence)
        {
            return Cast(catalog, new BoundNextValueExpr { SeqId = sequence, Type = TypeOid.Int8 }, column.atttypid);
        }

        if (column.attgenerated == '\0' && column.atthasdef && catalog.Attrdef(column.attrelid, column.attnum)?.adbin is { } tree)
        {
            return BoundTreeSerializer.DeserializeExpr(tree);
        }

        return catalog.Type(column.atttypid) is { typtype: 'd', typdefaultbin: { } domainDefault } ? BoundTreeSerializer.DeserializeExpr(domainDefault) : null;
    }

    /// <summary>Completes an INSERT's target list to one entry per column, in order.</summary>
    internal static void RewriteInsert(ParseState pstate, BoundQuery query)
    {
        if (!pstate.Context.KeepsTargetLists)
        {
            RewriteInsert(pstate.Catalog, query);
        }
    }

    /// <summary>Completes the target lists of a query that was analysed without, and of its WITH queries.</summary>
    internal static void Rewrite(CatalogSnapshot catalog, BoundQuery query)
    {
        foreach (var cte in query.CteList)
        {
            Rewrite(catalog, cte.CteQuery);
        }

        switch (query.CommandType)
        {
            case CommandType.Insert:
                RewriteInsert(catalog, query);
                break;
            case CommandType.Update:
                RewriteUpdate(catalog, query);
                break;
            case CommandType.Merge:
                foreach (var action in query.MergeActionList)
                {
                    RewriteAction(catalog, query, action);
                }

                break;
        }
    }

    /// <summary>Completes the target list of an action of MERGE.</summary>
    internal static void RewriteAction(CatalogSnapshot catalog, BoundQuery merge, MergeAction action)
    {
        if (action.CommandType is not (CommandType.Insert or CommandType.Update))
        {
            return;
        }

        var query = new BoundQuery
        {
            CommandType = action.CommandType,
            ResultRelation = merge.ResultRelation,
            RangeTable = merge.RangeTable,
            Override = action.Override,
            TargetList = action.TargetList,
        };
        if (action.CommandType == CommandType.Insert)
        {
            RewriteInsert(catalog, query);
        }
        else
        {
            RewriteUpdate(catalog, query);
        }

        action.TargetList = query.TargetList;
    }

    /// <summary>Completes an INSERT's target list to one entry per column, in order; of a view, only with the defaults of its own.</summary>
    internal static void RewriteInsert(CatalogSnapshot catalog, BoundQuery query)
    {
        var rte = query.RangeTable[query.ResultRelation - 1];
        if (catalog.Class(rte.Relid) is { relkind: 'v' })
        {
            ViewDefaults(catalog, rte.Relid, query.TargetList, isInsert: true, query.RangeTable);
            if (query.OnConflict is { Action: OnConflictAction.Update } viewConflict)
            {
                ViewDefaults(catalog, rte.Relid, viewConflict.OnConflictSet, isInsert: false);
            }

            return;
        }

        // Those of the INSERT, and of one that a rule adds to.
        var rows = query.JoinTree.FromList.OfType<RangeTblRef>().Where(r => query.RangeTable[r.RtIndex - 1].RteKind == RteKind.Values).Select(static r => r.RtIndex).ToArray();
        AssignmentMerge.Merge(query.TargetList);
        var result = new List<TargetEntry>();
        foreach (var column in catalog.Attributes(rte.Relid))
        {
            if (column is not { attnum: > 0, attisdropped: false })
            {
                continue;
            }

            var entry = query.TargetList.Find(t => t.ResNo == column.attnum);
            var values = entry?.Expr is BoundVar v && rows.Contains(v.Varno) ? query.RangeTable[v.Varno - 1] : null;
            var valuesColumn = values is null ? -1 : ((BoundVar)entry!.Expr).Varattno - 1;
            var isDefault = entry?.Expr is BoundSetToDefault
                || (valuesColumn >= 0 && values!.ValuesLists.TrueForAll(r => r.Items[valuesColumn] is BoundSetToDefault));
            var someDefault = valuesColumn >= 0 && values!.ValuesLists.Exists(r => r.Items[valuesColumn] is BoundSetToDefault);
            if (column.attidentity == 'a' && entry is not null && !isDefault)
            {
                if (query.Override == OverridingKind.UserValue)
                {
                    isDefault = true;
                }
                else if (query.Override != OverridingKind.SystemValue)
                {
                    throw new PgException(SqlState.GeneratedAlways, $"cannot insert a non-DEFAULT value into column \"{column.attname}\"")
                        .WithDetail($"Column \"{column.attname}\" is an identity column defined as GENERATED ALWAYS.")
                        .WithHint("Use OVERRIDING SYSTEM VALUE to override.");
                }
            }
            else if (column.attidentity == 'd' && query.Override == OverridingKind.UserValue)
            {
                isDefault = true;
            }

            if (column.attgenerated != '\0')
            {
                if (entry is not null && !isDefault)
                {
                    throw new PgException(SqlState.GeneratedAlways, $"cannot insert a non-DEFAULT value into column \"{column.attname}\"")
                        .WithDetail($"Column \"{column.attname}\" is a generated column.");
                }

                continue;
            }

            if (entry is null || isDefault)
            {
                entry = new TargetEntry { ResNo = column.attnum, ResName = column.attname, Expr = DefaultOrNull(catalog, column) };
            }
            else if (someDefault)
            {
                foreach (var row in values!.ValuesLists)
                {
                    if (row.Items[valuesColumn] is BoundSetToDefault)
                    {
                        row.Items[valuesColumn] = DefaultOrNull(catalog, column);
                    }
                }
            }

            result.Add(entry);
        }

        // VALUES columns that no entry reads any more must hold no DEFAULT either.
        foreach (var row in rows.SelectMany(index => query.RangeTable[index - 1].ValuesLists))
        {
            for (var i = 0; i < row.Items.Count; i++)
            {
                if (row.Items[i] is BoundSetToDefault unused)
                {
                    row.Items[i] = Constants.Null(unused.Type);
                }
            }
        }

        query.TargetList = result;
        if (query.OnConflict is { Action: OnConflictAction.Update } conflict)
        {
            RewriteSetList(catalog, rte.Relid, conflict.OnConflictSet);
        }
    }

    /// <summary>Replaces DEFAULT in an UPDATE's target list.</summary>
    internal static void RewriteUpdate(ParseState pstate, BoundQuery query)
    {
        if (!pstate.Context.KeepsTargetLists)
        {
            RewriteUpdate(pstate.Catalog, query);
        }
    }

    /// <summary>Replaces DEFAULT in an UPDATE's target list.</summary>
    internal static void RewriteUpdate(CatalogSnapshot catalog, BoundQuery query)
    {
        var relid = query.RangeTable[query.ResultRelation - 1].Relid;
        if (catalog.Class(relid) is { relkind: 'v' })
        {
            ViewDefaults(catalog, relid, query.TargetList, isInsert: false);
            return;
        }

        RewriteSetList(catalog, relid, query.TargetList);
    }

    // Where a view's column has no default of its own, that of the table behind it will count.
    private static void ViewDefaults(CatalogSnapshot catalog, uint view, List<TargetEntry> list, bool isInsert, List<RangeTableEntry>? rangeTable = null)
    {
        AssignmentMerge.Merge(list);
        foreach (var column in catalog.Attributes(view))
        {
            if (!column.atthasdef || BuildColumnDefault(catalog, column) is not { } value)
            {
                continue;
            }

            var entry = list.Find(t => !t.ResJunk && t.ResNo == column.attnum);
            if (entry?.Expr is BoundSetToDefault)
            {
                entry.Expr = value;
            }
            else if (entry?.Expr is BoundVar var && rangeTable?[var.Varno - 1] is { RteKind: RteKind.Values } rows)
            {
                foreach (var row in rows.ValuesLists.Where(r => r.Items[var.Varattno - 1] is BoundSetToDefault))
                {
                    row.Items[var.Varattno - 1] = value;
                }
            }
            else if (entry is null && isInsert)
            {
                list.Add(new TargetEntry { Expr = value, ResNo = column.attnum, ResName = column.attname });
            }
        }
    }

    private static void RewriteSetList(CatalogSnapshot catalog, uint relid, List<TargetEntry> list)
    {
        AssignmentMerge.Merge(list);
        for (var i = list.Count - 1; i >= 0; i--)
        {
            var entry = list[i];
            if (entry.ResJunk || catalog.Attribute(relid, (short)entry.ResNo) is not { } column)
            {
                continue;
            }

            var isDefault = entry.Expr is BoundSetToDefault;
            if (column.attidentity == 'a' && !isDefault)
            {
                throw new PgException(SqlState.GeneratedAlways, $"column \"{column.attname}\" can only be updated to DEFAULT")
                    .WithDetail($"Column \"{column.attname}\" is an identity column defined as GENERATED ALWAYS.");
            }

            if (column.attgenerated != '\0')
            {
                if (!isDefault)
                {
                    throw new PgException(SqlState.GeneratedAlways, $"column \"{column.attname}\" can only be updated to DEFAULT")
                        .WithDetail($"Column \"{column.attname}\" is a generated column.");
                }

                list.RemoveAt(i);
                continue;
            }

            if (isDefault)
            {
                entry.Expr = DefaultOrNull(catalog, column);
            }
        }
    }

    private static BoundExpr DefaultOrNull(CatalogSnapshot catalog, PgAttribute column)
    {
        if (BuildColumnDefault(catalog, column) is { } expr)
        {
            return expr;
        }

        BoundExpr result = Constants.Null(TypeFacts.GetBaseType(catalog, column.atttypid), collation: column.attcollation);
        return catalog.Type(column.atttypid)?.typtype == 'd'
            ? new BoundCoerceToDomain { Arg = result, Type = column.atttypid, Typmod = -1, Collation = column.attcollation, CoercionFormat = CoercionForm.ImplicitCast }
            : result;
    }

    private static BoundExpr Cast(CatalogSnapshot catalog, BoundExpr expr, uint type) =>
        type == expr.Type || catalog.FindCast(expr.Type, type) is not { castfunc: not 0 } cast
            ? expr
            : new BoundFuncExpr { FuncId = cast.castfunc, Args = [expr], Type = type, FuncFormat = CoercionForm.ImplicitCast };
}
