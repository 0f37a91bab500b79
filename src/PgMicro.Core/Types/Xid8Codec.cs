using System.Buffers;
using System.Buffers.Text;

namespace PgMicro.Core.Types;

/// <summary>xid8: an unsigned 64-bit number, INTEGER. Values above 2^63, which no transaction reaches, wrap.</summary>
public sealed class Xid8Codec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Xid8;

    /// <inheritdoc/>
    public override string Name => "xid8";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Integer;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        PgDatum.FromInt64((long)IntegerText.ParseUnsigned(text, is32Bit: false, "xid8"));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        Utf8Formatter.TryFormat((ulong)value.Int64, writer.GetSpan(20), out var length);
        writer.Advance(length);
    }

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var value = reader.Int64();
        reader.End();
        return PgDatum.FromInt64(value);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.WriteInt64(value.Int64);
}
