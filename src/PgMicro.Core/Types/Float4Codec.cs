using System.Buffers;

namespace PgMicro.Core.Types;

/// <summary>real: REAL; NaN is the text 'NaN', which sorts after all numbers as NaN must.</summary>
public sealed class Float4Codec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Float4;

    /// <inheritdoc/>
    public override string Name => "real";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.None;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => PgDatum.FromDouble(FloatText.ParseSingle(text));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) =>
        FloatText.Write((float)ToDouble(value), context.ExtraFloatDigits, writer);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var value = BitConverter.Int32BitsToSingle(reader.Int32());
        reader.End();
        return PgDatum.FromDouble(value);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) =>
        writer.WriteInt32(value.Kind == DatumKind.Text ? 0x7FC00000 : BitConverter.SingleToInt32Bits((float)value.Double));

    private static double ToDouble(in PgDatum value) => value.Kind == DatumKind.Text ? double.NaN : value.Double;
}
