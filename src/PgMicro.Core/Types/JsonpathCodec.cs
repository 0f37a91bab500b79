using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Types;

/// <summary>jsonpath: TEXT in its canonical form.</summary>
public sealed class JsonpathCodec : TextFamilyCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Jsonpath;

    /// <inheritdoc/>
    public override string Name => "jsonpath";

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var writer = new ArrayBufferWriter<byte>();
        JsonPath.Parse(text, context).Write(writer);
        return PgDatum.FromText(writer.WrittenSpan.ToArray());
    }

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var version = reader.Bytes(1)[0];
        if (version != 1)
        {
            throw new PgException(SqlState.InvalidBinaryRepresentation, $"unsupported jsonpath version number: {version}");
        }

        return Input(ReceiveText(reader.Rest, context), typmod, context);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        writer.WriteByte(1);
        writer.Write(context.ClientEncoding is { } encoding ? encoding.FromUtf8(value.Bytes) : value.Bytes);
    }
}
