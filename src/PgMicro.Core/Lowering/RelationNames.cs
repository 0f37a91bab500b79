using System.Globalization;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

/// <summary>The SQLite table of a relation.</summary>
internal static class RelationNames
{
    // No column of a table is stored under this one of the rowid's names.
    private const string FreeRowId = "_rowid_";

    /// <summary>Schema (null, or "temp") and table name, both unquoted.</summary>
    internal static (string? Schema, string Name) Of(CatalogSnapshot catalog, PgClass relation)
    {
        // Beside a name that SQLite takes for the same, DDL has numbered this one.
        var name = relation.relrewrite == 0 ? relation.relname : string.Create(CultureInfo.InvariantCulture, $"{relation.relname}#{relation.relrewrite}");
        if (relation.relpersistence == 't')
        {
            // SQLite looks in "temp" first, so that a temporary table must not have the name of another.
            return ("temp", "pg_temp." + name);
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
        foreach (var attribute in catalog.Attributes(relationOid))
        {
            if (!attribute.attisdropped && AreSame(attribute.attname, "rowid"))
            {
                return FreeRowId;
            }
        }

        return "rowid";
    }

    /// <summary>
    /// A column's name in the file, unquoted: its own, unless SQLite takes it for that of a column before it or for one that every table has.
    /// </summary>
    internal static string Column(CatalogSnapshot catalog, PgAttribute column)
    {
        var name = column.attname;
        if (IsTaken(catalog, column, name))
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{name}#{column.attnum}");
            while (IsTaken(catalog, column, name))
            {
                name += "#";
            }
        }

        return name;
    }

    /// <summary>A column's name in the file, quoted.</summary>
    internal static string QuotedColumn(CatalogSnapshot catalog, PgAttribute column) => SqliteSqlWriter.Quote(Column(catalog, column));

    // Later columns do not count, so that a new one leaves the names of those there are.
    private static bool IsTaken(CatalogSnapshot catalog, PgAttribute column, string name)
    {
        if (AreSame(name, "xmin") || AreSame(name, FreeRowId))
        {
            return true;
        }

        foreach (var other in catalog.Attributes(column.attrelid))
        {
            if (other.attnum >= column.attnum)
            {
                return false;
            }

            if (!other.attisdropped && (AreSame(other.attname, name) || (name.Contains('#') && AreSame(Column(catalog, other), name))))
            {
                return true;
            }
        }

        return false;
    }

    // As SQLite compares names: letters of ASCII without their case, all else as it is.
    private static bool AreSame(string left, string right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            var (a, b) = (left[i], right[i]);
            if (a != b && !(char.IsAsciiLetter(a) && (a ^ b) == 0x20))
            {
                return false;
            }
        }

        return true;
    }
}
