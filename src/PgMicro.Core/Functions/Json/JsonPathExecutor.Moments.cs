using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.DateTimes;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

internal sealed partial class JsonPathExecutor
{
    // The forms that .datetime() without a template takes, in the order in which they are tried.
    private static readonly string[] MomentForms =
    [
        "yyyy-mm-dd", "HH24:MI:SS.USTZ", "HH24:MI:SSTZ", "HH24:MI:SS.US", "HH24:MI:SS",
        "yyyy-mm-dd HH24:MI:SS.USTZ", "yyyy-mm-dd\"T\"HH24:MI:SS.USTZ", "yyyy-mm-dd HH24:MI:SSTZ", "yyyy-mm-dd\"T\"HH24:MI:SSTZ",
        "yyyy-mm-dd HH24:MI:SS.US", "yyyy-mm-dd\"T\"HH24:MI:SS.US", "yyyy-mm-dd HH24:MI:SS", "yyyy-mm-dd\"T\"HH24:MI:SS",
    ];

    private JsonPathResult Moment(JsonPathItem item, JsonbValue value, List<JsonbValue>? found)
    {
        if (value.Kind != JsonbKind.String || value.Moment is not null)
        {
            return NotApplicable(SqlState.InvalidArgumentForSqlJsonDatetimeFunction, item, "a string");
        }

        var text = Encoding.UTF8.GetString(value.Text.Span);
        JsonMoment? moment;
        if (item is { Kind: JsonPathKind.DateTime, Left: { } template })
        {
            try
            {
                moment = ReadMoment(text, DateTimePicture.Of(Encoding.UTF8.GetString(template.Text), isStandard: true));
            }
            catch (PgException) when (!_throws)
            {
                return JsonPathResult.Error;
            }
        }
        else
        {
            moment = MomentForms.Select(form => TryReadMoment(text, form)).FirstOrDefault(static m => m is not null);
            if (moment is null && item.Kind == JsonPathKind.DateTime)
            {
                return _throws
                    ? throw new PgException(SqlState.InvalidArgumentForSqlJsonDatetimeFunction, $"datetime format is not recognized: \"{text}\"")
                        .WithHint("Use a datetime template argument to specify the input data format.")
                    : JsonPathResult.Error;
            }

            moment = moment is null || item.Kind == JsonPathKind.DateTime ? moment : Cast(item, moment);
            if (moment is null)
            {
                return Fail(SqlState.InvalidArgumentForSqlJsonDatetimeFunction, $"{item.OperationName} format is not recognized: \"{text}\"");
            }

            if (item.Kind != JsonPathKind.DateTime && item.Left is { } argument)
            {
                if (SmallArgument(item, argument, "time precision") is not { } precision)
                {
                    return JsonPathResult.Error;
                }

                if (precision > 6)
                {
                    _context.Notice(new PgNotice("WARNING", SqlState.InvalidParameterValue, PrecisionWarning(moment.Type, precision)));
                    precision = 6;
                }

                moment = Rounded(moment, precision);
            }
        }

        return item.Next is null && found is null ? JsonPathResult.Ok : Next(item, JsonbValue.FromMoment(moment), found);
    }

    private static string PrecisionWarning(uint type, int precision)
    {
        var name = type is TypeOid.Time or TypeOid.Timetz ? "TIME" : "TIMESTAMP";
        var zone = type is TypeOid.Timetz or TypeOid.Timestamptz ? " WITH TIME ZONE" : "";
        return $"{name}({precision}){zone} precision reduced to maximum allowed, 6";
    }

    private static JsonMoment Rounded(JsonMoment moment, int precision) => moment.Type is TypeOid.Timestamp or TypeOid.Timestamptz
        ? moment with { Value = TimestampMath.Round(moment.Value, precision) }
        : moment with { Value = (long)TimestampMath.RoundMicroseconds(moment.Value, precision) };

    private JsonMoment? TryReadMoment(string text, string form)
    {
        try
        {
            return ReadMoment(text, DateTimePicture.Of(form, isStandard: true));
        }
        catch (PgException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private JsonMoment ReadMoment(string text, DateTimePicture picture)
    {
        var fields = DateTimeReader.Read(text, picture, isStandard: true);
        var (year, month, day, time, offset) = fields.Resolve(text);
        var (isDated, isTimed, isZoned) = picture.Parts;
        var digits = fields.FractionDigits;
        PgException Missing(string type) => new(SqlState.InvalidDatetimeFormat, $"missing time zone in input string for type {type}");
        if (isDated && isTimed)
        {
            var local = DateTimeFromChar.Local(year, month, day, time);
            if (!isZoned)
            {
                return new JsonMoment(TypeOid.Timestamp, digits != 0 ? TimestampMath.Round(local, digits) : local, 0);
            }

            var east = offset ?? throw Missing("timestamptz");
            var utc = TimestampMath.Checked((Int128)local - (east * 1_000_000L));
            return new JsonMoment(TypeOid.Timestamptz, digits != 0 ? TimestampMath.Round(utc, digits) : utc, east);
        }

        if (isDated)
        {
            return isZoned ? throw new PgException(SqlState.InvalidDatetimeFormat, "datetime format is zoned but not timed")
                : new JsonMoment(TypeOid.Date, DateTimeFromChar.Date(year, month, day, text), 0);
        }

        if (!isTimed)
        {
            throw new PgException(SqlState.InvalidDatetimeFormat, "datetime format is not dated and not timed");
        }

        time = digits != 0 ? (long)TimestampMath.RoundMicroseconds(time, digits) : time;
        return isZoned ? new JsonMoment(TypeOid.Timetz, time, offset ?? throw Missing("timetz")) : new JsonMoment(TypeOid.Time, time, 0);
    }

    private void NeedsZone(string from, string to)
    {
        if (!_useZone)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot convert value from {from} to {to} without time zone usage")
                .WithHint("Use *_tz() function for time zone support.");
        }
    }

    private int LocalOffset(long local) => _context.TimeZone.AtLocal(local).Offset;

    // To the type that a method gives; null when there is no way.
    private JsonMoment? Cast(JsonPathItem item, JsonMoment moment)
    {
        var zone = _context.TimeZone;
        switch (item.Kind, moment.Type)
        {
            case (JsonPathKind.Date, TypeOid.Date) or (JsonPathKind.Time, TypeOid.Time) or (JsonPathKind.TimeTz, TypeOid.Timetz)
                or (JsonPathKind.Timestamp, TypeOid.Timestamp) or (JsonPathKind.TimestampTz, TypeOid.Timestamptz):
                return moment;
            case (JsonPathKind.Date, TypeOid.Timestamp):
                return new JsonMoment(TypeOid.Date, DateMath.FromTimestamp(moment.Value), 0);
            case (JsonPathKind.Date, TypeOid.Timestamptz):
                NeedsZone("timestamptz", "date");
                return new JsonMoment(TypeOid.Date, DateMath.FromTimestamp(TimestampMath.ToLocal(moment.Value, zone)), 0);
            case (JsonPathKind.Time, TypeOid.Timetz):
                NeedsZone("timetz", "time");
                return new JsonMoment(TypeOid.Time, moment.Value, 0);
            case (JsonPathKind.Time, TypeOid.Timestamp):
                return new JsonMoment(TypeOid.Time, TimestampMath.Split(moment.Value).Time, 0);
            case (JsonPathKind.Time, TypeOid.Timestamptz):
                NeedsZone("timestamptz", "time");
                return new JsonMoment(TypeOid.Time, TimestampMath.Split(TimestampMath.ToLocal(moment.Value, zone)).Time, 0);
            case (JsonPathKind.TimeTz, TypeOid.Time):
                NeedsZone("time", "timetz");
                return WithZone(moment);
            case (JsonPathKind.TimeTz, TypeOid.Timestamptz):
                NeedsZone("timestamptz", "timetz");
                return new JsonMoment(TypeOid.Timetz, TimestampMath.Split(TimestampMath.ToLocal(moment.Value, zone)).Time, zone.At(moment.Value).Offset);
            case (JsonPathKind.Timestamp, TypeOid.Date):
                return new JsonMoment(TypeOid.Timestamp, DateMath.ToTimestamp(moment.Value), 0);
            case (JsonPathKind.Timestamp, TypeOid.Timestamptz):
                NeedsZone("timestamptz", "timestamp");
                return new JsonMoment(TypeOid.Timestamp, TimestampMath.ToLocal(moment.Value, zone), 0);
            case (JsonPathKind.TimestampTz, TypeOid.Date):
                NeedsZone("date", "timestamptz");
                return WithZone(moment);
            case (JsonPathKind.TimestampTz, TypeOid.Timestamp):
                NeedsZone("timestamp", "timestamptz");
                return WithZone(moment);
            default:
                return null;
        }
    }

    // A value without a zone in the session's.
    private JsonMoment WithZone(JsonMoment moment)
    {
        if (moment.Type == TypeOid.Time)
        {
            var today = TimestampMath.Split(TimestampMath.ToLocal(_context.TransactionTimestamp, _context.TimeZone)).Days;
            return new JsonMoment(TypeOid.Timetz, moment.Value, LocalOffset((today * TimestampMath.MicrosecondsPerDay) + moment.Value));
        }

        var local = moment.Type == TypeOid.Date ? DateMath.ToTimestamp(moment.Value) : moment.Value;
        return new JsonMoment(TypeOid.Timestamptz, TimestampMath.ToUtc(local, _context.TimeZone), LocalOffset(local));
    }

    /// <summary>Order of two dates or times; null when they do not compare.</summary>
    private int? CompareMoments(JsonMoment left, JsonMoment right)
    {
        if ((left.Type is TypeOid.Time or TypeOid.Timetz) != (right.Type is TypeOid.Time or TypeOid.Timetz))
        {
            return null;
        }

        static string Name(uint type) => type switch
        {
            TypeOid.Date => "date",
            TypeOid.Time => "time",
            TypeOid.Timetz => "timetz",
            TypeOid.Timestamp => "timestamp",
            _ => "timestamptz",
        };
        var isLeftZoned = left.Type is TypeOid.Timetz or TypeOid.Timestamptz;
        var isRightZoned = right.Type is TypeOid.Timetz or TypeOid.Timestamptz;
        if (isLeftZoned != isRightZoned)
        {
            NeedsZone(Name(isLeftZoned ? right.Type : left.Type), Name(isLeftZoned ? left.Type : right.Type));
            (left, right) = (isLeftZoned ? left : WithZone(left), isRightZoned ? right : WithZone(right));
        }

        if (left.Type == TypeOid.Timetz)
        {
            var order = (left.Value - (left.Offset * 1_000_000L)).CompareTo(right.Value - (right.Offset * 1_000_000L));
            return order != 0 ? order : right.Offset.CompareTo(left.Offset);
        }

        static long Ordinal(JsonMoment moment) => moment.Type == TypeOid.Date ? DateMath.ToTimestamp(moment.Value) : moment.Value;
        return Ordinal(left).CompareTo(Ordinal(right));
    }
}
