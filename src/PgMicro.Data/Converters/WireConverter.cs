using System.Buffers;
using System.Buffers.Binary;
using PgMicro.Core.Types;

namespace PgMicro.Data.Converters;

/// <summary>Reads a value's binary form.</summary>
internal delegate T WireRead<T>(ReadOnlySpan<byte> binary);

/// <summary>Converts through the type's binary form, which says the same as Npgsql's own types.</summary>
internal sealed class WireConverter<T>(PgTypeCodec codec, WireRead<T> read, Action<T, IBufferWriter<byte>> write) : Converter<T>
{
    internal override T Read(in StoredValue value, TypeContext context)
    {
        var writer = new ArrayBufferWriter<byte>();
        codec.Send(value.ToDatum(), context, writer);
        return read(writer.WrittenSpan);
    }

    internal override PgDatum Write(T value, TypeContext context)
    {
        var writer = new ArrayBufferWriter<byte>();
        write(value, writer);
        return codec.Receive(writer.WrittenSpan, -1, context);
    }
}

/// <summary>Converts through the type's text form.</summary>
internal sealed class ThroughTextConverter<T>(PgTypeCodec codec, Func<string, T> read, Func<T, string> write) : Converter<T>
{
    internal override T Read(in StoredValue value, TypeContext context) => read(codec.OutputString(value.ToDatum(), context));

    internal override PgDatum Write(T value, TypeContext context) => codec.Input(System.Text.Encoding.UTF8.GetBytes(write(value)), -1, context);
}

/// <summary>Parts of binary forms.</summary>
internal static class Wire
{
    internal static double Double(ReadOnlySpan<byte> binary, int index) => BinaryPrimitives.ReadDoubleBigEndian(binary[(index * 8)..]);

    internal static void Write(this IBufferWriter<byte> writer, double value)
    {
        BinaryPrimitives.WriteDoubleBigEndian(writer.GetSpan(8), value);
        writer.Advance(8);
    }
}
