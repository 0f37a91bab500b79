using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Locks;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Plans INSERT, UPDATE, DELETE, MERGE, and queries with those in WITH.</summary>
internal static partial class ModifyTablePlanner
{
    /// <summary>Plans an analysed statement.</summary>
    /// <exception cref="PgException">0A000, 42P10 …</exception>
    internal static ExecutablePlan Plan(BoundQuery query, LoweringContext context, uint[] parameterTypes)
    {
        if (query.CteList.Exists(c => c.CteQuery.CommandType != CommandType.Select))
        {
            return ModifyingWithPlanner.Plan(query, context, parameterTypes);
        }

        var node = PlanNode(query, context, parameterTypes.Length);
        return new ModifyTablePlan(node)
        {
            FiresTriggers = TriggerReach.Of(node),
            ChangesTemporaryOnly = context.Catalog.Class(query.RangeTable[query.ResultRelation - 1].Relid) is { relpersistence: 't', relkind: 'r' or 'p' },
            ParameterTypes = parameterTypes,
            Columns = query.ReturningList.Count == 0 ? null : Planner.Describe(query.ReturningList, context.Catalog),
        };
    }

    /// <summary>Plans one statement whose own parameters are numbered up to a count; the numbers after it are ours.</summary>
    internal static IWriteNode PlanNode(BoundQuery query, LoweringContext context, int parameterCount, int number = 0)
    {
        query = ViewTargets.Expand(query, context);
        return query.CommandType == CommandType.Merge
            ? MergePlanner.Plan(query, context, parameterCount, number)
            : PlanTarget(query, context, parameterCount, null);
    }

    /// <summary>Plans INSERT, UPDATE or DELETE of a table, with its descendants if it is to; <paramref name="extra"/> becomes a column of its source.</summary>
    internal static IWriteNode PlanTarget(BoundQuery query, LoweringContext context, int parameterCount, BoundExpr? extra)
    {
        var entry = query.RangeTable[query.ResultRelation - 1];
        var relation = context.Catalog.Class(entry.Relid)!;
        return query.CommandType != CommandType.Insert && TableMembers.Of(context.Catalog, entry) is { } members ? PlanTables(query, members, context, parameterCount)
            : relation.relkind == 'p' ? PlanRouted(TableLayout.Get(context.Catalog, relation.oid), query, context, parameterCount, extra)
            : PlanTable(query, context, parameterCount, extra);
    }

    private static StatementTriggers? TriggersOfStatement(TableLayout table, BoundQuery query, IReadOnlySet<int>? assigned)
    {
        if (table.Triggers is null)
        {
            return null;
        }

        var also = query.OnConflict is { Action: OnConflictAction.Update } ? AssignedColumns(table, query.OnConflict.OnConflictSet) : null;
        return also is null
            ? StatementTriggers.Of(table, (query.CommandType, assigned))
            : StatementTriggers.Of(table, (CommandType.Insert, null), (CommandType.Update, also));
    }

    /// <summary>Plans INSERT, UPDATE or DELETE of one table.</summary>
    /// <param name="query">The statement.</param>
    /// <param name="context">The context.</param>
    /// <param name="parameterCount">The statement's own parameters.</param>
    /// <param name="extra">Becomes a column of its source.</param>
    /// <param name="part">What it is of a statement that names a table of which this is one of the descendants, or itself; null for a statement of its own.</param>
    internal static ModifyTableNode PlanTable(BoundQuery query, LoweringContext context, int parameterCount, BoundExpr? extra, StatementPart? part = null)
    {
        var target = query.RangeTable[query.ResultRelation - 1];
        var relation = context.Catalog.Class(target.Relid)!;
        if (relation.relkind == 'f')
        {
            throw ForeignData.NoHandler(context.Catalog, relation.oid);
        }

        if (relation.relkind != 'r' && !(relation.relkind == 'v' && TableTriggers.HasInsteadOf(context.Catalog, relation.oid, query.CommandType)))
        {
            throw PgErrors.FeatureNotSupported($"{query.CommandType.ToString().ToUpperInvariant()} on relation \"{relation.relname}\"", target.Location);
        }

        if (context.Catalog.HasPublications)
        {
            ReplicaIdentity.Check(context.Catalog, relation, query.OnConflict is { Action: OnConflictAction.Update } ? CommandType.Update : query.CommandType);
        }

        var table = TableLayout.Get(context.Catalog, target.Relid);
        var node = Build(table, query, context, parameterCount, isConflictAction: false, extra, part: part);
        if (query.CommandType != CommandType.Insert && !table.IsView)
        {
            node.Contended = new Lazy<ModifyTableNode>(() => Build(table, OneRowQuery.Flatten(query), context, parameterCount, isConflictAction: false, extra, isContended: true, part: part));
        }

        return node;
    }

    private static ModifyTableNode Build(TableLayout table, BoundQuery query, LoweringContext context, int parameterCount, bool isConflictAction, BoundExpr? extra = null,
        bool isContended = false, int firstFree = 0, StatementPart? part = null)
    {
        var xidParameter = parameterCount + 1;
        var values = new BoundExpr?[table.Columns.Length];
        foreach (var entry in MultiAssignment.Expand(query.TargetList))
        {
            if (!entry.ResJunk)
            {
                values[table.IndexOf(entry.ResNo)] = entry.Expr;
            }
        }

        var isInsert = query.CommandType == CommandType.Insert;
        var isUpdate = query.CommandType == CommandType.Update;
        var assigned = table.Triggers is null ? null : AssignedColumns(table, query);
        var triggers = RowTriggers.Of(table, query.CommandType, assigned, part?.Named ?? table, part is { IsMerge: false } ? part.Statement : CommandType.Unknown);
        var mayChange = triggers is { MayChange: true };
        if (mayChange)
        {
            GiveAll(values, table, query);
        }

        var source = new SourceQuery(table, query, values, xidParameter, isConflictAction);
        var node = new ModifyTableNode(table, query.CommandType, parameterCount) { Named = part?.Named, IsConflictAction = isConflictAction };
        var changed = new bool[table.Columns.Length];
        for (var i = 0; i < changed.Length; i++)
        {
            changed[i] = isInsert || (isUpdate && (values[i] is not null || table.Columns[i].IsGenerated));
        }

        // First layer: rowid, given values, and what later ones read.
        if (!isInsert && !table.IsView)
        {
            node.RowidColumn = source.AddRowid();
            if (query.ReturningList.Count > 0 && query.JoinTree.FromList is [RangeTblRef])
            {
                // Rows come back in the table's order, whatever index finds them.
                source.OrderBy(node.RowidColumn);
            }
        }

        for (var i = 0; i < changed.Length; i++)
        {
            if (changed[i] && !table.Columns[i].IsGenerated)
            {
                source.NewColumn(i);
            }
        }

        if (triggers is not null)
        {
            AddImages(triggers, table, source, isInsert);
        }

        // What moves to another partition is no longer there, but it is not gone from the table of which this is a part.
        var isMoved = query.CommandType == CommandType.Delete && part?.Statement == CommandType.Update;
        var keysOld = isInsert ? []
            : table.ReferencedBy.Where(f => (!isUpdate || f.ReferencedColumns.Any(c => changed[c])) && !(isMoved && f.Row.conparentid != 0)).ToArray();
        foreach (var key in keysOld)
        {
            foreach (var column in key.ReferencedColumns)
            {
                source.OldColumn(column);
                if (isUpdate && !table.Columns[column].IsGenerated)
                {
                    source.NewColumn(column);
                }
            }
        }

        // A deferred check of a row finds it by its rowid: under another one it is to be made anew.
        var moves = query.CommandType == CommandType.Update && table.RowidColumn >= 0 && changed[table.RowidColumn];
        var keysNew = query.CommandType == CommandType.Delete ? []
            : table.ForeignKeys.Where(f => f.Columns.Any(c => changed[c]) || (moves && f.Row.condeferrable)).ToArray();
        foreach (var column in keysNew.SelectMany(k => k.Columns))
        {
            if (!table.Columns[column].IsGenerated)
            {
                source.NewColumn(column);
            }

            if (isUpdate)
            {
                source.OldColumn(column);
            }
        }

        if (RowsMayLeave(table, query.CommandType, changed, mayChange, part))
        {
            node.Partition = table.PartitionCheck;
            foreach (var column in node.Partition!.Columns)
            {
                source.NewColumn(column);
            }

            if (isUpdate && part?.Router is not null)
            {
                node.Move = PlanMove(table, query, context, part, source);
            }
        }

        int[] notNull = isInsert || isUpdate ? [.. Enumerable.Range(0, changed.Length).Where(i => changed[i] && table.Columns[i].NotNull)] : [];
        var firstViolated = query.CommandType == CommandType.Delete || table.Checks.Length == 0 ? null : FirstViolated(table, notNull);
        if (firstViolated is not null)
        {
            source.Require(firstViolated, 1);
        }

        var viewChecks = query.CommandType == CommandType.Delete ? []
            : query.WithCheckOptions.FindAll(static c => c is { Kind: WithCheckKind.View, Qual: not null });
        var newRows = isInsert && part?.Statement != CommandType.Update ? WithCheckKind.PolicyInsert : WithCheckKind.PolicyUpdate;
        var newRowChecks = query.WithCheckOptions.FindAll(c => c.Kind == newRows && (isInsert || isUpdate));
        foreach (var check in viewChecks.Concat(newRowChecks))
        {
            source.Require(check.Qual!, query.ResultRelation);
        }

        // Of the row as it is: a check of its own, before any layer.
        var oldRowChecks = OldRowChecks(query, isConflictAction);
        var policyChecks = oldRowChecks.ConvertAll(c => (source.AddColumn(c.Qual!), c));

        node.ExtraColumn = extra is null ? -1 : source.AddColumn(extra);
        var items = isContended ? AddOthers(node, table, query, extra, source) : [];
        var returning = new int?[query.ReturningList.Count];
        for (var i = 0; i < returning.Length; i++)
        {
            returning[i] = source.SimpleReturning(query.ReturningList[i].Expr);
            if (returning[i] is null)
            {
                source.Require(query.ReturningList[i].Expr, query.ResultRelation);
            }
        }

        var hasGenerated = table.HasGenerated && (isInsert || isUpdate);
        if (hasGenerated)
        {
            foreach (var column in table.Columns.Where(c => c.IsGenerated))
            {
                source.Require(column.Generation, 1);
            }
        }

        var hasComputed = firstViolated is not null || viewChecks.Count > 0 || newRowChecks.Count > 0 || Array.Exists(returning, r => r is null);
        firstFree = Math.Max(firstFree, parameterCount + 2);
        if (mayChange)
        {
            source.Cut(firstFree);
        }

        if (hasGenerated)
        {
            if (!mayChange)
            {
                source.Wrap();
            }

            for (var i = 0; i < changed.Length; i++)
            {
                if (table.Columns[i].IsGenerated)
                {
                    source.AddGenerated(i);
                }
            }
        }

        if (hasComputed && (hasGenerated || !mayChange))
        {
            source.Wrap();
        }

        source.LiftRecords();
        node.CheckColumn = firstViolated is null ? -1 : source.AddTranslated(firstViolated, 1);
        node.ViewChecks = [.. viewChecks.Select(c => (source.AddTranslated(c.Qual!, query.ResultRelation), c.RelName))];
        node.PolicyChecks = [.. policyChecks, .. newRowChecks.Select(c => (source.AddTranslated(c.Qual!, query.ResultRelation), c))];
        node.Returning = [.. returning.Select((r, i) => r ?? source.AddTranslated(query.ReturningList[i].Expr, query.ResultRelation))];
        node.NewColumns = new int[changed.Length];
        var written = new List<(int, int)>();
        for (var i = 0; i < changed.Length; i++)
        {
            node.NewColumns[i] = changed[i] ? source.NewColumn(i) : source.KnownOldColumn(i);
            if (changed[i] && node.NewColumns[i] >= 0)
            {
                written.Add((i, node.NewColumns[i]));
            }
        }

        node.NotNullColumns = notNull;
        if (!table.IsView)
        {
            node.Target = new WriteTarget(table, query.CommandType, written) { IsMoving = isMoved };
        }

        node.ReferencedKeys =
            [.. keysOld.Select(k => new NodeKey(k, [.. k.ReferencedColumns.Select(source.OldColumn)], isUpdate ? [.. k.ReferencedColumns.Select(source.NewColumn)] : []))];
        node.ForeignKeys =
            [.. keysNew.Select(k => new NodeKey(k, isUpdate && !(moves && k.Row.condeferrable) ? [.. k.Columns.Select(source.OldColumn)] : [], [.. k.Columns.Select(source.NewColumn)]))];
        node.CheckedIndexes = query.CommandType == CommandType.Delete ? []
            : [.. table.UniqueIndexes.Where(u => (!u.IsImmediate || u.IsExclusion) && (moves || u.DependsOn(c => changed[c])))];
        node.MayRepeat = !isInsert && !table.IsView && query.JoinTree.FromList is not [RangeTblRef];
        var (first, _) = source.First;
        node.Source = SourceOf(source, query, context, parameterCount);

        if (triggers is not null)
        {
            node.RowTriggers = triggers;
            if (mayChange && source.Query.TargetList.Count > first.TargetList.Count)
            {
                triggers.Completion = new RowCompletion(QueryLowering.Lower(source.Query, context), xidParameter, firstFree);
            }
        }

        if (!isConflictAction && part is null)
        {
            node.StatementTriggers = TriggersOfStatement(table, query, assigned);
        }

        if (isContended)
        {
            var rows = new OneRowQuery(parameterCount + 2, context.Catalog);
            var recheck = source.OverOneRow(rows, items);
            node.Recheck = new RowRecheck(() => QueryLowering.Lower(recheck, context), parameterCount + 2, rows.Values);
        }

        if (query.OnConflict is { } conflict)
        {
            node.Conflict = PlanConflict(table, query, conflict, context, parameterCount, part);
        }

        return node;
    }

    private static List<WithCheckOption> OldRowChecks(BoundQuery query, bool isConflictAction)
    {
        var kind = query.CommandType switch
        {
            CommandType.Update => isConflictAction ? WithCheckKind.PolicyConflict : WithCheckKind.PolicyMergeUpdate,
            CommandType.Delete => WithCheckKind.PolicyMergeDelete,
            _ => WithCheckKind.View,
        };
        return kind == WithCheckKind.View ? [] : query.WithCheckOptions.FindAll(c => c.Kind == kind);
    }

    // BEFORE triggers may change any column.
    private static void GiveAll(BoundExpr?[] values, TableLayout table, BoundQuery query)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var column = table.Columns[i];
            if (!column.IsGenerated)
            {
                values[i] ??= query.CommandType == CommandType.Insert
                    ? BoundTrees.Null(column.Type, column.Typmod, column.Collation)
                    : BoundTrees.Column(query.ResultRelation, column);
            }
        }
    }

    // The rows that triggers see.
    private static void AddImages(RowTriggers triggers, TableLayout table, SourceQuery source, bool isInsert)
    {
        var columns = Enumerable.Range(0, table.Columns.Length);
        if (!isInsert)
        {
            triggers.Old = [.. columns.Select(source.OldColumn)];
        }

        if (triggers.MayChange)
        {
            triggers.Given = [.. columns.Select(i => table.Columns[i].IsGenerated ? -1 : source.NewColumn(i))];
        }
    }

    private static HashSet<int>? AssignedColumns(TableLayout table, BoundQuery query) =>
        query.CommandType == CommandType.Update ? AssignedColumns(table, query.TargetList) : null;

    /// <summary>The columns that an UPDATE assigns to, by number, and those that are generated from them: all of these, when BEFORE triggers may assign to any column.</summary>
    internal static HashSet<int> AssignedColumns(TableLayout table, List<TargetEntry> targets)
    {
        var result = targets.Where(static t => !t.ResJunk).Select(static t => t.ResNo).ToHashSet();
        if (table.Catalog.TriggersOf(table.Oid).Any(static t => t.Fires(TriggerType.Row, TriggerType.Before, TriggerType.Update)))
        {
            result.UnionWith(table.Columns.Where(static c => c.IsGenerated).Select(static c => (int)c.Attnum));
            return result;
        }

        foreach (var column in table.Columns)
        {
            if (column.IsGenerated && VarCollector.Collect(column.Generation).Exists(v => v.Varattno == 0 || result.Contains(v.Varattno)))
            {
                result.Add(column.Attnum);
            }
        }

        return result;
    }

    // The number of the first CHECK that a row violates. Those after it are not evaluated, nor any of a row with a NULL in a NOT NULL column: they may fail.
    private static BoundCaseExpr FirstViolated(TableLayout table, int[] notNull)
    {
        var arms = new List<BoundCaseWhen>();
        if (Array.Exists(table.Checks, c => Fallible.Check(table.Catalog, c.Expr)))
        {
            arms.AddRange(notNull.Select(i => new BoundCaseWhen
            {
                Expr = new BoundNullTest { Arg = BoundTrees.Column(1, table.Columns[i]) },
                Result = BoundTrees.Null(TypeOid.Int4, -1, 0),
            }));
        }

        arms.AddRange(table.Checks.Select(static (c, i) => new BoundCaseWhen
        {
            Expr = new BoundBooleanTest { Arg = c.Expr, TestType = BoolTestType.IsFalse },
            Result = BoundTrees.Int4(i),
        }));
        return new BoundCaseExpr { Type = TypeOid.Int4, Args = arms, DefResult = BoundTrees.Null(TypeOid.Int4, -1, 0) };
    }

    // What is read of the relations beside the target becomes columns of the source: it stays as it was read, whatever becomes of the target's row.
    private static Dictionary<int, OneRowItem> AddOthers(ModifyTableNode node, TableLayout table, BoundQuery query, BoundExpr? extra, SourceQuery source)
    {
        var items = new Dictionary<int, OneRowItem> { [query.ResultRelation] = new(table, 0) };
        var read = query;
        if (extra is not null)
        {
            read = (BoundQuery)query.ShallowCopy();
            read.TargetList = [.. query.TargetList, BoundTrees.Target(extra, query.TargetList.Count + 1)];
        }

        var columns = OneRowQuery.ColumnsOf(read);
        var others = new List<(BoundVar, int)>();
        foreach (var (index, isNullable) in OneRowQuery.ItemsOf(query.JoinTree))
        {
            if (index != query.ResultRelation)
            {
                var own = columns[index].Select(c => (c, source.AddColumn(c))).ToList();
                items.Add(index, new OneRowItem(own, isNullable));
                others.AddRange(own);
            }
        }

        node.Others = others;
        return items;
    }

    private static StatementSource SourceOf(SourceQuery source, BoundQuery query, LoweringContext context, int parameterCount)
    {
        var (first, depth) = source.First;
        var constants = query.CommandType == CommandType.Insert && depth == 0 && query.JoinTree.FromList.Count == 0 && query.JoinTree.Quals is null && query.CteList.Count == 0
            ? ConstantRow(first) : null;
        return new StatementSource(parameterCount, constants, constants is null ? QueryLowering.Lower(first, context) : null);
    }

    /// <summary>The row as parameters, constants and sequence values; null when it needs SQLite.</summary>
    private static ValueSource[]? ConstantRow(BoundQuery query)
    {
        var result = new ValueSource[query.TargetList.Count];
        for (var i = 0; i < result.Length; i++)
        {
            switch (query.TargetList[i].Expr)
            {
                case BoundConst constant:
                    result[i] = new ValueSource(ValueSourceKind.Constant, 0, constant.Value);
                    break;
                case BoundParam { Kind: ParamKind.Extern } parameter:
                    result[i] = new ValueSource(ValueSourceKind.Parameter, parameter.ParamId, default);
                    break;
                case BoundNextValueExpr { Type: TypeOid.Int8 } next:
                    result[i] = new ValueSource(ValueSourceKind.NextValue, next.SeqId, default);
                    break;
                case BoundFuncExpr { FuncFormat: CoercionForm.ImplicitCast, Args: [BoundNextValueExpr { Type: TypeOid.Int8 } next], Type: TypeOid.Int4 }:
                    result[i] = new ValueSource(ValueSourceKind.NextValueInt4, next.SeqId, default);
                    break;
                default:
                    return null;
            }
        }

        return result;
    }
}
