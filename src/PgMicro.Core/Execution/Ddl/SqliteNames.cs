using System.Text;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>SQLite takes names that differ only in the case of ASCII letters for one name, PostgreSQL does not: such a pair is refused.</summary>
internal static class SqliteNames
{
    /// <summary>Checks the columns of a table, the system's own included.</summary>
    /// <exception cref="PgException">0A000.</exception>
    internal static void CheckColumns(CatalogSnapshot catalog, uint relationOid)
    {
        var seen = new List<string> { "xmin" };
        foreach (var column in catalog.Attributes(relationOid).Where(static a => !a.attisdropped))
        {
            if (seen.Find(other => Ascii.EqualsIgnoreCase(other, column.attname)) is { } other)
            {
                throw PgErrors.FeatureNotSupported($"column \"{column.attname}\" beside \"{other}\", whose name differs only in case,");
            }

            seen.Add(column.attname);
        }
    }

    /// <summary>Checks that the file has no table or index that SQLite would take for a new relation.</summary>
    /// <exception cref="PgException">0A000.</exception>
    internal static void CheckRelation(DdlContext ddl, PgClass relation, string? oldName = null)
    {
        var (schema, name) = RelationNames.Of(ddl.Catalog, relation);
        using var statement = ddl.Connection.Prepare($"SELECT name FROM {(schema is null ? "" : schema + ".")}sqlite_schema WHERE name = ?1 COLLATE NOCASE AND name <> ?1 AND name IS NOT ?2");
        statement.BindText(1, name);
        if (oldName is null)
        {
            statement.BindNull(2);
        }
        else
        {
            statement.BindText(2, oldName);
        }

        if (statement.Step())
        {
            throw PgErrors.FeatureNotSupported($"relation \"{name}\" beside \"{statement.GetString(0)}\", whose name differs only in case,");
        }
    }
}
