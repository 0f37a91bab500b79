using System.Data;
using System.Globalization;
using System.Text;
using Npgsql;

namespace PgMicro.Data.Schema;

/// <summary>A collection of a database's objects: the query on the catalog, its columns and those that restrictions are for.</summary>
internal sealed record SchemaQuery(string Name, string Sql, (string Name, Type Type)[] Columns, string[] Restrictions)
{
    private const string Keys = """
        SELECT pg_catalog.current_database() AS "CONSTRAINT_CATALOG", cn.nspname AS "CONSTRAINT_SCHEMA", con.conname AS "CONSTRAINT_NAME",
          pg_catalog.current_database() AS "TABLE_CATALOG", tn.nspname AS "TABLE_SCHEMA", t.relname AS "TABLE_NAME",
          CASE con.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE KEY' ELSE 'FOREIGN KEY' END AS "CONSTRAINT_TYPE",
          con.condeferrable AS "IS_DEFERRABLE", con.condeferred AS "INITIALLY_DEFERRED"
        FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_namespace cn ON cn.oid = con.connamespace
          JOIN pg_catalog.pg_class t ON t.oid = con.conrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
        WHERE con.contype
        """;

    private const string OfTables = "t.relkind = 'r' AND i.relkind = 'i' AND n.nspname NOT IN ('pg_catalog', 'pg_toast')";

    private static readonly SchemaQuery[] All =
    [
        new("Databases", """
            SELECT d.datname AS database_name, u.usename AS owner, pg_catalog.pg_encoding_to_char(d.encoding) AS encoding
            FROM pg_catalog.pg_database d LEFT JOIN pg_catalog.pg_user u ON u.usesysid = d.datdba
            """, Texts("database_name", "owner", "encoding"), ["database_name"]),
        new("Schemata", """
            SELECT pg_catalog.current_database() AS catalog_name, n.nspname AS schema_name, r.rolname AS schema_owner
            FROM pg_catalog.pg_namespace n LEFT JOIN pg_catalog.pg_roles r ON r.oid = n.nspowner
            """, Texts("catalog_name", "schema_name", "schema_owner"), ["catalog_name", "schema_name", "schema_owner"]),
        new("Tables", """
            SELECT table_catalog, table_schema, table_name, table_type FROM information_schema.tables
            WHERE table_type IN ('BASE TABLE', 'FOREIGN') AND table_schema NOT IN ('pg_catalog', 'information_schema')
            """, Texts("table_catalog", "table_schema", "table_name", "table_type"), ["table_catalog", "table_schema", "table_name", "table_type"]),
        new("Columns", """
            SELECT table_catalog, table_schema, table_name, column_name, ordinal_position, column_default, is_nullable,
              (pg_catalog.quote_ident(udt_schema) || '.' || pg_catalog.quote_ident(udt_name))::regtype::text AS data_type,
              character_maximum_length, character_octet_length, numeric_precision, numeric_precision_radix, numeric_scale, datetime_precision,
              character_set_catalog, character_set_schema, character_set_name, collation_catalog
            FROM information_schema.columns
            """,
            [
                .. Texts("table_catalog", "table_schema", "table_name", "column_name"), ("ordinal_position", typeof(int)), .. Texts("column_default", "is_nullable", "data_type"),
                .. Numbers("character_maximum_length", "character_octet_length", "numeric_precision", "numeric_precision_radix", "numeric_scale", "datetime_precision"),
                .. Texts("character_set_catalog", "character_set_schema", "character_set_name", "collation_catalog"),
            ],
            ["table_catalog", "table_schema", "table_name", "column_name"]),

        // is_updatable says what check_option does: so it is in Npgsql.
        new("Views", """
            SELECT table_catalog, table_schema, table_name, check_option, check_option AS is_updatable FROM information_schema.views
            WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
            """, Texts("table_catalog", "table_schema", "table_name", "check_option", "is_updatable"), ["table_catalog", "table_schema", "table_name"]),
        new("MaterializedViews", """
            SELECT pg_catalog.current_database() AS table_catalog, schemaname AS table_schema, matviewname AS table_name, matviewowner AS table_owner,
              hasindexes AS has_indexes, ispopulated AS is_populated
            FROM pg_catalog.pg_matviews
            """, [.. Texts("table_catalog", "table_schema", "table_name", "table_owner"), ("has_indexes", typeof(bool)), ("is_populated", typeof(bool))],
            ["table_catalog", "table_schema", "table_name", "table_owner"]),
        new("Users", "SELECT usename AS user_name, usesysid AS user_sysid FROM pg_catalog.pg_user", [("user_name", typeof(string)), ("user_sysid", typeof(uint))], ["user_name"]),
        new("Indexes", $"""
            SELECT pg_catalog.current_database() AS table_catalog, n.nspname AS table_schema, t.relname AS table_name, i.relname AS index_name, '' AS type_desc
            FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace
            WHERE {OfTables}
            """, Texts("table_catalog", "table_schema", "table_name", "index_name", "type_desc"), ["table_catalog", "table_schema", "table_name", "index_name"]),
        new("IndexColumns", $"""
            SELECT pg_catalog.current_database() AS constraint_catalog, n.nspname AS constraint_schema, i.relname AS constraint_name,
              pg_catalog.current_database() AS table_catalog, n.nspname AS table_schema, t.relname AS table_name, a.attname AS column_name, i.relname AS index_name
            FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey)
            WHERE {OfTables}
            """, Texts("constraint_catalog", "constraint_schema", "constraint_name", "table_catalog", "table_schema", "table_name", "column_name", "index_name"),
            ["table_catalog", "table_schema", "table_name", "index_name", "column_name"]),
        Constraints("Constraints", "IN ('p', 'u', 'f')"),
        Constraints("PrimaryKey", "= 'p'"),
        Constraints("UniqueKeys", "= 'u'"),
        Constraints("ForeignKeys", "= 'f'"),
        new("ConstraintColumns", """
            SELECT pg_catalog.current_database() AS constraint_catalog, cn.nspname AS constraint_schema, con.conname AS constraint_name,
              pg_catalog.current_database() AS table_catalog, tn.nspname AS table_schema, t.relname AS table_name, a.attname AS column_name,
              a.attnum::int AS ordinal_number, CASE con.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE KEY' ELSE 'FOREIGN KEY' END AS constraint_type
            FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_namespace cn ON cn.oid = con.connamespace
              JOIN pg_catalog.pg_class t ON t.oid = con.conrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
              JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (con.conkey)
            WHERE con.contype IN ('p', 'u', 'f') AND cn.nspname NOT IN ('pg_catalog', 'pg_toast')
            """,
            [
                .. Texts("constraint_catalog", "constraint_schema", "constraint_name", "table_catalog", "table_schema", "table_name", "column_name"),
                ("ordinal_number", typeof(int)), ("constraint_type", typeof(string)),
            ],
            ["table_catalog", "table_schema", "table_name", "constraint_name", "column_name"]),
    ];

    /// <summary>The collection of a name, of any case; null when there is none.</summary>
    internal static SchemaQuery? Find(string name) => Array.Find(All, q => q.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Runs the query. A restriction of null or "" is none, and there may be more of them than the collection has.</summary>
    internal DataTable Get(PgMicroConnection connection, string?[]? restrictions)
    {
        var table = SchemaCollections.Table(Name, Columns);
        var sql = new StringBuilder($"SELECT * FROM ({Sql}) AS q");
        using var command = new PgMicroCommand("", connection);
        for (var i = 0; i < Math.Min(restrictions?.Length ?? 0, Restrictions.Length); i++)
        {
            if (restrictions![i] is { Length: > 0 } value)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value });
                sql.Append(command.Parameters.Count == 1 ? " WHERE" : " AND").Append(CultureInfo.InvariantCulture, $" q.\"{Restrictions[i]}\" = ${command.Parameters.Count}");
            }
        }

        command.CommandText = sql.ToString();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = table.NewRow();
            for (var i = 0; i < Columns.Length; i++)
            {
                row[i] = reader.GetValue(i);
            }

            table.Rows.Add(row);
        }

        table.AcceptChanges();
        return table;
    }

    private static SchemaQuery Constraints(string name, string types) => new(
        name, $"{Keys} {types}",
        [
            .. Texts("CONSTRAINT_CATALOG", "CONSTRAINT_SCHEMA", "CONSTRAINT_NAME", "TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "CONSTRAINT_TYPE"),
            ("IS_DEFERRABLE", typeof(bool)), ("INITIALLY_DEFERRED", typeof(bool)),
        ],
        ["TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "CONSTRAINT_NAME"]);

    private static (string Name, Type Type)[] Texts(params string[] names) => [.. names.Select(n => (n, typeof(string)))];

    private static (string Name, Type Type)[] Numbers(params string[] names) => [.. names.Select(n => (n, typeof(int)))];
}
