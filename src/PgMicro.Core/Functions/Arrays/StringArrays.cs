using System.Text;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Arrays;

/// <summary>string_to_array and array_to_string.</summary>
internal static class StringArrays
{
    [PgFunction("string_to_array(text,text)")]
    public static PgDatum Split(FunctionContext context, string? text, string? separator) => Split(context, text, separator, null);

    [PgFunction("string_to_array(text,text,text)")]
    public static PgDatum Split(FunctionContext context, string? text, string? separator, string? nullText)
    {
        if (text is null)
        {
            return PgDatum.Null;
        }

        PgDatum[] items = [.. Pieces(text, separator).Select(piece => piece == nullText ? PgDatum.Null : PgDatum.FromText(piece))];
        return ArrayOperations.Store(context, new PgArray(TypeOid.Text, items));
    }

    [PgFunction("array_to_string(anyarray,text)")]
    public static string Join(CallSite site, FunctionContext context, PgDatum array, string separator) => Join(site, context, array, separator, null)!;

    [PgFunction("array_to_string(anyarray,text,text)")]
    public static string? Join(CallSite site, FunctionContext context, PgDatum array, string? separator, string? nullText)
    {
        if (array.IsNull || separator is null)
        {
            return null;
        }

        var codec = ArrayOperations.ByArrayType(context, site.ArgumentTypes[0]);
        var result = new StringBuilder();
        var isFirst = true;
        foreach (var item in codec.FromStorage(array.Bytes).Elements)
        {
            if (item.IsNull && nullText is null)
            {
                continue;
            }

            result.Append(isFirst ? "" : separator).Append(item.IsNull ? nullText : codec.Element.OutputString(item, context));
            isFirst = false;
        }

        return result.ToString();
    }

    /// <summary>The fields between separators: none of an empty text, each character for a null separator.</summary>
    internal static IEnumerable<string> Pieces(string text, string? separator)
    {
        if (text.Length == 0)
        {
            return [];
        }

        return separator switch
        {
            null => text.EnumerateRunes().Select(rune => rune.ToString()),
            "" => [text],
            _ => text.Split(separator),
        };
    }
}
