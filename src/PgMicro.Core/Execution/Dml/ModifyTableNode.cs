using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// One INSERT, UPDATE or DELETE ready to run: the source of its rows, what is checked about each, how it is written and what
/// RETURNING gives. Shared by sessions; a run's state is in <see cref="DmlExecution"/> and on the stack.
/// </summary>
internal sealed partial class ModifyTableNode(TableLayout table, CommandType command, int parameterCount) : IInsertNode, IMergeAction
{
    /// <summary>Where its rows come from.</summary>
    internal StatementSource Source { get; set; } = null!;

    public TableLayout Table => table;

    public CommandType Command => command;

    public int ReturningWidth => Returning.Length;

    public bool ReturnsOnlyAfterWriting => Conflict is not null || RowTriggers is { HasBefore: true } || Move is { FiresBefore: true };

    /// <summary>Source column with the rowid; -1 for INSERT.</summary>
    internal int RowidColumn { get; set; } = -1;

    /// <summary>Source column of each table column's value after the change; -1 where it is NULL (INSERT) or not read.</summary>
    internal int[] NewColumns { get; set; } = [];

    /// <summary>Table columns to test for NULL.</summary>
    internal int[] NotNullColumns { get; set; } = [];

    /// <summary>Source column of the number of the first CHECK that the row violates, or -1.</summary>
    internal int CheckColumn { get; set; } = -1;

    /// <summary>Source column of each check option of a view, and the view.</summary>
    internal (int Column, string View)[] ViewChecks { get; set; } = [];

    /// <summary>Source column of each check of row security, and the check.</summary>
    internal (int Column, WithCheckOption Check)[] PolicyChecks { get; set; } = [];

    /// <summary>Source column of the expression that the planner was asked to add, or -1.</summary>
    public int ExtraColumn { get; set; } = -1;

    /// <summary>Source column of each RETURNING item, or one of <see cref="SourceQuery"/>'s special numbers.</summary>
    internal int[] Returning { get; set; } = [];

    internal WriteTarget Target { get; set; } = null!;

    /// <summary>The table that the statement names, where this is a part of it.</summary>
    internal TableLayout? Named { get; set; }

    /// <summary>Foreign keys that refer to this table and whose key may change.</summary>
    internal NodeKey[] ReferencedKeys { get; set; } = [];

    /// <summary>This table's foreign keys whose columns may change.</summary>
    internal NodeKey[] ForeignKeys { get; set; } = [];

    /// <summary>Exclusion constraints, and unique indexes of deferrable constraints, that may be concerned: what SQLite does not check.</summary>
    internal UniqueIndex[] CheckedIndexes { get; set; } = [];

    /// <summary>Whether the source may give a target row more than once; only the first counts.</summary>
    internal bool MayRepeat { get; set; }

    internal ConflictPlan? Conflict { get; set; }

    /// <summary>Relations that the source reads.</summary>
    public IReadOnlyList<uint> RelationOids => Source.RelationOids;

    /// <summary>Whether rows may be written while the source is read.</summary>
    private bool CanStream => command == CommandType.Insert && RowTriggers is null && Source.CanStream;

    /// <summary>Changes the rows; the caller fires the events. Returns the number of rows changed.</summary>
    /// <param name="execution">The run.</param>
    /// <param name="parameters">The statement's parameters, then ours.</param>
    /// <param name="returning">Where RETURNING's rows go; null when nobody reads them.</param>
    public long Run(DmlExecution execution, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning) => HasTriggers
        ? WriteFiring(execution, ReadSource(execution, parameters), parameters, returning, isLocked: false)
        : RunRows(execution, parameters, returning);

    /// <summary>The same without the triggers of the statement as a whole.</summary>
    internal long RunRows(DmlExecution execution, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning, RowsState? state = null)
    {
        using var source = Source.Open(execution, parameters);
        return Apply(execution, Source.IsConstant || CanStream ? source : Source.Read(source), parameters, returning, state: state);
    }

    long IInsertNode.RunRows(DmlExecution execution, ReadOnlySpan<PgDatum> parameters) => RunRows(execution, parameters, null);

    /// <summary>All rows of the source, before anything is written.</summary>
    public RowBuffer ReadSource(DmlExecution execution, ReadOnlySpan<PgDatum> parameters) => Source.Read(execution, parameters);

    /// <summary>What RETURNING will give for the rows of a source.</summary>
    /// <param name="execution">The run.</param>
    /// <param name="row">The source.</param>
    /// <param name="parameters">The statement's parameters, where rows may move.</param>
    /// <param name="returning">Where the rows go.</param>
    public void ForeseeReturning(DmlExecution execution, RowSource row, ReadOnlySpan<PgDatum> parameters, RowBuffer returning)
    {
        if (command == CommandType.Insert && Array.IndexOf(Returning, SourceQuery.ReturnsCtid) >= 0)
        {
            throw PgErrors.FeatureNotSupported("ctid in RETURNING of INSERT in WITH");
        }

        var output = new ReturnedRow(this, row, execution.Xid);
        HashSet<long>? seen = MayRepeat ? [] : null;
        RoutedRows? routed = null;
        while (row.Read())
        {
            output.Rowid = RowidColumn >= 0 ? row.GetInt64(RowidColumn) : 0;
            if (seen?.Add(output.Rowid) == false)
            {
                continue;
            }

            if (Move is not null && !IsInPartition(execution, row))
            {
                Move.ForeseeReturning(routed ??= Move.Begin(execution, parameters), row, returning);
            }
            else
            {
                returning.Append(output);
            }
        }
    }

    /// <summary>Changes the rows that a source gives.</summary>
    /// <param name="execution">The run.</param>
    /// <param name="row">The source.</param>
    /// <param name="parameters">The statement's parameters, then ours.</param>
    /// <param name="returning">Where RETURNING's rows go; null when nobody reads them.</param>
    /// <param name="isLocked">Whether they are locked.</param>
    /// <param name="state">What is known of rows before; null when there are none.</param>
    internal long Apply(
        DmlExecution execution, RowSource row, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning, bool isLocked = false, RowsState? state = null)
    {
        if (RowTriggers is not null)
        {
            return ApplyFiring(RowTriggers, execution, row, parameters, returning, isLocked, state);
        }

        var output = returning is null ? null : new ReturnedRow(this, row, execution.Xid);
        var (seen, initial) = state ?? Begin(execution, parameters, isOnly: Source.IsConstant);

        var (count, written) = (0L, 0L);
        RoutedRows? routed = null;
        while (row.Read())
        {
            execution.Session.CheckForInterrupts();
            long rowid;
            if (command == CommandType.Insert)
            {
                CheckRow(execution, row);
                if (Conflict is not null)
                {
                    if (!InsertOrResolve(execution, row, parameters, returning, seen, initial, ref count, out rowid))
                    {
                        continue;
                    }
                }
                else
                {
                    rowid = Insert(execution, row);
                }

                AfterWrite(execution, row, rowid);
            }
            else
            {
                rowid = row.GetInt64(RowidColumn);
                if (seen is not null && !seen.Add(rowid))
                {
                    continue;
                }

                if (!isLocked)
                {
                    execution.Locking?.Lock(table, rowid, Target.LockStrength, command == CommandType.Update ? "updating" : "deleting");
                }

                if (command == CommandType.Update)
                {
                    if (!IsInPartition(execution, row))
                    {
                        count += Leave(execution, parameters, row, rowid, ref routed, returning);
                        continue;
                    }

                    if (Target.ChangesKeys)
                    {
                        execution.Locking?.NoteKeys(table, rowid);
                    }

                    CheckRow(execution, row);
                    rowid = Update(execution, row, rowid);
                    AfterWrite(execution, row, rowid);
                }
                else
                {
                    CheckPolicies(row);
                    execution.Writer.Delete(Target, rowid);
                }

                NoteReferencedKeys(execution, row, ReferencedKeys);
            }

            CheckViews(execution, row, rowid);
            count++;
            written++;
            if (output is not null)
            {
                output.Rowid = rowid;
                returning!.Append(output);
            }
        }

        execution.Session.CountRows(table.Oid, command, written);
        return count;
    }

    /// <summary>What is kept from row to row.</summary>
    /// <param name="execution">The run.</param>
    /// <param name="parameters">The statement's parameters, then ours.</param>
    /// <param name="isOnly">Whether there is but one row: nothing is written before it.</param>
    internal RowsState Begin(DmlExecution execution, ReadOnlySpan<PgDatum> parameters, bool isOnly)
    {
        var initial = Conflict?.Initial is { } queries ? new InitialSubqueries.Values(queries, execution.Session) : null;
        if (Conflict?.Initial is { ReadsTarget: true } && !isOnly)
        {
            initial!.Foresee(parameters[..parameterCount]);
        }

        return new RowsState(MayRepeat || Conflict?.Update is not null ? [] : null, initial);
    }

    /// <summary>A row's RETURNING list seen as a row.</summary>
    private sealed class ReturnedRow(ModifyTableNode node, RowSource row, long xid) : RowSource
    {
        internal long Rowid { get; set; }

        internal override bool Read() => throw new InvalidOperationException();

        internal override DatumKind Kind(int column) => node.Returning[column] switch
        {
            SourceQuery.ReturnsNull => DatumKind.Null,
            < 0 => DatumKind.Integer,
            var source => row.Kind(source),
        };

        internal override long GetInt64(int column) => node.Returning[column] switch
        {
            SourceQuery.ReturnsCtid => Rowid,
            SourceQuery.ReturnsXid => xid,
            var source => row.GetInt64(source),
        };

        internal override double GetDouble(int column) => row.GetDouble(node.Returning[column]);

        internal override ReadOnlySpan<byte> GetBytes(int column) => row.GetBytes(node.Returning[column]);

        public override void Dispose()
        {
        }
    }
}

/// <summary>What a statement keeps from row to row of a table.</summary>
/// <param name="Seen">The rows that it has changed, where one may come twice.</param>
/// <param name="Initial">What of ON CONFLICT DO UPDATE is computed once.</param>
internal readonly record struct RowsState(HashSet<long>? Seen, InitialSubqueries.Values? Initial);

/// <summary>A foreign key with the source columns of its old and new values.</summary>
internal sealed record NodeKey(ForeignKey Key, int[] Old, int[] New);

/// <summary>ON CONFLICT: its arbiters (none for any unique index), and DO UPDATE's statement.</summary>
/// <param name="Arbiters">The arbiters.</param>
/// <param name="Update">DO UPDATE's statement; null for DO NOTHING.</param>
/// <param name="Initial">What of it is computed once; null when there is nothing.</param>
internal sealed record ConflictPlan(UniqueIndex[] Arbiters, ModifyTableNode? Update, InitialSubqueries? Initial = null);
