using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Text;

/// <summary>substring, substr, left, right, overlay, position, split_part, starts_with.</summary>
internal static class Substring
{
    [PgFunction("substring(text,integer,integer)")]
    [PgFunction("substr(text,integer,integer)")]
    public static ReadOnlySpan<byte> Range(ReadOnlySpan<byte> text, int start, int count) => Utf8Text.Substring(text, start, count);

    [PgFunction("substring(text,integer)")]
    [PgFunction("substr(text,integer)")]
    public static ReadOnlySpan<byte> From(ReadOnlySpan<byte> text, int start) => Utf8Text.Substring(text, start, null);

    [PgFunction("left(text,integer)")]
    public static ReadOnlySpan<byte> Left(ReadOnlySpan<byte> text, int count) =>
        text[..Utf8Text.Offset(text, count >= 0 ? count : (long)Utf8Text.Length(text) + count)];

    [PgFunction("right(text,integer)")]
    public static ReadOnlySpan<byte> Right(ReadOnlySpan<byte> text, int count) =>
        text[Utf8Text.Offset(text, count >= 0 ? (long)Utf8Text.Length(text) - count : -(long)count)..];

    [PgFunction("position(text,text)")]
    [PgFunction("strpos(text,text)")]
    public static int Position(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part)
    {
        var at = text.IndexOf(part);
        return at < 0 ? 0 : Utf8Text.Length(text[..at]) + 1;
    }

    [PgFunction("starts_with(text,text)")]
    public static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) => text.StartsWith(prefix);

    [PgFunction("overlay(text,text,integer,integer)")]
    public static byte[] Overlay(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part, int start, int count)
    {
        if (start <= 0)
        {
            throw new PgException(SqlState.SubstringError, "negative substring length not allowed");
        }

        var rest = (long)start + count;
        if (rest > int.MaxValue)
        {
            throw PgErrors.OutOfRange("integer");
        }

        return [.. Utf8Text.Substring(text, 1, start - 1), .. part, .. Utf8Text.Substring(text, (int)rest, null)];
    }

    [PgFunction("overlay(text,text,integer)")]
    public static byte[] Overlay(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part, int start) => Overlay(text, part, start, Utf8Text.Length(part));

    [PgFunction("split_part(text,text,integer)")]
    public static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> text, ReadOnlySpan<byte> separator, int field)
    {
        if (field == 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, "field position must not be zero");
        }

        if (separator.IsEmpty)
        {
            return field is 1 or -1 ? text : default;
        }

        if (field < 0)
        {
            var count = 1L;
            for (var rest = text; rest.IndexOf(separator) is >= 0 and var at; rest = rest[(at + separator.Length)..])
            {
                count++;
            }

            if (count + field < 0)
            {
                return default;
            }

            field = (int)(count + field) + 1;
        }

        while (--field > 0)
        {
            var at = text.IndexOf(separator);
            if (at < 0)
            {
                return default;
            }

            text = text[(at + separator.Length)..];
        }

        var end = text.IndexOf(separator);
        return end < 0 ? text : text[..end];
    }
}
