namespace PgMicro.Core.Functions;

/// <summary>What a session can tell about itself in rows.</summary>
public enum SessionRowSet
{
    /// <summary>pg_cursor(): pg_cursors.</summary>
    Cursors,

    /// <summary>pg_prepared_statement(): pg_prepared_statements.</summary>
    PreparedStatements,

    /// <summary>pg_show_all_settings(): pg_settings.</summary>
    Settings,

    /// <summary>pg_stat_get_activity() of all sessions: pg_stat_activity.</summary>
    Activity,

    /// <summary>pg_listening_channels().</summary>
    ListeningChannels,

    /// <summary>pg_lock_status(): pg_locks.</summary>
    Locks,

    /// <summary>pg_prepared_xact(): pg_prepared_xacts.</summary>
    PreparedTransactions,

    /// <summary>pg_event_trigger_ddl_commands().</summary>
    DdlCommands,

    /// <summary>pg_event_trigger_dropped_objects().</summary>
    DroppedObjects,
}
