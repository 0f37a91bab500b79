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
        if (column.attidentity is 'a' or 'd' && catalog.SequenceOwnedBy(column.attrelid, column.attnum) is { } sequence)
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
        var catalog = pstate.Catalog;
        var rte = query.RangeTable[query.ResultRelation - 1];
        var valuesIndex = query.RangeTable.FindIndex(r => r.RteKind == RteKind.Values);
        var values = valuesIndex >= 0 && query.JoinTree.FromList is [RangeTblRef from] && from.RtIndex == valuesIndex + 1 ? query.RangeTable[valuesIndex] : null;
        AssignmentMerge.Merge(query.TargetList);
        var result = new List<TargetEntry>();
        foreach (var column in catalog.Attributes(rte.Relid))
        {
            if (column is not { attnum: > 0, attisdropped: false })
            {
                continue;
            }

            var entry = query.TargetList.Find(t => t.ResNo == column.attnum);
            var valuesColumn = entry?.Expr is BoundVar v && values is not null && v.Varno == valuesIndex + 1 ? v.Varattno - 1 : -1;
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
        if (values is not null)
        {
            foreach (var row in values.ValuesLists)
            {
                for (var i = 0; i < row.Items.Count; i++)
                {
                    if (row.Items[i] is BoundSetToDefault unused)
                    {
                        row.Items[i] = Constants.Null(unused.Type);
                    }
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
    internal static void RewriteUpdate(ParseState pstate, BoundQuery query) =>
        RewriteSetList(pstate.Catalog, query.RangeTable[query.ResultRelation - 1].Relid, query.TargetList);

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
