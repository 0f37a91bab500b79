using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Versions;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>
/// The parameters that WITH, SET and RESET take, and the values that each may have (PostgreSQL's reloptions.c). They tune PostgreSQL's
/// storage and have no meaning for ours: they are checked, kept and shown.
/// </summary>
internal static class StorageParameters
{
    // Kinds: h table, t its TOAST table, v view, B btree, H hash, G gist, S spgist, I gin, R brin, a column; of operator classes 1 and 4 those
    // with signatures (a multiple of how many bytes), b bloom, m minmax-multi.
    private static readonly Parameter[] s_all =
    [
        new("autosummarize", "R"), new("autovacuum_enabled", "ht"), new("user_catalog_table", "h"), new("fastupdate", "I"), new("security_barrier", "v"),
        new("security_invoker", "v"), new("vacuum_truncate", "ht"), new("deduplicate_items", "B"),
        new("fillfactor", "h", 10, 100), new("fillfactor", "BHGS", 10, 100), new("autovacuum_vacuum_threshold", "ht", 0, int.MaxValue),
        new("autovacuum_vacuum_insert_threshold", "ht", -1, int.MaxValue), new("autovacuum_analyze_threshold", "h", 0, int.MaxValue),
        new("autovacuum_vacuum_cost_limit", "ht", 1, 10000), new("autovacuum_freeze_min_age", "ht", 0, 1000000000),
        new("autovacuum_multixact_freeze_min_age", "ht", 0, 1000000000), new("autovacuum_freeze_max_age", "ht", 100000, 2000000000),
        new("autovacuum_multixact_freeze_max_age", "ht", 10000, 2000000000), new("autovacuum_freeze_table_age", "ht", 0, 2000000000),
        new("autovacuum_multixact_freeze_table_age", "ht", 0, 2000000000), new("log_autovacuum_min_duration", "ht", -1, int.MaxValue),
        new("toast_tuple_target", "h", 128, 8160), new("pages_per_range", "R", 1, 131072), new("gin_pending_list_limit", "I", 64, int.MaxValue),
        new("parallel_workers", "h", 0, 1024),
        new("autovacuum_vacuum_cost_delay", "ht", 0.0, 100.0), new("autovacuum_vacuum_scale_factor", "ht", 0.0, 100.0),
        new("autovacuum_vacuum_insert_scale_factor", "ht", 0.0, 100.0), new("autovacuum_analyze_scale_factor", "h", 0.0, 100.0),
        new("vacuum_cleanup_index_scale_factor", "B", 0.0, 1e10), new("n_distinct", "a", -1.0, double.MaxValue), new("n_distinct_inherited", "a", -1.0, double.MaxValue),
        new("vacuum_index_cleanup", "ht", ["auto", "on", "off", "true", "false", "yes", "no", "1", "0"], "\"on\", \"off\", and \"auto\""),
        new("buffering", "G", ["on", "off", "auto"], "\"on\", \"off\", and \"auto\""),
        new("siglen", "1", 1, 2024), new("siglen", "4", 4, 2024), new("values_per_range", "m", 8, 256),
        new("n_distinct_per_range", "b", -1.0, 2147483647.0), new("false_positive_rate", "b", 0.0001, 0.25),
        new("check_option", "v", ["local", "cascaded"], "\"local\" and \"cascaded\""),
    ];

    // Of pgvector's access methods, which the extension declares.
    private static readonly Parameter[] s_vector =
    [
        new("m", "W", 2, 100), new("ef_construction", "W", 4, 1000), new("lists", "L", 1, 32768),
    ];

    /// <summary>The letter of an access method's indexes.</summary>
    internal static char OfIndex(string method) => method switch
    {
        "btree" => 'B',
        "hash" => 'H',
        "gist" => 'G',
        "spgist" => 'S',
        "gin" => 'I',
        "brin" => 'R',
        "hnsw" => 'W',
        "ivfflat" => 'L',
        _ => '?',
    };

    /// <summary>The letter of a relation's kind.</summary>
    internal static char OfRelation(char relkind, string? method) => relkind switch
    {
        'v' => 'v',
        'i' or 'I' => OfIndex(method ?? ""),
        _ => 'h',
    };

    /// <summary>transformRelOptions: the stored list after WITH, SET or RESET.</summary>
    /// <param name="old">What it was.</param>
    /// <param name="options">The list of the statement.</param>
    /// <param name="kind">The letter of the kind of relation, or of a column.</param>
    /// <param name="reset">Whether the statement is RESET.</param>
    /// <param name="hasVersions">Whether the relation may keep superseded versions of its rows.</param>
    /// <exception cref="PgException">22023 for a name or value that is not known, 42601 for RESET with a value.</exception>
    internal static string[]? Apply(string[]? old, IEnumerable<Pg.Node> options, char kind, bool reset = false, bool hasVersions = false)
    {
        var list = new List<string>(old ?? []);
        var changes = new List<(string Name, string Value)>();
        foreach (var option in options.Select(static n => n.DefElem))
        {
            if (option.Defnamespace == "pgmicro")
            {
                ApplyOwn(list, option, reset, hasVersions);
                continue;
            }

            var isToast = option.Defnamespace == "toast" && kind == 'h';
            if (option.Defnamespace.Length > 0 && !isToast)
            {
                throw new PgException(SqlState.InvalidParameterValue, $"unrecognized parameter namespace \"{option.Defnamespace}\"");
            }

            if (reset)
            {
                if (option.Arg is { NodeCase: not Pg.Node.NodeOneofCase.None })
                {
                    throw new PgException(SqlState.SyntaxError, "RESET must not include values for parameters");
                }

                list.RemoveAll(o => o.StartsWith(option.Defname + "=", StringComparison.Ordinal));
            }
            else if (option.Defname == "oids" && kind == 'h')
            {
                if (DdlOptions.Text(option) is "true" or "on")
                {
                    throw new PgException(SqlState.FeatureNotSupported, "tables declared WITH OIDS are not supported");
                }
            }
            else if (isToast)
            {
                // A TOAST table has its own list, and we have none of its kind.
                Check([(option.Defname, DdlOptions.Text(option))], 't');
            }
            else
            {
                changes.Add((option.Defname, DdlOptions.Text(option)));
            }
        }

        Check(changes, kind);
        foreach (var (name, value) in changes)
        {
            list.RemoveAll(o => o.StartsWith(name + "=", StringComparison.Ordinal));
            list.Add($"{name}={value}");
        }

        return list.Count == 0 ? null : [.. list];
    }

    // Our own parameters, which do have a meaning.
    private static void ApplyOwn(List<string> list, Pg.DefElem option, bool reset, bool hasVersions)
    {
        var name = "pgmicro." + option.Defname;
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
            list.Add($"{name}={own.Parse(DdlOptions.Text(option))}");
        }
    }

    private static void Check(IReadOnlyList<(string Name, string Value)> options, char kind)
    {
        var seen = new HashSet<string>();
        foreach (var (name, value) in options)
        {
            var parameter = Array.Find(s_all, p => p.Name == name && p.Kinds.Contains(kind)) ?? Array.Find(s_vector, p => p.Name == name && p.Kinds.Contains(kind))
                ?? throw new PgException(SqlState.InvalidParameterValue, $"unrecognized parameter \"{name}\"");
            if (!seen.Add(name))
            {
                throw new PgException(SqlState.InvalidParameterValue, $"parameter \"{name}\" specified more than once");
            }

            parameter.Check(value);
        }
    }

    // parse_bool: words, and what begins them.
    private static bool IsBoolean(string value) => value.Length > 0
        && (value is "1" or "0" || "true".StartsWith(value, StringComparison.OrdinalIgnoreCase) || "false".StartsWith(value, StringComparison.OrdinalIgnoreCase)
            || "yes".StartsWith(value, StringComparison.OrdinalIgnoreCase) || "no".StartsWith(value, StringComparison.OrdinalIgnoreCase)
            || (value.Length > 1 && ("on".Equals(value, StringComparison.OrdinalIgnoreCase) || "off".StartsWith(value, StringComparison.OrdinalIgnoreCase))));

    private sealed class Parameter
    {
        private readonly string? _type;
        private readonly double _min, _max;
        private readonly string[]? _words;
        private readonly string? _valid;

        internal Parameter(string name, string kinds) => (Name, Kinds, _type) = (name, kinds, "boolean");

        internal Parameter(string name, string kinds, int min, int max) => (Name, Kinds, _type, _min, _max) = (name, kinds, "integer", min, max);

        internal Parameter(string name, string kinds, double min, double max) => (Name, Kinds, _type, _min, _max) = (name, kinds, "floating point", min, max);

        internal Parameter(string name, string kinds, string[] words, string valid) => (Name, Kinds, _type, _words, _valid) = (name, kinds, "enum", words, valid);

        internal string Name { get; }

        internal string Kinds { get; }

        internal void Check(string value)
        {
            var number = 0.0;
            var isValid = _type switch
            {
                "boolean" => IsBoolean(value),
                "integer" => Integer(value, out number),
                "floating point" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out number),
                _ => _words!.Contains(value, StringComparer.OrdinalIgnoreCase),
            };
            if (!isValid)
            {
                var error = new PgException(SqlState.InvalidParameterValue, $"invalid value for {_type} option \"{Name}\": {value}");
                throw _valid is null ? error : error.WithDetail($"Valid values are {_valid}.");
            }

            if (_type is "integer" or "floating point" && (number < _min || number > _max))
            {
                throw new PgException(SqlState.InvalidParameterValue, $"value {value} out of bounds for option \"{Name}\"")
                    .WithDetail($"Valid values are between \"{Bound(_min)}\" and \"{Bound(_max)}\".");
            }
        }

        // A value may have a fraction, which is rounded.
        private static bool Integer(string value, out double number)
        {
            number = 0;
            if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) || Math.Abs(parsed) > int.MaxValue + 0.5)
            {
                return false;
            }

            number = Math.Round(parsed, MidpointRounding.ToEven);
            return true;
        }

        private string Bound(double bound) => bound.ToString(_type == "integer" ? "F0" : "F6", CultureInfo.InvariantCulture);
    }
}
