using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Settings;

/// <summary>One run-time parameter of PostgreSQL: a row of the exported pg_settings.</summary>
internal sealed record ParameterDefinition(
    string Name, string? Unit, string Category, string ShortDescription, string? ExtraDescription, string Context, string VarType,
    string? MinValue, string? MaxValue, IReadOnlyList<string> EnumValues, string BootValue)
{
    private static readonly string[] TimeUnits = ["us", "ms", "s", "min", "h", "d"];
    private static readonly string[] MemoryUnits = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>Whether SHOW ALL and pg_settings leave it out.</summary>
    internal bool IsHidden { get; init; }

    /// <summary>Whether SET may change it in a session.</summary>
    internal bool IsSettable => Context is "user" or "superuser";

    /// <summary>Checks a value as guc.c does and gives its stored form.</summary>
    /// <exception cref="PgException">22023 with PostgreSQL's text.</exception>
    /// <param name="value">The value as written.</param>
    /// <param name="name">The parameter's name as written, which errors repeat; null for its own.</param>
    internal string Parse(string value, string? name = null) => VarType switch
    {
        "bool" => ParseBoolean(value) is { } on
            ? on ? "on" : "off"
            : throw new PgException(SqlState.InvalidParameterValue, $"parameter \"{name ?? Name}\" requires a Boolean value"),
        "enum" => ParseEnum(value, name ?? Name),
        "integer" => ParseNumber(value, integer: true, name ?? Name),
        "real" => ParseNumber(value, integer: false, name ?? Name),
        _ => value,
    };

    /// <summary>The value as SHOW prints it: integers in their largest exact unit.</summary>
    internal string Show(string stored)
    {
        if (Name == "seed")
        {
            return "unavailable";
        }

        if (VarType == "real" && Unit is not null && double.TryParse(stored, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && real > 0)
        {
            return ShowReal(real);
        }

        if (VarType != "integer" || Unit is null || !long.TryParse(stored, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) || n <= 0)
        {
            return stored;
        }

        var unit = BaseUnit(out var factor);
        n *= factor;
        if (Array.IndexOf(TimeUnits, unit) is var t and >= 0)
        {
            int[] steps = [1000, 1000, 60, 60, 24];
            while (t < steps.Length && n % steps[t] == 0)
            {
                n /= steps[t++];
            }

            return n.ToString(CultureInfo.InvariantCulture) + TimeUnits[t];
        }

        var m = Array.IndexOf(MemoryUnits, unit);
        while (m < MemoryUnits.Length - 1 && n % 1024 == 0)
        {
            n /= 1024;
            m++;
        }

        return n.ToString(CultureInfo.InvariantCulture) + MemoryUnits[m];
    }

    // The greatest unit in which the value is a whole number, else its own (convert_real_from_base_unit).
    private string ShowReal(double value)
    {
        var unit = BaseUnit(out var factor);
        value *= factor;
        var t = Array.IndexOf(TimeUnits, unit);
        double[] steps = [1000, 1000, 60, 60, 24];
        if (t >= 0 && value != Math.Truncate(value))
        {
            while (t > 0 && value != Math.Truncate(value))
            {
                value *= steps[--t];
            }
        }
        else
        {
            while (t >= 0 && t < steps.Length && value % steps[t] == 0)
            {
                value /= steps[t++];
            }
        }

        return value.ToString("R", CultureInfo.InvariantCulture) + (t >= 0 ? TimeUnits[t] : unit);
    }

    /// <summary>PostgreSQL's parse_bool: unique prefixes of true/false/yes/no, on/off, 1/0.</summary>
    internal static bool? ParseBoolean(string value)
    {
        bool Is(string word, int least = 1) =>
            value.Length >= least && value.Length <= word.Length && word.StartsWith(value, StringComparison.OrdinalIgnoreCase);
        return Is("true") || Is("yes") || Is("on", 2) || value == "1" ? true
            : Is("false") || Is("no") || Is("off", 2) || value == "0" ? false
            : null;
    }

    private string ParseEnum(string value, string name)
    {
        foreach (var allowed in EnumValues)
        {
            if (allowed.Equals(value, StringComparison.OrdinalIgnoreCase))
            {
                return allowed;
            }
        }

        // Enum parameters take the boolean words too where on and off are among their values.
        if (EnumValues.Contains("on") && ParseBoolean(value) is { } on)
        {
            return on ? "on" : "off";
        }

        throw new PgException(SqlState.InvalidParameterValue, $"invalid value for parameter \"{name}\": \"{value}\"")
            .WithHint($"Available values: {string.Join(", ", EnumValues)}.");
    }

    private string ParseNumber(string value, bool integer, string name)
    {
        var text = value.Trim();
        var end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1]))
        {
            end--;
        }

        var suffix = text[end..];
        var scale = 1.0;
        if (!double.TryParse(text.AsSpan(0, end).TrimEnd(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || (suffix.Length > 0 && !TryUnit(suffix, out scale)))
        {
            var error = new PgException(SqlState.InvalidParameterValue, $"invalid value for parameter \"{name}\": \"{value}\"");
            if (suffix.Length > 0 && end > 0)
            {
                error.Hint = Unit is null ? null
                    : Array.IndexOf(TimeUnits, BaseUnit(out _)) >= 0 ? "Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\"."
                    : "Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\".";
            }

            throw error;
        }

        number *= scale;
        if (integer)
        {
            number = Math.Round(number, MidpointRounding.ToEven);
            if (Math.Abs(number) > int.MaxValue)
            {
                throw new PgException(SqlState.InvalidParameterValue, $"invalid value for parameter \"{name}\": \"{value}\"").WithHint("Value exceeds integer range.");
            }
        }

        if ((MinValue is not null && number < double.Parse(MinValue, CultureInfo.InvariantCulture))
            || (MaxValue is not null && number > double.Parse(MaxValue, CultureInfo.InvariantCulture)))
        {
            var unit = Unit is null ? "" : " " + Unit;
            var shown = number.ToString(CultureInfo.InvariantCulture);
            throw new PgException(
                SqlState.InvalidParameterValue, $"{shown}{unit} is outside the valid range for parameter \"{name}\" ({MinValue}{unit} .. {MaxValue}{unit})");
        }

        return integer ? ((long)number).ToString(CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture);
    }

    private bool TryUnit(string suffix, out double scale)
    {
        scale = 0;
        if (Unit is null)
        {
            return false;
        }

        var own = BaseUnit(out var factor);
        var units = Array.IndexOf(TimeUnits, own) >= 0 ? TimeUnits : MemoryUnits;
        var given = Array.IndexOf(units, suffix);
        if (given < 0)
        {
            return false;
        }

        double Size(int i) => units == MemoryUnits ? Math.Pow(1024, i) : new[] { 1, 1e3, 1e6, 6e7, 3.6e9, 8.64e10 }[i];
        scale = Size(given) / (Size(Array.IndexOf(units, own)) * factor);
        return true;
    }

    private string BaseUnit(out int factor)
    {
        var digits = 0;
        while (char.IsAsciiDigit(Unit![digits]))
        {
            digits++;
        }

        factor = digits == 0 ? 1 : int.Parse(Unit.AsSpan(0, digits), CultureInfo.InvariantCulture);
        return Unit[digits..];
    }
}
