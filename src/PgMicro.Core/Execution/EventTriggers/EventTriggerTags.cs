using System.Collections.Frozen;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.EventTriggers;

/// <summary>Command tags that event triggers know (manual: "Event Trigger Firing Matrix").</summary>
internal static class EventTriggerTags
{
    private static readonly string[] s_objects =
    [
        "ACCESS METHOD", "AGGREGATE", "CAST", "COLLATION", "CONSTRAINT", "CONVERSION", "DOMAIN", "EXTENSION", "FOREIGN DATA WRAPPER", "FOREIGN TABLE",
        "FUNCTION", "INDEX", "LANGUAGE", "MATERIALIZED VIEW", "OPERATOR", "OPERATOR CLASS", "OPERATOR FAMILY", "POLICY", "PROCEDURE", "PUBLICATION",
        "ROUTINE", "RULE", "SCHEMA", "SEQUENCE", "SERVER", "STATISTICS", "SUBSCRIPTION", "TABLE", "TEXT SEARCH CONFIGURATION", "TEXT SEARCH DICTIONARY",
        "TEXT SEARCH PARSER", "TEXT SEARCH TEMPLATE", "TRANSFORM", "TRIGGER", "TYPE", "USER MAPPING", "VIEW",
    ];

    private static readonly string[] s_shared = ["DATABASE", "EVENT TRIGGER", "ROLE", "TABLESPACE"];

    private static readonly string[] s_firing =
    [
        "ALTER DEFAULT PRIVILEGES", "ALTER LARGE OBJECT", "CREATE TABLE AS", "DROP OWNED", "COMMENT", "GRANT", "IMPORT FOREIGN SCHEMA", "LOGIN",
        "REFRESH MATERIALIZED VIEW", "REINDEX", "REVOKE", "SECURITY LABEL", "SELECT INTO",
    ];

    private static readonly string[] s_others =
    [
        "ALTER SYSTEM", "ANALYZE", "BEGIN", "CALL", "CHECKPOINT", "CLOSE", "CLOSE CURSOR", "CLOSE CURSOR ALL", "CLUSTER", "COMMIT", "COMMIT PREPARED", "COPY", "COPY FROM",
        "DEALLOCATE", "DEALLOCATE ALL", "DECLARE CURSOR", "DELETE", "DISCARD", "DISCARD ALL", "DISCARD PLANS", "DISCARD SEQUENCES", "DISCARD TEMP", "DO", "EXECUTE",
        "EXPLAIN", "FETCH", "GRANT ROLE", "INSERT", "LISTEN", "LOAD", "LOCK TABLE", "MERGE", "MOVE", "NOTIFY", "PREPARE", "PREPARE TRANSACTION", "REASSIGN OWNED",
        "RELEASE", "RESET", "REVOKE ROLE", "ROLLBACK", "ROLLBACK PREPARED", "SAVEPOINT", "SELECT", "SELECT FOR KEY SHARE", "SELECT FOR NO KEY UPDATE",
        "SELECT FOR SHARE", "SELECT FOR UPDATE", "SET", "SET CONSTRAINTS", "SHOW", "START TRANSACTION", "TRUNCATE TABLE", "UNLISTEN", "UPDATE", "VACUUM",
    ];

    /// <summary>Whether event triggers fire for a command; null for what is no command's tag.</summary>
    private static readonly FrozenDictionary<string, bool> s_tags = Read();

    /// <summary>Whether event triggers fire for a command; null for what is no command's tag.</summary>
    /// <param name="tag">The tag, in upper case.</param>
    internal static bool? Fires(string tag) => s_tags.TryGetValue(tag, out var fires) ? fires : null;

    /// <summary>Whether a command may rewrite a table so that an event trigger is told.</summary>
    internal static bool Rewrites(string tag) => tag is "ALTER TABLE" or "ALTER MATERIALIZED VIEW" or "ALTER TYPE";

    /// <summary>Whether objects of a kind are the database's own, so that event triggers see to them (EventTriggerSupportsObjectType).</summary>
    internal static bool Supports(Pg.ObjectType type) => type is not (Pg.ObjectType.ObjectDatabase or Pg.ObjectType.ObjectTablespace or Pg.ObjectType.ObjectRole
        or Pg.ObjectType.ObjectParameterAcl or Pg.ObjectType.ObjectEventTrigger);

    private static FrozenDictionary<string, bool> Read()
    {
        var tags = new Dictionary<string, bool>();
        foreach (var verb in (ReadOnlySpan<string>)["ALTER ", "CREATE ", "DROP "])
        {
            foreach (var kind in s_objects)
            {
                tags.Add(verb + kind, true);
            }

            foreach (var kind in s_shared)
            {
                tags.Add(verb + kind, false);
            }
        }

        foreach (var tag in s_firing)
        {
            tags.Add(tag, true);
        }

        foreach (var tag in s_others)
        {
            tags.Add(tag, false);
        }

        return tags.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
