using System.Globalization;
using System.Text;
using System.Xml;

namespace PgMicro.Core.Types.Xml;

/// <summary>SQL identifiers as XML names and back (SQL/XML, "Mapping SQL identifiers to XML names").</summary>
internal static class XmlNames
{
    /// <summary>The SQL identifier that an XML name was made of.</summary>
    internal static string ToIdentifier(string name)
    {
        var result = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (i + 6 < name.Length && name[i] == '_' && name[i + 1] == 'x' && name[i + 6] == '_'
                && ushort.TryParse(name.AsSpan(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                result.Append((char)code);
                i += 6;
            }
            else
            {
                result.Append(name[i]);
            }
        }

        return result.ToString();
    }

    /// <summary>An SQL identifier as an XML name: what a name cannot have is written _xHHHH_; in full also colons and a leading "xml".</summary>
    internal static string FromIdentifier(string identifier, bool isFull, bool escapesPeriod = false)
    {
        var name = new StringBuilder(identifier.Length);
        for (var i = 0; i < identifier.Length; i++)
        {
            var c = identifier[i];
            var escape = c == '.' ? escapesPeriod : c == ':' ? i == 0 || isFull
                : c == '_' ? i + 1 < identifier.Length && identifier[i + 1] == 'x'
                : isFull && i == 0 && identifier.StartsWith("xml", StringComparison.OrdinalIgnoreCase) || !(i == 0 ? XmlConvert.IsStartNCNameChar(c) : XmlConvert.IsNCNameChar(c));
            name.Append(escape ? $"_x{(int)c:X4}_" : c.ToString());
        }

        return name.ToString();
    }

    /// <summary>Names joined by periods, those within them escaped: the name of a type.</summary>
    internal static string Multipart(params string?[] parts) =>
        string.Join('.', parts.Where(static p => p is not null).Select(static p => FromIdentifier(p!, isFull: true, escapesPeriod: true)));
}
