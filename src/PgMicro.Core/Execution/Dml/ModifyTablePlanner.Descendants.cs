using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Lowering;

namespace PgMicro.Core.Execution.Dml;

/// <content>Tables with descendants: partitioned ones, and parents of others.</content>
internal static partial class ModifyTablePlanner
{
    // UPDATE or DELETE of a table with its descendants.
    private static AppendWriteNode PlanTables(BoundQuery query, IReadOnlyList<uint> members, LoweringContext context, int parameterCount)
    {
        var named = TableLayout.Get(context.Catalog, query.RangeTable[query.ResultRelation - 1].Relid);
        return new AppendWriteNode(named, query.CommandType, PlanMembers(query, members, context, parameterCount), query.ReturningList.Count)
        {
            StatementTriggers = named.Triggers is null ? null : TriggersOfStatement(named, query, AssignedColumns(named, query)),
        };
    }

    /// <summary>Plans UPDATE or DELETE of a table with its descendants: a node for each table that has rows.</summary>
    /// <param name="query">The statement.</param>
    /// <param name="members">The tables.</param>
    /// <param name="context">The context.</param>
    /// <param name="parameterCount">The statement's own parameters.</param>
    /// <param name="extra">Becomes a column of the sources.</param>
    /// <param name="adapt">What the statement about one table is to be, where it is an action of MERGE.</param>
    internal static ModifyTableNode[] PlanMembers(
        BoundQuery query, IReadOnlyList<uint> members, LoweringContext context, int parameterCount, BoundExpr? extra = null, Func<BoundQuery, TableLayout, BoundQuery>? adapt = null)
    {
        var named = TableLayout.Get(context.Catalog, query.RangeTable[query.ResultRelation - 1].Relid);
        var part = new StatementPart(named)
        {
            IsMerge = adapt is not null,
            Router = named.Class.relkind == 'p' && query.CommandType == CommandType.Update
                ? new PartitionRouter(named, query, context, parameterCount) { IsMerge = adapt is not null } : null,
        };
        var statement = part.Router?.WithOthers(query) ?? query;
        var pruning = PartitionPruning.Of(context.Catalog, named.Oid, query.ResultRelation, query.JoinTree.Quals);
        var nodes = new List<ModifyTableNode>(members.Count);
        foreach (var member in members)
        {
            var table = TableLayout.Get(context.Catalog, member);
            var mine = ChildTargets.Of(statement, named, table);
            if (pruning?.Guard(member) is { } guard)
            {
                if (ConstantTruth.IsNeverTrue(context.Catalog, guard))
                {
                    continue;
                }

                mine.JoinTree = new FromExpr { FromList = mine.JoinTree.FromList, Quals = BoundTrees.And([guard, mine.JoinTree.Quals!]) };
            }

            nodes.Add(PlanTable(adapt?.Invoke(mine, table) ?? mine, context, parameterCount, extra, part));
        }

        return [.. nodes];
    }

    // The rows are read as those of the named table; everything else is the business of the partitions.
    private static RoutedInsertNode PlanRouted(TableLayout table, BoundQuery query, LoweringContext context, int parameterCount, BoundExpr? extra)
    {
        var router = new PartitionRouter(table, query, context, parameterCount);
        var values = new BoundExpr?[table.Columns.Length];
        foreach (var entry in query.TargetList)
        {
            if (!entry.ResJunk)
            {
                values[table.IndexOf(entry.ResNo)] = entry.Expr;
            }
        }

        var source = new SourceQuery(table, query, values, parameterCount + 1);
        var columns = Enumerable.Range(0, values.Length).Select(i => table.Columns[i].IsGenerated ? -1 : source.NewColumn(i)).ToList();
        columns.AddRange(router.Others.Select(source.AddColumn));
        var extraColumn = extra is null ? -1 : source.AddColumn(extra);
        source.LiftRecords();
        return new RoutedInsertNode(router, SourceOf(source, query, context, parameterCount), [.. columns])
        {
            ReturningWidth = query.ReturningList.Count,
            Conflict = query.OnConflict?.Action ?? OnConflictAction.None,
            ExtraColumn = extraColumn,
            StatementTriggers = TriggersOfStatement(table, query, null),
        };
    }

    // Whether it is to be looked whether the rows belong to the partition that they are written to.
    private static bool RowsMayLeave(TableLayout table, CommandType command, bool[] changed, bool mayChange, StatementPart? part) => table.PartitionCheck is { } check
        && command switch
        {
            CommandType.Insert => mayChange || part is not { IsRouted: true },
            CommandType.Update => mayChange || Array.Exists(check.Columns, c => changed[c]),
            _ => false,
        };

    private static PartitionMove PlanMove(TableLayout table, BoundQuery query, LoweringContext context, StatementPart part, SourceQuery source)
    {
        var named = part.Named;
        var map = Inheritance.Map(context.Catalog, named.Oid, table.Oid);
        var columns = named.Columns.Select(c => c.IsGenerated ? -1 : source.NewColumn(Position(named.IndexOf(c.Attnum)))).ToList();
        columns.AddRange(query.TargetList.FindAll(static t => t is { ResJunk: true, ResName: PartitionRouter.OtherName }).Select(t => source.AddColumn(t.Expr)));
        return new PartitionMove(table, part, context)
        {
            Columns = [.. columns],
            ReferencedKeys =
            [
                .. named.ReferencedBy.Select(k => new NodeKey(
                    k, [.. k.ReferencedColumns.Select(c => source.OldColumn(Position(c)))], [.. k.ReferencedColumns.Select(c => source.NewColumn(Position(c)))])),
            ],
        };

        int Position(int column) => table.IndexOf(map[named.Columns[column].Attnum]);
    }
}
