using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.Internal;
using PgMicro.Data;

namespace PgMicro.EntityFrameworkCore.Scaffolding;

internal static class CatalogRows
{
    /// <summary>The rows of a query, NULL as null.</summary>
    internal static List<object?[]> Rows(this PgMicroConnection connection, string query)
    {
        using var command = new PgMicroCommand(query, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Annotates what has them with a relation's reloptions.</summary>
    internal static void SetStorageParameters(IMutableAnnotatable item, object? reloptions)
    {
        foreach (var option in (string[]?)reloptions ?? [])
        {
            var equals = option.IndexOf('=');
            item[NpgsqlAnnotationNames.StorageParameterPrefix + option[..equals]] = option[(equals + 1)..];
        }
    }
}
