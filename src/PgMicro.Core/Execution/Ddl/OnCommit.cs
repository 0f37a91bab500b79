using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Errors;
using PgMicro.Core.Transactions;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>
/// ON COMMIT of the session's temporary tables. What is registered for a table that a rollback took away finds no table of its OID.
/// </summary>
internal sealed class OnCommit(PgSession session)
{
    private readonly Dictionary<uint, Pg.OnCommitAction> _actions = [];

    /// <summary>Refuses an action on a table that is not temporary.</summary>
    internal static void Check(Pg.OnCommitAction action, char persistence)
    {
        if (persistence != 't' && action is (Pg.OnCommitAction.OncommitDrop or Pg.OnCommitAction.OncommitDeleteRows or Pg.OnCommitAction.OncommitPreserveRows))
        {
            throw new PgException(SqlState.InvalidTableDefinition, "ON COMMIT can only be used on temporary tables");
        }
    }

    /// <summary>Takes note of a new table's action.</summary>
    internal void Register(uint table, Pg.OnCommitAction action)
    {
        if (action is Pg.OnCommitAction.OncommitDrop or Pg.OnCommitAction.OncommitDeleteRows)
        {
            _actions.Add(table, action);
            Attach(session.Transaction);
        }
    }

    /// <summary>Makes a transaction run the actions at its commit.</summary>
    internal void Attach(Transaction transaction)
    {
        if (_actions.Count > 0)
        {
            transaction.CommittingLast = Run;
        }
    }

    /// <summary>Runs the actions. Only a writing transaction can have made a table to drop, or rows to delete.</summary>
    private void Run()
    {
        if (!session.Transaction.IsWriting)
        {
            return;
        }

        var ddl = new DdlContext(session, "");
        var drops = new List<ObjectAddress>();
        foreach (var (table, action) in _actions)
        {
            if (ddl.Catalog.Class(table) is null)
            {
                _actions.Remove(table);
            }
            else if (action == Pg.OnCommitAction.OncommitDrop)
            {
                drops.Add(ObjectAddress.Relation(table));
                _actions.Remove(table);
            }
            else if (ddl.Catalog.Class(table)!.relkind != 'p')
            {
                ddl.Run("DELETE FROM " + SqliteTables.Name(ddl.Catalog, table));
            }
        }

        if (drops.Count > 0)
        {
            Drop.Perform(ddl, drops, Pg.DropBehavior.DropCascade, quietly: true);
        }
    }
}
