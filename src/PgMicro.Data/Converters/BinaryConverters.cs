using PgMicro.Core.Types;

namespace PgMicro.Data.Converters;

/// <summary>bytea ↔ byte[].</summary>
internal sealed class ByteArrayConverter : Converter<byte[]>
{
    internal override byte[] Read(in StoredValue value, TypeContext context) => value.Bytes.ToArray();

    internal override PgDatum Write(byte[] value, TypeContext context) => PgDatum.FromBlob(value);
}

/// <summary>bytea ↔ ReadOnlyMemory&lt;byte&gt;.</summary>
internal sealed class ReadOnlyMemoryConverter : Converter<ReadOnlyMemory<byte>>
{
    internal override ReadOnlyMemory<byte> Read(in StoredValue value, TypeContext context) => value.Bytes.ToArray();

    internal override PgDatum Write(ReadOnlyMemory<byte> value, TypeContext context) => PgDatum.FromBlob(value);
}

/// <summary>bytea ↔ Memory&lt;byte&gt;.</summary>
internal sealed class MemoryConverter : Converter<Memory<byte>>
{
    internal override Memory<byte> Read(in StoredValue value, TypeContext context) => value.Bytes.ToArray();

    internal override PgDatum Write(Memory<byte> value, TypeContext context) => PgDatum.FromBlob(value);
}

/// <summary>bytea ↔ ArraySegment&lt;byte&gt;.</summary>
internal sealed class ArraySegmentConverter : Converter<ArraySegment<byte>>
{
    internal override ArraySegment<byte> Read(in StoredValue value, TypeContext context) => value.Bytes.ToArray();

    internal override PgDatum Write(ArraySegment<byte> value, TypeContext context) => PgDatum.FromBlob(value);
}

/// <summary>uuid ↔ Guid.</summary>
internal sealed class GuidConverter : Converter<Guid>
{
    internal override Guid Read(in StoredValue value, TypeContext context) => new(value.Bytes, bigEndian: true);

    internal override PgDatum Write(Guid value, TypeContext context) => PgDatum.FromBlob(value.ToByteArray(bigEndian: true));
}
