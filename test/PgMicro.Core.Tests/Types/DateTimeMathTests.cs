using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Tests.Types;

/// <summary>Arithmetic of dates, timestamps and intervals against what PostgreSQL 17 answered, in the zone of New York.</summary>
public class DateTimeMathTests
{
    private static readonly string[][] Rows = [.. File.ReadLines(Path.Combine(RecordedIo.Folder(), "Recorded", "datetime.tsv")).Skip(1).Select(line => line.Split('\t'))];

    private static readonly TypeContext Context = new() { Types = BuiltInCodecs.Resolver, TimeZone = PgTimeZone.Find("America/New_York")! };

    public static TheoryData<string> Expressions => [.. Rows.Select(row => row[0]).Distinct()];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Results_are_PostgreSQLs(string expression)
    {
        var failures = new List<string>();
        foreach (var row in Rows.Where(row => row[0] == expression))
        {
            var expected = row[3] == "00000" ? row[4] : $"{row[3]} {row[4]}";
            string actual;
            try
            {
                actual = Evaluate(expression, row[1], row[2]);
            }
            catch (PgException e)
            {
                actual = $"{e.SqlState} {e.Message}";
            }

            if (actual != expected)
            {
                failures.Add($"{row[1]}, {row[2]}\n    PostgreSQL: {expected}\n    here:       {actual}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {expression}:\n{string.Join('\n', failures)}");
    }

    private static string Evaluate(string expression, string a, string b) => expression switch
    {
        "timestamp + interval" => Show(TypeOid.Timestamp, TimestampMath.Add(Moment(TypeOid.Timestamp, a), Span(b))),
        "timestamp - interval" => Show(TypeOid.Timestamp, TimestampMath.Add(Moment(TypeOid.Timestamp, a), IntervalMath.Negate(Span(b)))),
        "timestamptz + interval" => Show(TypeOid.Timestamptz, TimestampMath.Add(Moment(TypeOid.Timestamptz, a), Span(b), Context.TimeZone)),
        "timestamp - timestamp" => TimestampMath.Subtract(Moment(TypeOid.Timestamp, a), Moment(TypeOid.Timestamp, b)).ToString(),
        "age(timestamp, timestamp)" => TimestampMath.Age(Moment(TypeOid.Timestamp, a), Moment(TypeOid.Timestamp, b)).ToString(),
        "interval + interval" => IntervalMath.Add(Span(a), Span(b)).ToString(),
        "interval - interval" => IntervalMath.Subtract(Span(a), Span(b)).ToString(),
        "interval * float8" => IntervalMath.Multiply(Span(a), FloatText.ParseDouble(Encoding.UTF8.GetBytes(b))).ToString(),
        "interval / float8" => IntervalMath.Divide(Span(a), FloatText.ParseDouble(Encoding.UTF8.GetBytes(b))).ToString(),
        "justify_hours(interval)" => IntervalMath.JustifyHours(Span(a)).ToString(),
        "justify_days(interval)" => IntervalMath.JustifyDays(Span(a)).ToString(),
        "justify_interval(interval)" => IntervalMath.JustifyInterval(Span(a)).ToString(),
        "- interval" => IntervalMath.Negate(Span(a)).ToString(),
        "date - date" => DateMath.Subtract(Moment(TypeOid.Date, a), Moment(TypeOid.Date, b)).ToString(CultureInfo.InvariantCulture),
        "date + int4" => Show(TypeOid.Date, DateMath.Add(Moment(TypeOid.Date, a), int.Parse(b))),
        _ => throw new InvalidOperationException(expression),
    };

    private static long Moment(uint type, string text) => BuiltInCodecs.Find(type)!.Input(Encoding.UTF8.GetBytes(text), -1, Context).Int64;

    private static PgInterval Span(string text) =>
        PgInterval.FromStorage(BuiltInCodecs.Find(TypeOid.Interval)!.Input(Encoding.UTF8.GetBytes(text), -1, Context).Bytes);

    private static string Show(uint type, long value) => BuiltInCodecs.Find(type)!.OutputString(PgDatum.FromInt64(value), Context);
}
