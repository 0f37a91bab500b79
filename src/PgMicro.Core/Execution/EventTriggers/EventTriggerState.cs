using System.Globalization;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.EventTriggers;

/// <summary>Why a table's rows are written anew: bits of pg_event_trigger_table_rewrite_reason.</summary>
[Flags]
internal enum RewriteReason
{
    None = 0,
    Persistence = 1,
    Default = 2,
    Column = 4,
    AccessMethod = 8,
}

/// <summary>What a command that event triggers watch has done (PostgreSQL's EventTriggerQueryState).</summary>
/// <param name="tag">The command's tag.</param>
internal sealed class EventTriggerState(string tag)
{
    private readonly List<(string Tag, ObjectAddress? Object, string? Kind)> _commands = [];
    private readonly List<DroppedObject> _dropped = [];

    /// <summary>TG_TAG.</summary>
    internal string Tag => tag;

    /// <summary>How many commands have been noted.</summary>
    internal int CommandCount => _commands.Count;

    /// <summary>Whether anything has been dropped.</summary>
    internal bool HasDropped => _dropped.Count > 0;

    /// <summary>Whether triggers of sql_drop run.</summary>
    internal bool InSqlDrop { get; set; }

    /// <summary>The table that triggers of table_rewrite run for; 0 for none.</summary>
    internal uint RewrittenTable { get; set; }

    /// <summary>Why it is rewritten.</summary>
    internal RewriteReason RewriteReason { get; set; }

    /// <summary>The tables that the command writes anew, and why, until triggers have been told.</summary>
    internal SortedDictionary<uint, RewriteReason> Rewrites { get; } = [];

    /// <summary>Notes a command, which may be part of the one that is running.</summary>
    /// <param name="command">Its tag.</param>
    /// <param name="address">The object that it made or changed.</param>
    internal void Collect(string command, ObjectAddress address)
    {
        if (Supports(address.ClassId))
        {
            _commands.Add((command, address, null));
        }
    }

    /// <summary>Notes a GRANT, REVOKE or ALTER DEFAULT PRIVILEGES, of which only the kind of objects is told.</summary>
    internal void CollectGrant(string command, string kind) => _commands.Add((command, null, kind));

    /// <summary>For each sequence that has been made since, that it has been given its owner.</summary>
    internal void CollectSequenceOwners(int since)
    {
        foreach (var (_, address, _) in _commands.Skip(since).Where(static c => c.Tag == "CREATE SEQUENCE").ToList())
        {
            Collect("ALTER SEQUENCE", address!.Value);
        }
    }

    /// <summary>Notes an object that is about to be dropped.</summary>
    internal void Drop(CatalogSnapshot catalog, uint tempSchema, ObjectAddress address) => Drop(catalog, tempSchema, [new(address, DeletionFlags.Original, address)]);

    /// <summary>Notes what is about to be dropped, in the order of that.</summary>
    internal void Drop(CatalogSnapshot catalog, uint tempSchema, IEnumerable<DependentObjects.Target> targets)
    {
        foreach (var target in targets)
        {
            if (Supports(target.Address.ClassId) && ObjectIdentity.Of(catalog, target.Address, tempSchema) is { } identity)
            {
                var schema = SchemaOf(catalog, target.Address, tempSchema) ?? identity.Schema;
                if (schema?.StartsWith("pg_temp_", StringComparison.Ordinal) != true)
                {
                    _dropped.Add(new(target.Address, target.Flags, identity, schema));
                }
            }
        }
    }

    /// <summary>pg_event_trigger_ddl_commands.</summary>
    internal List<PgDatum[]> CommandRows(CatalogSnapshot catalog, uint tempSchema)
    {
        var rows = new List<PgDatum[]>();
        foreach (var (command, address, kind) in _commands)
        {
            if (address is not { } of)
            {
                rows.Add([
                    PgDatum.Null, PgDatum.Null, PgDatum.Null, PgDatum.FromText(command), PgDatum.FromText(kind!), PgDatum.Null, PgDatum.Null, PgDatum.FromBoolean(false),
                    PgDatum.FromText(command),
                ]);
            }
            else if (ObjectIdentity.Of(catalog, of, tempSchema) is { } identity)
            {
                rows.Add([
                    PgDatum.FromInt64(of.ClassId), PgDatum.FromInt64(of.ObjectId), PgDatum.FromInt64(of.SubId), PgDatum.FromText(command), PgDatum.FromText(identity.Kind),
                    Text(identity.Schema), PgDatum.FromText(identity.Identity), PgDatum.FromBoolean(false), PgDatum.FromText(command),
                ]);
            }
        }

        return rows;
    }

    /// <summary>pg_event_trigger_dropped_objects: what was dropped last comes first.</summary>
    internal List<PgDatum[]> DroppedRows(Func<string[], PgDatum> array)
    {
        var rows = new List<PgDatum[]>();
        for (var i = _dropped.Count - 1; i >= 0; i--)
        {
            var (address, flags, identity, schema) = _dropped[i];
            rows.Add([
                PgDatum.FromInt64(address.ClassId), PgDatum.FromInt64(address.ObjectId), PgDatum.FromInt64(address.SubId),
                PgDatum.FromBoolean((flags & DeletionFlags.Original) != 0), PgDatum.FromBoolean((flags & (DeletionFlags.Normal | DeletionFlags.Reverse)) != 0),
                PgDatum.FromBoolean(schema == "pg_temp"), PgDatum.FromText(identity.Kind), Text(schema), address.SubId != 0 ? PgDatum.Null : Text(identity.Name),
                PgDatum.FromText(identity.Identity), array(identity.Names), array(identity.Arguments),
            ]);
        }

        return rows;
    }

    // What is shared, and event triggers themselves, are no matter of theirs.
    private static bool Supports(uint classId) => classId is not (PgAuthid.RelationOid or PgAuthMembers.RelationOid or Catalog.Tables.PgDatabase.RelationOid or PgTablespace.RelationOid
        or PgParameterAcl.RelationOid or PgEventTrigger.RelationOid);

    // Defaults, triggers and policies are in their table's schema.
    private static string? SchemaOf(CatalogSnapshot catalog, ObjectAddress address, uint tempSchema)
    {
        var relation = address.ClassId switch
        {
            PgAttrdef.RelationOid => catalog.Find(PgAttrdef.Relation, new(address.ObjectId))?.adrelid,
            PgTrigger.RelationOid => catalog.Find(PgTrigger.Relation, new(address.ObjectId))?.tgrelid,
            PgPolicy.RelationOid => catalog.Find(PgPolicy.Relation, new(address.ObjectId))?.polrelid,
            _ => null,
        };
        return relation is { } oid ? ObjectIdentity.Of(catalog, ObjectAddress.Relation(oid), tempSchema)?.Schema : null;
    }

    private static PgDatum Text(string? text) => text is null ? PgDatum.Null : PgDatum.FromText(text);

    private sealed record DroppedObject(ObjectAddress Address, DeletionFlags Flags, ObjectIdentity Identity, string? Schema);
}
