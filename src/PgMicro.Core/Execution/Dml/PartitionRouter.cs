using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Lowering;
using PgMicro.Core.Partitioning;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// Puts rows of a partitioned table into the partitions that they belong to: by an INSERT for each partition, planned when the first row comes, whose row is
/// given as parameters. These follow the statement's own: a value for each column of the named table, then the values of other relations' columns
/// that RETURNING and checks read.
/// </summary>
internal sealed class PartitionRouter
{
    /// <summary>The name of junk columns of an UPDATE's target list: the values of other relations' columns, in order.</summary>
    internal const string OtherName = "*other*";

    private readonly BoundQuery _statement;
    private readonly LoweringContext _context;
    private readonly int _parameterCount;
    private readonly UniqueIndex[]? _arbiters;
    private readonly ConcurrentDictionary<uint, PartitionKeyReader> _readers = [];
    private readonly ConcurrentDictionary<uint, ModifyTableNode> _nodes = [];

    /// <param name="table">The table that the statement names.</param>
    /// <param name="statement">The statement: INSERT, or one that moves rows.</param>
    /// <param name="context">The context.</param>
    /// <param name="parameterCount">The statement's own parameters.</param>
    internal PartitionRouter(TableLayout table, BoundQuery statement, LoweringContext context, int parameterCount)
    {
        (Table, _statement, _context, _parameterCount) = (table, statement, context, parameterCount);
        _arbiters = statement.OnConflict is { } conflict ? ArbiterInference.Find(table, conflict, statement.ResultRelation) : null;
        Others = FindOthers();
    }

    /// <summary>The named table.</summary>
    internal TableLayout Table { get; }

    /// <inheritdoc cref="StatementPart.IsMerge"/>
    internal bool IsMerge { get; init; }

    /// <summary>Columns of the statement's other relations that RETURNING and checks read.</summary>
    internal IReadOnlyList<BoundVar> Others { get; }

    /// <summary>The statement with those as junk columns.</summary>
    internal BoundQuery WithOthers(BoundQuery statement)
    {
        if (Others.Count == 0)
        {
            return statement;
        }

        var copy = (BoundQuery)statement.ShallowCopy();
        var number = statement.TargetList.Count;
        copy.TargetList = [.. statement.TargetList, .. Others.Select(o => new TargetEntry { Expr = o, ResNo = ++number, ResName = OtherName, ResJunk = true })];
        return copy;
    }

    /// <summary>Values of a row.</summary>
    internal int Width => Table.Columns.Length + Others.Count;

    /// <summary>The tables that rows may go to.</summary>
    internal IEnumerable<TableLayout> Partitions =>
        Inheritance.Descendants(Table.Catalog, Table.Oid).Select(oid => TableLayout.Get(Table.Catalog, oid)).Where(static t => !t.IsPartitioned);

    /// <summary>Whether one of them has BEFORE triggers, which may keep a row out or change it.</summary>
    internal bool FiresBefore => Partitions.Any(static t => t.Triggers?.For(TriggerType.Row, TriggerType.Before, TriggerType.Insert) is { Length: > 0 });

    /// <summary>The rows of one run.</summary>
    internal RoutedRows Begin(DmlExecution execution, ReadOnlySpan<PgDatum> parameters) => new(this, execution, parameters, _parameterCount);

    /// <summary>The partition of a row of the named table, a value for each column.</summary>
    /// <exception cref="PgException">23514 when there is none for it.</exception>
    internal uint Find(PgSession session, ReadOnlySpan<PgDatum> row)
    {
        if (Table.PartitionCheck?.Holds(session, row) == false)
        {
            throw ConstraintErrors.Partition(Table, row.ToArray(), session, null);
        }

        for (var oid = Table.Oid; ;)
        {
            var reader = _readers.GetOrAdd(oid, static (oid, table) => new PartitionKeyReader(PartitionDescriptor.Of(table.Catalog, oid)!, table), Table);
            var key = reader.Read(session, row);
            var found = reader.Partitions.Find(session, key);
            if (found == 0)
            {
                throw NoPartition(session, reader.Partitions.Key, key);
            }

            if (Table.Catalog.Class(found)!.relkind != 'p')
            {
                return found;
            }

            oid = found;
        }
    }

    /// <summary>The INSERT of a partition.</summary>
    internal ModifyTableNode NodeOf(uint partition) => _nodes.GetOrAdd(partition, static (oid, router) => router.Plan(oid), this);

    private ModifyTableNode Plan(uint partition)
    {
        var leaf = TableLayout.Get(_context.Catalog, partition);
        var map = Inheritance.Map(_context.Catalog, Table.Oid, partition);
        if (map.IsIdentity && Table.AllNames.Count == leaf.AllNames.Count)
        {
            RejectSystemColumns();
        }

        var target = new ChildColumns(_statement.ResultRelation, Table, leaf);
        var excluded = new ChildColumns(_statement.OnConflict?.ExclRelIndex ?? 0, Table, leaf);
        var others = new OtherColumns(this);
        var insert = new BoundQuery
        {
            CommandType = CommandType.Insert,
            ResultRelation = _statement.ResultRelation,
            RangeTable = [.. _statement.RangeTable],
            JoinTree = new FromExpr(),
            ReturningList = Rewrite(_statement.ReturningList),
            WithCheckOptions = Rewrite(_statement.WithCheckOptions),
            HasSubLinks = _statement.HasSubLinks,
        };
        insert.RangeTable[_statement.ResultRelation - 1] = BoundTrees.Relation(leaf);
        for (var i = 0; i < Table.Columns.Length; i++)
        {
            if (!Table.Columns[i].IsGenerated)
            {
                var column = leaf.ColumnOf(map[Table.Columns[i].Attnum]);
                insert.TargetList.Add(BoundTrees.Target(Value(i, column.Type, column.Typmod, column.Collation), column.Attnum, column.Name));
            }
        }

        if (CteReferences.Any(insert.ReturningList) || CteReferences.Any(insert.WithCheckOptions) || _statement.OnConflict is { Action: OnConflictAction.Update })
        {
            insert.CteList = _statement.CteList;
            insert.HasRecursive = _statement.HasRecursive;
        }

        if (_statement.OnConflict is { } conflict)
        {
            var copy = (OnConflictExpr)conflict.ShallowCopy();
            copy.OnConflictSet = ChildTargets.Assignments(excluded.RewriteList(target.RewriteList(conflict.OnConflictSet)), Table, leaf);
            copy.OnConflictWhere = conflict.OnConflictWhere is null ? null : excluded.Rewrite(target.Rewrite(conflict.OnConflictWhere));
            insert.OnConflict = copy;
        }

        return ModifyTablePlanner.PlanTable(insert, _context, _parameterCount + Width, null, new StatementPart(Table)
        {
            Statement = _statement.CommandType == CommandType.Insert ? CommandType.Unknown : _statement.CommandType,
            IsMerge = IsMerge,
            IsRouted = true,
            Arbiters = _arbiters is null ? null : [.. _arbiters.Select(a => IndexOf(leaf, a))],
        });

        List<T> Rewrite<T>(List<T> nodes)
            where T : BoundNode => others.RewriteList(excluded.RewriteList(target.RewriteList(nodes)));
    }

    // Where a row needs no conversion for the partition, PostgreSQL returns the one that it has routed, which has none of them.
    private void RejectSystemColumns()
    {
        foreach (var column in _statement.ReturningList.SelectMany(static t => VarCollector.Collect(t.Expr)))
        {
            if (column.Varno == _statement.ResultRelation && column.Varattno is SystemAttribute.Xmin or SystemAttribute.Cmin or SystemAttribute.Xmax or SystemAttribute.Cmax)
            {
                throw new PgException(SqlState.FeatureNotSupported, "cannot retrieve a system column in this context");
            }
        }
    }

    private BoundParam Value(int position, uint type, int typmod, uint collation) => BoundTrees.Parameter(_parameterCount + 1 + position, type, typmod, collation);

    // The partition's own of a partitioned index.
    private static UniqueIndex IndexOf(TableLayout leaf, UniqueIndex arbiter) => ArbiterInference.Immediate(
        Array.Find(leaf.UniqueIndexes, i => Inheritance.Ancestors(leaf.Catalog, i.Index.indexrelid).Contains(arbiter.Index.indexrelid))
            ?? throw new PgException(SqlState.InternalError, "invalid arbiter index list"));

    private List<BoundVar> FindOthers()
    {
        var found = new List<BoundVar>();
        var expressions = _statement.ReturningList.Select(static t => t.Expr).Concat(_statement.WithCheckOptions.Where(static c => c.Qual is not null).Select(static c => c.Qual!));
        foreach (var column in expressions.SelectMany(VarCollector.Collect))
        {
            if (IsOther(column) && IndexOfOther(found, column) < 0)
            {
                var own = (BoundVar)column.ShallowCopy();
                own.Varlevelsup = 0;
                found.Add(own);
            }
        }

        return found;
    }

    private bool IsOther(BoundVar column) => column.Varno != _statement.ResultRelation && column.Varno != _statement.OnConflict?.ExclRelIndex;

    private static int IndexOfOther(IReadOnlyList<BoundVar> others, BoundVar column)
    {
        for (var i = 0; i < others.Count; i++)
        {
            if (others[i].Varno == column.Varno && others[i].Varattno == column.Varattno)
            {
                return i;
            }
        }

        return -1;
    }

    private static PgException NoPartition(PgSession session, PartitionKey key, PgDatum[] values)
    {
        var table = TableLayout.Get(session.Catalog, key.Table);
        return new(SqlState.CheckViolation, $"no partition of relation \"{table.Name}\" found for row")
        {
            Detail = PartitionKeyText.Of(session, table, key, values) is { } text ? $"Partition key of the failing row contains {text}." : null,
            SchemaName = table.Schema,
            TableName = table.Name,
        };
    }

    /// <summary>References to other relations than the named table become parameters.</summary>
    private sealed class OtherColumns(PartitionRouter router) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr) => expr is BoundVar column && column.Varlevelsup == SublevelsUp && router.IsOther(column)
            ? router.Value(router.Table.Columns.Length + IndexOfOther(router.Others, column), column.Type, column.Typmod, column.Collation)
            : base.RewriteExpr(expr);
    }

    /// <summary>Whether expressions read WITH queries of the statement.</summary>
    private sealed class CteReferences : BoundTreeWalker
    {
        internal static bool Any<T>(List<T> nodes)
            where T : BoundNode
        {
            var walker = new CteReferences();
            foreach (var node in nodes)
            {
                walker.Visit(node);
            }

            return walker.Stopped;
        }

        protected override void VisitOther(BoundNode node)
        {
            Stopped |= node is RangeTableEntry { RteKind: RteKind.Cte } entry && entry.CteLevelsUp >= SublevelsUp;
            base.VisitOther(node);
        }
    }
}

/// <summary>The rows of one run of a statement on their way into partitions.</summary>
internal sealed class RoutedRows
{
    private readonly PartitionRouter _router;
    private readonly DmlExecution _execution;
    private readonly PgDatum[] _values;
    private readonly int _first;
    private readonly Dictionary<uint, (ModifyTableNode Node, RowsState State)> _partitions = [];

    internal RoutedRows(PartitionRouter router, DmlExecution execution, ReadOnlySpan<PgDatum> parameters, int parameterCount)
    {
        (_router, _execution, _first) = (router, execution, parameterCount);
        _values = new PgDatum[parameterCount + router.Width];
        parameters[..Math.Min(parameterCount, parameters.Length)].CopyTo(_values);
    }

    /// <summary>The row to be inserted: a value for each column of the named table, then those of other relations.</summary>
    internal Span<PgDatum> Row => _values.AsSpan(_first);

    /// <summary>Inserts the row; gives 0 when nothing came of it.</summary>
    internal long Insert(RowBuffer? returning)
    {
        var partition = _router.Find(_execution.Session, Row[.._router.Table.Columns.Length]);
        ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(_partitions, partition, out var known);
        if (!known)
        {
            var planned = _router.NodeOf(partition);
            found = (planned, planned.Begin(_execution, _values, isOnly: false));
        }

        var (node, state) = found;
        return node.RunRows(_execution, _values, returning, state);
    }

    /// <summary>What RETURNING will give for the row.</summary>
    internal void ForeseeReturning(RowBuffer returning)
    {
        var node = _router.NodeOf(_router.Find(_execution.Session, Row[.._router.Table.Columns.Length]));
        node.ForeseeReturning(_execution, node.ReadSource(_execution, _values), [], returning);
    }
}
