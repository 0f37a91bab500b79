using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Sizes in bytes as text and back.</summary>
internal static class SizeTexts
{
    private const string Blanks = " \t\n\r\f\v";

    private static readonly (string Name, int Limit, bool Rounds, int Bits)[] Units =
    [
        ("bytes", 10 * 1024, false, 0), ("kB", (20 * 1024) - 1, true, 10), ("MB", (20 * 1024) - 1, true, 20),
        ("GB", (20 * 1024) - 1, true, 30), ("TB", (20 * 1024) - 1, true, 40), ("PB", (20 * 1024) - 1, true, 50),
    ];

    [PgFunction("pg_size_pretty(numeric)")]
    public static string Pretty(PgNumeric size)
    {
        for (var i = 0; ; i++)
        {
            var (name, limit, rounds, bits) = Units[i];
            if (i == Units.Length - 1 || size.Abs() < limit)
            {
                // Rounding is half away from zero: one bit was kept for it.
                var shown = rounds ? PgNumeric.DivideTruncated(size + (size.Sign < 0 ? -1 : 1), 2) : size;
                return shown + " " + name;
            }

            size = PgNumeric.DivideTruncated(size, 1L << (Units[i + 1].Bits - bits - (Units[i + 1].Rounds ? 1 : 0) + (rounds ? 1 : 0)));
        }
    }

    [PgFunction("pg_size_bytes(text)")]
    public static long Bytes(string text)
    {
        var trimmed = text.Trim(Blanks.ToCharArray());
        var i = trimmed.Length > 0 && trimmed[0] is '+' or '-' ? 1 : 0;
        var digits = 0;
        for (; i < trimmed.Length && char.IsAsciiDigit(trimmed[i]); i++)
        {
            digits++;
        }

        if (i < trimmed.Length && trimmed[i] == '.')
        {
            for (i++; i < trimmed.Length && char.IsAsciiDigit(trimmed[i]); i++)
            {
                digits++;
            }
        }

        if (digits == 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"invalid size: \"{text}\"");
        }

        if (i < trimmed.Length && trimmed[i] is 'e' or 'E')
        {
            var end = i + 1;
            end += end < trimmed.Length && trimmed[end] is '+' or '-' ? 1 : 0;
            var first = end;
            while (end < trimmed.Length && char.IsAsciiDigit(trimmed[end]))
            {
                end++;
            }

            i = end > first ? end : i;
        }

        var number = PgNumeric.Parse(global::System.Text.Encoding.ASCII.GetBytes(trimmed[..i]));
        var unit = trimmed[i..].Trim(Blanks.ToCharArray());
        if (unit.Length > 0)
        {
            var found = Array.FindIndex(Units, u => u.Name.Equals(unit, StringComparison.OrdinalIgnoreCase) || (u.Bits == 0 && unit.Equals("b", StringComparison.OrdinalIgnoreCase)));
            if (found < 0)
            {
                throw new PgException(SqlState.InvalidParameterValue, $"invalid size: \"{text}\"").WithDetail($"Invalid size unit: \"{unit}\".")
                    .WithHint("Valid units are \"bytes\", \"B\", \"kB\", \"MB\", \"GB\", \"TB\", and \"PB\".");
            }

            number *= 1L << Units[found].Bits;
        }

        return number.Round(0).ToInt64();
    }
}
