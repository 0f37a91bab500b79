using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

/// <summary>The SQLite table of a relation.</summary>
internal static class RelationNames
{
    /// <summary>Schema (null, or "temp") and table name, both unquoted.</summary>
    internal static (string? Schema, string Name) Of(CatalogSnapshot catalog, PgClass relation)
    {
        var name = relation.relname;
        if (relation.relpersistence == 't')
        {
            return ("temp", name);
        }

        if (relation.oid < BuiltInOids.FirstNormalObjectId)
        {
            return (null, (relation.relnamespace == BuiltInOids.PgCatalogNamespace ? "pg_catalog" : "information_schema") + "_" + name);
        }

        // A name that SQLite or we reserve, or that reads like one of another schema, keeps its schema.
        var reserved = name.Contains('.') || name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("pgmicro_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("pg_catalog_", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("information_schema_", StringComparison.OrdinalIgnoreCase);
        if (relation.relnamespace == BuiltInOids.PublicNamespace && !reserved)
        {
            return (null, name);
        }

        return (null, catalog.Namespace(relation.relnamespace)!.nspname + "." + name);
    }

    /// <summary>The table's name as SQL, quoted.</summary>
    internal static string Quoted(CatalogSnapshot catalog, PgClass relation)
    {
        var (schema, name) = Of(catalog, relation);
        return (schema is null ? "" : schema + ".") + SqliteSqlWriter.Quote(name);
    }

    /// <summary>A name of the rowid that no column hides.</summary>
    internal static string RowId(CatalogSnapshot catalog, uint relationOid)
    {
        foreach (var name in (ReadOnlySpan<string>)["rowid", "_rowid_", "oid"])
        {
            var hidden = false;
            foreach (var attribute in catalog.Attributes(relationOid))
            {
                hidden |= !attribute.attisdropped && string.Equals(attribute.attname, name, StringComparison.OrdinalIgnoreCase);
            }

            if (!hidden)
            {
                return name;
            }
        }

        throw Errors.PgErrors.FeatureNotSupported("a table with columns rowid, _rowid_ and oid");
    }
}
