using System.Globalization;
using System.Text;

namespace PgMicro.Core.Catalog;

/// <summary>
/// Vectors ("1 2") and one-dimensional arrays ("{a,\"b c\"}") of catalog columns, in PostgreSQL's output form, without NULL elements.
/// </summary>
internal static class CatalogArrays
{
    public static short[] ParseInt16Vector(string text) => Numbers(text, ' ', static s => short.Parse(s, CultureInfo.InvariantCulture));

    public static uint[] ParseOidVector(string text) => Numbers(text, ' ', static s => uint.Parse(s, CultureInfo.InvariantCulture));

    public static short[] ParseInt16Array(string text) => Numbers(Inside(text), ',', static s => short.Parse(s, CultureInfo.InvariantCulture));

    public static uint[] ParseOidArray(string text) => Numbers(Inside(text), ',', static s => uint.Parse(s, CultureInfo.InvariantCulture));

    public static char[] ParseCharArray(string text) => Array.ConvertAll(ParseTextArray(text), static s => s.Length == 0 ? '\0' : s[0]);

    public static string[] ParseTextArray(string text)
    {
        var items = new List<string>();
        var body = Inside(text);
        var position = 0;
        while (position < body.Length)
        {
            var item = new StringBuilder();
            var quoted = body[position] == '"';
            if (quoted)
            {
                position++;
            }

            while (position < body.Length && body[position] != (quoted ? '"' : ','))
            {
                if (body[position] == '\\')
                {
                    position++;
                }

                item.Append(body[position++]);
            }

            // Past the closing quote, then past the comma.
            position += quoted ? 2 : 1;
            items.Add(item.ToString());
        }

        return [.. items];
    }

    public static string FormatVector<T>(T[] values)
        where T : IFormattable => string.Join(' ', values);

    public static string FormatArray<T>(T[] values)
        where T : IFormattable => "{" + string.Join(',', values) + "}";

    public static string FormatCharArray(char[] values) => FormatTextArray(Array.ConvertAll(values, static c => c == '\0' ? "" : c.ToString()));

    public static string FormatTextArray(string[] values)
    {
        var result = new StringBuilder("{");
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0)
            {
                result.Append(',');
            }

            AppendElement(result, values[i]);
        }

        return result.Append('}').ToString();
    }

    private static void AppendElement(StringBuilder result, string value)
    {
        var plain = value.Length > 0 && !value.Equals("null", StringComparison.OrdinalIgnoreCase);
        foreach (var c in value)
        {
            plain &= c is not ('"' or '\\' or '{' or '}' or ',' or ' ' or '\t' or '\n' or '\r' or '\v' or '\f');
        }

        if (plain)
        {
            result.Append(value);
            return;
        }

        result.Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\')
            {
                result.Append('\\');
            }

            result.Append(c);
        }

        result.Append('"');
    }

    private static string Inside(string text) => text.Length < 2 ? "" : text[1..^1];

    private delegate T Parse<T>(ReadOnlySpan<char> text);

    private static T[] Numbers<T>(string text, char separator, Parse<T> parse)
    {
        if (text.Length == 0)
        {
            return [];
        }

        var source = text.AsSpan();
        var result = new T[source.Count(separator) + 1];
        var i = 0;
        foreach (var range in source.Split(separator))
        {
            result[i++] = parse(source[range]);
        }

        return result;
    }
}
