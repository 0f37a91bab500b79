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
        // All of them depend on the schema; what another object owns (an identity column's sequence) goes with its owner.
        Drop.Perform(ddl, [ObjectAddress.Namespace(schema.oid)], Pg.DropBehavior.DropCascade, quietly: true);
    }
}
