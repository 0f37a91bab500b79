using System.Buffers;

namespace PgMicro.Core.Types.DateTime;

/// <summary>Output of intervals in each IntervalStyle.</summary>
internal static class IntervalText
{
    public static void Write(PgInterval value, IntervalStyle style, IBufferWriter<byte> writer)
    {
        if (!value.IsFinite)
        {
            writer.Append(value.IsPositiveInfinity ? "infinity" : "-infinity");
            return;
        }

        var parts = new Parts(value);
        switch (style)
        {
            case IntervalStyle.Postgres:
                WritePostgres(parts, writer);
                break;
            case IntervalStyle.PostgresVerbose:
                WriteVerbose(parts, writer);
                break;
            case IntervalStyle.SqlStandard:
                WriteSqlStandard(parts, writer);
                break;
            default:
                WriteIso(parts, writer);
                break;
        }
    }

    /// <summary>Writes seconds with the fraction's trailing zeros dropped; signs are left out.</summary>
    internal static void WriteSeconds(long seconds, long fraction, bool fill, IBufferWriter<byte> writer)
    {
        writer.AppendPadded(Math.Abs(seconds), fill ? 2 : 1);
        fraction = Math.Abs(fraction);
        if (fraction == 0)
        {
            return;
        }

        var width = 6;
        while (fraction % 10 == 0)
        {
            fraction /= 10;
            width--;
        }

        writer.Append('.');
        writer.AppendPadded(fraction, width);
    }

    private static void WritePostgres(in Parts p, IBufferWriter<byte> writer)
    {
        var first = true;
        var before = false;
        Part(p.Year, "year", writer);
        Part(p.Month, "mon", writer);
        Part(p.Day, "day", writer);
        if (first || p.HasTime)
        {
            var minus = p.Hour < 0 || p.Minute < 0 || p.Second < 0 || p.Fraction < 0;
            writer.Append(first ? "" : " ");
            writer.Append(minus ? "-" : before ? "+" : "");
            writer.AppendPadded(Math.Abs(p.Hour), 2);
            writer.Append(':');
            writer.AppendPadded(Math.Abs(p.Minute), 2);
            writer.Append(':');
            WriteSeconds(p.Second, p.Fraction, fill: true, writer);
        }

        void Part(long value, string unit, IBufferWriter<byte> to)
        {
            if (value == 0)
            {
                return;
            }

            to.Append(first ? "" : " ");
            to.Append(before && value > 0 ? "+" : "");
            to.AppendInteger(value);
            to.Append(' ');
            to.Append(unit);
            to.Append(value != 1 ? "s" : "");
            before = value < 0;
            first = false;
        }
    }

    private static void WriteVerbose(in Parts p, IBufferWriter<byte> writer)
    {
        var zero = true;
        var before = false;
        writer.Append('@');
        Part(p.Year, "year", writer);
        Part(p.Month, "mon", writer);
        Part(p.Day, "day", writer);
        Part(p.Hour, "hour", writer);
        Part(p.Minute, "min", writer);
        if (p.Second != 0 || p.Fraction != 0)
        {
            writer.Append(' ');
            if (p.Second < 0 || (p.Second == 0 && p.Fraction < 0))
            {
                if (zero)
                {
                    before = true;
                }
                else if (!before)
                {
                    writer.Append('-');
                }
            }
            else if (before)
            {
                writer.Append('-');
            }

            WriteSeconds(p.Second, p.Fraction, fill: false, writer);
            writer.Append(Math.Abs(p.Second) != 1 || p.Fraction != 0 ? " secs" : " sec");
            zero = false;
        }

        writer.Append(zero ? " 0" : "");
        writer.Append(before ? " ago" : "");

        void Part(long value, string unit, IBufferWriter<byte> to)
        {
            if (value == 0)
            {
                return;
            }

            if (zero)
            {
                before = value < 0;
                value = Math.Abs(value);
            }
            else if (before)
            {
                value = -value;
            }

            to.Append(' ');
            to.AppendInteger(value);
            to.Append(' ');
            to.Append(unit);
            to.Append(value == 1 ? "" : "s");
            zero = false;
        }
    }

    private static void WriteSqlStandard(Parts p, IBufferWriter<byte> writer)
    {
        var negative = p.Year < 0 || p.Month < 0 || p.Day < 0 || p.Hour < 0 || p.Minute < 0 || p.Second < 0 || p.Fraction < 0;
        var positive = p.Year > 0 || p.Month > 0 || p.Day > 0 || p.Hour > 0 || p.Minute > 0 || p.Second > 0 || p.Fraction > 0;
        var yearMonth = p.Year != 0 || p.Month != 0;
        var dayTime = p.Day != 0 || p.HasTime;
        var standard = !(negative && positive) && !(yearMonth && dayTime);
        if (!negative && !positive)
        {
            writer.Append('0');
            return;
        }

        if (!standard)
        {
            writer.Append(p.Year < 0 || p.Month < 0 ? '-' : '+');
            writer.AppendInteger(Math.Abs(p.Year));
            writer.Append('-');
            writer.AppendInteger(Math.Abs(p.Month));
            writer.Append(p.Day < 0 ? " -" : " +");
            writer.AppendInteger(Math.Abs(p.Day));
            writer.Append(p.Hour < 0 || p.Minute < 0 || p.Second < 0 || p.Fraction < 0 ? " -" : " +");
            WriteTime(p, writer);
            return;
        }

        writer.Append(negative ? "-" : "");
        if (yearMonth)
        {
            writer.AppendInteger(Math.Abs(p.Year));
            writer.Append('-');
            writer.AppendInteger(Math.Abs(p.Month));
            return;
        }

        if (p.Day != 0)
        {
            writer.AppendInteger(Math.Abs(p.Day));
            writer.Append(' ');
        }

        WriteTime(p, writer);
    }

    private static void WriteTime(in Parts p, IBufferWriter<byte> writer)
    {
        writer.AppendInteger(Math.Abs(p.Hour));
        writer.Append(':');
        writer.AppendPadded(Math.Abs(p.Minute), 2);
        writer.Append(':');
        WriteSeconds(p.Second, p.Fraction, fill: true, writer);
    }

    private static void WriteIso(in Parts p, IBufferWriter<byte> writer)
    {
        if (p.Year == 0 && p.Month == 0 && p.Day == 0 && !p.HasTime)
        {
            writer.Append("PT0S");
            return;
        }

        writer.Append('P');
        Part(p.Year, 'Y', writer);
        Part(p.Month, 'M', writer);
        Part(p.Day, 'D', writer);
        writer.Append(p.HasTime ? "T" : "");
        Part(p.Hour, 'H', writer);
        Part(p.Minute, 'M', writer);
        if (p.Second != 0 || p.Fraction != 0)
        {
            writer.Append(p.Second < 0 || p.Fraction < 0 ? "-" : "");
            WriteSeconds(p.Second, p.Fraction, fill: false, writer);
            writer.Append('S');
        }

        static void Part(long value, char unit, IBufferWriter<byte> to)
        {
            if (value != 0)
            {
                to.AppendInteger(value);
                to.Append(unit);
            }
        }
    }

    private readonly struct Parts(PgInterval value)
    {
        public readonly long Year = value.Months / 12;
        public readonly long Month = value.Months % 12;
        public readonly long Day = value.Days;
        public readonly long Hour = value.Microseconds / 3_600_000_000L;
        public readonly long Minute = value.Microseconds / 60_000_000L % 60;
        public readonly long Second = value.Microseconds / 1_000_000L % 60;
        public readonly long Fraction = value.Microseconds % 1_000_000L;

        public bool HasTime => Hour != 0 || Minute != 0 || Second != 0 || Fraction != 0;
    }
}
