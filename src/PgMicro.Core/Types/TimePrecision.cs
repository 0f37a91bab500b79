using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>The precision modifier of time and timestamp types.</summary>
internal static class TimePrecision
{
    public static int In(IReadOnlyList<string> arguments, string type, bool withZone)
    {
        if (arguments.Count != 1)
        {
            throw new PgException(SqlState.InvalidParameterValue, "invalid type modifier");
        }

        var precision = TypmodArguments.Integers(arguments)[0];
        return precision < 0
            ? throw new PgException(SqlState.InvalidParameterValue, $"{type}({precision}){(withZone ? " WITH TIME ZONE" : "")} precision must not be negative")
            : Math.Min(precision, 6);
    }

    public static string Out(int typmod, bool withZone) =>
        (typmod >= 0 ? string.Create(CultureInfo.InvariantCulture, $"({typmod})") : "") + (withZone ? " with time zone" : " without time zone");
}
