using System.Text;
using System.Xml;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Xml;

/// <summary>Checks and takes apart the text of XML values.</summary>
internal static class XmlText
{
    internal const string InvalidDocument = "2200M", InvalidContent = "2200N", InvalidComment = "2200S", InvalidInstruction = "2200T";

    /// <summary>Whether the text is a document, or well-formed content.</summary>
    internal static bool IsWellFormed(string text, bool isDocument)
    {
        var body = isDocument || IsDocumentLike(text) ? text : Declaration.Split(text).Body;
        var settings = new XmlReaderSettings
        {
            ConformanceLevel = isDocument || IsDocumentLike(text) ? ConformanceLevel.Document : ConformanceLevel.Fragment,
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            CheckCharacters = true,
        };
        try
        {
            using var reader = XmlReader.Create(new StringReader(Declaration.WithoutEncoding(body)), settings);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    /// <exception cref="PgException">2200M or 2200N when the text is not well-formed.</exception>
    internal static void Check(string text, bool isDocument)
    {
        if (!IsWellFormed(text, isDocument))
        {
            throw isDocument ? new PgException(InvalidDocument, "invalid XML document").WithDetail(NoStartTag(text)) : new PgException(InvalidContent, "invalid XML content");
        }
    }

    /// <summary>The detail of a document that does not begin with an element; null for another fault.</summary>
    internal static string? NoStartTag(string text)
    {
        var start = text.AsSpan().TrimStart();
        if (text.Length == 0 || start.StartsWith("<", StringComparison.Ordinal))
        {
            return null;
        }

        var offset = text.Length - start.Length;
        var line = text[..offset].Count(static c => c == '\n') + 1;
        var begin = offset == 0 ? 0 : text.LastIndexOf('\n', offset - 1) + 1;
        var end = text.IndexOf('\n', offset);
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"line {line}: Start tag expected, '<' not found\n{text[begin..(end < 0 ? text.Length : end)]}\n{new string(' ', offset - begin)}^");
    }

    /// <summary>Text as character data.</summary>
    internal static string Escape(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            result.Append(c switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '\r' => "&#x0d;", _ => null } ?? c.ToString());
        }

        return result.ToString();
    }

    /// <summary>Text as the value of an attribute.</summary>
    internal static string EscapeAttribute(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            result.Append(c switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&quot;", '\n' => "&#10;", '\r' => "&#13;", '\t' => "&#9;", _ => null } ?? c.ToString());
        }

        return result.ToString();
    }

    /// <summary>A document type declaration makes a document of what may be content.</summary>
    private static bool IsDocumentLike(string text) => Declaration.Split(text).Body.TrimStart().StartsWith("<!DOCTYPE", StringComparison.Ordinal);

    /// <summary>The XML declaration in front of a value.</summary>
    internal readonly record struct Declaration(string? Version, bool? Standalone)
    {
        /// <summary>Takes the declaration off.</summary>
        internal static (Declaration Declaration, string Body) Split(string text)
        {
            if (!text.StartsWith("<?xml", StringComparison.Ordinal) || text.Length < 6 || !char.IsWhiteSpace(text[5])
                || text.IndexOf("?>", StringComparison.Ordinal) is var end && end < 0)
            {
                return (default, text);
            }

            var head = text[5..end];
            return (new Declaration(Attribute(head, "version"), Attribute(head, "standalone") switch { "yes" => true, "no" => false, _ => null }), text[(end + 2)..]);
        }

        /// <summary>The text with a declaration that names no encoding: a string has none.</summary>
        internal static string WithoutEncoding(string text)
        {
            var (declaration, body) = Split(text);
            return ReferenceEquals(body, text) ? text : "<?xml version=\"1.0\"" + (declaration.Standalone is { } alone ? $" standalone=\"{(alone ? "yes" : "no")}\"" : "") + "?>" + body;
        }

        /// <summary>The declaration as output writes it: only what says something.</summary>
        public override string ToString() => (Version ?? "1.0") == "1.0" && Standalone is null ? ""
            : $"<?xml version=\"{Version ?? "1.0"}\"{Standalone switch { true => " standalone=\"yes\"", false => " standalone=\"no\"", _ => "" }}?>";

        private static string? Attribute(string head, string name)
        {
            var at = head.IndexOf(name, StringComparison.Ordinal);
            if (at < 0)
            {
                return null;
            }

            var open = head.IndexOfAny(['"', '\''], at);
            var close = open < 0 ? -1 : head.IndexOf(head[open], open + 1);
            return close < 0 ? null : head[(open + 1)..close];
        }
    }
}
