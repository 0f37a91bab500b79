using System.Buffers;
using System.Text;

namespace PgMicro.Core.Types;

/// <summary>"char": one byte, stored as the TEXT of the code point of that number (empty for 0), so that bytes keep their order.</summary>
public sealed class CharCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Char;

    /// <inheritdoc/>
    public override string Name => "\"char\"";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <summary>The storage form of a byte.</summary>
    public static PgDatum FromByte(byte value) => value switch
    {
        0 => PgDatum.FromText(ReadOnlyMemory<byte>.Empty),
        < 0x80 => PgDatum.FromText(new[] { value }),
        _ => PgDatum.FromText(new[] { (byte)(0xC0 | (value >> 6)), (byte)(0x80 | (value & 0x3F)) }),
    };

    /// <summary>The byte of a storage form.</summary>
    public static byte ToByte(ReadOnlySpan<byte> stored)
    {
        if (stored.Length == 0)
        {
            return 0;
        }

        Rune.DecodeFromUtf8(stored, out var rune, out _);
        return (byte)rune.Value;
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        if (text.Length == 4 && text[0] == '\\' && IsOctal(text[1]) && IsOctal(text[2]) && IsOctal(text[3]))
        {
            return FromByte((byte)(((text[1] - '0') << 6) | ((text[2] - '0') << 3) | (text[3] - '0')));
        }

        return FromByte(text.Length == 0 ? (byte)0 : text[0]);
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var b = ToByte(value.Bytes);
        if (b >= 0x80)
        {
            writer.Append('\\');
            writer.Append((char)('0' + (b >> 6)));
            writer.Append((char)('0' + ((b >> 3) & 7)));
            writer.Append((char)('0' + (b & 7)));
        }
        else if (b != 0)
        {
            writer.WriteByte(b);
        }
    }

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var value = reader.Byte();
        reader.End();
        return FromByte(value);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.WriteByte(ToByte(value.Bytes));

    private static bool IsOctal(byte c) => c is >= (byte)'0' and <= (byte)'7';
}
