using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Xml;

namespace PgMicro.Core.Functions.Xml;

/// <summary>XMLELEMENT, XMLFOREST and their like, over values whose types the plan knows.</summary>
internal static class XmlExpressions
{
    /// <summary>The values one after the other, without their declarations.</summary>
    internal static string Concatenate(IReadOnlyList<string> values)
    {
        var parts = values.Select(XmlText.Declaration.Split).ToList();
        var version = parts.TrueForAll(p => p.Declaration.Version == parts[0].Declaration.Version) ? parts[0].Declaration.Version : null;
        bool? standalone = parts.TrueForAll(static p => p.Declaration.Standalone == true) ? true : parts.Exists(static p => p.Declaration.Standalone == false) ? false : null;
        standalone = parts.Exists(static p => p.Declaration.Standalone is null) ? null : standalone;
        return new XmlText.Declaration(version, standalone) + string.Concat(parts.Select(static p => p.Body));
    }

    /// <summary>XMLELEMENT; null attributes and contents are left out.</summary>
    internal static string Element(FunctionContext context, string name, IEnumerable<(string Name, uint Type, PgDatum Value)> attributes, IEnumerable<(uint Type, PgDatum Value)> contents)
    {
        var text = new StringBuilder().Append('<').Append(name);
        foreach (var (attribute, type, value) in attributes)
        {
            if (!value.IsNull)
            {
                text.Append(' ').Append(attribute).Append("=\"").Append(XmlText.EscapeAttribute(ToXml(context, type, value, escape: false))).Append('"');
            }
        }

        var any = false;
        foreach (var (type, value) in contents)
        {
            if (!value.IsNull)
            {
                text.Append(any ? "" : ">");
                any = true;
                text.Append(ToXml(context, type, value, escape: true));
            }
        }

        return any ? text.Append("</").Append(name).Append('>').ToString() : text.Append("/>").ToString();
    }

    /// <summary>XMLFOREST; null when every value is.</summary>
    internal static string? Forest(FunctionContext context, IEnumerable<(string Name, uint Type, PgDatum Value)> values)
    {
        StringBuilder? text = null;
        foreach (var (name, type, value) in values)
        {
            if (!value.IsNull)
            {
                (text ??= new StringBuilder()).Append('<').Append(name).Append('>').Append(ToXml(context, type, value, escape: true)).Append("</").Append(name).Append('>');
            }
        }

        return text?.ToString();
    }

    /// <summary>XMLPI.</summary>
    internal static string Instruction(string name, string? content)
    {
        if (name.Equals("xml", StringComparison.OrdinalIgnoreCase))
        {
            throw new PgException(SqlState.SyntaxError, "invalid XML processing instruction")
                .WithDetail($"XML processing instruction target name cannot be \"{name}\".");
        }

        if (content?.Contains("?>", StringComparison.Ordinal) == true)
        {
            throw new PgException(XmlText.InvalidInstruction, "invalid XML processing instruction").WithDetail("XML processing instruction cannot contain \"?>\".");
        }

        return content is null ? $"<?{name}?>" : $"<?{name} {content.TrimStart(' ')}?>";
    }

    /// <summary>XMLROOT.</summary>
    internal static string Root(string value, bool hasVersion, string? version, int standalone)
    {
        var (declaration, body) = XmlText.Declaration.Split(value);
        bool? alone = standalone switch { 0 => true, 1 => false, 2 => null, _ => declaration.Standalone };
        return new XmlText.Declaration(hasVersion ? version : null, alone) + body;
    }

    /// <summary>XMLPARSE.</summary>
    internal static string Parse(string text, bool isContent)
    {
        XmlText.Check(text, !isContent);
        return text;
    }

    /// <summary>XMLSERIALIZE.</summary>
    /// <exception cref="PgException">2200L when DOCUMENT is said and it is none.</exception>
    internal static string Serialize(string value, bool isContent, bool indent)
    {
        if (!isContent && !XmlText.IsWellFormed(value, isDocument: true))
        {
            throw new PgException("2200L", "not an XML document");
        }

        return indent ? XmlIndent.Format(value, !isContent) : value;
    }

    /// <summary>map_sql_value_to_xml_value.</summary>
    internal static string ToXml(FunctionContext context, uint type, in PgDatum value, bool escape)
    {
        var codec = context.Types.GetCodec(type);
        switch (codec.Oid)
        {
            case TypeOid.Xml:
                return codec.OutputString(value, context);
            case TypeOid.Bool:
                return value.Boolean ? "true" : "false";
            case TypeOid.Bytea:
                return context.GetSetting("xmlbinary", true) == "hex" ? Convert.ToHexString(value.Bytes) : Convert.ToBase64String(value.Bytes);
            case TypeOid.Date or TypeOid.Timestamp or TypeOid.Timestamptz when value.Int64 is long.MaxValue or long.MinValue:
                throw new PgException(SqlState.DatetimeFieldOverflow, codec.Oid == TypeOid.Date ? "date out of range" : "timestamp out of range")
                    .WithDetail(codec.Oid == TypeOid.Date ? "XML does not support infinite date values." : "XML does not support infinite timestamp values.");
            case TypeOid.Date:
                return codec.OutputString(value, TypeContext.Canonical);
            case TypeOid.Timestamp:
                return codec.OutputString(value, TypeContext.Canonical).Replace(' ', 'T');
            case TypeOid.Timestamptz:
                return Iso(context, codec, value);
        }

        if (codec is ArrayCodec array)
        {
            return string.Concat(array.FromStorage(value.Bytes).Elements.Where(static e => !e.IsNull)
                .Select(e => $"<element>{ToXml(context, array.Element.Oid, e, escape: true)}</element>"));
        }

        var text = codec.OutputString(value, context);
        return escape ? XmlText.Escape(text) : text;
    }

    // With the offset that the session's time zone has then, always with minutes.
    private static string Iso(FunctionContext context, PgTypeCodec codec, in PgDatum value)
    {
        var text = codec.OutputString(value, new TypeContext { Types = context.Types, TimeZone = context.TimeZone }).Replace(' ', 'T');
        return text[^3] is '+' or '-' ? text + ":00" : text;
    }
}
