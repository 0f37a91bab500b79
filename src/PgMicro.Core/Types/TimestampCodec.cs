using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Types;

/// <summary>timestamp without time zone: INTEGER microseconds since 1970; ±infinity are the int64 ends.</summary>
public sealed class TimestampCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Timestamp;

    /// <inheritdoc/>
    public override string Name => "timestamp without time zone";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Integer;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var tm = DateTimeDecoder.Decode(text, "timestamp", timeOnly: false, needsZone: false, context);
        switch (tm.Special)
        {
            case SpecialValue.Epoch:
                return PgDatum.FromInt64(0);
            case SpecialValue.Infinity:
                return PgDatum.FromInt64(DateMath.Infinity);
            case SpecialValue.NegativeInfinity:
                return PgDatum.FromInt64(DateMath.NegativeInfinity);
        }

        var value = ((Int128)tm.DateDays * TimestampMath.MicrosecondsPerDay) + tm.TimeMicroseconds;
        if (value < TimestampMath.MinTimestamp || value >= TimestampMath.EndTimestamp)
        {
            throw PgErrors.TimestampOutOfRange(Ascii.Text(text));
        }

        return PgDatum.FromInt64(TimestampMath.Round((long)value, typmod));
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) =>
        DateTimeText.WriteTimestamp(value.Int64, null, context, writer);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var value = reader.Int64();
        reader.End();
        if (!TimestampMath.IsInfinite(value))
        {
            value = TimestampMath.Checked((Int128)value + TimestampMath.PostgresEpoch);
        }

        return PgDatum.FromInt64(TimestampMath.Round(value, typmod));
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) =>
        writer.WriteInt64(TimestampMath.IsInfinite(value.Int64) ? value.Int64 : value.Int64 - TimestampMath.PostgresEpoch);

    /// <inheritdoc/>
    public override int TypmodIn(IReadOnlyList<string> arguments) => TimePrecision.In(arguments, "TIMESTAMP", withZone: false);

    /// <inheritdoc/>
    public override string TypmodOut(int typmod) => TimePrecision.Out(typmod, withZone: false);

    /// <inheritdoc/>
    public override PgDatum ApplyTypmod(in PgDatum value, int typmod, bool isExplicit, TypeContext context) =>
        PgDatum.FromInt64(TimestampMath.Round(value.Int64, typmod));
}
