using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>The temporary objects of a session.</summary>
internal static class TempObjects
{
    /// <summary>Drops them all with their schema; the session's transaction is writing.</summary>
    internal static void Discard(PgSession session)
    {
        if (session.Catalog.FindNamespace(session.TempSchemaName) is not { } schema)
        {
            return;
        }

        var ddl = new DdlContext(session, "");
        var objects = ddl.Catalog.ClassesOf(schema.oid)
            .Where(static c => c.relkind is 'r' or 'v' or 'S')
            .Select(static c => ObjectAddress.Relation(c.oid))
            .Concat(ddl.Catalog.TypesOf(schema.oid).Where(static t => t.typtype is 'd' or 'e').Select(static t => ObjectAddress.Type(t.oid)))
            .Append(ObjectAddress.Namespace(schema.oid))
            .ToList();
        Drop.Perform(ddl, objects, Pg.DropBehavior.DropCascade, quietly: true);
    }
}
