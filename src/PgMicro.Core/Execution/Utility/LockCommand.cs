using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;
using PgMicro.Core.Transactions;
using PgMicro.Core.Transactions.Locking;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>LOCK TABLE (manual, SQL commands): tables, and views with what they read.</summary>
internal static class LockCommand
{
    internal static ExecutablePlan Plan(Pg.LockStmt statement) => new UtilityPlan(
        (session, _) =>
        {
            if (!session.InTransactionBlock)
            {
                throw new PgException(SqlState.NoActiveSqlTransaction, "LOCK TABLE can only be used in transaction blocks");
            }

            var mode = (LockMode)statement.Mode;
            foreach (var node in statement.Relations)
            {
                var relation = Lock(session, node.RangeVar, mode, statement.Nowait);
                if (relation.relkind == 'v')
                {
                    LockView(session, relation, mode, statement.Nowait, session.CurrentRole);
                }
                else if (node.RangeVar.Inh)
                {
                    LockChildren(session, relation.oid, mode, statement.Nowait);
                }
            }

            return new StatementRun("LOCK TABLE");
        },
        needsSnapshot: false);

    // Waiting may let others put another relation in the name's place.
    private static PgClass Lock(PgSession session, Pg.RangeVar name, LockMode mode, bool nowait)
    {
        while (true)
        {
            var relation = session.ResolveRelation(name);
            if (relation.relkind is not ('r' or 'p' or 'v'))
            {
                throw new PgException(SqlState.WrongObjectType, $"cannot lock relation \"{relation.relname}\"").WithDetail(NotSupportedFor(relation));
            }

            Require(session, relation, session.CurrentRole, mode);
            Take(session, relation, mode, nowait);
            if (session.ResolveRelation(name).oid == relation.oid)
            {
                return relation;
            }
        }
    }

    // The privilege is for the named table alone.
    private static void LockChildren(PgSession session, uint parent, LockMode mode, bool nowait)
    {
        foreach (var child in Inheritance.Children(session.Catalog, parent))
        {
            Take(session, session.Catalog.Class(child)!, mode, nowait);

            // Waiting may have let others drop it.
            if (session.Catalog.Class(child) is not null)
            {
                LockChildren(session, child, mode, nowait);
            }
        }
    }

    private static void LockView(PgSession session, PgClass view, LockMode mode, bool nowait, string role)
    {
        var catalog = session.Catalog;
        var invoker = view.reloptions?.Any(static o => o is "security_invoker=true" or "security_invoker=on" or "security_invoker=1") == true;
        var reader = invoker ? role : catalog.Role(view.relowner)?.rolname ?? role;
        foreach (var oid in new RelationsOf(ViewExpansion.DefinitionOf(Planner.NewLoweringContext(session), view)).Oids)
        {
            if (catalog.Class(oid) is not { relkind: 'r' or 'p' or 'v' } relation)
            {
                continue;
            }

            Require(session, relation, reader, mode);
            Take(session, relation, mode, nowait);
            if (relation.relkind == 'v')
            {
                LockView(session, relation, mode, nowait, reader);
            }
            else
            {
                LockChildren(session, oid, mode, nowait);
            }
        }
    }

    private static void Take(PgSession session, PgClass relation, LockMode mode, bool nowait)
    {
        if (session.LockRelation(relation.oid, mode, nowait) == LockOutcome.NotAvailable)
        {
            throw NotAvailable(relation);
        }

        // The lock table is this process's. What keeps everybody out keeps other processes out too: only one of those that migrate a file at once does so.
        if (mode == LockMode.AccessExclusive && !session.Transaction.ReadOnly && session.Database.Transactions.Gate.Holder is null)
        {
            try
            {
                session.Transaction.PrepareToWrite("LOCK TABLE", nowait ? WriteGate.NoWait : session.LockTimeout, session.Cancellation, isLogged: true);
                session.Transaction.KeepsOtherProcessesOut = true;
            }
            catch (PgException e) when (nowait && e.SqlState == SqlState.LockNotAvailable)
            {
                throw NotAvailable(relation);
            }
        }
    }

    private static PgException NotAvailable(PgClass relation) => new(SqlState.LockNotAvailable, $"could not obtain lock on relation \"{relation.relname}\"");

    private static void Require(PgSession session, PgClass relation, string role, LockMode mode)
    {
        var allowed = AclMode.Maintain | AclMode.Update | AclMode.Delete | AclMode.Truncate;
        allowed |= mode <= LockMode.AccessShare ? AclMode.Select : 0;
        allowed |= mode <= LockMode.RowExclusive ? AclMode.Insert : 0;
        if (session.Catalog.FindRole(role) is { rolsuper: false } row && PrivilegeCheck.OnClass(session.Catalog, relation, row.oid, allowed) == 0)
        {
            throw Roles.QueryPermissions.Denied(relation);
        }
    }

    private static string NotSupportedFor(PgClass relation) => "This operation is not supported for " + relation.relkind switch
    {
        'i' => "indexes.",
        'I' => "partitioned indexes.",
        'S' => "sequences.",
        't' => "TOAST tables.",
        'm' => "materialized views.",
        'c' => "composite types.",
        _ => "foreign tables.",
    };

    private sealed class RelationsOf : BoundTreeWalker
    {
        internal RelationsOf(BoundQuery query) => VisitTop(query);

        internal List<uint> Oids { get; } = [];

        protected override void VisitQuery(BoundQuery query)
        {
            foreach (var entry in query.RangeTable)
            {
                if (entry.RteKind == RteKind.Relation && !Oids.Contains(entry.Relid))
                {
                    Oids.Add(entry.Relid);
                }
            }

            base.VisitQuery(query);
        }
    }
}
