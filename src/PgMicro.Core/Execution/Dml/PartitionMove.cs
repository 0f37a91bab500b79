using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// What an UPDATE does about a row that does not belong to its partition any more (ExecCrossPartitionUpdate): the row is deleted there, and inserted where it
/// belongs. To foreign keys that refer to the named table it has been updated.
/// </summary>
internal sealed class PartitionMove
{
    private readonly PartitionRouter _router;
    private readonly Lazy<ModifyTableNode> _delete;
    private readonly Lazy<PgException?> _rejection;

    /// <param name="table">The partition.</param>
    /// <param name="part">The node that updates it.</param>
    /// <param name="context">The context.</param>
    internal PartitionMove(TableLayout table, StatementPart part, LoweringContext context)
    {
        _router = part.Router!;
        _delete = new(() => PlanDelete(table, part, context));
        _rejection = new(() => Rejection(table, part.Named));
    }

    /// <summary>Source column of each value of a row that the router takes; -1 for NULL.</summary>
    internal required int[] Columns { get; init; }

    /// <summary>Foreign keys that refer to the named table.</summary>
    internal required NodeKey[] ReferencedKeys { get; init; }

    /// <summary>Whether triggers may keep a row from being deleted or inserted, or change it.</summary>
    internal bool FiresBefore => _router.FiresBefore || _delete.Value.ReturnsOnlyAfterWriting;

    /// <summary>The row on its way.</summary>
    internal RoutedRows Begin(DmlExecution execution, ReadOnlySpan<PgDatum> parameters) => _router.Begin(execution, parameters);

    /// <summary>Moves a row; gives 0 when a trigger keeps it from being deleted or inserted.</summary>
    internal long Move(DmlExecution execution, RoutedRows routed, RowSource row, long rowid, RowBuffer? returning)
    {
        Take(routed, row);
        if (_delete.Value.RunRows(execution, [PgDatum.FromInt64(rowid)], null) == 0)
        {
            return 0;
        }

        var count = routed.Insert(returning);
        return count > 0 && _rejection.Value is { } rejection ? throw rejection : count;
    }

    /// <summary>What RETURNING will give for a row.</summary>
    internal void ForeseeReturning(RoutedRows routed, RowSource row, RowBuffer returning)
    {
        Take(routed, row);
        routed.ForeseeReturning(returning);
    }

    private void Take(RoutedRows routed, RowSource row)
    {
        for (var i = 0; i < Columns.Length; i++)
        {
            routed.Row[i] = Columns[i] < 0 ? PgDatum.Null : row.GetDatum(Columns[i]);
        }
    }

    private static ModifyTableNode PlanDelete(TableLayout table, StatementPart part, LoweringContext context)
    {
        var query = BoundTrees.SelectFrom(
            table, [], [BoundTrees.Operator(table.Catalog, BuiltInOperators.Int8Equal, BoundTrees.Rowid(1), BoundTrees.Parameter(1, TypeOid.Int8), 0)]);
        query.ResultRelation = 1;
        query.CommandType = CommandType.Delete;
        return ModifyTablePlanner.PlanTable(query, context, 1, null, new StatementPart(part.Named) { Statement = CommandType.Update, IsMerge = part.IsMerge });
    }

    // A key between the partition and the named table would have to be told of a deleted row.
    private static PgException? Rejection(TableLayout table, TableLayout named)
    {
        var catalog = table.Catalog;
        foreach (var ancestor in Inheritance.Ancestors(catalog, table.Oid).TakeWhile(a => a != named.Oid))
        {
            foreach (var key in catalog.ForeignKeysReferencing(ancestor))
            {
                if (key.conparentid == 0)
                {
                    return new PgException(
                        SqlState.FeatureNotSupported,
                        "cannot move tuple across partitions when a non-root ancestor of the source partition is directly referenced in a foreign key")
                        .WithDetail($"A foreign key points to ancestor \"{catalog.Class(ancestor)!.relname}\" but not the root ancestor \"{named.Name}\".")
                        .WithHint($"Consider defining the foreign key on table \"{named.Name}\".");
                }
            }
        }

        return null;
    }
}
