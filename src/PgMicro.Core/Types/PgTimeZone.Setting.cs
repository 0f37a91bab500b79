using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Types;

/// <summary>The forms that the TimeZone setting takes (manual: "SET", TIME ZONE).</summary>
public sealed partial class PgTimeZone
{
    private const int FurthestOffset = (167 * 3600) + (59 * 60) + 59;

    /// <summary>The zone of an interval or a number of hours east of UTC, or of a name.</summary>
    /// <exception cref="PgException">22023 when it is none; 22007 for a malformed interval.</exception>
    internal static PgTimeZone OfSetting(string value, TypeContext context)
    {
        PgException Invalid(string? detail = null) => new(SqlState.InvalidParameterValue, $"invalid value for parameter \"TimeZone\": \"{value}\"") { Detail = detail };

        // A double cast to an int saturates: that is out of range too.
        PgTimeZone Offset(double seconds) =>
            Math.Abs(seconds) <= FurthestOffset ? FixedOffset((int)seconds) : throw Invalid("UTC timezone offset is out of range.");

        if (value.StartsWith("interval", StringComparison.OrdinalIgnoreCase))
        {
            var quoted = value.AsSpan("interval".Length).TrimStart();
            if (quoted.Length < 2 || quoted[0] != '\'' || quoted[1..].IndexOf('\'') != quoted.Length - 2)
            {
                throw Invalid();
            }

            var interval = IntervalDecoder.Decode(Encoding.UTF8.GetBytes(quoted[1..^1].ToString()), IntervalTypmod.FullRange, context);
            return interval.Months != 0 ? throw Invalid("Cannot specify months in time zone interval.")
                : interval.Days != 0 ? throw Invalid("Cannot specify days in time zone interval.")
                : Offset(interval.Microseconds / 1_000_000);
        }

        const NumberStyles Number = NumberStyles.AllowLeadingWhite | NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(value, Number, CultureInfo.InvariantCulture, out var hours) ? Offset(hours * 3600) : Find(value) ?? throw Invalid();
    }
}
