using System.Data;
using System.Data.Common;
using System.Globalization;

namespace PgMicro.Data;

/// <summary>DbConnection.GetSchema.</summary>
internal static class SchemaCollections
{
    private static readonly Dictionary<string, (string Sql, string[] Restrictions)> Queries = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Databases"] = ("SELECT datname AS database_name FROM pg_catalog.pg_database", ["datname"]),
        ["Schemata"] = ("SELECT catalog_name, schema_name, schema_owner FROM information_schema.schemata", ["catalog_name", "schema_name", "schema_owner"]),
        ["Tables"] = ("SELECT table_catalog, table_schema, table_name, table_type FROM information_schema.tables", ["table_catalog", "table_schema", "table_name", "table_type"]),
        ["Columns"] = (
            "SELECT table_catalog, table_schema, table_name, column_name, ordinal_position, column_default, is_nullable, data_type, character_maximum_length, numeric_precision, numeric_scale FROM information_schema.columns",
            ["table_catalog", "table_schema", "table_name", "column_name"]),
        ["Views"] = ("SELECT table_catalog, table_schema, table_name, check_option, is_updatable FROM information_schema.views", ["table_catalog", "table_schema", "table_name"]),
        ["Users"] = ("SELECT rolname AS user_name, oid AS user_sysid FROM pg_catalog.pg_roles", ["rolname"]),
        ["Indexes"] = (
            "SELECT current_database() AS table_catalog, n.nspname AS table_schema, t.relname AS table_name, i.relname AS index_name FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_class t ON t.oid = x.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace",
            ["current_database()", "n.nspname", "t.relname", "i.relname"]),
    };

    internal static DataTable Get(PgMicroConnection connection, string collection, string?[]? restrictions)
    {
        var table = new DataTable(collection) { Locale = CultureInfo.InvariantCulture };
        if (collection.Equals(DbMetaDataCollectionNames.MetaDataCollections, StringComparison.OrdinalIgnoreCase))
        {
            table.Columns.Add("CollectionName", typeof(string));
            table.Columns.Add("NumberOfRestrictions", typeof(int));
            table.Columns.Add("NumberOfIdentifierParts", typeof(int));
            table.Rows.Add("MetaDataCollections", 0, 0);
            table.Rows.Add("Restrictions", 0, 0);
            table.Rows.Add("DataSourceInformation", 0, 0);
            foreach (var (name, query) in Queries)
            {
                table.Rows.Add(name, query.Restrictions.Length, query.Restrictions.Length);
            }
        }
        else if (collection.Equals(DbMetaDataCollectionNames.Restrictions, StringComparison.OrdinalIgnoreCase))
        {
            table.Columns.Add("CollectionName", typeof(string));
            table.Columns.Add("RestrictionName", typeof(string));
            table.Columns.Add("RestrictionNumber", typeof(int));
            foreach (var (name, query) in Queries)
            {
                for (var i = 0; i < query.Restrictions.Length; i++)
                {
                    table.Rows.Add(name, query.Restrictions[i], i + 1);
                }
            }
        }
        else if (collection.Equals(DbMetaDataCollectionNames.DataSourceInformation, StringComparison.OrdinalIgnoreCase))
        {
            table.Columns.Add("DataSourceProductName", typeof(string));
            table.Columns.Add("DataSourceProductVersion", typeof(string));
            table.Columns.Add("ParameterMarkerFormat", typeof(string));
            table.Rows.Add("PgMicro", connection.ServerVersion, "@{0}");
        }
        else if (Queries.TryGetValue(collection, out var query))
        {
            using var command = new PgMicroCommand(query.Sql, connection);
            var conditions = new List<string>();
            for (var i = 0; i < (restrictions?.Length ?? 0); i++)
            {
                if (i >= query.Restrictions.Length)
                {
                    throw new ArgumentException($"Collection {collection} has {query.Restrictions.Length} restrictions.", nameof(restrictions));
                }

                if (!string.IsNullOrEmpty(restrictions![i]))
                {
                    conditions.Add($"{query.Restrictions[i]} = @r{i}");
                    command.Parameters.AddWithValue($"r{i}", restrictions[i]!);
                }
            }

            if (conditions.Count > 0)
            {
                command.CommandText += " WHERE " + string.Join(" AND ", conditions);
            }

            using var reader = command.ExecuteReader();
            table.Load(reader);
        }
        else
        {
            throw new ArgumentOutOfRangeException(nameof(collection), collection, "Invalid collection name");
        }

        return table;
    }
}
