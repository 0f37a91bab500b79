using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Execution.Locks;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Plans MERGE as a join that decides actions, and one INSERT, UPDATE or DELETE for each.</summary>
internal static class MergePlanner
{
    private const int FirstSourceColumn = 4;

    /// <summary>Plans an analysed MERGE of a table.</summary>
    /// <param name="query">The statement.</param>
    /// <param name="context">The context.</param>
    /// <param name="parameterCount">The statement's own parameters.</param>
    /// <param name="number">Tells the MERGEs of one statement apart.</param>
    internal static MergeNode Plan(BoundQuery query, LoweringContext context, int parameterCount, int number)
    {
        var target = query.RangeTable[query.ResultRelation - 1];
        var table = TableLayout.Get(context.Catalog, target.Relid);
        var members = TableMembers.Of(context.Catalog, target);
        var columns = SourceColumns.Collect(query);
        var (join, targetItem) = Join(query, columns, members is not null);
        var name = $"pgmicro_merge_{number}_{join.TargetList.Count + 1}";
        var staged = new CommonTableExpr { CteName = "*MERGE*", CteQuery = new BoundQuery { CommandType = CommandType.Select }, CteRefCount = 1 };
        var stagedCtes = new Dictionary<CommonTableExpr, string>(context.StagedCtes, ReferenceEqualityComparer.Instance) { [staged] = name };
        var actionContext = new LoweringContext(context.Catalog, context.Types) { SystemView = context.SystemView, RowSecurity = context.RowSecurity, Inline = context.Inline, Outer = context, StagedCtes = stagedCtes };
        var actions = new List<IMergeAction[]>();
        for (var i = 0; i < query.MergeActionList.Count; i++)
        {
            var action = query.MergeActionList[i];
            actions.Add(action.CommandType == CommandType.Nothing ? []
                : PlanAction(Statement(query, action, i + 1, columns, staged, context.Catalog), action.CommandType == CommandType.Insert ? null : members));
        }

        return new MergeNode(table, QueryLowering.Lower(join, context), name, actions, members, query.ReturningList.Count)
        {
            StatementTriggers = StatementTriggers.Of(table, [.. Events(query, table)]),
            Recheck = new Lazy<RowRecheck>(() => Recheck(join, targetItem, table, members is not null, context, parameterCount)),
        };

        IMergeAction[] PlanAction(BoundQuery statement, IReadOnlyList<uint>? tables) => tables is null
            ? [(IMergeAction)ModifyTablePlanner.PlanTarget(statement, actionContext, parameterCount, Staged(2, TypeOid.Int8))]
            : ModifyTablePlanner.PlanMembers(
                statement, tables, actionContext, parameterCount, Staged(2, TypeOid.Int8), (mine, member) => OfMember(mine, member, join.TargetList.Count + 1));
    }

    // The action's statement is about the rows of one table.
    private static BoundQuery OfMember(BoundQuery statement, TableLayout member, int tableColumn)
    {
        var isMine = BoundTrees.Operator(
            member.Catalog, BuiltInOperators.OidEqual, Staged(tableColumn, TypeOid.Oid), new BoundConst { Type = TypeOid.Oid, Value = PgDatum.FromInt64(member.Oid) }, 0);
        var copy = (BoundQuery)statement.ShallowCopy();
        copy.JoinTree = new FromExpr { FromList = statement.JoinTree.FromList, Quals = BoundTrees.And([isMine, statement.JoinTree.Quals!]) };
        return copy;
    }

    // In the order in which their triggers fire.
    private static IEnumerable<(CommandType, IReadOnlySet<int>?)> Events(BoundQuery query, TableLayout table)
    {
        foreach (var command in (CommandType[])[CommandType.Insert, CommandType.Update, CommandType.Delete])
        {
            var actions = query.MergeActionList.FindAll(a => a.CommandType == command);
            if (actions.Count > 0)
            {
                yield return (command, command == CommandType.Update ? ModifyTablePlanner.AssignedColumns(table, [.. actions.SelectMany(static a => a.TargetList)]) : null);
            }
        }
    }

    /// <summary>The decision about one target row and one source row, of which one may be missing.</summary>
    private static RowRecheck Recheck(BoundQuery join, int targetItem, TableLayout table, bool hasMembers, LoweringContext context, int parameterCount)
    {
        var rows = new OneRowQuery(parameterCount + 2, context.Catalog);
        var target = new OneRowItem(table, 0, mayBeAbsent: true) { HasMembers = hasMembers };
        var query = (BoundQuery)join.ShallowCopy();
        var items = new Dictionary<int, OneRowItem>();
        if (targetItem == 0)
        {
            items.Add(1, target);
        }
        else
        {
            query.RangeTable = [.. query.RangeTable];
            query.RangeTable[0] = (RangeTableEntry)query.RangeTable[0].ShallowCopy();
            query.RangeTable[0].Subquery = rows.Over(query.RangeTable[0].Subquery!, new Dictionary<int, OneRowItem> { [targetItem] = target });
        }

        // The join's own columns are the action, the rowid, the source's columns, its presence and, of several tables, the row's.
        var source = OneRowQuery.ColumnsOf(join)[2].Select(static c => (c, c.Varattno + 1)).ToList();
        items.Add(2, new OneRowItem(source, mayBeAbsent: false) { Presence = new OneRowValue(OneRowValueKind.SourcePresence, join.TargetList.Count - (hasMembers ? 2 : 1), 1) });
        var lowered = rows.Over(query, items);
        return new RowRecheck(() => QueryLowering.Lower(lowered, context), parameterCount + 2, rows.Values);
    }

    private static BoundVar Staged(int column, uint type) => new() { Varno = 2, Varattno = column, Type = type };

    /// <summary>SELECT action, target's rowid, source columns …, whether there is a source row, and the target row's table if that is to be told, FROM target JOIN source.</summary>
    private static (BoundQuery Join, int TargetItem) Join(BoundQuery query, List<BoundVar> columns, bool hasMembers)
    {
        var source = new BoundQuery
        {
            CommandType = CommandType.Select,
            RangeTable = [.. query.RangeTable],
            JoinTree = new FromExpr { FromList = query.JoinTree.FromList },
            TargetList = [.. columns.Select(static (c, i) => BoundTrees.Target(c, i + 1)), BoundTrees.Target(Constant(1, TypeOid.Bool), columns.Count + 1)],
        };
        source.RangeTable[query.ResultRelation - 1] = new RangeTableEntry { RteKind = RteKind.Result };
        source = new LevelShift().RewriteTop(source);
        var target = Target(query, out var targetColumns);
        var references = new JoinReferences(query.ResultRelation, columns, targetColumns);
        var rowid = targetColumns is null ? BoundTrees.Rowid(1) : new BoundVar { Varno = 1, Varattno = targetColumns.Count + 1, Type = TypeOid.Int8 };
        var tableOid = targetColumns is null ? BoundTrees.TableOid(1) : new BoundVar { Varno = 1, Varattno = targetColumns.Count + 2, Type = TypeOid.Oid };
        var present = new BoundVar { Varno = 2, Varattno = columns.Count + 1, Type = TypeOid.Bool };
        var kinds = query.MergeActionList.Select(static a => a.MatchKind).ToHashSet();
        var (type, left, right) = (kinds.Contains(MergeMatchKind.NotMatchedByTarget), kinds.Contains(MergeMatchKind.NotMatchedBySource)) switch
        {
            (true, true) => (JoinType.Full, 2, 1),
            (true, false) => (JoinType.Left, 2, 1),
            (false, true) => (JoinType.Left, 1, 2),
            _ => (JoinType.Inner, 2, 1),
        };
        var decision = new BoundCaseExpr { Type = TypeOid.Int4, DefResult = BoundTrees.Null(TypeOid.Int4, -1, 0) };
        for (var i = 0; i < query.MergeActionList.Count; i++)
        {
            var action = query.MergeActionList[i];
            List<BoundExpr> conditions = action.MatchKind switch
            {
                MergeMatchKind.Matched => [Test(rowid, true), Test(present, true)],
                MergeMatchKind.NotMatchedBySource => [Test(rowid, true), Test(present, false)],
                _ => [Test(rowid, false)],
            };
            if (action.Qual is not null)
            {
                conditions.Add(references.Rewrite(action.Qual));
            }

            decision.Args.Add(new BoundCaseWhen { Expr = BoundTrees.And(conditions), Result = BoundTrees.Int4(i + 1) });
        }

        var number = 2;
        var join = new BoundQuery
        {
            CommandType = CommandType.Select,
            CteList = query.CteList,
            HasRecursive = query.HasRecursive,
            RangeTable = [target, BoundTrees.Subquery(source, "source")],
            JoinTree = new FromExpr
            {
                FromList =
                [
                    new JoinExpr
                    {
                        JoinType = type,
                        Larg = new RangeTblRef { RtIndex = left },
                        Rarg = new RangeTblRef { RtIndex = right },
                        Quals = query.MergeJoinCondition is null ? null : references.Rewrite(query.MergeJoinCondition),
                    },
                ],
            },
            TargetList =
            [
                BoundTrees.Target(decision, 1),
                BoundTrees.Target(rowid, 2),
                .. columns.Select((c, i) => BoundTrees.Target(
                    new BoundVar { Varno = 2, Varattno = i + 1, Type = c.Type, Typmod = c.Typmod, Collation = c.Collation }, ++number)),
                BoundTrees.Target(present, columns.Count + 3),
            ],
        };
        if (hasMembers)
        {
            join.TargetList.Add(BoundTrees.Target(tableOid, columns.Count + 4));
        }

        return (join, targetColumns is null ? 0 : query.ResultRelation);
    }

    // What a view's condition hides is not there for the join either.
    private static RangeTableEntry Target(BoundQuery query, out List<BoundVar>? columns)
    {
        columns = null;
        var entry = query.RangeTable[query.ResultRelation - 1];
        if (query.JoinTree.Quals is not { } quals)
        {
            return entry;
        }

        columns = SourceColumns.CollectTarget(query);
        var rangeTable = query.RangeTable.ConvertAll(static _ => new RangeTableEntry { RteKind = RteKind.Result });
        rangeTable[query.ResultRelation - 1] = entry;
        var filtered = new BoundQuery
        {
            CommandType = CommandType.Select,
            RangeTable = rangeTable,
            JoinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = query.ResultRelation }], Quals = quals },
            TargetList =
            [
                .. columns.Select(static (c, i) => BoundTrees.Target(c, i + 1)),
                BoundTrees.Target(BoundTrees.Rowid(query.ResultRelation), columns.Count + 1),
                BoundTrees.Target(BoundTrees.TableOid(query.ResultRelation), columns.Count + 2),
            ],
        };
        return BoundTrees.Subquery(new LevelShift().RewriteTop(filtered), "target");
    }

    /// <summary>An action as a statement over the staged rows.</summary>
    private static BoundQuery Statement(BoundQuery query, MergeAction action, int number, List<BoundVar> columns, CommonTableExpr staged, CatalogSnapshot catalog)
    {
        var references = new ActionReferences(query.ResultRelation, columns, action.CommandType);
        var isMine = BoundTrees.Operator(catalog, BuiltInOperators.Int4Equal, Staged(1, TypeOid.Int4), BoundTrees.Int4(number), 0);
        var joinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = 2 }], Quals = isMine };
        if (action.CommandType != CommandType.Insert)
        {
            joinTree.FromList = [new RangeTblRef { RtIndex = 2 }, new RangeTblRef { RtIndex = 1 }];
            joinTree.Quals = BoundTrees.And([isMine, BoundTrees.Operator(catalog, BuiltInOperators.Int8Equal, BoundTrees.Rowid(1), Staged(3, TypeOid.Int8), 0)]);
        }

        return new BoundQuery
        {
            CommandType = action.CommandType,
            ResultRelation = 1,
            CteList = [.. query.CteList, staged],
            HasRecursive = query.HasRecursive,
            RangeTable =
            [
                query.RangeTable[query.ResultRelation - 1],
                new RangeTableEntry { RteKind = RteKind.Cte, CteName = staged.CteName, InFromCl = true, Eref = new Alias { AliasName = staged.CteName } },
            ],
            JoinTree = joinTree,
            TargetList = references.RewriteList(action.TargetList),
            ReturningList = references.RewriteList(query.ReturningList),
            WithCheckOptions = references.RewriteList(query.WithCheckOptions),
        };
    }

    private static BoundNullTest Test(BoundExpr expr, bool isNotNull) => new() { Arg = expr, IsNotNull = isNotNull, Type = TypeOid.Bool };

    private static BoundConst Constant(long value, uint type) => new() { Type = type, Value = PgDatum.FromInt64(value) };

    /// <summary>Collects the columns that conditions, actions and RETURNING read: of the source, or of the target.</summary>
    private sealed class SourceColumns(int target, bool ofTarget) : BoundTreeWalker
    {
        private readonly List<BoundVar> _found = [];

        internal static List<BoundVar> Collect(BoundQuery query) => Collect(query, ofTarget: false);

        internal static List<BoundVar> CollectTarget(BoundQuery query) => Collect(query, ofTarget: true);

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar var && var.Varlevelsup == SublevelsUp && (var.Varno == target) == ofTarget
                && !_found.Exists(f => f.Varno == var.Varno && f.Varattno == var.Varattno))
            {
                var copy = (BoundVar)var.ShallowCopy();
                copy.Varlevelsup = 0;
                _found.Add(copy);
            }

            base.VisitExpr(expr);
        }

        private static List<BoundVar> Collect(BoundQuery query, bool ofTarget)
        {
            var collector = new SourceColumns(query.ResultRelation, ofTarget);
            collector.Visit(query.MergeJoinCondition);
            collector.VisitAll(query.MergeActionList);
            collector.VisitAll(query.ReturningList);
            return collector._found;
        }
    }

    private sealed class JoinReferences(int target, List<BoundVar> columns, List<BoundVar>? targetColumns) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundVar var || var.Varlevelsup != SublevelsUp)
            {
                return base.RewriteExpr(expr);
            }

            var copy = (BoundVar)var.ShallowCopy();
            if (var.Varno != target)
            {
                copy.Varno = 2;
                copy.Varattno = columns.FindIndex(c => c.Varno == var.Varno && c.Varattno == var.Varattno) + 1;
            }
            else
            {
                copy.Varno = 1;
                copy.Varattno = targetColumns is null ? var.Varattno : targetColumns.FindIndex(c => c.Varattno == var.Varattno) + 1;
            }

            return copy;
        }
    }

    private sealed class ActionReferences(int target, List<BoundVar> columns, CommandType command) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is BoundMergeSupportFunc)
            {
                return new BoundConst
                {
                    Type = TypeOid.Text,
                    Collation = expr.Collation,
                    Value = PgDatum.FromText(CommandTags.Name(command)),
                };
            }

            if (expr is not BoundVar var || var.Varlevelsup != SublevelsUp)
            {
                return base.RewriteExpr(expr);
            }

            var copy = (BoundVar)var.ShallowCopy();
            copy.Varno = var.Varno == target ? 1 : 2;
            copy.Varattno = var.Varno == target ? var.Varattno
                : columns.FindIndex(c => c.Varno == var.Varno && c.Varattno == var.Varattno) + FirstSourceColumn;
            return copy;
        }
    }
}
