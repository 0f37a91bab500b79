using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace PgMicro.Core.Types;

/// <summary>Writes text and network-order binary fields.</summary>
public static class BufferWriterExtensions
{
    /// <summary>Writes a string as UTF-8.</summary>
    public static void Append(this IBufferWriter<byte> writer, string text) => Encoding.UTF8.GetBytes(text, writer);

    /// <summary>Writes one ASCII character.</summary>
    public static void Append(this IBufferWriter<byte> writer, char ascii)
    {
        writer.GetSpan(1)[0] = (byte)ascii;
        writer.Advance(1);
    }

    /// <summary>Writes an integer in decimal.</summary>
    public static void AppendInteger(this IBufferWriter<byte> writer, long value)
    {
        Utf8Formatter.TryFormat(value, writer.GetSpan(20), out var length);
        writer.Advance(length);
    }

    /// <summary>Writes an unsigned integer in decimal, zero-padded to a width.</summary>
    public static void AppendPadded(this IBufferWriter<byte> writer, long value, int width)
    {
        Utf8Formatter.TryFormat(value, writer.GetSpan(24), out var length, new StandardFormat('D', (byte)width));
        writer.Advance(length);
    }

    /// <summary>Writes a byte.</summary>
    public static void WriteByte(this IBufferWriter<byte> writer, byte value)
    {
        writer.GetSpan(1)[0] = value;
        writer.Advance(1);
    }

    /// <summary>Writes a 16-bit integer, big-endian.</summary>
    public static void WriteInt16(this IBufferWriter<byte> writer, short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(writer.GetSpan(2), value);
        writer.Advance(2);
    }

    /// <summary>Writes a 32-bit integer, big-endian.</summary>
    public static void WriteInt32(this IBufferWriter<byte> writer, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(writer.GetSpan(4), value);
        writer.Advance(4);
    }

    /// <summary>Writes a 64-bit integer, big-endian.</summary>
    public static void WriteInt64(this IBufferWriter<byte> writer, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(writer.GetSpan(8), value);
        writer.Advance(8);
    }
}
