using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Types;

/// <summary>time with time zone: TEXT "hh:mm:ss[.f]±hh[:mm[:ss]]"; ordered by the moment in UTC, then by the zone.</summary>
public sealed class TimetzCodec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Timetz;

    /// <inheritdoc/>
    public override string Name => "time with time zone";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation => "pg_timetz";

    /// <summary>Reads a storage form: microseconds since midnight and seconds east of UTC.</summary>
    public static (long Time, int Offset) FromStorage(ReadOnlySpan<byte> text)
    {
        var sign = text.LastIndexOfAny((byte)'+', (byte)'-');
        if (sign < 8
            || !PgInterval.TryReadStorage(text[..sign], out var time)
            || FieldDecoder.DecodeZone(Ascii.Text(text[sign..]), out var offset) != DateTimeError.None)
        {
            throw PgErrors.InvalidDatetime("time with time zone", Ascii.Text(text));
        }

        return (time.Microseconds, offset);
    }

    /// <summary>The storage form.</summary>
    public static PgDatum ToStorage(long time, int offset)
    {
        var writer = new ArrayBufferWriter<byte>(24);
        DateTimeText.WriteTime(time, writer);
        DateTimeText.WriteOffset(offset, writer);
        return PgDatum.FromText(writer.WrittenSpan.ToArray());
    }

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        try
        {
            var (time1, offset1) = FromStorage(a);
            var (time2, offset2) = FromStorage(b);
            var order = (time1 - (offset1 * 1_000_000L)).CompareTo(time2 - (offset2 * 1_000_000L));
            return order != 0 ? order : offset2.CompareTo(offset1);
        }
        catch (PgException)
        {
            // A collation callback cannot report: text that another tool wrote sorts by its bytes.
            return a.SequenceCompareTo(b);
        }
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var tm = DateTimeDecoder.Decode(text, "time with time zone", timeOnly: true, needsZone: true, context);
        return ToStorage(TimeCodec.Round(tm.TimeMicroseconds, typmod), tm.Offset);
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var time = reader.Int64();
        var west = reader.Int32();
        reader.End();
        if (time is < 0 or > TimestampMath.MicrosecondsPerDay)
        {
            throw new PgException(SqlState.DatetimeFieldOverflow, "time out of range");
        }

        return west is > -57600 and < 57600
            ? ToStorage(TimeCodec.Round(time, typmod), -west)
            : throw new PgException(SqlState.InvalidTimeZoneDisplacementValue, "time zone displacement out of range");
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var (time, offset) = FromStorage(value.Bytes);
        writer.WriteInt64(time);
        writer.WriteInt32(-offset);
    }

    /// <inheritdoc/>
    public override int TypmodIn(IReadOnlyList<string> arguments) => TimePrecision.In(arguments, "TIME", withZone: true);

    /// <inheritdoc/>
    public override string TypmodOut(int typmod) => TimePrecision.Out(typmod, withZone: true);

    /// <inheritdoc/>
    public override PgDatum ApplyTypmod(in PgDatum value, int typmod, bool isExplicit, TypeContext context)
    {
        if (typmod is < 0 or >= 6)
        {
            return value;
        }

        var (time, offset) = FromStorage(value.Bytes);
        return ToStorage(TimeCodec.Round(time, typmod), offset);
    }
}
