using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <content>ON CONFLICT.</content>
internal static partial class ModifyTablePlanner
{
    private static ConflictPlan PlanConflict(
        TableLayout table, BoundQuery query, OnConflictExpr conflict, LoweringContext context, int parameterCount, StatementPart? part)
    {
        var arbiters = part?.Arbiters ?? ArbiterInference.Find(table, conflict, query.ResultRelation);
        if (conflict.Action == OnConflictAction.Nothing)
        {
            return new ConflictPlan(arbiters, null);
        }

        // DO UPDATE is an UPDATE of one row by rowid; EXCLUDED's columns are parameters, after the transaction id's.
        var firstExcluded = parameterCount + 2;
        var rowidParameter = firstExcluded + table.Columns.Length;
        var excluded = new VarReplacer(conflict.ExclRelIndex, v => Excluded(v));
        var update = (BoundQuery)query.ShallowCopy();
        update.CommandType = CommandType.Update;
        update.OnConflict = null;
        update.RangeTable = [.. query.RangeTable];
        update.RangeTable[conflict.ExclRelIndex - 1] = new RangeTableEntry { RteKind = RteKind.Result };

        // The row is one of this table, never of its children, some of which have rows with the same rowid.
        var target = (RangeTableEntry)query.RangeTable[query.ResultRelation - 1].ShallowCopy();
        target.Inh = false;
        update.RangeTable[query.ResultRelation - 1] = target;
        var set = conflict.OnConflictSet;

        // What WHERE keeps from being updated must not have them computed.
        var initial = conflict.OnConflictWhere is null ? InitialSubqueries.Extract(ref set, table, context, rowidParameter + 1) : null;
        update.TargetList = excluded.RewriteList(set);
        update.ReturningList = excluded.RewriteList(query.ReturningList);
        var rowid = BoundTrees.Operator(
            table.Catalog, BuiltInOperators.Int8Equal, BoundTrees.Rowid(query.ResultRelation), BoundTrees.Parameter(rowidParameter, TypeOid.Int8), 0);
        update.JoinTree = new FromExpr
        {
            FromList = [new RangeTblRef { RtIndex = query.ResultRelation }],
            Quals = conflict.OnConflictWhere is { } where ? BoundTrees.And([rowid, excluded.Rewrite(where)]) : rowid,
        };
        return new ConflictPlan(
            arbiters, Build(table, update, context, parameterCount, isConflictAction: true, firstFree: rowidParameter + 1 + (initial?.Count ?? 0), part: part), initial);

        BoundExpr Excluded(BoundVar column) => column.Varattno switch
        {
            > 0 => BoundTrees.Parameter(firstExcluded + table.IndexOf(column.Varattno), column.Type, column.Typmod, column.Collation),
            0 => new BoundRowExpr
            {
                Type = table.Class.reltype,
                RowFormat = CoercionForm.ImplicitCast,
                Args = [.. Enumerable.Range(1, table.Class.relnatts).Select(ExcludedField)],
                ColNames = [.. table.AllNames],
            },
            _ => throw PgErrors.FeatureNotSupported("a system column of excluded", column.Location),
        };

        BoundExpr ExcludedField(int attnum) => table.IndexOf(attnum) is >= 0 and var index
            ? BoundTrees.Parameter(firstExcluded + index, table.Columns[index].Type, table.Columns[index].Typmod, table.Columns[index].Collation)
            : BoundTrees.Null(TypeOid.Int4, -1, 0);
    }
}
