using System.Data;
using System.Data.Common;
using System.Globalization;

namespace PgMicro.Data.Schema;

/// <summary>DbConnection.GetSchema, with Npgsql's collections.</summary>
internal static class SchemaCollections
{
    private const string Words = """
        ALL ANALYSE ANALYZE AND ANY ARRAY AS ASC ASYMMETRIC AUTHORIZATION BINARY BOTH CASE CAST CHECK COLLATE COLUMN CONCURRENTLY CONSTRAINT CREATE CROSS 
        CURRENT_CATALOG CURRENT_DATE CURRENT_ROLE CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEFAULT DEFERRABLE DESC DISTINCT DO ELSE END 
        EXCEPT FALSE FETCH FOR FOREIGN FREEZE FROM FULL GRANT GROUP HAVING ILIKE IN INITIALLY INNER INTERSECT INTO IS ISNULL JOIN LATERAL LEADING LEFT LIKE 
        LIMIT LOCALTIME LOCALTIMESTAMP NATURAL NOT NOTNULL NULL OFFSET ON ONLY OR ORDER OUTER OVER OVERLAPS PLACING PRIMARY REFERENCES RETURNING RIGHT SELECT 
        SESSION_USER SIMILAR SOME SYMMETRIC TABLE THEN TO TRAILING TRUE UNION UNIQUE USER USING VARIADIC VERBOSE WHEN WHERE WINDOW WITH 
        """;

    private static readonly (string Name, int Restrictions, int Parts)[] Collections =
    [
        ("MetaDataCollections", 0, 0), ("DataSourceInformation", 0, 0), ("Restrictions", 0, 0), ("DataTypes", 0, 0), ("Databases", 1, 1), ("Tables", 4, 3),
        ("Columns", 4, 4), ("Views", 3, 3), ("Users", 1, 1), ("Indexes", 4, 4), ("IndexColumns", 5, 5),
    ];

    // Of a collection: each restriction's name and the column it is for. Npgsql's names, with its two slips.
    private static readonly (string Collection, (string Name, string Column)[] Of)[] Restrictions =
    [
        ("Database", [("Name", "Name")]),
        ("Tables", [("Catalog", "table_catalog"), ("Schema", "schema_catalog"), ("Table", "table_name"), ("TableType", "table_type")]),
        ("Columns", [("Catalog", "table_catalog"), ("Schema", "table_schema"), ("TableName", "table_name"), ("Column", "column_name")]),
        ("Views", [("Catalog", "table_catalog"), ("Schema", "table_schema"), ("Table", "table_name")]),
        ("Users", [("User", "user_name")]),
        ("Indexes", [("Catalog", "table_catalog"), ("Schema", "table_schema"), ("Table", "table_name"), ("Index", "index_name")]),
        ("IndexColumns", [("Catalog", "table_catalog"), ("Schema", "table_schema"), ("Table", "table_name"), ("Index", "index_name"), ("Column", "column_name")]),
    ];

    /// <summary>Makes the table of a collection.</summary>
    /// <exception cref="ArgumentException">The name is empty or no collection's.</exception>
    /// <exception cref="InvalidOperationException">The connection is closed and the collection is a database's.</exception>
    internal static DataTable Get(PgMicroConnection connection, string collectionName, string?[]? restrictions)
    {
        ArgumentNullException.ThrowIfNull(collectionName);
        if (collectionName.Length == 0)
        {
            throw new ArgumentException("Collection name cannot be empty.", nameof(collectionName));
        }

        return collectionName.ToUpperInvariant() switch
        {
            "METADATACOLLECTIONS" => MetaDataCollections(),
            "RESTRICTIONS" => RestrictionNames(),
            "DATASOURCEINFORMATION" => DataSourceInformation(connection),
            "DATATYPES" => SchemaDataTypes.Get(connection),
            "RESERVEDWORDS" => ReservedWords(),
            _ => SchemaQuery.Find(collectionName)?.Get(connection, restrictions)
                ?? throw new ArgumentOutOfRangeException(nameof(collectionName), collectionName, "Invalid collection name."),
        };
    }

    /// <summary>An empty table.</summary>
    internal static DataTable Table(string name, params ReadOnlySpan<(string Name, Type Type)> columns)
    {
        var table = new DataTable(name) { Locale = CultureInfo.InvariantCulture };
        foreach (var (column, type) in columns)
        {
            table.Columns.Add(column, type);
        }

        return table;
    }

    private static DataTable MetaDataCollections()
    {
        var table = Table("MetaDataCollections", ("CollectionName", typeof(string)), ("NumberOfRestrictions", typeof(int)), ("NumberOfIdentifierParts", typeof(int)));
        foreach (var (name, restrictions, parts) in Collections)
        {
            table.Rows.Add(name, restrictions, parts);
        }

        return table;
    }

    private static DataTable RestrictionNames()
    {
        var table = Table(
            "Restrictions", ("CollectionName", typeof(string)), ("RestrictionName", typeof(string)), ("RestrictionDefault", typeof(string)), ("RestrictionNumber", typeof(int)));
        foreach (var (collection, restrictions) in Restrictions)
        {
            for (var i = 0; i < restrictions.Length; i++)
            {
                table.Rows.Add(collection, restrictions[i].Name, restrictions[i].Column, i + 1);
            }
        }

        return table;
    }

    private static DataTable DataSourceInformation(PgMicroConnection connection)
    {
        if (connection.State != ConnectionState.Open)
        {
            throw new InvalidOperationException("Connection is not open");
        }

        var table = Table(
            "DataSourceInformation",
            ("CompositeIdentifierSeparatorPattern", typeof(string)), ("DataSourceProductName", typeof(string)), ("DataSourceProductVersion", typeof(string)),
            ("DataSourceProductVersionNormalized", typeof(string)), ("GroupByBehavior", typeof(GroupByBehavior)), ("IdentifierPattern", typeof(string)),
            ("IdentifierCase", typeof(IdentifierCase)), ("OrderByColumnsInSelect", typeof(bool)), ("ParameterMarkerFormat", typeof(string)),
            ("ParameterMarkerPattern", typeof(string)), ("ParameterNameMaxLength", typeof(int)), ("QuotedIdentifierPattern", typeof(string)),
            ("QuotedIdentifierCase", typeof(IdentifierCase)), ("ParameterNamePattern", typeof(string)), ("StatementSeparatorPattern", typeof(string)),
            ("StringLiteralPattern", typeof(string)), ("SupportedJoinOperators", typeof(SupportedJoinOperators)));

        // Programs choose their dialect by the product's name; ours is Npgsql's.
        table.Rows.Add(
            @"\.", "Npgsql", connection.ServerVersion, connection.ServerVersion, GroupByBehavior.Unrelated,
            """(^\[\p{Lo}\p{Lu}\p{Ll}_@#][\p{Lo}\p{Lu}\p{Ll}\p{Nd}@$#_]*$)|(^\[[^\]\0]|\]\]+\]$)|(^\"[^\"\0]|\"\"+\"$)""", IdentifierCase.Insensitive, false, "{0}",
            """@[\p{Lo}\p{Lu}\p{Ll}\p{Lm}_@#][\p{Lo}\p{Lu}\p{Ll}\p{Lm}\p{Nd}\uff3f_@#\$]*(?=\s+|$)""", 63, """
            "(([^\"]|\"\")*)"
            """, IdentifierCase.Sensitive, """^[\p{Lo}\p{Lu}\p{Ll}\p{Lm}_@#][\p{Lo}\p{Lu}\p{Ll}\p{Lm}\p{Nd}\uff3f_@#\$]*(?=\s+|$)""", ";", "'(([^']|'')*)'",
            SupportedJoinOperators.Inner | SupportedJoinOperators.LeftOuter | SupportedJoinOperators.RightOuter | SupportedJoinOperators.FullOuter);
        return table;
    }

    private static DataTable ReservedWords()
    {
        var table = Table("ReservedWords", ("ReservedWord", typeof(string)));
        foreach (var word in Words.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            table.Rows.Add(word);
        }

        return table;
    }
}
