using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.DateTime;

/// <summary>Arithmetic on intervals; results out of range raise 22008 "interval out of range".</summary>
public static class IntervalMath
{
    private const long Day = TimestampMath.MicrosecondsPerDay;

    /// <summary>interval + interval.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static PgInterval Add(PgInterval a, PgInterval b)
    {
        if (!a.IsFinite || !b.IsFinite)
        {
            return !a.IsFinite && !b.IsFinite && a != b ? throw PgErrors.IntervalOutOfRange() : a.IsFinite ? b : a;
        }

        return Make((long)a.Months + b.Months, (long)a.Days + b.Days, (Int128)a.Microseconds + b.Microseconds);
    }

    /// <summary>interval - interval.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static PgInterval Subtract(PgInterval a, PgInterval b)
    {
        if (!a.IsFinite || !b.IsFinite)
        {
            return a == b ? throw PgErrors.IntervalOutOfRange() : !a.IsFinite ? a : Negate(b);
        }

        return Make((long)a.Months - b.Months, (long)a.Days - b.Days, (Int128)a.Microseconds - b.Microseconds);
    }

    /// <summary>- interval.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static PgInterval Negate(PgInterval a) => a.IsPositiveInfinity
        ? PgInterval.NegativeInfinity
        : a.IsNegativeInfinity ? PgInterval.PositiveInfinity : Make(-(long)a.Months, -(long)a.Days, -(Int128)a.Microseconds);

    /// <summary>interval * double precision: fractions of months and days move down.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static PgInterval Multiply(PgInterval span, double factor)
    {
        if (double.IsNaN(factor))
        {
            throw PgErrors.IntervalOutOfRange();
        }

        if (!span.IsFinite || double.IsInfinity(factor))
        {
            var sign = Math.Sign(factor) * (span.IsFinite ? span.Span.CompareTo(0) : span.IsPositiveInfinity ? 1 : -1);
            return sign switch { > 0 => PgInterval.PositiveInfinity, < 0 => PgInterval.NegativeInfinity, _ => throw PgErrors.IntervalOutOfRange() };
        }

        return Scale(span, span.Months * factor, span.Days * factor, span.Microseconds * factor, factor, divide: false);
    }

    /// <summary>interval / double precision.</summary>
    /// <exception cref="PgException">22008, 22012.</exception>
    public static PgInterval Divide(PgInterval span, double divisor)
    {
        if (divisor == 0)
        {
            throw PgErrors.DivisionByZero();
        }

        if (double.IsNaN(divisor) || (!span.IsFinite && double.IsInfinity(divisor)))
        {
            throw PgErrors.IntervalOutOfRange();
        }

        if (!span.IsFinite)
        {
            return divisor < 0 ? Negate(span) : span;
        }

        return Scale(span, span.Months / divisor, span.Days / divisor, span.Microseconds / divisor, divisor, divide: true);
    }

    /// <summary>justify_hours: whole days out of the time.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static PgInterval JustifyHours(PgInterval span)
    {
        if (!span.IsFinite)
        {
            return span;
        }

        long days = span.Days + (span.Microseconds / Day);
        var time = span.Microseconds % Day;
        if (days > 0 && time < 0)
        {
            time += Day;
            days--;
        }
        else if (days < 0 && time > 0)
        {
            time -= Day;
            days++;
        }

        return Make(span.Months, days, time);
    }

    /// <summary>justify_days: whole months of 30 days out of the days.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static PgInterval JustifyDays(PgInterval span)
    {
        if (!span.IsFinite)
        {
            return span;
        }

        long months = (long)span.Months + (span.Days / 30);
        long days = span.Days % 30;
        if (months > 0 && days < 0)
        {
            days += 30;
            months--;
        }
        else if (months < 0 && days > 0)
        {
            days -= 30;
            months++;
        }

        return Make(months, days, span.Microseconds);
    }

    /// <summary>justify_interval: both, and all parts of one sign.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static PgInterval JustifyInterval(PgInterval span)
    {
        if (!span.IsFinite)
        {
            return span;
        }

        long months = span.Months;
        long days = span.Days;
        var time = span.Microseconds;
        if ((days > 0 && time > 0) || (days < 0 && time < 0))
        {
            months += days / 30;
            days %= 30;
        }

        days += time / Day;
        time %= Day;
        months += days / 30;
        days %= 30;
        if (months > 0 && (days < 0 || (days == 0 && time < 0)))
        {
            days += 30;
            months--;
        }
        else if (months < 0 && (days > 0 || (days == 0 && time > 0)))
        {
            days -= 30;
            months++;
        }

        if (days > 0 && time < 0)
        {
            time += Day;
            days--;
        }
        else if (days < 0 && time > 0)
        {
            time -= Day;
            days++;
        }

        return Make(months, days, time);
    }

    /// <summary>make_interval.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static PgInterval Make(int years, int months, int weeks, int days, int hours, int minutes, double seconds)
    {
        if (!double.IsFinite(seconds))
        {
            throw PgErrors.IntervalOutOfRange();
        }

        var micros = Math.Round(seconds * 1_000_000, MidpointRounding.ToEven);
        return Math.Abs(micros) >= 9.2233720368547758e18
            ? throw PgErrors.IntervalOutOfRange()
            : Make(((long)years * 12) + months, ((long)weeks * 7) + days, (hours * (Int128)3_600_000_000L) + (minutes * (Int128)60_000_000L) + (long)micros);
    }

    internal static PgInterval Make(long months, long days, Int128 microseconds)
    {
        if (months != (int)months || days != (int)days || microseconds != (long)microseconds)
        {
            throw PgErrors.IntervalOutOfRange();
        }

        var result = new PgInterval((int)months, (int)days, (long)microseconds);
        return result.IsFinite ? result : throw PgErrors.IntervalOutOfRange();
    }

    private static PgInterval Scale(PgInterval span, double months, double days, double time, double factor, bool divide)
    {
        if (Math.Abs(months) > int.MaxValue || Math.Abs(days) > int.MaxValue)
        {
            throw PgErrors.IntervalOutOfRange();
        }

        var wholeMonths = (int)months;
        var wholeDays = (int)days;

        // What is left of months becomes days, of days seconds; rounded to microseconds so that 0.1 errors do not show.
        var monthRest = RoundTime(((divide ? span.Months / factor : span.Months * factor) - wholeMonths) * 30);
        var restSeconds = RoundTime(((divide ? span.Days / factor : span.Days * factor) - wholeDays + monthRest - (int)monthRest) * 86400.0);
        long extraDays = wholeDays;
        if (Math.Abs(restSeconds) >= 86400)
        {
            extraDays += (int)(restSeconds / 86400);
            restSeconds -= (int)(restSeconds / 86400) * 86400.0;
        }

        extraDays += (int)monthRest;
        var total = Math.Round(time + (restSeconds * 1_000_000), MidpointRounding.ToEven);
        return double.IsNaN(total) || Math.Abs(total) >= 9.2233720368547758e18
            ? throw PgErrors.IntervalOutOfRange()
            : Make(wholeMonths, extraDays, (Int128)(long)total);
    }

    private static double RoundTime(double value) => Math.Round(value * 1_000_000, MidpointRounding.ToEven) / 1_000_000;
}
