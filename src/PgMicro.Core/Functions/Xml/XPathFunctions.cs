using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.XPath;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;
using XmlText = PgMicro.Core.Types.Xml.XmlText;

namespace PgMicro.Core.Functions.Xml;

/// <summary>xpath, xpath_exists and xmlexists.</summary>
internal static class XPathFunctions
{
    private static readonly byte[] NoNamespaces = "{}"u8.ToArray();

    [PgFunction("xpath(text,xml)")]
    public static PgDatum Evaluate(FunctionContext context, string path, string value) => Evaluate(context, path, value, NoNamespaces);

    [PgFunction("xpath(text,xml,text[])")]
    public static PgDatum Evaluate(FunctionContext context, string path, string value, ReadOnlySpan<byte> namespaces) => ArrayOperations.Store(
        context, new PgArray(TypeOid.Xml, [.. Results(Select(context, path, value, namespaces)).Select(static r => PgDatum.FromText(r))]));

    [PgFunction("xpath_exists(text,xml)")]
    [PgFunction("xmlexists(text,xml)")]
    public static bool Exists(FunctionContext context, string path, string value) => Exists(context, path, value, NoNamespaces);

    [PgFunction("xpath_exists(text,xml,text[])")]
    public static bool Exists(FunctionContext context, string path, string value, ReadOnlySpan<byte> namespaces) =>
        Select(context, path, value, namespaces) is not XPathNodeIterator nodes || nodes.Count > 0;

    private static object Select(FunctionContext context, string path, string value, ReadOnlySpan<byte> namespaces)
    {
        if (path.Length == 0)
        {
            throw new PgException(SqlState.DataException, "empty XPath expression");
        }

        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(XmlText.Declaration.WithoutEncoding(value)), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            document.Load(reader);
        }
        catch (XmlException)
        {
            throw new PgException(XmlText.InvalidDocument, "could not parse XML document");
        }

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

        try
        {
            return document.CreateNavigator()!.Evaluate(path, manager);
        }
        catch (XPathException)
        {
            throw new PgException("10608", "invalid XPath expression");
        }
    }

    private static IEnumerable<string> Results(object result)
    {
        switch (result)
        {
            case XPathNodeIterator nodes:
                foreach (XPathNavigator node in nodes)
                {
                    yield return node.NodeType is XPathNodeType.Element or XPathNodeType.Root or XPathNodeType.Comment or XPathNodeType.ProcessingInstruction
                        ? Write((XmlNode)node.UnderlyingObject!)
                        : XmlText.Escape(node.Value);
                }

                break;
            case bool flag:
                yield return flag ? "true" : "false";
                break;
            case double number:
                yield return double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? number > 0 ? "Infinity" : "-Infinity" : ((decimal)number).ToString(CultureInfo.InvariantCulture);
                break;
            default:
                yield return XmlText.Escape((string)result);
                break;
        }
    }

    private static string Write(XmlNode node)
    {
        var text = new StringBuilder();
        Write(node, text, isRoot: true);
        return text.ToString();
    }

    private static void Write(XmlNode node, StringBuilder text, bool isRoot)
    {
        switch (node)
        {
            case XmlElement element:
                text.Append('<').Append(element.Name);
                if (isRoot && element.NamespaceURI.Length > 0 && element.GetAttribute(element.Prefix.Length == 0 ? "xmlns" : "xmlns:" + element.Prefix).Length == 0)
                {
                    // The namespace was declared further out.
                    text.Append(element.Prefix.Length == 0 ? " xmlns" : " xmlns:" + element.Prefix).Append("=\"").Append(XmlText.EscapeAttribute(element.NamespaceURI)).Append('"');
                }

                foreach (XmlAttribute attribute in element.Attributes)
                {
                    text.Append(' ').Append(attribute.Name).Append("=\"").Append(XmlText.EscapeAttribute(attribute.Value)).Append('"');
                }

                if (!element.HasChildNodes)
                {
                    text.Append("/>");
                    return;
                }

                text.Append('>');
                Children(element, text);
                text.Append("</").Append(element.Name).Append('>');
                break;
            case XmlCDataSection data:
                text.Append("<![CDATA[").Append(data.Value).Append("]]>");
                break;
            case XmlCharacterData { NodeType: XmlNodeType.Comment } comment:
                text.Append("<!--").Append(comment.Value).Append("-->");
                break;
            case XmlProcessingInstruction instruction:
                text.Append("<?").Append(instruction.Name).Append(instruction.Data.Length > 0 ? " " : "").Append(instruction.Data).Append("?>");
                break;
            case XmlDeclaration or XmlDocumentType:
                break;
            case XmlDocument or XmlEntityReference:
                Children(node, text);
                break;
            default:
                text.Append(XmlText.Escape(node.Value ?? ""));
                break;
        }
    }

    private static void Children(XmlNode node, StringBuilder text)
    {
        foreach (XmlNode child in node.ChildNodes)
        {
            Write(child, text, isRoot: false);
        }
    }
}
