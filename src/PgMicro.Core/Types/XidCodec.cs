using System.Buffers;

namespace PgMicro.Core.Types;

/// <summary>xid: an unsigned 32-bit number, INTEGER.</summary>
public sealed class XidCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Xid;

    /// <inheritdoc/>
    public override string Name => "xid";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Integer;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        PgDatum.FromInt64((long)IntegerText.ParseUnsigned(text, is32Bit: true, "xid"));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.AppendInteger(value.Int64);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var value = (uint)reader.Int32();
        reader.End();
        return PgDatum.FromInt64(value);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.WriteInt32((int)(uint)value.Int64);
}
