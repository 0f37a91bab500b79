using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Copy;

/// <summary>Cuts an input line into fields (PostgreSQL's CopyReadAttributesText and CopyReadAttributesCSV).</summary>
internal sealed class CopyFieldReader(CopyOptions options)
{
    private readonly SearchValues<byte> _textSpecial = SearchValues.Create([options.Delimiter, (byte)'\\']);
    private readonly SearchValues<byte> _csvSpecial = SearchValues.Create([options.Delimiter, options.Quote]);

    internal void Read(ReadOnlySpan<byte> line, CopyFields fields)
    {
        fields.Clear(line.Length);
        if (options.Format == CopyFormat.Csv)
        {
            ReadCsv(line, fields);
        }
        else
        {
            ReadText(line, fields);
        }
    }

    private void ReadText(ReadOnlySpan<byte> line, CopyFields fields)
    {
        var position = 0;
        while (true)
        {
            var start = position;
            var more = false;
            var checkEncoding = false;
            fields.Begin();
            int end;
            while (true)
            {
                var next = line[position..].IndexOfAny(_textSpecial);
                if (next < 0)
                {
                    fields.Append(line[position..]);
                    end = position = line.Length;
                    break;
                }

                fields.Append(line.Slice(position, next));
                position += next;
                if (line[position] == options.Delimiter)
                {
                    end = position++;
                    more = true;
                    break;
                }

                position++;
                if (position >= line.Length)
                {
                    // A backslash at the very end stands for nothing.
                    end = position;
                    break;
                }

                fields.Append(Unescape(line, ref position, ref checkEncoding));
            }

            var raw = line[start..end];
            if (raw.SequenceEqual(options.Null))
            {
                fields.End(FieldKind.Null);
            }
            else if (options.Default is { } marker && raw.SequenceEqual(marker))
            {
                fields.End(FieldKind.Default);
            }
            else
            {
                fields.End();
                if (checkEncoding)
                {
                    Types.TextFamilyCodec.CheckEncoding(fields.Bytes(fields.Count - 1));
                }
            }

            if (!more)
            {
                return;
            }
        }
    }

    private static byte Unescape(ReadOnlySpan<byte> line, ref int position, ref bool checkEncoding)
    {
        var c = line[position++];
        switch (c)
        {
            case >= (byte)'0' and <= (byte)'7':
                var octal = c - '0';
                for (var i = 0; i < 2 && position < line.Length && line[position] is >= (byte)'0' and <= (byte)'7'; i++)
                {
                    octal = (octal << 3) + (line[position++] - '0');
                }

                checkEncoding |= (octal & 0xFF) is 0 or >= 0x80;
                return (byte)octal;
            case (byte)'x' when position < line.Length && char.IsAsciiHexDigit((char)line[position]):
                var hex = Convert.ToInt32(((char)line[position++]).ToString(), 16);
                if (position < line.Length && char.IsAsciiHexDigit((char)line[position]))
                {
                    hex = (hex << 4) + Convert.ToInt32(((char)line[position++]).ToString(), 16);
                }

                checkEncoding |= hex is 0 or >= 0x80;
                return (byte)hex;
            case (byte)'b':
                return (byte)'\b';
            case (byte)'f':
                return (byte)'\f';
            case (byte)'n':
                return (byte)'\n';
            case (byte)'r':
                return (byte)'\r';
            case (byte)'t':
                return (byte)'\t';
            case (byte)'v':
                return (byte)'\v';
            default:
                return c;
        }
    }

    private void ReadCsv(ReadOnlySpan<byte> line, CopyFields fields)
    {
        var position = 0;
        while (true)
        {
            var (more, quoted) = (false, false);
            var start = position;
            var end = line.Length;
            fields.Begin();
            while (true)
            {
                var next = line[position..].IndexOfAny(_csvSpecial);
                if (next < 0)
                {
                    fields.Append(line[position..]);
                    position = line.Length;
                    break;
                }

                fields.Append(line.Slice(position, next));
                position += next;
                if (line[position] == options.Delimiter)
                {
                    end = position++;
                    more = true;
                    break;
                }

                quoted = true;
                position++;
                ReadQuoted(line, ref position, fields);
            }

            var raw = line[start..end];
            if (!quoted && raw.SequenceEqual(options.Null))
            {
                fields.End(FieldKind.Null);
            }
            else if (!quoted && options.Default is { } marker && raw.SequenceEqual(marker))
            {
                fields.End(FieldKind.Default);
            }
            else
            {
                fields.End();
            }

            if (!more)
            {
                return;
            }
        }
    }

    private void ReadQuoted(ReadOnlySpan<byte> line, ref int position, CopyFields fields)
    {
        while (true)
        {
            if (position >= line.Length)
            {
                throw new PgException(SqlState.BadCopyFileFormat, "unterminated CSV quoted field");
            }

            var c = line[position++];
            if (c == options.Escape && position < line.Length && (line[position] == options.Escape || line[position] == options.Quote))
            {
                fields.Append(line[position++]);
            }
            else if (c == options.Quote)
            {
                return;
            }
            else
            {
                fields.Append(c);
            }
        }
    }
}
