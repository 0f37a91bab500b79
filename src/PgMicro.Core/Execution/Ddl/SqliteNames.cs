using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Lowering;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>SQLite takes names that differ only in the case of ASCII letters for one name, PostgreSQL does not.</summary>
internal static class SqliteNames
{
    /// <summary>Numbers a relation, in the field relrewrite, if the file has a table or index that SQLite would take for it.</summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="relationOid">A table, or an index that the file is to have.</param>
    /// <param name="oldName">The name that the relation has in the file until now.</param>
    internal static void Choose(DdlContext ddl, uint relationOid, string? oldName = null)
    {
        var relation = ddl.Catalog.Class(relationOid)!;
        var chosen = relation with { relrewrite = 0 };
        for (uint number = 2; IsTaken(ddl, chosen, oldName); number++)
        {
            chosen = relation with { relrewrite = number };
        }

        if (chosen.relrewrite != relation.relrewrite)
        {
            ddl.Put(chosen);
        }
    }

    /// <summary>Whether the file has a table or index under just this name.</summary>
    internal static bool Exists(DdlContext ddl, string quotedName)
    {
        var isTemporary = quotedName.StartsWith("temp.", StringComparison.Ordinal);
        using var statement = ddl.Connection.Prepare($"SELECT 1 FROM {(isTemporary ? "temp." : "")}sqlite_schema WHERE name = ?1");
        statement.BindText(1, SqliteTables.Unqualified(quotedName)[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal));
        return statement.Step();
    }

    private static bool IsTaken(DdlContext ddl, PgClass relation, string? oldName)
    {
        var (schema, name) = RelationNames.Of(ddl.Catalog, relation);
        using var statement = ddl.Connection.Prepare($"SELECT 1 FROM {(schema is null ? "" : schema + ".")}sqlite_schema WHERE name = ?1 COLLATE NOCASE AND name IS NOT ?2");
        statement.BindText(1, name);
        if (schema is null && !string.Equals(name, oldName, StringComparison.OrdinalIgnoreCase) && !ddl.TryReserveFileName(name))
        {
            return true;
        }

        if (oldName is null)
        {
            statement.BindNull(2);
        }
        else
        {
            statement.BindText(2, oldName);
        }

        return statement.Step();
    }
}
