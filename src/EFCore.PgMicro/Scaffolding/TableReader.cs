using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Scaffolding.Metadata;
using Npgsql.EntityFrameworkCore.PostgreSQL.Internal;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.Internal;
using PgMicro.Data;

namespace PgMicro.EntityFrameworkCore.Scaffolding;

/// <summary>Reads tables and views with their columns.</summary>
internal sealed class TableReader(PgMicroConnection connection, DatabaseModel model, HashSet<string> enums, IDiagnosticsLogger<DbLoggerCategory.Scaffolding> logger)
{
    private const string Tables = """
        SELECT c.oid, n.nspname, c.relname, c.relkind::text, pg_catalog.obj_description(c.oid, 'pg_class'), c.reloptions
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_temp\_%'
            AND c.relname <> '__EFMigrationsHistory'
            AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'x'))
        ORDER BY c.oid
        """;

    private const string Columns = """
        SELECT a.attrelid, a.attnum, a.attname, t.typtype::text,
            CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END,
            a.attnotnull OR (t.typtype = 'd' AND t.typnotnull), a.attidentity::text, a.attgenerated::text, pg_catalog.pg_get_expr(d.adbin, d.adrelid),
            pg_catalog.col_description(a.attrelid, a.attnum), CASE WHEN a.attcollation <> t.typcollation THEN l.collname END, a.attcompression::text,
            s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle, s.seqcache, p.deptype::text
        FROM pg_catalog.pg_attribute AS a
        JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation
        LEFT JOIN pg_catalog.pg_depend AS p ON p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.refclassid = 'pg_catalog.pg_class'::regclass
            AND p.classid = 'pg_catalog.pg_class'::regclass AND p.deptype IN ('a', 'i') AND p.objid IN (SELECT q.seqrelid FROM pg_catalog.pg_sequence AS q)
        LEFT JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = p.objid
        WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attrelid, a.attnum
        """;

    /// <summary>The tables that the filter takes, by their OIDs, with their columns by number.</summary>
    internal Dictionary<uint, (DatabaseTable Table, Dictionary<short, DatabaseColumn> Columns)> Read(TableFilter filter)
    {
        var tables = new Dictionary<uint, (DatabaseTable Table, Dictionary<short, DatabaseColumn> Columns)>();
        foreach (var row in connection.Rows(Tables))
        {
            var (schema, name) = ((string)row[1]!, (string)row[2]!);
            if (!filter.Takes(schema, name))
            {
                continue;
            }

            var table = (string)row[3]! is "v" or "m" ? new DatabaseView() : new DatabaseTable();
            (table.Database, table.Schema, table.Name, table.Comment) = (model, schema, name, (string?)row[4]);
            CatalogRows.SetStorageParameters(table, row[5]);
            model.Tables.Add(table);
            tables.Add((uint)row[0]!, (table, []));
        }

        foreach (var row in connection.Rows(Columns))
        {
            if (!tables.TryGetValue((uint)row[0]!, out var owner))
            {
                continue;
            }

            // There is no CLR type that a column of an enum could be scaffolded to.
            if (enums.Contains((string)row[4]!))
            {
                logger.EnumColumnSkippedWarning($"{owner.Table.Schema}.{owner.Table.Name}.{row[2]}");
            }
            else
            {
                var column = Column(owner.Table, row);
                owner.Table.Columns.Add(column);
                owner.Columns.Add((short)row[1]!, column);
            }
        }

        return tables;
    }

    private static DatabaseColumn Column(DatabaseTable table, object?[] row)
    {
        var type = (string)row[4]! is "\"char\"" ? "char" : (string)row[4]!;
        var column = new DatabaseColumn
        {
            Table = table,
            Name = (string)row[2]!,
            StoreType = type,
            IsNullable = !(bool)row[5]!,
            Comment = (string?)row[9],
            Collation = (string?)row[10],
        };
        var (identity, expression) = ((string?)row[6] ?? "", (string?)row[8]);
        if ((string?)row[7] == "s")
        {
            (column.ComputedColumnSql, column.IsStored) = (expression, true);
        }
        else if (identity is "a" or "d")
        {
            column.ValueGenerated = ValueGenerated.OnAdd;
            column[NpgsqlAnnotationNames.ValueGenerationStrategy] =
                identity == "a" ? NpgsqlValueGenerationStrategy.IdentityAlwaysColumn : NpgsqlValueGenerationStrategy.IdentityByDefaultColumn;
            if (row[12] is not null)
            {
                Options(column, row);
            }
        }
        else if ((string?)row[18] == "a" && expression is not null && expression.StartsWith("nextval(", StringComparison.Ordinal))
        {
            column.ValueGenerated = ValueGenerated.OnAdd;
            column[NpgsqlAnnotationNames.ValueGenerationStrategy] = NpgsqlValueGenerationStrategy.SerialColumn;
        }
        else if (expression is not null)
        {
            (column.DefaultValueSql, column.DefaultValue) = (expression, Literal(type, expression));
        }

        if (row[11] is string compression && compression.Length > 0)
        {
            column[NpgsqlAnnotationNames.CompressionMethod] = compression == "l" ? "lz4" : "pglz";
        }

        return column;
    }

    private static void Options(DatabaseColumn column, object?[] row)
    {
        var sequence = SequenceOptions.Of((long)row[12]!, (long)row[13]!, (long)row[14]!, (long)row[15]!, column.StoreType!);
        var options = new IdentitySequenceOptionsData
        {
            StartValue = sequence.Start,
            IncrementBy = sequence.Increment ?? 1,
            MinValue = sequence.Min,
            MaxValue = sequence.Max,
            IsCyclic = (bool)row[16]!,
            NumbersToCache = (long)row[17]!,
        };
        if (!options.Equals(IdentitySequenceOptionsData.Empty))
        {
            column[NpgsqlAnnotationNames.IdentityOptions] = options.Serialize();
        }
    }

    /// <summary>The value of a default that is a plain literal.</summary>
    private static object? Literal(string type, string expression)
    {
        var invariant = CultureInfo.InvariantCulture;
        var parenthesis = type.IndexOf('(');
        return (parenthesis < 0 ? type : type[..parenthesis]) switch
        {
            "boolean" when expression is "true" or "false" => expression == "true",
            "smallint" when short.TryParse(expression, NumberStyles.AllowLeadingSign, invariant, out var value) => value,
            "integer" when int.TryParse(expression, NumberStyles.AllowLeadingSign, invariant, out var value) => value,
            "bigint" when long.TryParse(expression, NumberStyles.AllowLeadingSign, invariant, out var value) => value,
            "numeric" when decimal.TryParse(expression, NumberStyles.Number, invariant, out var value) => value,
            "real" when float.TryParse(expression, NumberStyles.Float, invariant, out var value) => value,
            "double precision" when double.TryParse(expression, NumberStyles.Float, invariant, out var value) => value,
            _ => null,
        };
    }
}
