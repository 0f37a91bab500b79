using System.Text;
using System.Xml;
using System.Xml.XPath;
using PgMicro.Core.Errors;
using XmlScanner = PgMicro.Core.Types.Xml.XmlScanner;
using XmlText = PgMicro.Core.Types.Xml.XmlText;

namespace PgMicro.Core.Functions.Xml;

/// <summary>Documents, paths over them, and results as text.</summary>
internal static class XmlPaths
{
    /// <exception cref="PgException">2200M when it is no document.</exception>
    internal static XmlDocument Load(string value)
    {
        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(XmlText.Declaration.WithoutEncoding(value)), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            document.Load(reader);
            return document;
        }
        catch (XmlException)
        {
            throw new PgException(XmlText.InvalidDocument, "could not parse XML document").WithDetail(XmlScanner.Document(value));
        }
    }

    /// <summary>A path, with the SQLSTATE for one that is not valid.</summary>
    internal static XPathExpression Compile(string path, XmlNamespaceManager namespaces, string sqlState)
    {
        XPathExpression compiled;
        try
        {
            compiled = XPathExpression.Compile(path);
        }
        catch (XPathException)
        {
            throw new PgException(sqlState, "invalid XPath expression").WithDetail("Invalid expression");
        }

        try
        {
            compiled.SetContext(namespaces);
            return compiled;
        }
        catch (XPathException e)
        {
            throw Unusable(path, e);
        }
    }

    /// <summary>Nodes, a string, a number or a truth value.</summary>
    internal static object Evaluate(XPathNavigator node, XPathExpression path)
    {
        try
        {
            return node.Evaluate(path);
        }
        catch (XPathException e)
        {
            throw Unusable(path.Expression, e);
        }
    }

    // An unknown variable, prefix or function.
    private static PgException Unusable(string path, XPathException error) => new PgException(SqlState.InternalError, "could not create XPath object").WithDetail(
        path.Contains('$') ? null : error.Message.Contains("prefix", StringComparison.OrdinalIgnoreCase) ? "Undefined namespace prefix" : "Unregistered function");

    /// <summary>A result as xml values.</summary>
    internal static IEnumerable<string> Results(object result)
    {
        switch (result)
        {
            case XPathNodeIterator nodes:
                foreach (XPathNavigator node in nodes)
                {
                    if (node.NodeType is XPathNodeType.Text && node.UnderlyingObject is XmlNode part)
                    {
                        // What stands side by side is one node there, text and CDATA sections.
                        for (; part is XmlCharacterData and not XmlComment; part = part.NextSibling!)
                        {
                            yield return part is XmlCDataSection ? $"<![CDATA[{part.Value}]]>" : XmlText.Escape(part.Value ?? "");
                        }

                        continue;
                    }

                    yield return node.NodeType is XPathNodeType.Element or XPathNodeType.Root or XPathNodeType.Comment or XPathNodeType.ProcessingInstruction
                        ? Write((XmlNode)node.UnderlyingObject!) + (node.NodeType == XPathNodeType.Root ? "\n" : "")
                        : XmlText.Escape(node.Value);
                }

                break;
            case bool flag:
                yield return flag ? "true" : "false";
                break;
            case double number:
                yield return double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? number > 0 ? "Infinity" : "-Infinity"
                    : Types.TypeContext.Canonical.Types.GetCodec(Types.TypeOid.Float8).OutputString(Types.PgDatum.FromDouble(number), Types.TypeContext.Canonical);
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

    /// <summary>A node as it stands; the root of what is written declares the namespaces that it uses.</summary>
    internal static void Write(XmlNode node, StringBuilder text, bool isRoot)
    {
        switch (node)
        {
            case XmlElement element:
                text.Append('<').Append(element.Name);
                if (isRoot)
                {
                    // What is declared further out and used within.
                    var declared = new HashSet<string>(StringComparer.Ordinal);
                    foreach (XmlAttribute attribute in element.Attributes)
                    {
                        if (attribute.Name == "xmlns" || attribute.Prefix == "xmlns")
                        {
                            declared.Add(attribute.Name);
                        }
                    }

                    Declare(element, declared, text);
                }

                WriteAttributes(element, text);
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

    /// <summary>A start tag without its end.</summary>
    internal static void WriteStart(XmlElement element, StringBuilder text)
    {
        text.Append('<').Append(element.Name);
        WriteAttributes(element, text);
    }

    private static void WriteAttributes(XmlElement element, StringBuilder text)
    {
        foreach (XmlAttribute attribute in element.Attributes)
        {
            text.Append(' ').Append(attribute.Name).Append("=\"").Append(XmlText.EscapeAttribute(attribute.Value)).Append('"');
        }
    }

    private static void Declare(XmlElement element, HashSet<string> declared, StringBuilder text)
    {
        var name = element.Prefix.Length == 0 ? "xmlns" : "xmlns:" + element.Prefix;
        if (element.NamespaceURI.Length > 0 && declared.Add(name))
        {
            text.Append(' ').Append(name).Append("=\"").Append(XmlText.EscapeAttribute(element.NamespaceURI)).Append('"');
        }

        foreach (XmlNode child in element.ChildNodes)
        {
            if (child is XmlElement inner && inner.GetAttribute(inner.Prefix.Length == 0 ? "xmlns" : "xmlns:" + inner.Prefix).Length == 0)
            {
                Declare(inner, declared, text);
            }
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
