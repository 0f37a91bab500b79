using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <content>What is done about each row.</content>
internal sealed partial class ModifyTableNode
{
    private void CheckRow(DmlExecution execution, RowSource row)
    {
        CheckPolicies(row);
        foreach (var column in NotNullColumns)
        {
            if (NewColumns[column] < 0 || row.Kind(NewColumns[column]) == DatumKind.Null)
            {
                throw ConstraintErrors.NotNull(table, table.Columns[column], NewRow(execution.Session, row), execution.Session, Named);
            }
        }

        if (CheckColumn >= 0 && row.Kind(CheckColumn) == DatumKind.Integer)
        {
            var violated = table.Checks[(int)row.GetInt64(CheckColumn)];
            throw ConstraintErrors.Check(table, violated.Name, NewRow(execution.Session, row), execution.Session, Named);
        }

        if (command == CommandType.Insert && !IsInPartition(execution, row))
        {
            throw OutsidePartition(execution, row);
        }
    }

    // Before anything else about the row can be learned from an error.
    private void CheckPolicies(RowSource row, bool ofNewRow = true)
    {
        foreach (var (column, check) in PolicyChecks)
        {
            if (!ofNewRow && check.Kind is WithCheckKind.PolicyInsert or WithCheckKind.PolicyUpdate)
            {
                continue;
            }

            if (row.Kind(column) != DatumKind.Integer || row.GetInt64(column) == 0)
            {
                throw ConstraintErrors.Policy(check);
            }
        }
    }

    // After the row is written: a violated constraint of the table is reported rather than the view's.
    private void CheckViews(DmlExecution execution, RowSource row, long rowid)
    {
        foreach (var (column, view) in ViewChecks)
        {
            if (row.Kind(column) != DatumKind.Integer || row.GetInt64(column) == 0)
            {
                throw ConstraintErrors.ViewCheck(table, view, NewRow(execution.Session, row, rowid), execution.Session, Named);
            }
        }
    }

    private long Insert(DmlExecution execution, RowSource row)
    {
        try
        {
            execution.Writer.Insert(Target, row, skipConflicts: false, out var rowid);
            return rowid;
        }
        catch (SqliteException e) when (e.Code == SqliteResultCode.Constraint)
        {
            throw Violation(execution, row, null) ?? (Exception)e;
        }
    }

    private long Update(DmlExecution execution, RowSource row, long rowid)
    {
        try
        {
            return execution.Writer.Update(Target, row, rowid);
        }
        catch (SqliteException e) when (e.Code == SqliteResultCode.Constraint)
        {
            throw Violation(execution, row, rowid) ?? (Exception)e;
        }
    }

    /// <summary>INSERT … ON CONFLICT of one row; false when no row was inserted.</summary>
    private bool InsertOrResolve(
        DmlExecution execution, RowSource row, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning, HashSet<long>? affected,
        InitialSubqueries.Values? initial, ref long count, out long rowid)
    {
        var conflict = Conflict!;
        if (CheckedIndexes.Length > 0 && IsExcluded(execution, row, conflict))
        {
            rowid = 0;
            return false;
        }

        if (execution.Writer.Insert(Target, row, skipConflicts: true, out rowid))
        {
            affected?.Add(rowid);
            return true;
        }

        if (conflict.Update is null && conflict.Arbiters.Length == 0)
        {
            if (execution.Locking is not null)
            {
                Violation(execution, row, null);
            }

            return false;
        }

        var values = NewRow(execution.Session, row);
        long? existing = null;
        foreach (var arbiter in conflict.Arbiters)
        {
            if ((existing = arbiter.Find(execution.Session, values, null, out _)) is not null)
            {
                break;
            }
        }

        if (existing is null)
        {
            throw Violation(execution, row, null)
                ?? throw new InvalidOperationException($"A unique index of \"{table.Name}\" refused a row that conflicts with none.");
        }

        execution.Locking?.Confirm(table, existing.Value);
        if (conflict.Update is not { } update)
        {
            return false;
        }

        if (!affected!.Add(existing.Value))
        {
            throw ConstraintErrors.AffectedTwice();
        }

        // The statement's parameters, the transaction id, EXCLUDED, the rowid, what is computed once.
        var once = initial?.Get(parameters[..parameterCount]) ?? [];
        var extended = new PgDatum[parameterCount + 1 + values.Length + 1 + once.Length];
        parameters[..parameterCount].CopyTo(extended);
        extended[parameterCount] = PgDatum.FromInt64(execution.Xid);
        values.CopyTo(extended, parameterCount + 1);
        extended[parameterCount + 1 + values.Length] = PgDatum.FromInt64(existing.Value);
        once.CopyTo(extended, parameterCount + 1 + values.Length + 1);
        count += update.RunRows(execution, extended, returning);
        return false;
    }

    /// <summary>Whether an arbiter that SQLite knows nothing of keeps a row from being inserted.</summary>
    private bool IsExcluded(DmlExecution execution, RowSource row, ConflictPlan conflict)
    {
        PgDatum[]? values = null;
        foreach (var index in conflict.Arbiters.Length > 0 ? conflict.Arbiters : table.UniqueIndexes)
        {
            if (ArbiterInference.Immediate(index).Find(execution.Session, values ??= NewRow(execution.Session, row), null, out _) is { } other)
            {
                execution.Locking?.Confirm(table, other);

                // A unique index's row is for DO UPDATE to find again.
                return conflict.Update is null;
            }
        }

        return false;
    }

    /// <summary>Which index a refused row violates: the first by OID.</summary>
    private PgException? Violation(DmlExecution execution, RowSource row, long? self)
    {
        var values = NewRow(execution.Session, row);
        foreach (var index in table.UniqueIndexes)
        {
            if (index.IsImmediate && index.Find(execution.Session, values, self, out var key) is { } other)
            {
                execution.Locking?.Confirm(table, other);
                if (index.Index.indexrelid == table.RowidIndex)
                {
                    execution.Session.Transaction.NoteKey(table.RowidIndex, other);
                }

                return index.Violation(key, execution.Session);
            }
        }

        return null;
    }

    // A snapshot of REPEATABLE READ does not show the row that has got the key meanwhile.
    private void LockKeys(DmlExecution execution, RowLocking locking, RowSource row, long rowid)
    {
        try
        {
            locking.LockKeys(table, rowid, isNew: command == CommandType.Insert);
        }
        catch (PgException e) when (Conflict is null && e.SqlState == SqlState.SerializationFailure)
        {
            if (execution.Session.Transaction.OnNewest(() => Violation(execution, row, command == CommandType.Insert ? null : rowid)) is { } violation)
            {
                throw violation;
            }

            throw;
        }
    }

    /// <summary>Exclusion and deferrable unique constraints, and this table's foreign keys.</summary>
    private void AfterWrite(DmlExecution execution, RowSource row, long rowid)
    {
        if (execution.Locking is { } locking && Target.ChangesKeys)
        {
            LockKeys(execution, locking, row, rowid);
        }

        if (Target.EntersIndexes && execution.Session.Transaction.NotesReads)
        {
            execution.Session.Transaction.NoteEntered(table.Oid, rowid, table.RowidIndex, table.Indexes, Kept(NewRow(execution.Session, row, rowid)));
        }

        if (CheckedIndexes.Length > 0)
        {
            var values = NewRow(execution.Session, row, rowid);
            foreach (var index in CheckedIndexes)
            {
                var other = index.Find(execution.Session, values, rowid, out var key);
                var isTaken = other is not null;
                if (isTaken && index.IsImmediate)
                {
                    execution.Locking?.Confirm(table, other!.Value);
                    throw index.Violation(key, execution.Session);
                }

                if (!index.IsImmediate)
                {
                    isTaken |= execution.Locking?.TakeDeferrableKey(index, rowid) == true;
                    if (isTaken)
                    {
                        execution.Add(new UniqueRecheck(index, rowid));
                    }
                }
            }
        }

        foreach (var foreignKey in ForeignKeys)
        {
            CheckForeignKey(execution, row, rowid, foreignKey);
        }
    }

    // For longer than what the statement was given lasts.
    private static PgDatum[] Kept(PgDatum[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = values[i].Kind switch
            {
                DatumKind.Text => PgDatum.FromText(values[i].Bytes.ToArray()),
                DatumKind.Blob => PgDatum.FromBlob(values[i].Bytes.ToArray()),
                _ => values[i],
            };
        }

        return values;
    }

    private static void CheckForeignKey(DmlExecution execution, RowSource row, long rowid, NodeKey foreignKey)
    {
        if (execution.Session.IsReplica)
        {
            return;
        }

        var key = foreignKey.Key;
        var nulls = 0;
        foreach (var column in foreignKey.New)
        {
            if (column < 0 || row.Kind(column) == DatumKind.Null)
            {
                nulls++;
            }
        }

        if (nulls > 0)
        {
            if (key.IsMatchFull && nulls < foreignKey.New.Length)
            {
                throw ConstraintErrors.MissingReference(key.Referencing, key.Name, "MATCH FULL does not allow mixing of null and nonnull key values.");
            }

            return;
        }

        if (foreignKey.Old.Length > 0 && SameValues(row, foreignKey.Old, foreignKey.New))
        {
            return;
        }

        // Found now, it is found at the statement's end too, unless the referenced row goes, which is checked there.
        if (!DeferredConstraints.IsDeferred(execution.Session, key.Row) && key.FindReferenced(execution.Session, row, foreignKey.New) is { } referenced)
        {
            execution.LockReferenced(referenced.Table, referenced.Rowid);
        }
        else
        {
            execution.Locking?.Confirm();
            execution.Add(new ReferenceCheck(key, rowid, Values(row, foreignKey.New)));
        }
    }

    private static void NoteReferencedKeys(DmlExecution execution, RowSource row, NodeKey[] keys)
    {
        foreach (var referenced in keys)
        {
            var isUpdate = referenced.New.Length > 0;
            if (execution.Session.IsReplica || HasNull(row, referenced.Old) || (isUpdate && SameValues(row, referenced.Old, referenced.New)))
            {
                continue;
            }

            execution.Add(new ReferencedChange(
                referenced.Key, Values(row, referenced.Old), isUpdate ? Values(row, referenced.New) : null));
        }
    }

    private static bool HasNull(RowSource row, int[] columns)
    {
        foreach (var column in columns)
        {
            if (row.Kind(column) == DatumKind.Null)
            {
                return true;
            }
        }

        return false;
    }

    private static PgDatum[] Values(RowSource row, int[] columns)
    {
        var result = new PgDatum[columns.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = row.GetDatum(columns[i]);
        }

        return result;
    }

    private static bool SameValues(RowSource row, int[] a, int[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            var kind = row.Kind(a[i]);
            if (row.Kind(b[i]) != kind)
            {
                return false;
            }

            var same = kind switch
            {
                DatumKind.Null => true,
                DatumKind.Integer => row.GetInt64(a[i]) == row.GetInt64(b[i]),
                DatumKind.Real => BitConverter.DoubleToInt64Bits(row.GetDouble(a[i])) == BitConverter.DoubleToInt64Bits(row.GetDouble(b[i])),
                _ => row.GetBytes(a[i]).SequenceEqual(row.GetBytes(b[i])),
            };
            if (!same)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>All columns of the row as it is to be; those that an UPDATE leaves alone are read from the table.</summary>
    private PgDatum[] NewRow(PgSession session, RowSource row, long? rowid = null)
    {
        var result = new PgDatum[NewColumns.Length];
        var missing = false;
        for (var i = 0; i < result.Length; i++)
        {
            if (NewColumns[i] >= 0)
            {
                result[i] = row.GetDatum(NewColumns[i]);
            }
            else
            {
                missing |= command != CommandType.Insert;
            }
        }

        if (missing)
        {
            using var stored = table.StoredRow.Open(session, [PgDatum.FromInt64(rowid ?? row.GetInt64(RowidColumn))]);
            if (stored.Read())
            {
                for (var i = 0; i < result.Length; i++)
                {
                    if (NewColumns[i] < 0)
                    {
                        result[i] = stored.GetDatum(i);
                    }
                }
            }
        }

        return result;
    }
}
