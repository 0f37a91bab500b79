using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Xml;

namespace PgMicro.Core.Functions.Xml;

/// <summary>xml: tests, comments, concatenation.</summary>
internal static class XmlFunctions
{
    [PgFunction("xml(text)")]
    public static ReadOnlySpan<byte> Parse(FunctionContext context, ReadOnlySpan<byte> text)
    {
        XmlText.Check(Encoding.UTF8.GetString(text), isDocument: context.IsXmlOptionDocument);
        return text;
    }

    [PgFunction("text(xml)")]
    public static ReadOnlySpan<byte> ToText(ReadOnlySpan<byte> value) => value;

    [PgFunction("xml_is_well_formed(text)")]
    public static bool IsWellFormed(FunctionContext context, string text) => XmlText.IsWellFormed(text, context.IsXmlOptionDocument);

    [PgFunction("xml_is_well_formed_content(text)")]
    public static bool IsContent(string text) => XmlText.IsWellFormed(text, isDocument: false);

    [PgFunction("xml_is_well_formed_document(text)")]
    public static bool IsDocument(string text) => XmlText.IsWellFormed(text, isDocument: true);

    [PgFunction("xmlcomment(text)")]
    public static string Comment(string text) => text.Contains("--", StringComparison.Ordinal) || text.EndsWith('-')
        ? throw new PgException(XmlText.InvalidComment, "invalid XML comment")
        : $"<!--{text}-->";

    [PgFunction("xmltext(text)")]
    public static string Text(string text) => XmlText.Escape(text).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("&#x0d;", "&#13;", StringComparison.Ordinal);

    [PgFunction("xmlconcat2(xml,xml)")]
    public static string? Concatenate(string? left, string? right) => left is null ? right : right is null ? left : XmlExpressions.Concatenate([left, right]);
}

[PgAggregate("xmlagg(xml)")]
internal sealed class XmlAgg
{
    private readonly List<string> _values = [];

    public void Step(string value) => _values.Add(value);

    public string? Final() => _values.Count == 0 ? null : XmlExpressions.Concatenate(_values);
}
