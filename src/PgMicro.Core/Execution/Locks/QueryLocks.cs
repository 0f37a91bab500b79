using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Execution.Locks;

/// <summary>
/// The relations that a query locks (manual: "Table-Level Locks"): ACCESS SHARE where it reads, ROW SHARE where it locks rows, ROW EXCLUSIVE
/// where it writes; what its views read, and the tables at the other ends of foreign keys that it must look at.
/// </summary>
internal sealed class QueryLocks : BoundTreeWalker
{
    // nextval(regclass), currval(regclass), setval(regclass,bigint), setval(regclass,bigint,boolean)
    private const uint NextValue = 1574;
    private const uint CurrentValue = 1575;
    private const uint SetValue = 1576;
    private const uint SetValueCalled = 1765;

    private readonly LoweringContext _context;
    private readonly List<RelationLock> _locks = [];
    private readonly List<uint> _sequences = [];
    private LockMode _mode = LockMode.AccessShare;
    private int _views;

    private QueryLocks(LoweringContext context) => _context = context;

    internal static RelationLock[] Of(BoundQuery query, LoweringContext context) => Of(query, context, out _);

    /// <summary>The relations, and the sequences of which it may take values: those are locked when it does.</summary>
    internal static RelationLock[] Of(BoundQuery query, LoweringContext context, out uint[] sequences)
    {
        var locks = new QueryLocks(context);
        locks.VisitTop(query);
        sequences = [.. locks._sequences];
        return [.. locks._locks];
    }

    protected override void VisitQuery(BoundQuery query)
    {
        var inherited = _mode;
        for (var i = 1; i <= query.RangeTable.Count; i++)
        {
            // ON CONFLICT's excluded row is no table of its own.
            if (query.RangeTable[i - 1] is not { RteKind: RteKind.Relation, Relid: var oid } || query.OnConflict?.ExclRelIndex == i)
            {
                continue;
            }

            var isTarget = query.CommandType != CommandType.Select && i == query.ResultRelation;
            var mode = isTarget ? LockMode.RowExclusive : query.RowMarks.Exists(m => m.Rti == i) ? LockMode.RowShare : inherited;
            AddRelation(oid, mode, _views == 0 ? query.RangeTable[i - 1].Location : -1);
            if (isTarget)
            {
                AddForeignKeys(oid, query.CommandType, ColumnsSet(query));
            }

            if (query.RangeTable[i - 1].Inh && (!isTarget || query.CommandType != CommandType.Insert || query.RangeTable[i - 1].RelKind == 'p') && Inheritance.HasChildren(_context.Catalog, oid))
            {
                AddDescendants(query, oid, mode, isTarget);
            }
        }

        _mode = LockMode.AccessShare;
        base.VisitQuery(query);
        _mode = inherited;
    }

    protected override void VisitExpr(BoundExpr expr)
    {
        switch (expr)
        {
            case BoundNextValueExpr next:
                AddSequence(next.SeqId);
                break;
            case BoundFuncExpr { FuncId: NextValue or CurrentValue or SetValue or SetValueCalled, Args: [BoundConst { Value: { IsNull: false } sequence }, ..] }:
                AddSequence((uint)sequence.Int64);
                break;
        }

        base.VisitExpr(expr);
    }

    private void AddSequence(uint oid)
    {
        if (!_sequences.Contains(oid))
        {
            _sequences.Add(oid);
        }
    }

    private void AddRelation(uint oid, LockMode mode, int location)
    {
        Add(oid, mode, location);
        if (oid >= BuiltInOids.FirstNormalObjectId && _context.Catalog.Class(oid) is { relkind: 'v' } view)
        {
            var outer = _mode;
            _mode = mode;
            _views++;
            VisitTop(ViewExpansion.QueryOf(_context, view));
            _views--;
            _mode = outer;
        }
    }

    private void AddDescendants(BoundQuery query, uint oid, LockMode mode, bool isTarget)
    {
        foreach (var descendant in Inheritance.Descendants(_context.Catalog, oid).Skip(1))
        {
            Add(descendant, mode);
            if (isTarget)
            {
                var map = Inheritance.Map(_context.Catalog, oid, descendant);
                AddForeignKeys(descendant, query.CommandType, ColumnsSet(query)?.Select(c => (int)map[c]).ToHashSet());
            }
        }
    }

    private void Add(uint oid, LockMode mode, int location = -1)
    {
        var wanted = new RelationLock(oid, mode) { Location = location };
        if (!_locks.Contains(wanted))
        {
            _locks.Add(wanted);
        }
    }

    // Null where any column may be written.
    private static HashSet<int>? ColumnsSet(BoundQuery query) => query.CommandType != CommandType.Update
        ? null
        : [.. query.TargetList.Where(static t => !t.ResJunk).Select(static t => t.ResNo)];

    private void AddForeignKeys(uint table, CommandType command, HashSet<int>? columns)
    {
        if (command != CommandType.Delete)
        {
            foreach (var key in _context.Catalog.ConstraintsOf(table))
            {
                if (key.contype == 'f' && (columns is null || key.conkey!.Any(c => columns.Contains(c))))
                {
                    Add(key.confrelid, LockMode.RowShare);
                }
            }
        }

        if (command == CommandType.Insert)
        {
            return;
        }

        foreach (var key in _context.Catalog.ForeignKeysReferencing(table))
        {
            if (columns is null || key.confkey!.Any(c => columns.Contains(c)))
            {
                AddAction(key, command);
            }
        }
    }

    private void AddAction(PgConstraint key, CommandType command)
    {
        var action = command == CommandType.Delete ? key.confdeltype : key.confupdtype;
        var isChecked = action is ForeignKeyAction.NoAction or ForeignKeyAction.Restrict;
        var wanted = new RelationLock(key.conrelid, isChecked ? LockMode.RowShare : LockMode.RowExclusive);
        if (_locks.Contains(wanted))
        {
            return;
        }

        _locks.Add(wanted);
        if (!isChecked)
        {
            var deletes = command == CommandType.Delete && action == ForeignKeyAction.Cascade;
            AddForeignKeys(key.conrelid, deletes ? CommandType.Delete : CommandType.Update, deletes ? null : [.. key.conkey!.Select(static c => (int)c)]);
        }
    }
}
