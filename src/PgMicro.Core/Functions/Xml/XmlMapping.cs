using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Xml;

namespace PgMicro.Core.Functions.Xml;

/// <summary>Tables, queries, schemas and the database as XML documents (SQL/XML; manual: "Mapping Tables to XML").</summary>
internal sealed class XmlMapping(FunctionContext context, bool nulls, bool forest, string targetNamespace)
{
    private const string Instance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>Rows under a root, or a sequence of documents when it is a forest.</summary>
    internal string Rows(IReadOnlyList<PgDatum[]> rows, IReadOnlyList<QueryColumn> columns, string? table, string? schema, bool isTop, bool closes = true)
    {
        var name = table is null ? "table" : Name(table);
        var text = new StringBuilder();
        if (!forest)
        {
            Start(text, name, schema, isTop);
            text.Append('\n');
        }

        if (schema is not null)
        {
            text.Append(schema).Append("\n\n");
        }

        var names = columns.Select(static c => Name(c.Name)).ToArray();
        foreach (var row in rows)
        {
            context.CheckForInterrupts();
            Row(text, row, columns, names, table is not null ? name : forest ? "row" : "table", isTop);
        }

        if (!forest && closes)
        {
            End(text, name);
        }

        return text.ToString();
    }

    /// <summary>A table's rows.</summary>
    internal string Table(uint relation, string? schema, bool isTop)
    {
        var name = context.Catalog.Class(relation)?.relname ?? "";
        var sql = "SELECT * FROM " + context.Types.GetCodec(TypeOid.Regclass).OutputString(PgDatum.FromInt64(relation), context);
        return Rows(context.QueryRows(sql, out var columns), columns, name, schema, isTop);
    }

    /// <summary>The tables of a schema that can be read.</summary>
    internal string Schema(uint schema, string? xmlSchema, bool isTop)
    {
        var name = Name(context.Catalog.Namespace(schema)!.nspname);
        var text = new StringBuilder();
        Start(text, name, xmlSchema, isTop);
        text.Append('\n');
        if (xmlSchema is not null)
        {
            text.Append(xmlSchema).Append("\n\n");
        }

        foreach (var table in TablesOf(schema))
        {
            text.Append(Table(table, null, false)).Append('\n');
        }

        End(text, name);
        return text.ToString();
    }

    /// <summary>The schemas of the database, but for the system's.</summary>
    internal string Database(string? xmlSchema)
    {
        var name = Name(context.DatabaseName);
        var text = new StringBuilder();
        Start(text, name, xmlSchema, true);
        text.Append('\n');
        if (xmlSchema is not null)
        {
            text.Append(xmlSchema).Append("\n\n");
        }

        foreach (var schema in Schemas())
        {
            text.Append(Schema(schema, null, false)).Append('\n');
        }

        End(text, name);
        return text.ToString();
    }

    // ---- XML Schema ----

    /// <summary>The schema of a table's document.</summary>
    internal string TableXsd(uint relation)
    {
        var name = Require(relation);
        var schema = context.Catalog.Namespace(context.Catalog.Class(relation)!.relnamespace)!.nspname;
        return RowsXsd(ColumnsOf(relation), Name(name), string.Concat("TableType.", Path(schema, name)), string.Concat("RowType.", Path(schema, name)));
    }

    /// <summary>The schema of a query's document.</summary>
    internal string QueryXsd(IReadOnlyList<QueryColumn> columns) => RowsXsd(columns, forest ? "row" : "table", "TableType", "RowType");

    /// <summary>The schema of a schema's document.</summary>
    internal string SchemaXsd(uint schema)
    {
        var text = new StringBuilder();
        StartXsd(text);
        var tables = TablesOf(schema);
        Types(text, tables.SelectMany(ColumnsOf));
        SchemaType(text, schema, tables);
        return text.Append("</xsd:schema>").ToString();
    }

    /// <summary>The schema of the database's document.</summary>
    internal string DatabaseXsd()
    {
        var text = new StringBuilder();
        StartXsd(text);
        var schemas = Schemas();
        Types(text, schemas.SelectMany(TablesOf).Order().SelectMany(ColumnsOf));
        var type = XmlNames.Multipart("CatalogType", context.DatabaseName);
        text.Append("<xsd:complexType name=\"").Append(type).Append("\">\n  <xsd:all>\n");
        foreach (var schema in schemas)
        {
            var name = context.Catalog.Namespace(schema)!.nspname;
            text.Append("    <xsd:element name=\"").Append(Name(name)).Append("\" type=\"").Append(XmlNames.Multipart("SchemaType", context.DatabaseName, name)).Append("\"/>\n");
        }

        text.Append("  </xsd:all>\n</xsd:complexType>\n\n");
        Element(text, Name(context.DatabaseName), type);
        return text.Append("</xsd:schema>").ToString();
    }

    private void SchemaType(StringBuilder text, uint schema, List<uint> tables)
    {
        var name = context.Catalog.Namespace(schema)!.nspname;
        var type = XmlNames.Multipart("SchemaType", context.DatabaseName, name);
        text.Append("<xsd:complexType name=\"").Append(type).Append("\">\n").Append(forest ? "  <xsd:sequence>\n" : "  <xsd:all>\n");
        foreach (var table in tables)
        {
            var relation = context.Catalog.Class(table)!.relname;
            text.Append("    <xsd:element name=\"").Append(Name(relation)).Append("\" type=\"").Append(forest ? "RowType." : "TableType.").Append(Path(name, relation))
                .Append(forest ? "\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>\n" : "\"/>\n");
        }

        text.Append(forest ? "  </xsd:sequence>\n" : "  </xsd:all>\n").Append("</xsd:complexType>\n\n");
        Element(text, Name(name), type);
    }

    private string RowsXsd(IReadOnlyList<QueryColumn> columns, string name, string tableType, string rowType)
    {
        var text = new StringBuilder();
        StartXsd(text);
        Types(text, columns);
        text.Append("<xsd:complexType name=\"").Append(rowType).Append("\">\n  <xsd:sequence>\n");
        foreach (var column in columns)
        {
            text.Append("    <xsd:element name=\"").Append(Name(column.Name)).Append("\" type=\"").Append(TypeName(column.Type)).Append('"')
                .Append(nulls ? " nillable=\"true\"" : " minOccurs=\"0\"").Append("></xsd:element>\n");
        }

        text.Append("  </xsd:sequence>\n</xsd:complexType>\n\n");
        if (!forest)
        {
            text.Append("<xsd:complexType name=\"").Append(tableType).Append("\">\n  <xsd:sequence>\n    <xsd:element name=\"row\" type=\"").Append(rowType)
                .Append("\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>\n  </xsd:sequence>\n</xsd:complexType>\n\n");
        }

        Element(text, name, forest ? rowType : tableType);
        return text.Append("</xsd:schema>").ToString();
    }

    private static void Element(StringBuilder text, string name, string type) =>
        text.Append("<xsd:element name=\"").Append(name).Append("\" type=\"").Append(type).Append("\"/>\n\n");

    private void StartXsd(StringBuilder text)
    {
        text.Append("<xsd:schema\n    xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"");
        if (targetNamespace.Length > 0)
        {
            text.Append("\n    targetNamespace=\"").Append(targetNamespace).Append("\"\n    elementFormDefault=\"qualified\"");
        }

        text.Append(">\n\n");
    }

    // Each type once, domains' base types after them.
    private void Types(StringBuilder text, IEnumerable<QueryColumn> columns)
    {
        var types = columns.Select(static c => c.Type).Distinct().ToList();
        foreach (var type in types.ToList())
        {
            var baseType = context.Catalog.GetBaseType(type);
            if (!types.Contains(baseType))
            {
                types.Add(baseType);
            }
        }

        foreach (var type in types)
        {
            TypeDefinition(text, type);
            text.Append('\n');
        }
    }

    private void TypeDefinition(StringBuilder text, uint type)
    {
        if (type == TypeOid.Xml)
        {
            text.Append("<xsd:complexType mixed=\"true\">\n  <xsd:sequence>\n    <xsd:any name=\"element\" minOccurs=\"0\" maxOccurs=\"unbounded\" processContents=\"skip\"/>\n")
                .Append("  </xsd:sequence>\n</xsd:complexType>\n");
            return;
        }

        const string Zone = "(\\+|-)\\p{Nd}{2}:\\p{Nd}{2}";
        const string Day = "\\p{Nd}{4}-\\p{Nd}{2}-\\p{Nd}{2}";
        const string Hour = "\\p{Nd}{2}:\\p{Nd}{2}:\\p{Nd}{2}(.\\p{Nd}+)?";
        text.Append("<xsd:simpleType name=\"").Append(TypeName(type)).Append("\">\n");
        text.Append(type switch
        {
            TypeOid.Bpchar or TypeOid.Varchar or TypeOid.Text => Restriction("string", ""),
            TypeOid.Bytea => Restriction(context.GetSetting("xmlbinary", true) == "hex" ? "hexBinary" : "base64Binary", ""),
            TypeOid.Numeric => "",
            TypeOid.Int2 => Bounds("short", short.MaxValue, short.MinValue),
            TypeOid.Int4 => Bounds("int", int.MaxValue, int.MinValue),
            TypeOid.Int8 => Bounds("long", long.MaxValue, long.MinValue),
            TypeOid.Float4 => "  <xsd:restriction base=\"xsd:float\"></xsd:restriction>\n",
            TypeOid.Float8 => "  <xsd:restriction base=\"xsd:double\"></xsd:restriction>\n",
            TypeOid.Bool => "  <xsd:restriction base=\"xsd:boolean\"></xsd:restriction>\n",
            TypeOid.Time => Pattern("time", Hour),
            TypeOid.Timetz => Pattern("time", Hour + Zone),
            TypeOid.Timestamp => Pattern("dateTime", Day + "T" + Hour),
            TypeOid.Timestamptz => Pattern("dateTime", Day + "T" + Hour + Zone),
            TypeOid.Date => Pattern("date", Day),
            _ when context.Catalog.Type(type) is { typtype: 'd' } domain => $"  <xsd:restriction base=\"{TypeName(context.Catalog.GetBaseType(type), BaseTypmod(domain))}\"/>\n",
            _ => "",
        });
        text.Append("</xsd:simpleType>\n");

        static string Restriction(string name, string facets) => $"  <xsd:restriction base=\"xsd:{name}\">\n{facets}  </xsd:restriction>\n";
        static string Bounds(string name, long max, long min) => Restriction(
            name, string.Create(CultureInfo.InvariantCulture, $"    <xsd:maxInclusive value=\"{max}\"/>\n    <xsd:minInclusive value=\"{min}\"/>\n"));
        static string Pattern(string name, string pattern) => Restriction(name, $"    <xsd:pattern value=\"{pattern}\"/>\n");
    }

    private int BaseTypmod(Catalog.Tables.PgType domain)
    {
        var type = domain;
        while (type is { typtype: 'd', typtypmod: -1 } && context.Catalog.Type(type.typbasetype) is { typtype: 'd' } inner)
        {
            type = inner;
        }

        return type.typtypmod;
    }

    private string TypeName(uint type, int typmod = -1)
    {
        const int HeaderSize = 4;
        string Sized(string name, int size) => typmod < 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}_{size}");
        switch (type)
        {
            case TypeOid.Bpchar:
                return Sized("CHAR", typmod - HeaderSize);
            case TypeOid.Varchar:
                return Sized("VARCHAR", typmod - HeaderSize);
            case TypeOid.Numeric:
                return typmod < 0 ? "NUMERIC" : string.Create(CultureInfo.InvariantCulture, $"NUMERIC_{((typmod - HeaderSize) >> 16) & 0xFFFF}_{(typmod - HeaderSize) & 0xFFFF}");
            case TypeOid.Int2:
                return "SMALLINT";
            case TypeOid.Int4:
                return "INTEGER";
            case TypeOid.Int8:
                return "BIGINT";
            case TypeOid.Float4:
                return "REAL";
            case TypeOid.Float8:
                return "DOUBLE";
            case TypeOid.Bool:
                return "BOOLEAN";
            case TypeOid.Time:
                return Sized("TIME", typmod);
            case TypeOid.Timetz:
                return Sized("TIME_WTZ", typmod);
            case TypeOid.Timestamp:
                return Sized("TIMESTAMP", typmod);
            case TypeOid.Timestamptz:
                return Sized("TIMESTAMP_WTZ", typmod);
            case TypeOid.Date:
                return "DATE";
            case TypeOid.Xml:
                return "XML";
            default:
                var row = context.Catalog.Type(type)!;
                return XmlNames.Multipart(row.typtype == 'd' ? "Domain" : "UDT", context.DatabaseName, context.Catalog.Namespace(row.typnamespace)!.nspname, row.typname);
        }
    }

    // ---- documents ----

    private void Row(StringBuilder text, PgDatum[] row, IReadOnlyList<QueryColumn> columns, string[] names, string name, bool isTop)
    {
        if (forest)
        {
            Start(text, name, null, isTop);
        }
        else
        {
            text.Append("<row>\n");
        }

        for (var i = 0; i < columns.Count; i++)
        {
            if (!row[i].IsNull)
            {
                text.Append("  <").Append(names[i]).Append('>').Append(XmlExpressions.ToXml(context, columns[i].Type, row[i], escape: true)).Append("</").Append(names[i]).Append(">\n");
            }
            else if (nulls)
            {
                text.Append("  <").Append(names[i]).Append(" xsi:nil=\"true\"/>\n");
            }
        }

        if (forest)
        {
            End(text, name);
            text.Append('\n');
        }
        else
        {
            text.Append("</row>\n\n");
        }
    }

    private void Start(StringBuilder text, string name, string? schema, bool isTop)
    {
        text.Append('<').Append(name);
        if (isTop)
        {
            text.Append(" xmlns:xsi=\"").Append(Instance).Append('"');
            if (targetNamespace.Length > 0)
            {
                text.Append(" xmlns=\"").Append(targetNamespace).Append('"');
            }
        }

        if (schema is not null)
        {
            text.Append(targetNamespace.Length > 0 ? $" xsi:schemaLocation=\"{targetNamespace} #\"" : " xsi:noNamespaceSchemaLocation=\"#\"");
        }

        text.Append(">\n");
    }

    private static void End(StringBuilder text, string name) => text.Append("</").Append(name).Append(">\n");

    private static string Name(string identifier) => XmlNames.FromIdentifier(identifier, isFull: true);

    private string Path(string schema, string relation) => XmlNames.Multipart(context.DatabaseName, schema, relation);

    private string Require(uint relation) => context.Catalog.Class(relation)?.relname
        ?? throw new PgException(SqlState.UndefinedTable, $"could not open relation with OID {relation}");

    private IReadOnlyList<QueryColumn> ColumnsOf(uint relation) =>
        [.. context.Catalog.Attributes(relation).Where(static a => !a.attisdropped).Select(static a => new QueryColumn(a.attname, a.atttypid))];

    private List<uint> TablesOf(uint schema) => Oids(string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT oid FROM pg_catalog.pg_class WHERE relnamespace = {schema} AND relkind IN ('r', 'm', 'v') AND pg_catalog.has_table_privilege(oid, 'SELECT') ORDER BY relname"));

    private List<uint> Schemas() => Oids(
        "SELECT oid FROM pg_catalog.pg_namespace WHERE pg_catalog.has_schema_privilege(oid, 'USAGE') AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY nspname");

    private List<uint> Oids(string sql) => [.. context.QueryRows(sql, out _).Select(static r => (uint)r[0].Int64)];
}
