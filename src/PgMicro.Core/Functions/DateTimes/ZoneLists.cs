using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>The zones and abbreviations that input knows.</summary>
internal static class ZoneLists
{
    [PgSetFunction("pg_timezone_names()")]
    public static IEnumerable<PgDatum[]> Names(FunctionContext context)
    {
        foreach (var name in PgTimeZone.Names())
        {
            if (PgTimeZone.Find(name) is { } zone)
            {
                var now = zone.At(context.TransactionTimestamp);
                yield return [PgDatum.FromText(name), PgDatum.FromText(now.Abbreviation), Offset(now.Offset), PgDatum.FromBoolean(now.IsDst)];
            }
        }
    }

    [PgSetFunction("pg_timezone_abbrevs()")]
    public static IEnumerable<PgDatum[]> Abbreviations(FunctionContext context)
    {
        foreach (var name in DateTimeTokens.AbbreviationNames())
        {
            DateTimeTokens.Abbreviation(name, context.TransactionTimestamp, out var offset, out var isDst);
            yield return [PgDatum.FromText(name.ToUpperInvariant()), Offset(offset), PgDatum.FromBoolean(isDst)];
        }
    }

    [PgFunction("timeofday()")]
    public static string TimeOfDay(FunctionContext context)
    {
        var now = Now.Clock();
        var parts = DateTimeParts.Of(TimestampMath.ToLocal(now, context.TimeZone), context.TimeZone.At(now));
        return DateTimeWriter.Write(parts, "Dy Mon DD HH24:MI:SS.US YYYY TZ");
    }

    [PgFunction("date_add(timestamptz,interval,text)")]
    public static long Add(long timestamp, PgInterval span, string zone) => TimestampMath.Add(timestamp, span, DateTimeCasts.Zone(zone));

    [PgFunction("date_subtract(timestamptz,interval,text)")]
    public static long Subtract(long timestamp, PgInterval span, string zone) => TimestampMath.Add(timestamp, IntervalMath.Negate(span), DateTimeCasts.Zone(zone));

    private static PgDatum Offset(int seconds) => new PgInterval(0, 0, seconds * 1_000_000L).ToDatum();
}
