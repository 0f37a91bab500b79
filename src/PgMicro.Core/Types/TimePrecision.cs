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

    /// <summary>The warning that a precision above six digits draws; null for none.</summary>
    public static string? Warning(uint type, IReadOnlyList<string> arguments)
    {
        var (name, zone) = type switch
        {
            TypeOid.Time => ("TIME", ""),
            TypeOid.Timetz => ("TIME", " WITH TIME ZONE"),
            TypeOid.Timestamp => ("TIMESTAMP", ""),
            TypeOid.Timestamptz => ("TIMESTAMP", " WITH TIME ZONE"),
            TypeOid.Interval => ("INTERVAL", ""),
            _ => (null, ""),
        };
        return name is not null && arguments.Count == (type == TypeOid.Interval ? 2 : 1)
            && int.TryParse(arguments[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var precision) && precision > 6
            ? $"{name}({precision}){zone} precision reduced to maximum allowed, 6"
            : null;
    }

    public static string Out(int typmod, bool withZone) =>
        (typmod >= 0 ? string.Create(CultureInfo.InvariantCulture, $"({typmod})") : "") + (withZone ? " with time zone" : " without time zone");
}
