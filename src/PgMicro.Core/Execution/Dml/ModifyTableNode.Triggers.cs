using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <content>Tables with triggers: each row is read before the first is written, shown to BEFORE triggers, completed, written and noted for AFTER triggers.</content>
internal sealed partial class ModifyTableNode
{
    /// <summary>The FOR EACH ROW triggers; null when there are none.</summary>
    internal RowTriggers? RowTriggers { get; set; }

    /// <summary>The FOR EACH STATEMENT triggers; null when there are none, or when this is part of a statement.</summary>
    public StatementTriggers? StatementTriggers { get; set; }

    private bool HasTriggers => StatementTriggers is not null || RowTriggers is not null;

    private long WriteFiring(DmlExecution execution, RowSource rows, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning, bool isLocked)
    {
        using var firing = execution.BeginFiring();
        StatementTriggers?.Before(execution);
        var count = Apply(execution, rows, parameters, returning, isLocked);
        StatementTriggers?.After(execution);
        return count;
    }

    private long ApplyFiring(RowTriggers triggers, DmlExecution execution, RowSource source, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning, bool isLocked,
        RowsState? state)
    {
        using var firing = execution.BeginFiring();
        var row = new CurrentRow();
        var output = returning is null ? null : new ReturnedRow(this, row, execution.Xid);
        var (seen, initial) = state ?? Begin(execution, parameters, isOnly: Source.IsConstant);

        var (count, written) = (0L, 0L);
        RoutedRows? routed = null;
        while (source.Read())
        {
            execution.Session.CheckForInterrupts();
            var rowid = 0L;
            if (RowidColumn >= 0)
            {
                rowid = source.GetInt64(RowidColumn);
                if (seen?.Add(rowid) == false)
                {
                    continue;
                }

                Approach(execution, rowid, isLocked);
            }

            row.Values = Values(source);
            var old = triggers.Old.Length == 0 ? null : table.ByNumber(row.Values, triggers.Old);
            if (triggers.HasBefore && !FireBefore(triggers, execution, parameters, row, rowid, old))
            {
                continue;
            }

            if (command == CommandType.Update && !IsInPartition(execution, row))
            {
                count += Leave(execution, parameters, row, rowid, ref routed, returning);
                continue;
            }

            if (!table.IsView)
            {
                var from = count;
                if (!WriteRow(triggers, execution, parameters, returning, row, ref rowid, old, seen, initial, ref count))
                {
                    written += count - from;
                    continue;
                }
            }

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

    private void Approach(DmlExecution execution, long rowid, bool isLocked)
    {
        if (!isLocked)
        {
            execution.Locking?.Lock(table, rowid, Target.LockStrength, command == CommandType.Update ? "updating" : "deleting");
        }

        if (command == CommandType.Update && Target.ChangesKeys)
        {
            execution.Locking?.NoteKeys(table, rowid);
        }

        // Who has a row's newest version fetched for a trigger always means to update it.
        RequireUnchanged(execution, rowid, RowTriggers!.HasBefore || command == CommandType.Update ? "updated" : "deleted");
    }

    // A row that a trigger of this very statement has changed is not what the statement has read.
    private void RequireUnchanged(DmlExecution execution, long rowid, string done)
    {
        if (RowidColumn >= 0 && execution.ChangedByTriggers?.Contains((table.Oid, rowid)) == true)
        {
            throw new PgException(
                SqlState.TriggeredDataChangeViolation,
                $"tuple to be {done} was already modified by an operation triggered by the current command")
                .WithHint("Consider using an AFTER trigger instead of a BEFORE trigger to propagate changes to other rows.");
        }
    }

    private bool FireBefore(RowTriggers triggers, DmlExecution execution, ReadOnlySpan<PgDatum> parameters, CurrentRow row, long rowid, PgDatum[]? old)
    {
        var @new = triggers.MayChange ? table.ByNumber(row.Values, triggers.Given) : null;
        if (!triggers.FireBefore(execution, old, ref @new, command == CommandType.Insert ? Partition : null))
        {
            return false;
        }

        RequireUnchanged(execution, rowid, command == CommandType.Update ? "updated" : "deleted");
        if (@new is null)
        {
            return true;
        }

        for (var i = 0; i < triggers.Given.Length; i++)
        {
            if (triggers.Given[i] >= 0)
            {
                row.Values[triggers.Given[i]] = @new[table.Columns[i].Attnum - 1];
            }
        }

        if (triggers.Completion is { } completion)
        {
            row.Values = completion.Complete(execution.Session, execution.Xid, parameters, row.Values);
        }

        return true;
    }

    // False when ON CONFLICT has found another row.
    private bool WriteRow(
        RowTriggers triggers, DmlExecution execution, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning, CurrentRow row, ref long rowid, PgDatum[]? old,
        HashSet<long>? seen, InitialSubqueries.Values? initial, ref long count)
    {
        PgDatum[]? @new = null;
        if (command == CommandType.Delete)
        {
            CheckPolicies(row);
            execution.Writer.Delete(Target, rowid);
            triggers.AddEarly(execution, old, @new);
        }
        else
        {
            CheckRow(execution, row);
            if (command == CommandType.Update)
            {
                rowid = Update(execution, row, rowid);
            }
            else if (Conflict is null)
            {
                rowid = Insert(execution, row);
            }
            else if (!InsertOrResolve(execution, row, parameters, returning, seen, initial, ref count, out rowid))
            {
                return false;
            }

            @new = table.ByNumber(NewRow(execution.Session, row, rowid));
            triggers.AddEarly(execution, old, @new);
            AfterWrite(execution, row, rowid);
        }

        NoteReferencedKeys(execution, row, ReferencedKeys);
        triggers.AddLate(execution, old, @new);
        CheckViews(execution, row, rowid);
        return true;
    }

    private PgDatum[] Values(RowSource source)
    {
        var values = new PgDatum[Source.Width];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = source.GetDatum(i);
        }

        return values;
    }

    /// <summary>The row that is being written.</summary>
    private sealed class CurrentRow : RowSource
    {
        internal PgDatum[] Values { get; set; } = [];

        internal override bool Read() => throw new InvalidOperationException();

        internal override DatumKind Kind(int column) => Values[column].Kind;

        internal override long GetInt64(int column) => Values[column].Int64;

        internal override double GetDouble(int column) => Values[column].Double;

        internal override ReadOnlySpan<byte> GetBytes(int column) => Values[column].Bytes;

        public override void Dispose()
        {
        }
    }
}
