using System.Xml;
using System.Xml.XPath;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Xml;

/// <summary>xpath, xpath_exists and xmlexists.</summary>
internal static class XPathFunctions
{
    private static readonly byte[] NoNamespaces = "{}"u8.ToArray();

    [PgFunction("xpath(text,xml)")]
    public static PgDatum Evaluate(FunctionContext context, string path, string value)
    {
        try
        {
            return Evaluate(context, path, value, NoNamespaces);
        }
        catch (PgException e)
        {
            throw InFunction(e, "xpath");
        }
    }

    [PgFunction("xpath(text,xml,text[])")]
    public static PgDatum Evaluate(FunctionContext context, string path, string value, ReadOnlySpan<byte> namespaces) => ArrayOperations.Store(
        context, new PgArray(TypeOid.Xml, [.. XmlPaths.Results(Select(context, path, value, namespaces)).Select(static r => PgDatum.FromText(r))]));

    [PgFunction("xpath_exists(text,xml)")]
    public static bool Exists(FunctionContext context, string path, string value)
    {
        try
        {
            return Exists(context, path, value, NoNamespaces);
        }
        catch (PgException e)
        {
            throw InFunction(e, "xpath_exists");
        }
    }

    [PgFunction("xmlexists(text,xml)")]
    public static bool XmlExists(FunctionContext context, string path, string value) => Exists(context, path, value, NoNamespaces);

    [PgFunction("xpath_exists(text,xml,text[])")]
    public static bool Exists(FunctionContext context, string path, string value, ReadOnlySpan<byte> namespaces) =>
        Select(context, path, value, namespaces) is not XPathNodeIterator nodes || nodes.Count > 0;

    private static object Select(FunctionContext context, string path, string value, ReadOnlySpan<byte> namespaces)
    {
        if (path.Length == 0)
        {
            throw new PgException(SqlState.DataException, "empty XPath expression");
        }

        var document = XmlPaths.Load(value);
        var manager = new XmlNamespaceManager(document.NameTable);
        var array = ArrayOperations.Parse(context, TypeOid.Text, namespaces);
        if (array.Elements.Length > 0 && (array.Dimensions.Length != 2 || array.Dimensions[1] != 2))
        {
            throw new PgException(SqlState.DataException, "invalid array for XML namespace mapping")
                .WithDetail("The array must be two-dimensional with length of the second axis equal to 2.");
        }

        for (var i = 0; i < array.Elements.Length; i += 2)
        {
            if (array.Elements[i].IsNull || array.Elements[i + 1].IsNull)
            {
                throw new PgException(SqlState.NullValueNotAllowed, "neither namespace name nor URI may be null");
            }

            manager.AddNamespace(array.Elements[i].GetString(), array.Elements[i + 1].GetString());
        }

        return XmlPaths.Evaluate(document.CreateNavigator()!, XmlPaths.Compile(path, manager, SqlState.InternalError));
    }

    // With two arguments they are SQL functions over those with three.
    private static PgException InFunction(PgException error, string name)
    {
        error.Where = $"SQL function \"{name}\" statement 1";
        return error;
    }
}
