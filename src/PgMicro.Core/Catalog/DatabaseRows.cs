using System.Text;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Catalog;

/// <summary>Rows of pg_database. Each database keeps its own in its file.</summary>
internal static class DatabaseRows
{
    /// <summary>The databases that PostgreSQL's initdb makes.</summary>
    internal static bool IsInitial(string name) => name is "postgres" or "template0" or "template1";

    /// <summary>The row of a new database.</summary>
    /// <remarks>Nothing counts the OIDs of all databases: a database's follows from its name.</remarks>
    internal static PgDatabase New(string name)
    {
        foreach (var row in PgDatabase.Relation.BuiltIn.Rows.Concat(PgDatabase.Relation.BuiltIn.Template))
        {
            if (row.datname == name)
            {
                return row;
            }
        }

        return PgDatabase.Relation.BuiltIn.Template[0] with { oid = NewOid(name, 0), datname = name };
    }

    /// <summary>An OID for a database.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="attempt">Other numbers give other OIDs.</param>
    internal static uint NewOid(string name, int attempt)
    {
        const uint Range = 1 << 30;
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ b) * 16777619u;
        }

        return BuiltInOids.FirstNormalObjectId + ((hash + (uint)attempt) % Range);
    }

    /// <summary>Reads the row of a file's database; null when the file is not ours.</summary>
    internal static PgDatabase? Read(SqliteConnectionHandle connection)
    {
        if (SqliteFileSettings.GetApplicationId(connection) != CatalogStore.ApplicationId)
        {
            return null;
        }

        using var statement = connection.Prepare($"SELECT {string.Join(", ", PgDatabase.Relation.Columns)} FROM pgmicro_pg_database");
        return statement.Step() ? (PgDatabase)PgDatabase.Relation.ReadRow(new CatalogFields(statement)) : null;
    }

    /// <summary>Writes the row of a file's database in place of the one that it has.</summary>
    internal static void Write(SqliteConnectionHandle connection, PgDatabase row)
    {
        CatalogStore.Exchange(connection, Read(connection), row);
        connection.Execute("DELETE FROM pgmicro_pg_database");
        CatalogStore.WriteRow(connection, new CatalogChange(PgDatabase.Relation, row.Key, null, row));
    }
}
