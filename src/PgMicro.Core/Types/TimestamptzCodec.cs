using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Types;

/// <summary>timestamp with time zone: INTEGER microseconds since 1970 UTC; ±infinity are the int64 ends.</summary>
public sealed class TimestamptzCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Timestamptz;

    /// <inheritdoc/>
    public override string Name => "timestamp with time zone";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Integer;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var tm = DateTimeDecoder.Decode(text, "timestamp with time zone", timeOnly: false, needsZone: true, context);
        switch (tm.Special)
        {
            case SpecialValue.Epoch:
                return PgDatum.FromInt64(0);
            case SpecialValue.Infinity:
                return PgDatum.FromInt64(DateMath.Infinity);
            case SpecialValue.NegativeInfinity:
                return PgDatum.FromInt64(DateMath.NegativeInfinity);
        }

        var value = ((Int128)tm.DateDays * TimestampMath.MicrosecondsPerDay) + tm.TimeMicroseconds - (tm.Offset * 1_000_000L);
        if (value < TimestampMath.MinTimestamp || value >= TimestampMath.EndTimestamp)
        {
            throw PgErrors.TimestampOutOfRange(Ascii.Text(text));
        }

        return PgDatum.FromInt64(TimestampMath.Round((long)value, typmod));
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var utc = value.Int64;
        if (TimestampMath.IsInfinite(utc))
        {
            DateTimeText.WriteTimestamp(utc, null, context, writer);
            return;
        }

        var zone = context.TimeZone.At(utc);
        DateTimeText.WriteTimestamp(unchecked(utc + (zone.Offset * 1_000_000L)), zone, context, writer);
    }

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
    public override int TypmodIn(IReadOnlyList<string> arguments) => TimePrecision.In(arguments, "TIMESTAMP", withZone: true);

    /// <inheritdoc/>
    public override string TypmodOut(int typmod) => TimePrecision.Out(typmod, withZone: true);

    /// <inheritdoc/>
    public override PgDatum ApplyTypmod(in PgDatum value, int typmod, bool isExplicit, TypeContext context) =>
        PgDatum.FromInt64(TimestampMath.Round(value.Int64, typmod));
}
