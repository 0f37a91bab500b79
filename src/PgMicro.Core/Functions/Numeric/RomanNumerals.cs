using System.Text;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>Roman numerals of 1 to 3999.</summary>
internal static class RomanNumerals
{
    /// <summary>Characters of the longest numeral, MMMDCCCLXXXVIII.</summary>
    public const int Width = 15;

    private static readonly (int Value, string Text)[] Parts =
    [
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ];

    /// <summary>The numeral; number signs for a number that has none.</summary>
    public static string Of(int number)
    {
        if (number is < 1 or > 3999)
        {
            return new string('#', Width);
        }

        var result = new StringBuilder(Width);
        foreach (var (value, text) in Parts)
        {
            for (; number >= value; number -= value)
            {
                result.Append(text);
            }
        }

        return result.ToString();
    }
}
