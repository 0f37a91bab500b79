using System.Globalization;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>to_char of numbers.</summary>
internal static class NumberToChar
{
    [PgFunction("to_char(integer,text)")]
    public static string Integer(int value, string format)
    {
        if (format.Length == 0)
        {
            return "";
        }

        var picture = NumberPicture.Of(format);
        var d = picture.Description;
        if (d.Roman)
        {
            return NumberWriter.Write(picture, d, RomanNumerals.Of(value), 0, '\0');
        }

        if (d.Exponent)
        {
            return Scientific((double)value, d.Post);
        }

        if (d.Shift)
        {
            // The product wraps around, as PostgreSQL's does.
            value = unchecked(value * (d.Multi < 10 ? (int)Math.Pow(10, d.Multi) : int.MinValue));
            d.Pre += d.Multi;
        }

        return Plain(picture, d, value.ToString(CultureInfo.InvariantCulture), padZeros: true);
    }

    [PgFunction("to_char(bigint,text)")]
    public static string BigInteger(long value, string format)
    {
        if (format.Length == 0)
        {
            return "";
        }

        var picture = NumberPicture.Of(format);
        var d = picture.Description;
        if (d.Roman)
        {
            return NumberWriter.Write(picture, d, RomanNumerals.Of(((PgNumeric)value).ToInt32()), 0, '\0');
        }

        if (d.Exponent)
        {
            return SignColumn(Scientific((PgNumeric)value, d.Post));
        }

        if (d.Shift)
        {
            value = Int8Arithmetic.Int8mul(value, PgNumeric.FromDouble(Math.Pow(10, d.Multi)).ToInt64());
            d.Pre += d.Multi;
        }

        return Plain(picture, d, value.ToString(CultureInfo.InvariantCulture), padZeros: true);
    }

    [PgFunction("to_char(numeric,text)")]
    public static string Numeric(PgNumeric value, string format)
    {
        if (format.Length == 0)
        {
            return "";
        }

        var picture = NumberPicture.Of(format);
        var d = picture.Description;
        if (d.Roman)
        {
            return NumberWriter.Write(picture, d, RomanNumerals.Of(value.Round(0).ToInt32()), 0, '\0');
        }

        if (d.Exponent)
        {
            return value.IsFinite ? SignColumn(Scientific(value, d.Post)) : NoExponent(d);
        }

        if (d.Shift)
        {
            value *= PgNumeric.Power(10, d.Multi);
            d.Pre += d.Multi;
        }

        return Plain(picture, d, value.Round(d.Post).ToString(), padZeros: false);
    }

    [PgFunction("to_char(float8,text)")]
    public static string Double(double value, string format) => Float(value, format, 15);

    [PgFunction("to_char(real,text)")]
    public static string Single(float value, string format) => Float(value, format, 6);

    private static string Float(double value, string format, int precision)
    {
        if (format.Length == 0)
        {
            return "";
        }

        var picture = NumberPicture.Of(format);
        var d = picture.Description;
        if (d.Roman)
        {
            return NumberWriter.Write(picture, d, RomanNumerals.Of(Casts.NumberCasts.Int4(value)), 0, '\0');
        }

        if (d.Exponent)
        {
            return double.IsFinite(value) ? Scientific((double)value, d.Post) : NoExponent(d);
        }

        if (d.Shift)
        {
            value = precision == 6 ? (float)value * (float)Math.Pow(10, d.Multi) : value * Math.Pow(10, d.Multi);
            d.Pre += d.Multi;
        }

        if (!double.IsFinite(value))
        {
            // The C library's names of the special values stand in the place of digits.
            var name = double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
            return Plain(picture, d with { Post = name.TrimStart('-').Length >= precision ? 0 : d.Post }, name, padZeros: false);
        }

        var before = Math.Abs(value).ToString("F0", CultureInfo.InvariantCulture).Length;
        d.Post = before >= precision ? 0 : Math.Min(d.Post, precision - before);
        return Plain(picture, d, value.ToString("F" + d.Post.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), padZeros: false);
    }

    private static string Plain(NumberPicture picture, NumberDescription d, string number, bool padZeros)
    {
        var sign = '+';
        if (number[0] == '-')
        {
            sign = '-';
            number = number[1..];
        }

        var point = number.IndexOf('.', StringComparison.Ordinal);
        var before = point < 0 ? number.Length : point;
        var blanks = 0;
        if (padZeros && d.Post > 0)
        {
            number += "." + new string('0', d.Post);
        }

        if (before < d.Pre)
        {
            blanks = d.Pre - before;
        }
        else if (before > d.Pre)
        {
            number = new string('#', d.Pre) + "." + new string('#', d.Post);
        }

        return NumberWriter.Write(picture, d, number, blanks, sign);
    }

    // Positive numbers get a blank where negative ones have their sign.
    private static string SignColumn(string number) => number[0] is '-' or ' ' ? number : " " + number;

    private static string NoExponent(in NumberDescription d) => " " + new string('#', d.Pre) + "." + new string('#', d.Post + 4);

    private static string Scientific(double value, int digits)
    {
        var text = value.ToString("E" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return SignColumn(text[..e] + Exponent(exponent));
    }

    private static string Scientific(PgNumeric value, int digits)
    {
        if (value.Sign == 0)
        {
            return "0" + (digits > 0 ? "." + new string('0', digits) : "") + Exponent(0);
        }

        var all = System.Numerics.BigInteger.Abs(value.Unscaled);
        var length = all.ToString(CultureInfo.InvariantCulture).Length;
        var exponent = length - 1 - value.Scale;
        var text = new PgNumeric(all, length - 1).Round(digits).ToString();
        return (value.Sign < 0 ? "-" : "") + text + Exponent(exponent);
    }

    private static string Exponent(int exponent) =>
        "e" + (exponent < 0 ? "-" : "+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
}
