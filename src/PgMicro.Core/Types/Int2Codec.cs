using System.Buffers;

namespace PgMicro.Core.Types;

/// <summary>smallint: INTEGER.</summary>
public sealed class Int2Codec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Int2;

    /// <inheritdoc/>
    public override string Name => "smallint";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Integer;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        PgDatum.FromInt64(IntegerText.Parse(text, short.MaxValue, "smallint"));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.AppendInteger(value.Int64);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var value = reader.Int16();
        reader.End();
        return PgDatum.FromInt64(value);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.WriteInt16((short)value.Int64);
}
