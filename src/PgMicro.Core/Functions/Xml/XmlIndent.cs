using System.Text;
using System.Xml;
using XmlText = PgMicro.Core.Types.Xml.XmlText;

namespace PgMicro.Core.Functions.Xml;

/// <summary>XMLSERIALIZE … INDENT: two blanks a level, except in elements that contain text (the rules of libxml2's formatted output).</summary>
internal static class XmlIndent
{
    private const string Root = "content-root";

    internal static string Format(string value, bool isDocument)
    {
        var (declaration, body) = XmlText.Declaration.Split(value);
        var head = value[..(value.Length - body.Length)];
        isDocument |= XmlText.IsWellFormed(value, isDocument: true) && body.TrimStart().StartsWith("<!DOCTYPE", StringComparison.Ordinal);
        var document = isDocument ? XmlPaths.Load(value) : XmlPaths.Load($"<{Root}>{body}</{Root}>");

        // A document is written with an encoding in its declaration: that of the database when it names none.
        var text = new StringBuilder(isDocument && head.Length > 0 && !head.Contains("encoding", StringComparison.Ordinal) ? WithEncoding(declaration) : head);
        if (isDocument)
        {
            text.Append(head.Length > 0 ? "\n" : "");
            if (XmlText.DocumentType(body) is { } type)
            {
                text.Append(type).Append('\n');
            }

            foreach (XmlNode node in document.ChildNodes)
            {
                if (node is not (XmlDeclaration or XmlWhitespace or XmlSignificantWhitespace))
                {
                    Write(node, text, 0, true);
                    text.Append('\n');
                }
            }

            return text.ToString().TrimEnd('\n');
        }

        // Each node of content starts a line, except text.
        var first = true;
        foreach (var node in Children((XmlElement)document.DocumentElement!))
        {
            text.Append(!first && !IsText(node) ? "\n" : "");
            first = false;
            Write(node, text, 0, true);
        }

        return text.ToString();
    }

    private static string WithEncoding(XmlText.Declaration declaration) =>
        $"<?xml version=\"{declaration.Version ?? "1.0"}\" encoding=\"UTF-8\"{declaration.Standalone switch { true => " standalone=\"yes\"", false => " standalone=\"no\"", _ => "" }}?>";

    private static bool IsText(XmlNode node) => node is System.Xml.XmlText or XmlWhitespace or XmlSignificantWhitespace;

    // Blanks between elements count for nothing, unless they are all that an element has or stand beside text.
    private static List<XmlNode> Children(XmlElement element)
    {
        var kept = new List<XmlNode>();
        for (var node = element.FirstChild; node is not null; node = node.NextSibling)
        {
            if (node is XmlWhitespace or XmlSignificantWhitespace && !(element.ChildNodes.Count == 1)
                && !(kept.Count > 0 && (IsText(kept[^1]) || IsText(kept[0]))))
            {
                continue;
            }

            kept.Add(node);
        }

        return kept;
    }

    private static void Write(XmlNode node, StringBuilder text, int level, bool format)
    {
        if (node is not XmlElement element)
        {
            XmlPaths.Write(node, text, isRoot: false);
            return;
        }

        XmlPaths.WriteStart(element, text);
        var children = Children(element);
        if (children.Count == 0)
        {
            text.Append("/>");
            return;
        }

        text.Append('>');
        format &= !children.Exists(static c => IsText(c) || c is XmlCDataSection or XmlEntityReference);
        foreach (var child in children)
        {
            NewLine(text, level + 1, format);
            Write(child, text, level + 1, format);
        }

        NewLine(text, level, format);
        text.Append("</").Append(element.Name).Append('>');
    }

    private static void NewLine(StringBuilder text, int level, bool format)
    {
        if (format)
        {
            text.Append('\n').Append(' ', 2 * level);
        }
    }
}
