using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Versions;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Values of generic options (name = value).</summary>
internal static class DdlOptions
{
    /// <summary>defGetInt64.</summary>
    internal static long Int64(Pg.DefElem option) => option.Arg?.NodeCase switch
    {
        Pg.Node.NodeOneofCase.Integer => option.Arg.Integer.Ival,
        Pg.Node.NodeOneofCase.Float when long.TryParse(option.Arg.Float.Fval, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        Pg.Node.NodeOneofCase.Float => throw new PgException(SqlState.NumericValueOutOfRange, $"value \"{option.Arg.Float.Fval}\" is out of range for type bigint"),
        _ => throw new PgException(SqlState.SyntaxError, $"{option.Defname} requires a numeric value"),
    };

    /// <summary>The value as text, as reloptions keep it.</summary>
    internal static string Text(Pg.DefElem option) => option.Arg?.NodeCase switch
    {
        null or Pg.Node.NodeOneofCase.None => "true",
        Pg.Node.NodeOneofCase.Integer => option.Arg.Integer.Ival.ToString(CultureInfo.InvariantCulture),
        Pg.Node.NodeOneofCase.Float => option.Arg.Float.Fval,
        Pg.Node.NodeOneofCase.Boolean => option.Arg.Boolean.Boolval ? "true" : "false",
        Pg.Node.NodeOneofCase.String => option.Arg.String.Sval,
        Pg.Node.NodeOneofCase.TypeName => option.Arg.TypeName.Names[^1].String.Sval,
        _ => throw PgErrors.FeatureNotSupported($"value of option \"{option.Defname}\"", option.Location),
    };

    // Parameters that tune PostgreSQL's storage and have no meaning for ours.
    private static readonly HashSet<string> s_storage =
    [
        "fillfactor", "toast_tuple_target", "parallel_workers", "user_catalog_table", "vacuum_truncate", "vacuum_index_cleanup", "log_autovacuum_min_duration",
        "deduplicate_items", "buffering", "fastupdate", "gin_pending_list_limit", "pages_per_range", "autosummarize", "security_barrier", "security_invoker", "check_option",
        "m", "ef_construction", "lists",
    ];

    private static void CheckValue(Pg.DefElem option)
    {
        var value = Text(option);
        switch (option.Defname)
        {
            case "security_barrier" or "security_invoker" or "user_catalog_table" or "vacuum_truncate" or "deduplicate_items" or "fastupdate" or "autosummarize" or "autovacuum_enabled"
                when !IsBoolean(value):
                throw new PgException(SqlState.InvalidParameterValue, $"invalid value for boolean option \"{option.Defname}\": {value}");
            case "check_option" when value is not ("local" or "cascaded"):
                throw new PgException(SqlState.InvalidParameterValue, $"invalid value for enum option \"check_option\": {value}")
                    .WithDetail("Valid values are \"local\" and \"cascaded\".");
            case "fillfactor":
                RequireInteger(option.Defname, value, 10, 100);
                break;
            case "parallel_workers":
                RequireInteger(option.Defname, value, 0, 1024);
                break;
            case "toast_tuple_target":
                RequireInteger(option.Defname, value, 128, 8160);
                break;
        }
    }

    // parse_bool: words, and what begins them.
    private static bool IsBoolean(string value) => value.Length > 0
        && (value is "1" or "0" || "true".StartsWith(value, StringComparison.OrdinalIgnoreCase) || "false".StartsWith(value, StringComparison.OrdinalIgnoreCase)
            || "yes".StartsWith(value, StringComparison.OrdinalIgnoreCase) || "no".StartsWith(value, StringComparison.OrdinalIgnoreCase)
            || (value.Length > 1 && ("on".Equals(value, StringComparison.OrdinalIgnoreCase) || "off".StartsWith(value, StringComparison.OrdinalIgnoreCase))));

    private static void RequireInteger(string name, string value, int min, int max)
    {
        if (!int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw new PgException(SqlState.InvalidParameterValue, $"invalid value for integer option \"{name}\": {value}");
        }

        if (number < min || number > max)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"value {value} out of bounds for option \"{name}\"")
                .WithDetail($"Valid values are between \"{min}\" and \"{max}\".");
        }
    }

    /// <summary>pg_class.reloptions after WITH, SET or RESET.</summary>
    /// <param name="old">What it was.</param>
    /// <param name="options">The list.</param>
    /// <param name="reset">Whether it is of RESET.</param>
    /// <param name="hasVersions">Whether the relation may keep superseded versions of its rows.</param>
    internal static string[]? RelOptions(string[]? old, IEnumerable<Pg.Node> options, bool reset = false, bool hasVersions = false)
    {
        var list = new List<string>(old ?? []);
        foreach (var node in options)
        {
            var option = node.DefElem;
            var name = option.Defnamespace.Length > 0 ? option.Defnamespace + "." + option.Defname : option.Defname;
            if (name == "oids")
            {
                if (Text(option) is "true" or "on")
                {
                    throw new PgException(SqlState.FeatureNotSupported, "tables declared WITH OIDS are not supported");
                }

                continue;
            }

            if (option.Defnamespace == "pgmicro")
            {
                var own = name is TableVersions.Parameter or TableVersions.RetentionParameter
                    ? Settings.ParameterDefinitions.All[name]
                    : throw new PgException(SqlState.InvalidParameterValue, $"unrecognized parameter \"{name}\"");
                if (!hasVersions)
                {
                    throw PgErrors.FeatureNotSupported($"storage parameter \"{name}\" of anything but permanent tables", option.Location);
                }

                list.RemoveAll(o => o.StartsWith(name + "=", StringComparison.Ordinal));
                if (!reset)
                {
                    list.Add($"{name}={own.Parse(Text(option))}");
                }

                continue;
            }

            if (!s_storage.Contains(option.Defname) && !option.Defname.StartsWith("autovacuum_", StringComparison.Ordinal))
            {
                throw option.Defnamespace.Length > 0 && option.Defnamespace != "toast"
                    ? new PgException(SqlState.InvalidParameterValue, $"unrecognized parameter namespace \"{option.Defnamespace}\"")
                    : new PgException(SqlState.InvalidParameterValue, $"unrecognized parameter \"{option.Defname}\"");
            }

            if (!reset)
            {
                CheckValue(option);
            }

            list.RemoveAll(o => o.StartsWith(name + "=", StringComparison.Ordinal));
            if (!reset)
            {
                list.Add($"{name}={Text(option)}");
            }
        }

        return list.Count == 0 ? null : [.. list];
    }
}
