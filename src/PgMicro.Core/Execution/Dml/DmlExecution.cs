using System.Runtime.InteropServices;
using PgMicro.Core.Execution.Locks;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>One run of a data-modifying statement: its writer, its transaction id, and what its rows leave to be checked at its end.</summary>
internal sealed class DmlExecution : IDisposable
{
    private List<ConstraintEvent>? _events;
    private RowLocking? _locking;
    private Dictionary<(uint Table, TriggerType Command), StatementChanges>? _changes;

    /// <param name="session">The session.</param>
    /// <param name="before">The run so far, which the transaction's move has ended: what it has left to be checked is this one's.</param>
    /// <param name="firesTriggers">Whether triggers may fire: while their statements wait, others could change the rows that this one has found.</param>
    internal DmlExecution(PgSession session, DmlExecution? before = null, bool firesTriggers = false)
    {
        _events = before?._events;
        _changes = before?._changes;
        Session = session;
        Xid = session.Transaction.GetXid();
        Writer = new DirectTableWriter(session.Transaction, session.Database.Transactions.Rowids, Xid);
        if (session.FiringWrites is { Count: > 0 } outer)
        {
            Writer = new NotingTableWriter(Writer, outer);
        }

        Versions = firesTriggers || session.Transaction.IsContended ? before?.Versions ?? new RowVersions(session) : null;
    }

    internal PgSession Session { get; }

    internal long Xid { get; }

    internal ITableWriter Writer { get; }

    /// <summary>The locks of its rows; null when nobody else could want them. Others may once a statement of a trigger has had to wait.</summary>
    internal RowLocking? Locking => Session.Transaction.IsContended ? _locking ??= new RowLocking(Session) : null;

    /// <summary>The rows that its statement has found, as others have left them; null when nobody else could change them before it has written.</summary>
    internal RowVersions? Versions { get; }

    /// <summary>A row refers to another one, which must stay.</summary>
    internal void LockReferenced(TableLayout table, long rowid)
    {
        Session.Transaction.NoteRead(table.Oid, table.RowidIndex, rowid);
        if (Locking is not null)
        {
            Locking.Lock(table, rowid, RowLockStrength.KeyShare, "locking");
        }
        else
        {
            Session.Transaction.NoteReferenced(table.Oid, rowid);
        }
    }

    /// <summary>Notes what is to be done at the end of the statement or transaction.</summary>
    internal void Add(ConstraintEvent item)
    {
        if (item.IsDeferred(Session))
        {
            DeferredConstraints.Get(Session).Add(Session, item);
        }
        else
        {
            (_events ??= []).Add(item);
        }
    }

    /// <summary>Fires the events since a mark: the end of a statement, or of an action's statement within it.</summary>
    internal void FireEvents(int mark)
    {
        if (_events is null)
        {
            return;
        }

        for (var i = mark; i < _events.Count; i++)
        {
            Session.CheckForInterrupts();
            _events[i].Fire(this);
        }

        CollectionsMarshal.SetCount(_events, mark);
        if (_changes is not null)
        {
            Session.ForgetTransitionTables();
        }
    }

    /// <summary>Runs the statement of a referential action; what that leaves to be done is done after what is noted already, as the outer statement's.</summary>
    internal void RunNested(IWriteNode node, ReadOnlySpan<PgDatum> parameters) => node.Run(this, parameters, null);

    /// <summary>Rows that statements of triggers have changed while this one writes.</summary>
    internal HashSet<(uint Table, long Rowid)>? ChangedByTriggers { get; set; }

    /// <summary>What it has done to a table by an event, for triggers.</summary>
    internal StatementChanges Changes(uint table, TriggerType command)
    {
        if (_changes?.TryGetValue((table, command), out var found) == true && !found.IsClosed)
        {
            return found;
        }

        return (_changes ??= [])[(table, command)] = new StatementChanges();
    }

    /// <summary>From now on until the result is disposed of, triggers may change rows that the statement is to write.</summary>
    internal FiringScope BeginFiring()
    {
        var writes = Session.FiringWrites ??= [];
        if (writes.Count > 0 && ReferenceEquals(writes[^1], this))
        {
            return default;
        }

        writes.Add(this);
        return new FiringScope(this);
    }

    /// <summary>The time in which <see cref="ChangedByTriggers"/> is kept.</summary>
    internal readonly struct FiringScope(DmlExecution? execution) : IDisposable
    {
        public void Dispose()
        {
            if (execution is not null)
            {
                execution.Session.FiringWrites!.RemoveAt(execution.Session.FiringWrites.Count - 1);
                execution.ChangedByTriggers = null;
            }
        }
    }

    public void Dispose() => Writer.Dispose();
}
