using System.Buffers;

namespace PgMicro.Core.Types;

/// <summary>bigint: INTEGER.</summary>
public sealed class Int8Codec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Int8;

    /// <inheritdoc/>
    public override string Name => "bigint";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Integer;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        PgDatum.FromInt64(IntegerText.Parse(text, long.MaxValue, "bigint"));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.AppendInteger(value.Int64);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var value = reader.Int64();
        reader.End();
        return PgDatum.FromInt64(value);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.WriteInt64((long)value.Int64);
}
