using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Ranges;

/// <summary>The text form of ranges.</summary>
internal static class RangeText
{
    internal delegate PgDatum BoundReader(ReadOnlySpan<byte> text);

    internal delegate void BoundWriter<TState>(TState state, in PgDatum value, IBufferWriter<byte> writer);

    /// <summary>Reads a range literal. The bounds are not checked against each other.</summary>
    internal static (RangeBound Lower, RangeBound Upper, bool IsEmpty) Parse(ReadOnlySpan<byte> text, BoundReader read)
    {
        var at = 0;
        SkipSpace(text, ref at);
        if (Ascii.StartsWithIgnoreCase(text[at..], "empty"u8))
        {
            at += 5;
            SkipSpace(text, ref at);
            return at == text.Length ? (PgRangeValue.Empty.Lower, PgRangeValue.Empty.Upper, true) : throw Malformed(text, "Junk after \"empty\" key word.");
        }

        if (at == text.Length || text[at] is not ((byte)'[' or (byte)'('))
        {
            throw Malformed(text, "Missing left parenthesis or bracket.");
        }

        var lowerInclusive = text[at++] == '[';
        var lowerText = Bound(text, ref at);
        if (at == text.Length || text[at] != ',')
        {
            throw Malformed(text, "Missing comma after lower bound.");
        }

        at++;
        var upperText = Bound(text, ref at);
        if (at == text.Length || text[at] == ',')
        {
            throw Malformed(text, "Too many commas.");
        }

        var upperInclusive = text[at++] == ']';
        SkipSpace(text, ref at);
        if (at != text.Length)
        {
            throw Malformed(text, "Junk after right parenthesis or bracket.");
        }

        var lower = lowerText is null ? PgDatum.Null : read(lowerText);
        var upper = upperText is null ? PgDatum.Null : read(upperText);
        return (new RangeBound(lower, lowerInclusive, true), new RangeBound(upper, upperInclusive, false), false);
    }

    internal static void Write<TState>(in PgRangeValue value, IBufferWriter<byte> writer, BoundWriter<TState> write, TState state)
    {
        if (value.IsEmpty)
        {
            writer.Append("empty");
            return;
        }

        var scratch = new ArrayBufferWriter<byte>();
        writer.Append(value.Lower.IsInclusive ? '[' : '(');
        if (!value.Lower.IsInfinite)
        {
            write(state, value.Lower.Value, scratch);
            Escape(scratch.WrittenSpan, writer);
        }

        writer.Append(',');
        if (!value.Upper.IsInfinite)
        {
            scratch.ResetWrittenCount();
            write(state, value.Upper.Value, scratch);
            Escape(scratch.WrittenSpan, writer);
        }

        writer.Append(value.Upper.IsInclusive ? ']' : ')');
    }

    private static void Escape(ReadOnlySpan<byte> text, IBufferWriter<byte> writer)
    {
        var quote = text.Length == 0;
        foreach (var c in text)
        {
            quote |= c is (byte)'"' or (byte)'\\' or (byte)'(' or (byte)')' or (byte)'[' or (byte)']' or (byte)',' || Ascii.IsSpace(c);
        }

        if (!quote)
        {
            writer.Write(text);
            return;
        }

        writer.Append('"');
        foreach (var c in text)
        {
            writer.WriteByte(c);
            if (c is (byte)'"' or (byte)'\\')
            {
                writer.WriteByte(c);
            }
        }

        writer.Append('"');
    }

    // Null for an infinite bound, that is one that is not written.
    private static byte[]? Bound(ReadOnlySpan<byte> text, ref int at)
    {
        if (at < text.Length && text[at] is (byte)',' or (byte)')' or (byte)']')
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        var quoted = false;
        while (quoted || at >= text.Length || text[at] is not ((byte)',' or (byte)')' or (byte)']'))
        {
            if (at >= text.Length)
            {
                throw Malformed(text, "Unexpected end of input.");
            }

            var c = text[at++];
            if (c == '\\')
            {
                buffer.WriteByte(at < text.Length ? text[at++] : throw Malformed(text, "Unexpected end of input."));
            }
            else if (c == '"')
            {
                if (!quoted)
                {
                    quoted = true;
                }
                else if (at < text.Length && text[at] == '"')
                {
                    buffer.WriteByte(text[at++]);
                }
                else
                {
                    quoted = false;
                }
            }
            else
            {
                buffer.WriteByte(c);
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void SkipSpace(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length && Ascii.IsSpace(text[at]))
        {
            at++;
        }
    }

    private static PgException Malformed(ReadOnlySpan<byte> text, string detail) =>
        new PgException(SqlState.InvalidTextRepresentation, $"malformed range literal: \"{Ascii.Text(text)}\"").WithDetail(detail);
}
