using PgMicro.Core.Catalog.Tables;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.EventTriggers;

/// <summary>Fires event triggers around commands (manual, chapter 38).</summary>
internal static class EventTriggerFiring
{
    /// <summary>Runs a command, with the event triggers that fire before and after it.</summary>
    /// <param name="session">The session.</param>
    /// <param name="statement">The command.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="run">Runs it.</param>
    internal static T Around<T>(PgSession session, Pg.Node statement, string tag, Func<T> run)
    {
        if (!session.Catalog.HasEventTriggers || EventTriggerTags.Fires(tag) != true || !ConcernsDatabase(statement) || session.Settings.Get("event_triggers") == "off")
        {
            return run();
        }

        var outer = session.EventTriggers;
        var state = session.EventTriggers = new EventTriggerState(tag);
        try
        {
            Fire(session, "ddl_command_start", tag);
            var result = run();
            if (state.HasDropped)
            {
                state.InSqlDrop = true;
                Fire(session, "sql_drop", tag);
                state.InSqlDrop = false;
            }

            Fire(session, "ddl_command_end", tag);
            return result;
        }
        finally
        {
            session.EventTriggers = outer;
        }
    }

    /// <summary>A command is about to end that has written tables anew.</summary>
    internal static void Rewrites(PgSession session)
    {
        if (session.EventTriggers is not { Rewrites.Count: > 0 } state)
        {
            return;
        }

        foreach (var (table, reason) in state.Rewrites.ToList())
        {
            (state.RewrittenTable, state.RewriteReason) = (table, reason);
            Fire(session, "table_rewrite", state.Tag);
        }

        state.Rewrites.Clear();
        (state.RewrittenTable, state.RewriteReason) = (0, RewriteReason.None);
    }

    // In the order of their names.
    private static void Fire(PgSession session, string name, string tag)
    {
        var due = session.Catalog.UserRowsOf(PgEventTrigger.Relation)
            .Where(t => t.evtevent == name && IsEnabled(session, t) && (t.evttags is null || t.evttags.Contains(tag)))
            .OrderBy(static t => t.evtname, StringComparer.Ordinal).ToList();
        foreach (var trigger in due)
        {
            session.FireEventTrigger(trigger.evtfoid, name, tag);
        }
    }

    private static bool IsEnabled(PgSession session, PgEventTrigger trigger) => trigger.evtenabled switch
    {
        'A' => true,
        'D' => false,
        'R' => session.IsReplica,
        _ => !session.IsReplica,
    };

    // Some commands are for objects of the database and for shared ones.
    private static bool ConcernsDatabase(Pg.Node statement) => statement.NodeCase switch
    {
        Pg.Node.NodeOneofCase.RenameStmt => EventTriggerTags.Supports(statement.RenameStmt.RenameType),
        Pg.Node.NodeOneofCase.AlterOwnerStmt => EventTriggerTags.Supports(statement.AlterOwnerStmt.ObjectType),
        Pg.Node.NodeOneofCase.CommentStmt => EventTriggerTags.Supports(statement.CommentStmt.Objtype),
        Pg.Node.NodeOneofCase.DropStmt => EventTriggerTags.Supports(statement.DropStmt.RemoveType),
        Pg.Node.NodeOneofCase.GrantStmt => EventTriggerTags.Supports(statement.GrantStmt.Objtype),
        Pg.Node.NodeOneofCase.SecLabelStmt => EventTriggerTags.Supports(statement.SecLabelStmt.Objtype),
        _ => true,
    };
}
