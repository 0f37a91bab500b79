using System.Runtime.CompilerServices;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Transactions;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// A transaction's postponed constraint checks and its SET CONSTRAINTS. A check names the row or key concerned and looks at what
/// is stored when it runs, so one whose change was rolled back to a savepoint finds nothing wrong.
/// </summary>
internal sealed class DeferredConstraints
{
    private static readonly ConditionalWeakTable<Transaction, DeferredConstraints> PerTransaction = [];
    private readonly List<ConstraintEvent> _events = [];
    private readonly Dictionary<uint, bool> _modes = [];
    private bool? _all;

    /// <summary>The running transaction's; its events are checked at commit.</summary>
    internal static DeferredConstraints Get(PgSession session)
    {
        var transaction = session.Transaction;
        if (!PerTransaction.TryGetValue(transaction, out var found))
        {
            found = new DeferredConstraints();
            PerTransaction.Add(transaction, found);
            var created = found;
            transaction.Committing += () => created.Run(session, static _ => true);
        }

        return found;
    }

    /// <summary>Whether checks of a constraint wait for the end of the transaction.</summary>
    internal static bool IsDeferred(PgSession session, PgConstraint constraint)
    {
        if (!constraint.condeferrable)
        {
            return false;
        }

        if (PerTransaction.TryGetValue(session.Transaction, out var state))
        {
            if (state._modes.TryGetValue(constraint.oid, out var mode))
            {
                return mode;
            }

            if (state._all is { } all)
            {
                return all;
            }
        }

        return constraint.condeferred;
    }

    /// <summary>Raises 55006 when checks of a table's changes are still to come (PostgreSQL's CheckTableNotInUse).</summary>
    internal static void RequireNone(PgSession session, PgClass relation, string command)
    {
        if (PerTransaction.TryGetValue(session.Transaction, out var state) && state._events.Exists(e => e.RelationOid == relation.oid))
        {
            throw new Errors.PgException(Errors.SqlState.ObjectInUse, $"cannot {command} \"{relation.relname}\" because it has pending trigger events");
        }
    }

    internal void Add(PgSession session, ConstraintEvent check)
    {
        _events.Add(check);
        if (check.IsRolledBack)
        {
            session.Transaction.OnRollback(() => _events.Remove(check));
        }
    }

    /// <summary>SET CONSTRAINTS ALL.</summary>
    internal void SetAll(PgSession session, bool deferred)
    {
        _modes.Clear();
        _all = deferred;
        if (!deferred)
        {
            Run(session, static _ => true);
        }
    }

    /// <summary>SET CONSTRAINTS of some.</summary>
    internal void Set(PgSession session, IReadOnlySet<uint> constraints, bool deferred)
    {
        foreach (var constraint in constraints)
        {
            _modes[constraint] = deferred;
        }

        if (!deferred)
        {
            Run(session, e => constraints.Contains(e.ConstraintOid));
        }
    }

    private void Run(PgSession session, Predicate<ConstraintEvent> which)
    {
        for (var i = 0; i < _events.Count; i++)
        {
            if (which(_events[i]))
            {
                _events[i].Check(session);
            }
        }

        _events.RemoveAll(which);
    }
}
