using NpgsqlTypes;
using PgMicro.Core.Types;

namespace PgMicro.Data.Converters;

/// <summary>date ↔ DateOnly; ±infinity are its ends.</summary>
internal sealed class DateOnlyConverter : Converter<DateOnly>
{
    private static readonly int Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    internal override DateOnly Read(in StoredValue value, TypeContext context) => value.Int64 switch
    {
        long.MaxValue => DateOnly.MaxValue,
        long.MinValue => DateOnly.MinValue,
        var days when days + Epoch >= 0 && days + Epoch <= DateOnly.MaxValue.DayNumber => DateOnly.FromDayNumber((int)days + Epoch),
        _ => throw new ArgumentOutOfRangeException(nameof(value), "Out of range of DateOnly (year must be between 1 and 9999)"),
    };

    internal override PgDatum Write(DateOnly value, TypeContext context) => PgDatum.FromInt64(
        value == DateOnly.MaxValue ? long.MaxValue : value == DateOnly.MinValue ? long.MinValue : value.DayNumber - Epoch);
}

/// <summary>date ↔ DateTime.</summary>
internal sealed class DateDateTimeConverter : Converter<DateTime>
{
    private static readonly DateOnlyConverter Date = new();

    internal override DateTime Read(in StoredValue value, TypeContext context) =>
        value.Int64 == long.MaxValue ? DateTime.MaxValue : Date.Read(value, context).ToDateTime(TimeOnly.MinValue);

    internal override PgDatum Write(DateTime value, TypeContext context) => Date.Write(DateOnly.FromDateTime(value), context);
}

/// <summary>timestamp and timestamptz ↔ DateTime, with Npgsql's rules about its Kind; ±infinity are its ends.</summary>
internal sealed class TimestampConverter(bool withTimeZone) : Converter<DateTime>
{
    internal override DateTime Read(in StoredValue value, TypeContext context)
    {
        var kind = withTimeZone ? DateTimeKind.Utc : DateTimeKind.Unspecified;
        return value.Int64 switch
        {
            long.MaxValue => DateTime.MaxValue,
            long.MinValue => DateTime.MinValue,
            var microseconds => new DateTime(Ticks(microseconds), kind),
        };
    }

    internal override PgDatum Write(DateTime value, TypeContext context)
    {
        if (value == DateTime.MaxValue || value == DateTime.MinValue)
        {
            return PgDatum.FromInt64(value == DateTime.MaxValue ? long.MaxValue : long.MinValue);
        }

        if (withTimeZone != (value.Kind == DateTimeKind.Utc))
        {
            throw new ArgumentException(
                withTimeZone
                    ? $"Cannot write DateTime with Kind={value.Kind} to PostgreSQL type 'timestamp with time zone', only UTC is supported. Note that it's not possible to mix DateTimes with different Kinds in an array, range, or multirange."
                    : "Cannot write DateTime with Kind=UTC to PostgreSQL type 'timestamp without time zone', consider using 'timestamp with time zone'. Note that it's not possible to mix DateTimes with different Kinds in an array, range, or multirange.",
                nameof(value));
        }

        return PgDatum.FromInt64(Microseconds(value.Ticks));
    }

    internal static long Microseconds(long ticks) => (ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    internal static long Ticks(long microseconds)
    {
        try
        {
            var ticks = checked((microseconds * TimeSpan.TicksPerMicrosecond) + DateTime.UnixEpoch.Ticks);
            return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? ticks : throw new OverflowException();
        }
        catch (OverflowException e)
        {
            throw new InvalidCastException("Out of range of DateTime (year must be between 1 and 9999)", e);
        }
    }
}

/// <summary>timestamptz ↔ DateTimeOffset of offset 0.</summary>
internal sealed class DateTimeOffsetConverter : Converter<DateTimeOffset>
{
    internal override DateTimeOffset Read(in StoredValue value, TypeContext context) => value.Int64 switch
    {
        long.MaxValue => DateTimeOffset.MaxValue,
        long.MinValue => DateTimeOffset.MinValue,
        var microseconds => new DateTimeOffset(TimestampConverter.Ticks(microseconds), TimeSpan.Zero),
    };

    internal override PgDatum Write(DateTimeOffset value, TypeContext context) =>
        value == DateTimeOffset.MaxValue ? PgDatum.FromInt64(long.MaxValue)
        : value == DateTimeOffset.MinValue ? PgDatum.FromInt64(long.MinValue)
        : value.Offset == TimeSpan.Zero ? PgDatum.FromInt64(TimestampConverter.Microseconds(value.Ticks))
        : throw new ArgumentException(
            $"Cannot write DateTimeOffset with Offset={value.Offset} to PostgreSQL type 'timestamp with time zone', only offset 0 (UTC) is supported. ", nameof(value));
}

/// <summary>time ↔ TimeOnly.</summary>
internal sealed class TimeOnlyConverter : Converter<TimeOnly>
{
    internal override TimeOnly Read(in StoredValue value, TypeContext context) => new(value.Int64 * TimeSpan.TicksPerMicrosecond);

    internal override PgDatum Write(TimeOnly value, TypeContext context) => PgDatum.FromInt64(value.Ticks / TimeSpan.TicksPerMicrosecond);
}

/// <summary>time ↔ TimeSpan.</summary>
internal sealed class TimeTimeSpanConverter : Converter<TimeSpan>
{
    internal override TimeSpan Read(in StoredValue value, TypeContext context) => new(value.Int64 * TimeSpan.TicksPerMicrosecond);

    internal override PgDatum Write(TimeSpan value, TypeContext context) => PgDatum.FromInt64(value.Ticks / TimeSpan.TicksPerMicrosecond);
}

/// <summary>timetz ↔ DateTimeOffset on the second of January of year 1.</summary>
internal sealed class TimetzConverter : Converter<DateTimeOffset>
{
    internal override DateTimeOffset Read(in StoredValue value, TypeContext context)
    {
        var binary = new System.Buffers.ArrayBufferWriter<byte>(12);
        context.Types!.GetCodec(TypeOid.Timetz).Send(value.ToDatum(), context, binary);
        var microseconds = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(binary.WrittenSpan);
        var secondsWest = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(binary.WrittenSpan[8..]);
        return new DateTimeOffset((microseconds * TimeSpan.TicksPerMicrosecond) + TimeSpan.TicksPerDay, TimeSpan.FromSeconds(-secondsWest));
    }

    internal override PgDatum Write(DateTimeOffset value, TypeContext context)
    {
        Span<byte> binary = stackalloc byte[12];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(binary, value.TimeOfDay.Ticks / TimeSpan.TicksPerMicrosecond);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(binary[8..], -(int)value.Offset.TotalSeconds);
        return context.Types!.GetCodec(TypeOid.Timetz).Receive(binary, -1, context);
    }
}

/// <summary>interval ↔ TimeSpan; months have no length in it.</summary>
internal sealed class TimeSpanConverter : Converter<TimeSpan>
{
    internal override TimeSpan Read(in StoredValue value, TypeContext context)
    {
        var interval = PgInterval.FromStorage(value.Bytes);
        return interval.Months == 0
            ? new TimeSpan(checked((interval.Microseconds * TimeSpan.TicksPerMicrosecond) + (interval.Days * TimeSpan.TicksPerDay)))
            : throw new InvalidCastException(
                "Cannot convert interval value with non-zero months to TimeSpan, since TimeSpan doesn't support months. Consider using NodaTime Period which better corresponds to PostgreSQL interval, or read the value as NpgsqlInterval, or transform the interval to not contain months or years in PostgreSQL before reading it.");
    }

    internal override PgDatum Write(TimeSpan value, TypeContext context) => new PgInterval(
        0, value.Days, (value.Ticks - (value.Days * TimeSpan.TicksPerDay)) / TimeSpan.TicksPerMicrosecond).ToDatum();
}

/// <summary>interval ↔ NpgsqlInterval.</summary>
internal sealed class IntervalConverter : Converter<NpgsqlInterval>
{
    internal override NpgsqlInterval Read(in StoredValue value, TypeContext context)
    {
        var interval = PgInterval.FromStorage(value.Bytes);
        return new NpgsqlInterval(interval.Months, interval.Days, interval.Microseconds);
    }

    internal override PgDatum Write(NpgsqlInterval value, TypeContext context) => new PgInterval(value.Months, value.Days, value.Time).ToDatum();
}

/// <summary>date ↔ the days since 2000 that PostgreSQL's binary form has.</summary>
internal sealed class RawDateConverter(int epoch) : Converter<int>
{
    internal override int Read(in StoredValue value, TypeContext context) =>
        value.Int64 switch { long.MaxValue => int.MaxValue, long.MinValue => int.MinValue, var days => (int)(days - epoch) };

    internal override PgDatum Write(int value, TypeContext context) =>
        PgDatum.FromInt64(value switch { int.MaxValue => long.MaxValue, int.MinValue => long.MinValue, var days => (long)days + epoch });
}

/// <summary>time, timestamp and timestamptz ↔ the number PostgreSQL's binary form has: days or microseconds since 2000.</summary>
internal sealed class RawTimeConverter(long epoch) : Converter<long>
{
    internal override long Read(in StoredValue value, TypeContext context) =>
        value.Int64 is long.MaxValue or long.MinValue ? value.Int64 : value.Int64 - epoch;

    internal override PgDatum Write(long value, TypeContext context) =>
        PgDatum.FromInt64(value is long.MaxValue or long.MinValue ? value : value + epoch);
}
