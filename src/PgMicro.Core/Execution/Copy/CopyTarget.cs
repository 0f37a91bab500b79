using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Copy;

/// <summary>The table that COPY FROM fills: one INSERT of parameters prepared for all rows, the columns' defaults, and WHERE.</summary>
internal sealed class CopyTarget
{
    private readonly PgSession _session;
    private readonly TableLayout _table;
    private readonly IInsertNode _node;
    private DmlExecution _execution;
    private int _moves;
    private readonly Lookup? _where;
    private readonly CopyColumn[] _columns;
    private readonly PgDatum[] _values;

    internal CopyTarget(PgSession session, TableLayout table, Pg.Node? where)
    {
        _session = session;
        _table = table;
        _columns = [.. table.Columns.Where(static c => !c.IsGenerated).Select((c, i) => new CopyColumn(session, c, i))];
        _values = new PgDatum[_columns.Length];
        _where = where is null ? null : BindWhere(where);
        var insert = new BoundQuery
        {
            CommandType = CommandType.Insert,
            ResultRelation = 1,
            RangeTable = [BoundTrees.Relation(table)],
            JoinTree = new FromExpr(),
            TargetList = [.. _columns.Select(c => BoundTrees.Target(Parameter(c), c.Table.Attnum, c.Table.Name))],
        };
        _node = (IInsertNode)ModifyTablePlanner.PlanTarget(insert, Planner.NewLoweringContext(session), _columns.Length, null);
        _execution = new DmlExecution(session);
        _moves = session.Transaction.Moves;
    }

    /// <summary>Columns that can be given values, in the table's order.</summary>
    internal IReadOnlyList<CopyColumn> Columns => _columns;

    /// <summary>The row being made, by position of <see cref="Columns"/>.</summary>
    internal PgDatum[] Values => _values;

    internal string TableName => _table.Name;

    /// <summary>Called before the first row.</summary>
    internal void Begin() => _node.StatementTriggers?.Before(_execution);

    /// <summary>Inserts the row unless WHERE or a trigger says no.</summary>
    internal bool Insert()
    {
        FollowTransaction();
        if (_where is not null && !_where.Any(_session, _values))
        {
            return false;
        }

        if (_execution.Locking is null)
        {
            return _node.RunRows(_execution, _values) > 0;
        }

        var count = 0L;
        Contention.Run(_session, () => count = _node.RunRows(_execution, _values), FollowTransaction);
        return count > 0;
    }

    // Between two rows the transaction may have been moved to a branch, for another one to write.
    private void FollowTransaction()
    {
        var transaction = _session.Transaction;
        if (_moves == transaction.Moves)
        {
            return;
        }

        _execution.Dispose();
        transaction.RefreshSnapshot();
        _execution = new DmlExecution(_session, _execution);
        _moves = transaction.Moves;
    }

    /// <summary>Checks what is checked at the statement's end.</summary>
    internal void Finish()
    {
        FollowTransaction();
        _node.StatementTriggers?.After(_execution);
        if (_execution.Locking is null)
        {
            _execution.FireEvents(0);
        }
        else
        {
            Contention.Run(_session, () => _execution.FireEvents(0), FollowTransaction);
        }
    }

    internal void Dispose() => _execution.Dispose();

    private static BoundParam Parameter(CopyColumn column) =>
        BoundTrees.Parameter(column.Position + 1, column.Table.Type, column.Table.Typmod, column.Table.Collation);

    private Lookup BindWhere(Pg.Node where)
    {
        var pstate = new BindingContext(_session, GivenParameters.None).NewState();
        var item = RangeTableEntries.AddRelation(pstate, _table.Class, null, inFromCl: false);
        pstate.AddItem(item, addToJoinList: true, addToRelNamespace: true, addToVarNamespace: true);
        var condition = Where.Transform(pstate, where, ParseExprKind.CopyWhere, "WHERE")!;
        Collations.Assign(pstate, condition);
        condition = new VarReplacer(1, ToParameter).Rewrite(condition);
        return new Lookup(() => new BoundQuery
        {
            CommandType = CommandType.Select,
            JoinTree = new FromExpr { Quals = condition },
            TargetList = [BoundTrees.Target(BoundTrees.Int4(1), 1)],
        });
    }

    private BoundExpr ToParameter(BoundVar column)
    {
        if (column.Varattno == SystemAttribute.TableOid)
        {
            return new BoundConst { Type = column.Type, Value = PgDatum.FromInt64(_table.Oid) };
        }

        return column.Varattno switch
        {
            0 => new BoundRowExpr
            {
                Type = _table.Class.reltype,
                RowFormat = CoercionForm.ImplicitCast,
                Args = [.. Enumerable.Range(1, _table.AllNames.Count).Select(BoundExpr (a) => _table.IndexOf(a) < 0 ? BoundTrees.Null(TypeOid.Int4, -1, 0) : Given(a))],
                ColNames = [.. _table.AllNames],
            },
            > 0 => Given(column.Varattno),
            _ => throw new PgException(SqlState.InvalidColumnReference, "system columns are not supported in COPY FROM WHERE conditions")
                .WithDetail($"Column \"{NameResolution.SystemColumnName(column.Varattno)}\" is a system column."),
        };
    }

    private BoundParam Given(int attnum) => Array.Find(_columns, c => c.Table.Attnum == attnum) is { } found
        ? Parameter(found)
        : throw new PgException(SqlState.InvalidColumnReference, "generated columns are not supported in COPY FROM WHERE conditions")
            .WithDetail($"Column \"{_table.ColumnOf(attnum).Name}\" is a generated column.");
}
