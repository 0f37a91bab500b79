using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Xml;

/// <summary>Checks and takes apart the text of XML values.</summary>
internal static class XmlText
{
    internal const string InvalidDocument = "2200M", InvalidContent = "2200N", InvalidComment = "2200S", InvalidInstruction = "2200T";

    /// <summary>Whether the text is a document, or well-formed content.</summary>
    internal static bool IsWellFormed(string text, bool isDocument) =>
        isDocument || IsDocumentLike(text)
            ? XmlScanner.Document(text) is null
            : DeclarationFault(text) is null && XmlScanner.Content(Declaration.Split(text).Body) is null;

    /// <exception cref="PgException">2200M or 2200N when the text is not well-formed.</exception>
    internal static void Check(string text, bool isDocument)
    {
        var isWhole = isDocument || IsDocumentLike(text);
        if (!isWhole && DeclarationFault(text) is { } fault)
        {
            throw new PgException(InvalidContent, "invalid XML content: invalid XML declaration").WithDetail(fault);
        }

        if ((isWhole ? XmlScanner.Document(text) : XmlScanner.Content(Declaration.Split(text).Body)) is { } detail)
        {
            throw (isDocument ? new PgException(InvalidDocument, "invalid XML document") : new PgException(InvalidContent, "invalid XML content")).WithDetail(detail);
        }
    }

    // parse_xml_decl: what is wrong with a declaration in front of content.
    private static string? DeclarationFault(string text)
    {
        if (!text.StartsWith("<?xml", StringComparison.Ordinal) || (text.Length > 5 && (System.Xml.XmlConvert.IsNCNameChar(text[5]) || text[5] == ':')))
        {
            return null;
        }

        const string Space = "Space required.", Version = "Malformed declaration: missing version.", Encoding = "Missing encoding in text declaration.";
        const string Standalone = "standalone accepts only 'yes' or 'no'.", Unfinished = "Parsing XML declaration: '?>' expected.";
        var at = 5;
        if (!Skip(text, ref at))
        {
            return Space;
        }

        if (!Value(text, ref at, "version", out _))
        {
            return Version;
        }

        foreach (var (name, fault) in new[] { ("encoding", Encoding), ("standalone", Standalone) })
        {
            var next = at;
            var hasBlank = Skip(text, ref next);
            if (string.CompareOrdinal(text, next, name, 0, name.Length) != 0)
            {
                continue;
            }

            if (!hasBlank)
            {
                return Space;
            }

            if (!Value(text, ref next, name, out var value) || (name == "standalone" && value is not ("yes" or "no")))
            {
                return fault;
            }

            at = next;
        }

        Skip(text, ref at);
        return string.CompareOrdinal(text, at, "?>", 0, 2) == 0
            ? text.AsSpan(0, at).ContainsAnyExceptInRange('\0', '\x7f') ? "Invalid character value." : null
            : Unfinished;

        static bool Skip(string text, ref int at)
        {
            var start = at;
            while (at < text.Length && text[at] is ' ' or '\t' or '\n' or '\r')
            {
                at++;
            }

            return at > start;
        }

        static bool Value(string text, ref int at, string name, out string? value)
        {
            value = null;
            if (string.CompareOrdinal(text, at, name, 0, name.Length) != 0)
            {
                return false;
            }

            at += name.Length;
            Skip(text, ref at);
            if (at >= text.Length || text[at] != '=')
            {
                return false;
            }

            at++;
            Skip(text, ref at);
            if (at >= text.Length || text[at] is not ('"' or '\'') || text.IndexOf(text[at], at + 1) is var end && end < 0)
            {
                return false;
            }

            value = text[(at + 1)..end];
            at = end + 1;
            return true;
        }
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

    /// <summary>The document type declaration as written; null when there is none. One with an internal subset is left to the reader.</summary>
    internal static string? DocumentType(string body)
    {
        var start = body.IndexOf("<!DOCTYPE", StringComparison.Ordinal);
        return start >= 0 && IsDocumentLike(body) && body.IndexOf('>', start) is var end and >= 0 && body.IndexOf('[', start, end - start) < 0
            ? body[start..(end + 1)]
            : null;
    }

    /// <summary>A document type declaration makes a document of what may be content.</summary>
    private static bool IsDocumentLike(string text)
    {
        // Blanks, comments and instructions may stand before it.
        var rest = Declaration.Split(text).Body.AsSpan().TrimStart(" \t\n\r");
        while (rest.StartsWith("<!--", StringComparison.Ordinal) || rest.StartsWith("<?", StringComparison.Ordinal))
        {
            var close = rest[1] == '!' ? "-->" : "?>";
            var end = rest.IndexOf(close, StringComparison.Ordinal);
            if (end < 0)
            {
                return false;
            }

            rest = rest[(end + close.Length)..].TrimStart(" \t\n\r");
        }

        return rest.StartsWith("<!DOCTYPE", StringComparison.Ordinal);
    }

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
