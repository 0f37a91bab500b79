using System.Text;
using PgMicro.Core.Catalog;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>The form in which pg_ts_dict keeps a dictionary's options: <c>name = 'value', name = 1</c>.</summary>
internal static class TsDictionaryOptions
{
    internal static List<(string Name, string Value)> Parse(string? text)
    {
        var options = new List<(string, string)>();
        for (var at = 0; text is not null && at < text.Length;)
        {
            var name = text[at] == '"' ? Quoted(text, ref at) : Word(text, ref at);
            at += " = ".Length;
            at += at < text.Length && text[at] == 'E' ? 1 : 0;
            var isEscaped = at > 0 && text[at - 1] == 'E';
            var value = at < text.Length && text[at] == '\'' ? Quoted(text, ref at) : Word(text, ref at);
            options.Add((name, isEscaped ? value.Replace("\\\\", "\\", StringComparison.Ordinal) : value));
            at += ", ".Length;
        }

        return options;
    }

    internal static string? Write(IReadOnlyList<(string Name, string Value, bool IsNumber)> options) => options.Count == 0
        ? null
        : string.Join(", ", options.Select(static o => $"{CatalogNames.QuoteIdentifier(o.Name)} = {(o.IsNumber ? o.Value : Literal(o.Value))}"));

    private static string Literal(string value) =>
        (value.Contains('\\') ? "E'" : "'") + value.Replace("'", "''", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal) + "'";

    private static string Word(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] is not (' ' or ','))
        {
            at++;
        }

        return text[start..at];
    }

    private static string Quoted(string text, ref int at)
    {
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && (text[at] != quote || (at + 1 < text.Length && text[at + 1] == quote)))
        {
            at += text[at] == quote ? 1 : 0;
            value.Append(text[at++]);
        }

        at++;
        return value.ToString();
    }
}
