using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Types;

/// <summary>jsonb: TEXT in its canonical form: keys sorted by length, then bytes.</summary>
public sealed class JsonbCodec : TextFamilyCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Jsonb;

    /// <inheritdoc/>
    public override string Name => "jsonb";

    /// <inheritdoc/>
    public override string? Collation => "pg_jsonb";

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b))
        {
            return 0;
        }

        try
        {
            return JsonbValue.Compare(JsonbValue.Parse(a), JsonbValue.Parse(b));
        }
        catch (PgException)
        {
            // A collation callback cannot report: text that another tool wrote sorts by its bytes.
            return a.SequenceCompareTo(b);
        }
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => JsonbValue.Parse(text).ToDatum();

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var version = reader.Bytes(1)[0];
        if (version != 1)
        {
            throw new PgException(SqlState.InvalidBinaryRepresentation, $"unsupported jsonb version number {version}");
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
