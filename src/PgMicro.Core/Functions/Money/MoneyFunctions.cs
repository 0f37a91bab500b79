using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Money;

/// <summary>Arithmetic and casts of money.</summary>
internal static class MoneyFunctions
{
    [PgFunction("cash_pl(money,money)")]
    public static long Add(long left, long right) => Checked((Int128)left + right);

    [PgFunction("cash_mi(money,money)")]
    public static long Subtract(long left, long right) => Checked((Int128)left - right);

    [PgFunction("cash_mul_int2(money,smallint)")]
    [PgFunction("cash_mul_int4(money,integer)")]
    [PgFunction("cash_mul_int8(money,bigint)")]
    [PgFunction("int2_mul_cash(smallint,money)")]
    [PgFunction("int4_mul_cash(integer,money)")]
    [PgFunction("int8_mul_cash(bigint,money)")]
    public static long Multiply(long left, long right) => Checked((Int128)left * right);

    [PgFunction("cash_mul_flt8(money,double precision)")]
    public static long Multiply(long money, double factor) => Round(money * factor);

    [PgFunction("flt8_mul_cash(double precision,money)")]
    public static long Multiply(double factor, long money) => Round(money * factor);

    [PgFunction("cash_mul_flt4(money,real)")]
    public static long Multiply(long money, float factor) => Round(money * (double)factor);

    [PgFunction("flt4_mul_cash(real,money)")]
    public static long Multiply(float factor, long money) => Round(money * (double)factor);

    [PgFunction("cash_div_int2(money,smallint)")]
    [PgFunction("cash_div_int4(money,integer)")]
    [PgFunction("cash_div_int8(money,bigint)")]
    public static long Divide(long money, long divisor) => divisor == 0 ? throw PgErrors.DivisionByZero() : Checked((Int128)money / divisor);

    [PgFunction("cash_div_flt8(money,double precision)")]
    public static long Divide(long money, double divisor) => divisor == 0 ? throw PgErrors.DivisionByZero() : Round(money / divisor);

    [PgFunction("cash_div_flt4(money,real)")]
    public static long Divide(long money, float divisor) => divisor == 0 ? throw PgErrors.DivisionByZero() : Round(money / (double)divisor);

    [PgFunction("cash_div_cash(money,money)")]
    public static double Ratio(long left, long right) => right == 0 ? throw PgErrors.DivisionByZero() : (double)left / right;

    [PgFunction("cash_cmp(money,money)")]
    public static int Compare(long left, long right) => left.CompareTo(right);

    [PgFunction("cashlarger(money,money)")]
    public static long Larger(long left, long right) => Math.Max(left, right);

    [PgFunction("cashsmaller(money,money)")]
    public static long Smaller(long left, long right) => Math.Min(left, right);

    [PgFunction("money(integer)")]
    [PgFunction("money(bigint)")]
    public static long FromInteger(long value) => (Int128)value * 100 is var hundredths && hundredths == (long)hundredths
        ? (long)hundredths : throw PgErrors.OutOfRange("bigint");

    [PgFunction("money(numeric)")]
    public static long FromNumeric(PgNumeric value) => (value * 100).ToInt64();

    [PgFunction("numeric(money)")]
    public static string ToNumeric(long value)
    {
        var size = value < 0 ? (ulong)-(value + 1) + 1 : (ulong)value;
        return $"{(value < 0 ? "-" : "")}{size / 100}.{size % 100:00}";
    }

    [PgFunction("cash_words(money)")]
    public static string Words(long value)
    {
        var negative = value < 0;
        var size = negative ? (ulong)-(value + 1) + 1 : (ulong)value;
        var (dollars, cents) = (size / 100, size % 100);
        var text = new global::System.Text.StringBuilder(negative ? "minus " : "");
        (ulong Unit, string Name)[] groups = [(1_000_000_000_000_000, "quadrillion"), (1_000_000_000_000, "trillion"), (1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand")];
        var rest = dollars;
        foreach (var (unit, name) in groups)
        {
            if (rest / unit is var count and > 0)
            {
                text.Append(Hundreds((int)count)).Append(' ').Append(name).Append(' ');
                rest %= unit;
            }
        }

        if (rest > 0)
        {
            text.Append(Hundreds((int)rest));
        }

        if (dollars == 0)
        {
            text.Append("zero");
        }

        text.Append(' ').Append(dollars == 1 ? "dollar and " : "dollars and ").Append(Hundreds((int)cents)).Append(cents == 1 ? " cent" : " cents");
        text[0] = char.ToUpperInvariant(text[0]);
        return text.ToString();
    }

    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
        "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ];

    private static string Hundreds(int value)
    {
        if (value >= 100)
        {
            var rest = value % 100;
            return $"{Small[value / 100]} hundred" + (rest == 0 ? "" : " " + Hundreds(rest));
        }

        return value <= 20 ? Small[value] : value % 10 == 0 ? Small[18 + (value / 10)] : $"{Small[18 + (value / 10)]} {Small[value % 10]}";
    }

    private static long Checked(Int128 value) => value == (long)value ? (long)value : throw PgErrors.OutOfRange("money");

    private static long Round(double value) => Math.Round(value, MidpointRounding.ToEven) is var rounded && rounded is >= -9223372036854775808.0 and < 9223372036854775808.0
        ? (long)rounded : throw PgErrors.OutOfRange("money");
}

[PgAggregate("sum(money)")]
internal struct MoneySum
{
    private long _sum;
    private long _count;

    public void Step(long value)
    {
        _sum = MoneyFunctions.Add(_sum, value);
        _count++;
    }

    public readonly long? Final() => _count > 0 ? _sum : null;

    public void Inverse(long value)
    {
        _sum -= value;
        _count--;
    }
}
