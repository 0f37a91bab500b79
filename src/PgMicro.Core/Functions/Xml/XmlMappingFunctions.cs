using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Xml;

/// <summary>table_to_xml and its like.</summary>
internal static class XmlMappingFunctions
{
    [PgFunction("table_to_xml(regclass,boolean,boolean,text)")]
    public static string TableToXml(FunctionContext context, uint relation, bool nulls, bool forest, string space) =>
        new XmlMapping(context, nulls, forest, space).Table(relation, null, true);

    [PgFunction("table_to_xmlschema(regclass,boolean,boolean,text)")]
    public static string TableToXmlschema(FunctionContext context, uint relation, bool nulls, bool forest, string space) =>
        new XmlMapping(context, nulls, forest, space).TableXsd(relation);

    [PgFunction("table_to_xml_and_xmlschema(regclass,boolean,boolean,text)")]
    public static string TableToXmlAndXmlschema(FunctionContext context, uint relation, bool nulls, bool forest, string space)
    {
        var mapping = new XmlMapping(context, nulls, forest, space);
        return mapping.Table(relation, mapping.TableXsd(relation), true);
    }

    [PgFunction("query_to_xml(text,boolean,boolean,text)")]
    public static string QueryToXml(FunctionContext context, string query, bool nulls, bool forest, string space) =>
        new XmlMapping(context, nulls, forest, space).Rows(context.QueryRows(query, out var columns), columns, null, null, true);

    [PgFunction("query_to_xmlschema(text,boolean,boolean,text)")]
    public static string QueryToXmlschema(FunctionContext context, string query, bool nulls, bool forest, string space)
    {
        context.QueryRows(query, out var columns);
        return new XmlMapping(context, nulls, forest, space).QueryXsd(columns);
    }

    [PgFunction("query_to_xml_and_xmlschema(text,boolean,boolean,text)")]
    public static string QueryToXmlAndXmlschema(FunctionContext context, string query, bool nulls, bool forest, string space)
    {
        var rows = context.QueryRows(query, out var columns);
        var mapping = new XmlMapping(context, nulls, forest, space);
        return mapping.Rows(rows, columns, null, mapping.QueryXsd(columns), true);
    }

    [PgFunction("cursor_to_xml(refcursor,integer,boolean,boolean,text)")]
    public static string CursorToXml(FunctionContext context, string cursor, int count, bool nulls, bool forest, string space) =>
        new XmlMapping(context, nulls, forest, space).Rows(context.FetchCursor(cursor, count, out var columns), columns, null, null, true);

    [PgFunction("cursor_to_xmlschema(refcursor,boolean,boolean,text)")]
    public static string CursorToXmlschema(FunctionContext context, string cursor, bool nulls, bool forest, string space)
    {
        context.FetchCursor(cursor, 0, out var columns);
        return new XmlMapping(context, nulls, forest, space).QueryXsd(columns);
    }

    [PgFunction("schema_to_xml(name,boolean,boolean,text)")]
    public static string SchemaToXml(FunctionContext context, string schema, bool nulls, bool forest, string space) =>
        new XmlMapping(context, nulls, forest, space).Schema(Schema(context, schema), null, true);

    [PgFunction("schema_to_xmlschema(name,boolean,boolean,text)")]
    public static string SchemaToXmlschema(FunctionContext context, string schema, bool nulls, bool forest, string space) =>
        new XmlMapping(context, nulls, forest, space).SchemaXsd(Schema(context, schema));

    [PgFunction("schema_to_xml_and_xmlschema(name,boolean,boolean,text)")]
    public static string SchemaToXmlAndXmlschema(FunctionContext context, string schema, bool nulls, bool forest, string space)
    {
        var mapping = new XmlMapping(context, nulls, forest, space);
        return mapping.Schema(Schema(context, schema), mapping.SchemaXsd(Schema(context, schema)), true);
    }

    [PgFunction("database_to_xml(boolean,boolean,text)")]
    public static string DatabaseToXml(FunctionContext context, bool nulls, bool forest, string space) =>
        new XmlMapping(context, nulls, forest, space).Database(null);

    [PgFunction("database_to_xmlschema(boolean,boolean,text)")]
    public static string DatabaseToXmlschema(FunctionContext context, bool nulls, bool forest, string space) =>
        new XmlMapping(context, nulls, forest, space).DatabaseXsd();

    [PgFunction("database_to_xml_and_xmlschema(boolean,boolean,text)")]
    public static string DatabaseToXmlAndXmlschema(FunctionContext context, bool nulls, bool forest, string space)
    {
        var mapping = new XmlMapping(context, nulls, forest, space);
        return mapping.Database(mapping.DatabaseXsd());
    }

    private static uint Schema(FunctionContext context, string name) => context.Catalog.FindNamespace(name)?.oid
        ?? throw new PgException(SqlState.InvalidSchemaName, $"schema \"{name}\" does not exist");
}
