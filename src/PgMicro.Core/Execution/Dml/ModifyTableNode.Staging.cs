using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Execution.Locks;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <content>Reading first, writing later; what is done beside other writers.</content>
internal sealed partial class ModifyTableNode
{
    /// <summary>The same statement for when others write too; null for INSERT.</summary>
    internal Lazy<ModifyTableNode>? Contended { get; set; }

    /// <summary>Asks about a target row that has changed; it gives a row of the source, if any.</summary>
    internal RowRecheck? Recheck { get; set; }

    /// <summary>Columns of the relations beside the target, and where the source has them.</summary>
    internal IReadOnlyList<(BoundVar Column, int Source)> Others { get; set; } = [];

    public object Stage(DmlExecution execution, ReadOnlySpan<PgDatum> parameters)
    {
        if (execution.Versions is null || Contended is null)
        {
            return new Staged(this, ReadSource(execution, parameters), false, Kept(parameters));
        }

        var node = Contended.Value;
        return new Staged(node, node.LockTargets(execution, node.ReadSource(execution, parameters), parameters), true, Kept(parameters));
    }

    // What RETURNING gives for a row that moves is known to where it goes.
    private PgDatum[] Kept(ReadOnlySpan<PgDatum> parameters) => Move is null ? [] : parameters.ToArray();

    public void ForeseeReturning(DmlExecution execution, object staged, RowBuffer returning)
    {
        var (node, rows, _, parameters) = (Staged)staged;
        rows.Position = -1;
        node.ForeseeReturning(execution, rows, parameters, returning);
    }

    long IMergeAction.Apply(DmlExecution execution, RowSource row, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning, bool isLocked) =>
        Apply(execution, row, parameters, returning, isLocked);

    public long Write(DmlExecution execution, object staged, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning)
    {
        var (node, rows, isLocked, _) = (Staged)staged;
        rows.Position = -1;
        return HasTriggers ? node.WriteFiring(execution, rows, parameters, returning, isLocked) : node.Apply(execution, rows, parameters, returning, isLocked);
    }

    /// <summary>What becomes of a row of the source whose target row has changed; false when it is none any more.</summary>
    internal bool TryRecheck(DmlExecution execution, ReadOnlySpan<PgDatum> parameters, RowSource first, RowVersion version, RowBuffer rows)
    {
        Span<PgDatum> extended = new PgDatum[parameterCount + 1];
        parameters[..parameterCount].CopyTo(extended);
        extended[parameterCount] = PgDatum.FromInt64(execution.Xid);
        using var row = Recheck!.Open(execution.Session, extended, first, [version]);
        if (!row.Read())
        {
            return false;
        }

        rows.Append(row);
        return true;
    }

    // Nothing has been written yet: while it waits nobody is kept from anything but its rows.
    private RowBuffer LockTargets(DmlExecution execution, RowBuffer rows, ReadOnlySpan<PgDatum> parameters)
    {
        var versions = execution.Versions!;
        var doing = command == CommandType.Update ? "updating" : "deleting";
        RowBuffer? kept = null;
        HashSet<long>? passed = null;
        var written = 0;
        rows.Position = -1;
        while (rows.Read())
        {
            execution.Session.CheckForInterrupts();
            var seen = rows.GetInt64(RowidColumn);
            var rowid = seen;
            var outcome = versions.Lock(table, ref rowid, Target.LockStrength, LockWaitPolicy.Block, doing, CheckLocked);
            if (outcome == RowLockOutcome.Locked)
            {
                kept?.Append(rows);
                continue;
            }

            kept ??= rows.Head(rows.Position);
            passed ??= [];
            if (outcome == RowLockOutcome.LockedButChanged && !passed.Contains(rowid) && versions.Newest(table, rowid) is { } version
                && TryRecheck(
                    execution, parameters, rows, Recheck!.ReadsBefore ? version with { Before = versions.Seen(table, seen) } : version, kept))
            {
                passed.Add(rowid);
            }
        }

        return kept ?? rows;

        // The rows before one that is waited for would be written by now: what is wrong with one of them is told without waiting.
        void CheckLocked()
        {
            var (locked, position) = (kept ?? rows, rows.Position);
            var count = kept?.RowCount ?? position;
            for (; written < count; written++)
            {
                locked.Position = written;
                if (command == CommandType.Update && IsInPartition(execution, locked))
                {
                    CheckRow(execution, locked);
                    CheckViews(execution, locked, locked.GetInt64(RowidColumn));
                }
            }

            rows.Position = position;
        }
    }

    private sealed record Staged(ModifyTableNode Node, RowBuffer Rows, bool IsLocked, PgDatum[] Parameters);
}
