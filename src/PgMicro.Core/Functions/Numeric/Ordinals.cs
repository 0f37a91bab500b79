using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>The English suffixes of ordinal numbers.</summary>
internal static class Ordinals
{
    /// <summary>st, nd, rd or th for a number in digits.</summary>
    /// <exception cref="PgException">22P02 when the text does not end in a digit.</exception>
    public static string Suffix(string number, bool isUpper)
    {
        var last = number.Length == 0 ? '\0' : number[^1];
        if (!char.IsAsciiDigit(last))
        {
            throw new PgException(SqlState.InvalidTextRepresentation, $"\"{number}\" is not a number");
        }

        var isTeen = number.Length > 1 && number[^2] == '1';
        var suffix = isTeen ? "th" : last switch { '1' => "st", '2' => "nd", '3' => "rd", _ => "th" };
        return isUpper ? suffix.ToUpperInvariant() : suffix;
    }
}
