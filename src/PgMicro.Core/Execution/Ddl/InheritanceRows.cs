using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Writes rows of pg_inherits, with the dependency that goes with each.</summary>
internal static class InheritanceRows
{
    /// <summary>StoreCatalogInheritance: a new table's parents.</summary>
    internal static void Store(DdlContext ddl, uint child, IReadOnlyList<PgClass> parents)
    {
        for (var i = 0; i < parents.Count; i++)
        {
            Add(ddl, child, parents[i].oid, i + 1);
        }
    }

    /// <summary>StoreCatalogInheritance1: one parent. The child of a partitioned table goes with it, another keeps it from being dropped.</summary>
    internal static void Add(DdlContext ddl, uint child, uint parent, int sequence)
    {
        ddl.Put(new PgInherits { inhrelid = child, inhparent = parent, inhseqno = sequence });
        var row = ddl.Catalog.Class(parent)!;
        ddl.Depend(ObjectAddress.Relation(child), ObjectAddress.Relation(parent), row.relkind == 'p' ? 'a' : 'n');
        if (!row.relhassubclass)
        {
            ddl.Put(row with { relhassubclass = true });
        }
    }
}
