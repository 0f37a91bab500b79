using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>OVERLAPS: whether two periods, each given by its ends in either order, have a moment in common.</summary>
internal static class Overlaps
{
    [PgFunction("overlaps(timestamp,timestamp,timestamp,timestamp)")]
    [PgFunction("overlaps(timestamptz,timestamptz,timestamptz,timestamptz)")]
    [PgFunction("overlaps(time,time,time,time)")]
    public static bool? Ends(long? start1, long? end1, long? start2, long? end2) => Of(start1, end1, start2, end2, Comparer<long>.Default);

    [PgFunction("overlaps(timetz,timetz,timetz,timetz)")]
    public static bool? Timetz(byte[]? start1, byte[]? end1, byte[]? start2, byte[]? end2)
    {
        static TimetzValue? Read(byte[]? text) => text is null ? null : new TimetzValue(TimetzCodec.FromStorage(text));
        return Of(Read(start1), Read(end1), Read(start2), Read(end2), Comparer<TimetzValue>.Default);
    }

    [PgFunction("overlaps(timestamp,interval,timestamp,timestamp)")]
    public static bool? Timestamp(long? start1, PgInterval? span1, long? start2, long? end2) => Ends(start1, Add(start1, span1), start2, end2);

    [PgFunction("overlaps(timestamp,timestamp,timestamp,interval)")]
    public static bool? Timestamp(long? start1, long? end1, long? start2, PgInterval? span2) => Ends(start1, end1, start2, Add(start2, span2));

    [PgFunction("overlaps(timestamp,interval,timestamp,interval)")]
    public static bool? Timestamp(long? start1, PgInterval? span1, long? start2, PgInterval? span2) =>
        Ends(start1, Add(start1, span1), start2, Add(start2, span2));

    [PgFunction("overlaps(timestamptz,interval,timestamptz,timestamptz)")]
    public static bool? Timestamptz(FunctionContext context, long? start1, PgInterval? span1, long? start2, long? end2) =>
        Ends(start1, Add(context, start1, span1), start2, end2);

    [PgFunction("overlaps(timestamptz,timestamptz,timestamptz,interval)")]
    public static bool? Timestamptz(FunctionContext context, long? start1, long? end1, long? start2, PgInterval? span2) =>
        Ends(start1, end1, start2, Add(context, start2, span2));

    [PgFunction("overlaps(timestamptz,interval,timestamptz,interval)")]
    public static bool? Timestamptz(FunctionContext context, long? start1, PgInterval? span1, long? start2, PgInterval? span2) =>
        Ends(start1, Add(context, start1, span1), start2, Add(context, start2, span2));

    [PgFunction("overlaps(time,interval,time,time)")]
    public static bool? Time(long? start1, PgInterval? span1, long? start2, long? end2) => Ends(start1, AddTime(start1, span1), start2, end2);

    [PgFunction("overlaps(time,time,time,interval)")]
    public static bool? Time(long? start1, long? end1, long? start2, PgInterval? span2) => Ends(start1, end1, start2, AddTime(start2, span2));

    [PgFunction("overlaps(time,interval,time,interval)")]
    public static bool? Time(long? start1, PgInterval? span1, long? start2, PgInterval? span2) =>
        Ends(start1, AddTime(start1, span1), start2, AddTime(start2, span2));

    private static long? Add(long? timestamp, PgInterval? span) => timestamp is { } t && span is { } s ? TimestampMath.Add(t, s) : null;

    private static long? Add(FunctionContext context, long? timestamp, PgInterval? span) =>
        timestamp is { } t && span is { } s ? TimestampMath.Add(t, s, context.TimeZone) : null;

    private static long? AddTime(long? time, PgInterval? span) => time is { } t && span is { } s ? DateTimeArithmetic.TimePlus(t, s) : null;

    private static bool? Of<T>(T? start1, T? end1, T? start2, T? end2, Comparer<T> comparer)
        where T : struct
    {
        if ((start1 ?? end1) is not { } first1 || (start2 ?? end2) is not { } first2)
        {
            return null;
        }

        T? last1 = start1 is null ? null : end1;
        T? last2 = start2 is null ? null : end2;
        if (last1 is { } l1 && comparer.Compare(first1, l1) > 0)
        {
            (first1, last1) = (l1, first1);
        }

        if (last2 is { } l2 && comparer.Compare(first2, l2) > 0)
        {
            (first2, last2) = (l2, first2);
        }

        // With an unknown end the answer may still be certain.
        return comparer.Compare(first1, first2) switch
        {
            > 0 => last2 is { } end ? comparer.Compare(first1, end) < 0 ? true : last1 is null ? null : false : null,
            < 0 => last1 is { } end ? comparer.Compare(first2, end) < 0 ? true : last2 is null ? null : false : null,
            _ => last1 is null || last2 is null ? null : true,
        };
    }

    private readonly record struct TimetzValue((long Time, int Offset) Parts) : IComparable<TimetzValue>
    {
        public int CompareTo(TimetzValue other)
        {
            var order = (Parts.Time - (Parts.Offset * 1_000_000L)).CompareTo(other.Parts.Time - (other.Parts.Offset * 1_000_000L));
            return order != 0 ? order : other.Parts.Offset.CompareTo(Parts.Offset);
        }
    }
}
