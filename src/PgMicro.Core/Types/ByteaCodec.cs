using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>bytea: BLOB.</summary>
public sealed class ByteaCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Bytea;

    /// <inheritdoc/>
    public override string Name => "bytea";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Blob;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        PgDatum.FromBlob(text.StartsWith("\\x"u8) ? ParseHex(text[2..]) : ParseEscape(text));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var bytes = value.Bytes;
        if (!context.ByteaOutputEscape)
        {
            var span = writer.GetSpan((bytes.Length * 2) + 2);
            span[0] = (byte)'\\';
            span[1] = (byte)'x';
            Convert.TryToHexStringLower(bytes, span[2..], out var written);
            writer.Advance(written + 2);
            return;
        }

        foreach (var b in bytes)
        {
            if (b == '\\')
            {
                writer.Append("\\\\");
            }
            else if (b is < 0x20 or > 0x7e)
            {
                writer.Append('\\');
                writer.Append((char)('0' + (b >> 6)));
                writer.Append((char)('0' + ((b >> 3) & 7)));
                writer.Append((char)('0' + (b & 7)));
            }
            else
            {
                writer.WriteByte(b);
            }
        }
    }

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) => PgDatum.FromBlob(binary.ToArray());

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <summary>Decodes hexadecimal digits, white space between bytes allowed, as decode(…, 'hex') does too.</summary>
    /// <exception cref="PgException">22023.</exception>
    public static byte[] ParseHex(ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length / 2];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is (byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r')
            {
                continue;
            }

            var high = Digit(text, i);
            i++;
            if (i >= text.Length)
            {
                throw new PgException(SqlState.InvalidParameterValue, "invalid hexadecimal data: odd number of digits");
            }

            result[length++] = (byte)((high << 4) | Digit(text, i));
        }

        return length == result.Length ? result : result[..length];
    }

    private static int Digit(ReadOnlySpan<byte> text, int i)
    {
        var value = Ascii.HexValue(text[i]);
        return value >= 0
            ? value
            : throw new PgException(SqlState.InvalidParameterValue, $"invalid hexadecimal digit: \"{FirstCharacter(text[i..])}\"");
    }

    private static string FirstCharacter(ReadOnlySpan<byte> text)
    {
        System.Text.Rune.DecodeFromUtf8(text, out var rune, out _);
        return rune.ToString();
    }

    private static byte[] ParseEscape(ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                result[length++] = text[i];
            }
            else if (i + 1 < text.Length && text[i + 1] == '\\')
            {
                result[length++] = (byte)'\\';
                i++;
            }
            else if (i + 3 < text.Length && text[i + 1] is >= (byte)'0' and <= (byte)'3'
                && text[i + 2] is >= (byte)'0' and <= (byte)'7' && text[i + 3] is >= (byte)'0' and <= (byte)'7')
            {
                result[length++] = (byte)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0'));
                i += 3;
            }
            else
            {
                throw new PgException(SqlState.InvalidTextRepresentation, "invalid input syntax for type bytea");
            }
        }

        return result[..length];
    }
}
