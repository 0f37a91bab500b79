using System.Buffers;
using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>The text form of arrays: {…} with optional [l:u]= bounds.</summary>
internal static class ArrayText
{
    /// <summary>Makes an element of its text.</summary>
    internal delegate PgDatum ElementReader(ReadOnlySpan<byte> text);

    private enum Token
    {
        LevelStart,
        LevelEnd,
        Delimiter,
        Element,
        Null,
    }

    public static PgArray Parse(ReadOnlySpan<byte> text, uint elementType, char delimiter, ElementReader read)
    {
        var lowerBounds = new int[PgArray.MaxDimensions];
        var dimensions = new int[PgArray.MaxDimensions];
        Array.Fill(dimensions, -1);
        Array.Fill(lowerBounds, 1);
        var at = 0;
        var ndim = ReadDimensions(text, ref at, dimensions, lowerBounds);
        if (ndim == 0)
        {
            if (At(text, at) != '{')
            {
                throw Malformed(text, "Array value must start with \"{\" or dimension information.");
            }
        }
        else
        {
            if (At(text, at) != '=')
            {
                throw Malformed(text, "Missing \"=\" after array dimensions.");
            }

            at++;
            SkipSpace(text, ref at);
            if (At(text, at) != '{')
            {
                throw Malformed(text, "Array contents must start with \"{\".");
            }
        }

        var elements = ReadContents(text, ref at, ref ndim, dimensions, (byte)delimiter, read);
        SkipSpace(text, ref at);
        if (at < text.Length)
        {
            throw Malformed(text, "Junk after closing right brace.");
        }

        if (elements.Count == 0)
        {
            return new PgArray(elementType, []);
        }

        PgArray.CountItems(dimensions.AsSpan(0, ndim));
        return new PgArray(elementType, dimensions[..ndim], lowerBounds[..ndim], elements.ToArray());
    }

    public static void Write(PgArray array, char delimiter, IBufferWriter<byte> writer, Action<PgDatum, IBufferWriter<byte>> write)
    {
        var dimensions = array.Dimensions;
        if (array.Elements.Length == 0)
        {
            writer.Append("{}");
            return;
        }

        if (array.LowerBounds.AsSpan().IndexOfAnyExcept(1) >= 0)
        {
            for (var i = 0; i < dimensions.Length; i++)
            {
                writer.Append('[');
                writer.AppendInteger(array.LowerBounds[i]);
                writer.Append(':');
                writer.AppendInteger((long)array.LowerBounds[i] + dimensions[i] - 1);
                writer.Append(']');
            }

            writer.Append('=');
        }

        var scratch = new ArrayBufferWriter<byte>();
        var next = 0;
        WriteLevel(array, 0, ref next, delimiter, writer, scratch, write);
    }

    private static void WriteLevel(
        PgArray array, int level, ref int next, char delimiter, IBufferWriter<byte> writer, ArrayBufferWriter<byte> scratch, Action<PgDatum, IBufferWriter<byte>> write)
    {
        writer.Append('{');
        for (var i = 0; i < array.Dimensions[level]; i++)
        {
            if (i > 0)
            {
                writer.Append(delimiter);
            }

            if (level + 1 < array.Dimensions.Length)
            {
                WriteLevel(array, level + 1, ref next, delimiter, writer, scratch, write);
                continue;
            }

            var element = array.Elements[next++];
            if (element.IsNull)
            {
                writer.Append("NULL");
                continue;
            }

            scratch.ResetWrittenCount();
            write(element, scratch);
            WriteElement(scratch.WrittenSpan, delimiter, writer);
        }

        writer.Append('}');
    }

    private static void WriteElement(ReadOnlySpan<byte> text, char delimiter, IBufferWriter<byte> writer)
    {
        var quote = text.Length == 0 || System.Text.Ascii.EqualsIgnoreCase(text, "null"u8);
        if (!quote)
        {
            foreach (var c in text)
            {
                if (c == delimiter || c is (byte)'"' or (byte)'\\' or (byte)'{' or (byte)'}' || Ascii.IsSpace(c))
                {
                    quote = true;
                    break;
                }
            }
        }

        if (!quote)
        {
            writer.Write(text);
            return;
        }

        writer.Append('"');
        foreach (var c in text)
        {
            if (c is (byte)'"' or (byte)'\\')
            {
                writer.Append('\\');
            }

            writer.WriteByte(c);
        }

        writer.Append('"');
    }

    private static int ReadDimensions(ReadOnlySpan<byte> text, ref int at, int[] dimensions, int[] lowerBounds)
    {
        var ndim = 0;
        while (true)
        {
            SkipSpace(text, ref at);
            if (At(text, at) != '[')
            {
                return ndim;
            }

            at++;
            if (ndim >= PgArray.MaxDimensions)
            {
                throw TooManyDimensions();
            }

            if (ReadBound(text, ref at) is not { } upper)
            {
                throw Malformed(text, "\"[\" must introduce explicitly-specified array dimensions.");
            }

            var lower = 1;
            if (At(text, at) == ':')
            {
                lower = upper;
                at++;
                upper = ReadBound(text, ref at) ?? throw Malformed(text, "Missing array dimension value.");
            }

            if (At(text, at) != ']')
            {
                throw Malformed(text, "Missing \"]\" after array dimensions.");
            }

            at++;
            if (upper < lower)
            {
                throw new PgException(SqlState.ArraySubscriptError, "upper bound cannot be less than lower bound");
            }

            if (upper == int.MaxValue)
            {
                throw new PgException(SqlState.ProgramLimitExceeded, $"array upper bound is too large: {upper}");
            }

            var size = (long)upper - lower + 1;
            if (size > int.MaxValue)
            {
                throw PgArray.SizeExceeded();
            }

            lowerBounds[ndim] = lower;
            dimensions[ndim++] = (int)size;
        }
    }

    private static int? ReadBound(ReadOnlySpan<byte> text, ref int at)
    {
        var start = at;
        var end = at;
        if (At(text, end) is (byte)'-' or (byte)'+')
        {
            end++;
        }

        while (end < text.Length && Ascii.IsDigit(text[end]))
        {
            end++;
        }

        if (end == start || !Ascii.IsDigit(text[end - 1]))
        {
            return null;
        }

        at = end;
        return int.TryParse(text[start..end], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new PgException(SqlState.ProgramLimitExceeded, "array bound is out of integer range");
    }

    private static List<PgDatum> ReadContents(
        ReadOnlySpan<byte> text, ref int at, ref int ndim, int[] dimensions, byte delimiter, ElementReader read)
    {
        var elements = new List<PgDatum>();
        var buffer = new ArrayBufferWriter<byte>();
        var specified = ndim != 0;
        var frozen = specified;
        var expectDelimiter = false;
        var level = 0;
        Span<int> counts = stackalloc int[PgArray.MaxDimensions];
        do
        {
            switch (ReadToken(text, ref at, delimiter, buffer))
            {
                case Token.LevelStart:
                    if (expectDelimiter)
                    {
                        throw Unexpected(text, '{');
                    }

                    if (level >= PgArray.MaxDimensions)
                    {
                        throw TooManyDimensions();
                    }

                    counts[level++] = 0;
                    if (level > ndim)
                    {
                        if (frozen)
                        {
                            throw Mismatch(text, specified);
                        }

                        ndim = level;
                    }

                    break;
                case Token.LevelEnd:
                    if (counts[level - 1] > 0 && !expectDelimiter)
                    {
                        throw Unexpected(text, '}');
                    }

                    level--;
                    if (level > 0)
                    {
                        counts[level - 1]++;
                    }

                    if (dimensions[level] < 0)
                    {
                        dimensions[level] = counts[level];
                    }
                    else if (counts[level] != dimensions[level])
                    {
                        throw Mismatch(text, specified);
                    }

                    expectDelimiter = true;
                    break;
                case Token.Delimiter:
                    if (!expectDelimiter)
                    {
                        throw Unexpected(text, (char)delimiter);
                    }

                    expectDelimiter = false;
                    break;
                case var token:
                    if (expectDelimiter)
                    {
                        throw Malformed(text, "Unexpected array element.");
                    }

                    elements.Add(token == Token.Null ? PgDatum.Null : read(buffer.WrittenSpan));
                    frozen = true;
                    if (level != ndim)
                    {
                        throw Mismatch(text, specified);
                    }

                    counts[level - 1]++;
                    expectDelimiter = true;
                    break;
            }
        }
        while (level > 0);
        return elements;
    }

    // Leaves the de-escaped text of an element in the buffer.
    private static Token ReadToken(ReadOnlySpan<byte> text, ref int at, byte delimiter, ArrayBufferWriter<byte> buffer)
    {
        SkipSpace(text, ref at);
        var c = Next(text, at);
        if (c == '{' || c == '}' || c == delimiter)
        {
            at++;
            return c == '{' ? Token.LevelStart : c == '}' ? Token.LevelEnd : Token.Delimiter;
        }

        buffer.ResetWrittenCount();
        if (c == '"')
        {
            at++;
            for (; (c = Next(text, at)) != '"'; at++)
            {
                if (c == '\\')
                {
                    c = Next(text, ++at);
                }

                buffer.WriteByte(c);
            }

            at++;
            SkipSpace(text, ref at);
            c = At(text, at);
            return c == delimiter || c is (byte)'}' or (byte)'{' ? Token.Element : throw Malformed(text, "Incorrectly quoted array element.");
        }

        var length = 0;
        var escaped = false;
        var scratch = buffer.GetSpan(text.Length - at + 1);
        for (var written = 0; ; at++)
        {
            c = Next(text, at);
            if (c == '{')
            {
                throw Unexpected(text, '{');
            }

            if (c == '"')
            {
                throw Malformed(text, "Incorrectly quoted array element.");
            }

            if (c == delimiter || c == '}')
            {
                break;
            }

            if (c == '\\')
            {
                c = Next(text, ++at);
                escaped = true;
                scratch[written++] = c;
                length = written;
            }
            else
            {
                scratch[written++] = c;
                length = Ascii.IsSpace(c) ? length : written;
            }
        }

        buffer.Advance(length);
        return !escaped && System.Text.Ascii.EqualsIgnoreCase(buffer.WrittenSpan, "null"u8) ? Token.Null : Token.Element;
    }

    private static byte At(ReadOnlySpan<byte> text, int at) => at < text.Length ? text[at] : (byte)0;

    private static byte Next(ReadOnlySpan<byte> text, int at) =>
        at < text.Length ? text[at] : throw Malformed(text, "Unexpected end of input.");

    private static void SkipSpace(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length && Ascii.IsSpace(text[at]))
        {
            at++;
        }
    }

    private static PgException Malformed(ReadOnlySpan<byte> text, string detail) =>
        new PgException(SqlState.InvalidTextRepresentation, $"malformed array literal: \"{Ascii.Text(text)}\"").WithDetail(detail);

    private static PgException Unexpected(ReadOnlySpan<byte> text, char c) => Malformed(text, $"Unexpected \"{c}\" character.");

    private static PgException Mismatch(ReadOnlySpan<byte> text, bool specified) => Malformed(
        text,
        specified ? "Specified array dimensions do not match array contents." : "Multidimensional arrays must have sub-arrays with matching dimensions.");

    private static PgException TooManyDimensions() =>
        new(SqlState.ProgramLimitExceeded, $"number of array dimensions exceeds the maximum allowed ({PgArray.MaxDimensions})");
}
