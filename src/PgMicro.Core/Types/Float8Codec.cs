using System.Buffers;

namespace PgMicro.Core.Types;

/// <summary>double precision: REAL; NaN is the text 'NaN', which sorts after all numbers as NaN must.</summary>
public sealed class Float8Codec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Float8;

    /// <inheritdoc/>
    public override string Name => "double precision";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.None;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => PgDatum.FromDouble(FloatText.ParseDouble(text));

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) =>
        FloatText.Write((double)ToDouble(value), context.ExtraFloatDigits, writer);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var value = BitConverter.Int64BitsToDouble(reader.Int64());
        reader.End();
        return PgDatum.FromDouble(value);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) =>
        writer.WriteInt64(value.Kind == DatumKind.Text ? 0x7FF8000000000000L : BitConverter.DoubleToInt64Bits(value.Double));

    private static double ToDouble(in PgDatum value) => value.Kind == DatumKind.Text ? double.NaN : value.Double;
}
