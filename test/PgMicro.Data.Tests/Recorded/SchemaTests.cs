using System.Data;
using System.Data.Common;
using System.Globalization;
using Npgsql;
using PgMicro.Recording;

namespace PgMicro.Data.Tests.Recorded;

/// <summary>DbConnection.GetSchema: every collection, with its columns, types, restrictions and errors.</summary>
public sealed class SchemaTests : AdoTest
{
    private const uint FirstOfUsers = 13000; // later ones are given out as they come

    private const string Model = """
        CREATE SCHEMA shop;
        CREATE TABLE customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(40) NOT NULL, mail text UNIQUE, born date, since timestamptz(3) DEFAULT now(), tags text[], CONSTRAINT named CHECK (name <> ''));
        CREATE TABLE shop.orders (customer int NOT NULL REFERENCES customers, number int NOT NULL, total numeric(10, 2) DEFAULT 0, note char(5), CONSTRAINT orders_key PRIMARY KEY (customer, number));
        CREATE TABLE shop.lines (customer int, number int, line smallint, price float8, CONSTRAINT lines_of FOREIGN KEY (customer, number) REFERENCES shop.orders DEFERRABLE INITIALLY DEFERRED, CONSTRAINT lines_once UNIQUE (customer, number, line));
        CREATE INDEX customers_born ON customers (born, name);
        CREATE INDEX orders_total ON shop.orders (total) WHERE total > 0;
        CREATE INDEX customers_lower ON customers (lower(name));
        CREATE VIEW adults AS SELECT id, name FROM customers WHERE born < '2000-01-01';
        CREATE VIEW shop.totals AS SELECT customer, sum(total) AS total FROM shop.orders GROUP BY customer;
        CREATE VIEW checked AS SELECT id, name FROM customers WHERE id > 0 WITH CASCADED CHECK OPTION;
        CREATE MATERIALIZED VIEW shop.kept AS SELECT customer, count(*) AS n FROM shop.orders GROUP BY customer;
        CREATE MATERIALIZED VIEW empty_yet AS SELECT id FROM customers WITH NO DATA;
        CREATE INDEX kept_n ON shop.kept (n);
        """;

    [Fact]
    public Task What_there_is_to_ask() => Run((database, connection) =>
    {
        Table(database, "()", () => connection.GetSchema(), sort: false);
        foreach (var name in new[] { "MetaDataCollections", "metadatacollections", "Restrictions", "DataSourceInformation", "ReservedWords" })
        {
            Table(database, name, () => connection.GetSchema(name), sort: false, version: connection.ServerVersion);
        }

        return Task.CompletedTask;
    });

    [Fact]
    public Task Data_types() => Run((database, connection) =>
    {
        connection.Execute("""
            CREATE TYPE mood AS ENUM ('sad', 'happy');
            CREATE TYPE pair AS (a int, b text);
            CREATE TYPE span AS RANGE (subtype = float8);
            CREATE DOMAIN positive AS int CHECK (VALUE > 0);
            CREATE DOMAIN small AS positive CHECK (VALUE < 10);
            CREATE DOMAIN numbers AS int[];
            CREATE DOMAIN feeling AS mood;
            CREATE SCHEMA "My shop";
            CREATE DOMAIN "My shop"."Price" AS numeric(8, 2);
            """);
        (connection as NpgsqlConnection)?.ReloadTypes();
        Table(database, "DataTypes", () => connection.GetSchema("DataTypes"));
        return Task.CompletedTask;
    });

    [Fact]
    public Task Objects_of_a_database() => Run((database, connection) =>
    {
        connection.Execute(Model);
        Table(database, "Databases", () => connection.GetSchema("Databases", [connection.Database]));
        Table(database, "Schemata", () => connection.GetSchema("Schemata"));
        foreach (var name in new[] { "Tables", "Columns", "Views", "MaterializedViews", "Indexes", "IndexColumns", "Constraints", "PrimaryKey", "UniqueKeys", "ForeignKeys", "ConstraintColumns" })
        {
            Table(database, name, () => connection.GetSchema(name));
        }

        Table(database, "Users", () => connection.GetSchema("Users", ["postgres"]));
        return Task.CompletedTask;
    });

    [Fact]
    public Task Restricted() => Run((database, connection) =>
    {
        connection.Execute(Model);
        foreach (var (name, restrictions) in new (string, string?[])[]
        {
            ("Databases", ["none"]), ("Users", ["nobody"]),
            ("Tables", [null, "shop"]), ("Tables", [null, null, "customers"]), ("Tables", [null, null, null, "VIEW"]), ("Tables", [null, null, null, "BASE TABLE"]), ("Tables", ["elsewhere"]),
            ("Tables", [null, "pg_catalog", "pg_class"]),
            ("Columns", [null, null, "customers", "name"]), ("Columns", [null, "shop", "", ""]), ("Columns", [null, "pg_catalog", "pg_am"]),
            ("Views", [null, "shop"]), ("Views", [null, null, "checked"]), ("MaterializedViews", [null, "shop"]), ("MaterializedViews", [null, null, "empty_yet"]), ("MaterializedViews", [null, null, null, "nobody"]),
            ("Indexes", [null, "public"]), ("Indexes", [null, null, "customers", "customers_born"]), ("IndexColumns", [null, null, "customers"]), ("IndexColumns", [null, null, null, "customers_born", "name"]),
            ("Constraints", [null, "shop"]), ("Constraints", [null, null, "lines", "lines_of"]), ("PrimaryKey", [null, null, "orders"]), ("UniqueKeys", [null, null, null, "lines_once"]), ("ForeignKeys", [null, "shop", "orders"]),
            ("ConstraintColumns", [null, null, "customers"]), ("ConstraintColumns", [null, null, null, "orders_key", "number"]),
            ("Tables", [null, null, "orders", null, "fifth"]), ("Views", [null, null, "adults", "fourth"]), ("MetaDataCollections", ["Tables"]), ("DataTypes", ["x"]), ("ReservedWords", ["x"]),
            ("Restrictions", ["Tables"]), ("DataSourceInformation", ["x"]),
        })
        {
            if (name is "MetaDataCollections" or "DataTypes" or "ReservedWords" or "Restrictions" or "DataSourceInformation")
            {
                database.Log.Throws($"{name} restricted", () => database.Log.Line($"{connection.GetSchema(name, restrictions).Rows.Count} rows"));
                continue;
            }

            Table(database, $"{name}({string.Join(", ", restrictions.Select(r => Transcript.Text(r)))})", () => connection.GetSchema(name, restrictions), columns: false);
        }

        return Task.CompletedTask;
    });

    [Fact]
    public Task Refused() => Run(async (database, connection) =>
    {
        database.Log.Throws("unknown", () => connection.GetSchema("Nothing"));
        database.Log.Throws("empty", () => connection.GetSchema(""));
        database.Log.Throws("null", () => connection.GetSchema(null!));
        database.Log.Throws("null restrictions", () => connection.GetSchema("Tables", null!));
        database.Log.Throws("Procedures", () => connection.GetSchema("Procedures"));
        await database.Log.ThrowsAsync("unknown, later", () => connection.GetSchemaAsync("Nothing"));
        database.Log.Value("later", (await connection.GetSchemaAsync()).Rows.Count);
        database.Log.Value("later, named", (await connection.GetSchemaAsync("tables")).TableName);
        database.Log.Value("later, restricted", (await connection.GetSchemaAsync("TABLES", [null, "none"])).Rows.Count);
        await connection.CloseAsync();
        foreach (var name in new[] { "MetaDataCollections", "Restrictions", "DataSourceInformation", "ReservedWords", "DataTypes", "Tables", "Nothing" })
        {
            database.Log.Throws("closed: " + name, () => connection.GetSchema(name));
        }
    });

    private static void Table(AdoDatabase database, string title, Func<DataTable> get, bool sort = true, bool columns = true, string? version = null)
    {
        database.Log.Line($"== {title}");
        DataTable table;
        try
        {
            table = get();
        }
        catch (Exception e)
        {
            database.Log.Line(Transcript.Text(e));
            return;
        }

        database.Log.Line($"{table.TableName}, {table.Locale.Name}, key {table.PrimaryKey.Length}");
        if (columns)
        {
            foreach (DataColumn column in table.Columns)
            {
                database.Log.Line($"  {column.ColumnName} {column.DataType.Name}{(column.AllowDBNull ? "" : " not null")}{(column.ReadOnly ? " read-only" : "")}{(column.Unique ? " unique" : "")}");
            }
        }

        // What the system has of its own is PostgreSQL's business; its rows are asked for by restrictions.
        var rows = table.Rows.Cast<DataRow>().Where(row => !columns || !row.ItemArray.Any(v => v is "pg_catalog" or "information_schema" or "pg_toast")).Select(row => string.Join(" | ", row.ItemArray.Select((v, i) => table.Columns[i].ColumnName == "OID" && (uint)v! >= FirstOfUsers ? "(its)"
            : table.TableName == "DataSourceInformation" && v is string && v.Equals(version) ? "(version)" : Text(v))));
        foreach (var row in sort ? rows.Order(StringComparer.Ordinal) : rows)
        {
            database.Log.Line(row);
        }
    }

    private static string Text(object? value) => value is IFormattable and not (DateTime or float or double) ? ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture) : Transcript.Text(value);
}
