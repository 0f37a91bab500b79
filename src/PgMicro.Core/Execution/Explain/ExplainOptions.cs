using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Explain;

/// <summary>EXPLAIN's FORMAT.</summary>
internal enum ExplainFormat
{
    /// <summary>TEXT.</summary>
    Text,

    /// <summary>XML.</summary>
    Xml,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>YAML.</summary>
    Yaml,
}

/// <summary>The options of EXPLAIN.</summary>
internal sealed class ExplainOptions
{
    internal bool Analyze { get; private set; }

    internal bool Verbose { get; private set; }

    internal bool Costs { get; private set; } = true;

    internal bool Settings { get; private set; }

    internal bool GenericPlan { get; private set; }

    internal bool Timing { get; private set; }

    internal bool Summary { get; private set; }

    internal ExplainFormat Format { get; private set; }

    /// <summary>Reads the options.</summary>
    /// <exception cref="PgException">42601, 22023; 0A000 for measurements that SQLite does not take.</exception>
    internal static ExplainOptions Read(IEnumerable<Pg.Node> nodes)
    {
        var result = new ExplainOptions();
        bool? timing = null, summary = null;
        bool buffers = false, wal = false, serialize = false, memory = false;
        foreach (var node in nodes)
        {
            var option = node.DefElem;
            switch (option.Defname)
            {
                case "analyze":
                    result.Analyze = OptionValues.Boolean(option);
                    break;
                case "verbose":
                    result.Verbose = OptionValues.Boolean(option);
                    break;
                case "costs":
                    result.Costs = OptionValues.Boolean(option);
                    break;
                case "buffers":
                    buffers = OptionValues.Boolean(option);
                    break;
                case "wal":
                    wal = OptionValues.Boolean(option);
                    break;
                case "settings":
                    result.Settings = OptionValues.Boolean(option);
                    break;
                case "generic_plan":
                    result.GenericPlan = OptionValues.Boolean(option);
                    break;
                case "timing":
                    timing = OptionValues.Boolean(option);
                    break;
                case "summary":
                    summary = OptionValues.Boolean(option);
                    break;
                case "memory":
                    memory = OptionValues.Boolean(option);
                    break;
                case "serialize":
                    var value = OptionValues.IsAbsent(option) ? "text" : OptionValues.String(option);
                    serialize = value switch
                    {
                        "off" or "none" => false,
                        "text" or "binary" => true,
                        _ => throw Unrecognized(option, value),
                    };
                    break;
                case "format":
                    var format = OptionValues.String(option);
                    result.Format = format switch
                    {
                        "text" => ExplainFormat.Text,
                        "xml" => ExplainFormat.Xml,
                        "json" => ExplainFormat.Json,
                        "yaml" => ExplainFormat.Yaml,
                        _ => throw Unrecognized(option, format),
                    };
                    break;
                default:
                    throw new PgException(SqlState.SyntaxError, $"unrecognized EXPLAIN option \"{option.Defname}\"").At(option.Location);
            }
        }

        if (!result.Analyze && (wal || timing == true || serialize))
        {
            throw new PgException(SqlState.InvalidParameterValue, $"EXPLAIN option {(wal ? "WAL" : timing == true ? "TIMING" : "SERIALIZE")} requires ANALYZE");
        }

        if (result.GenericPlan && result.Analyze)
        {
            throw new PgException(SqlState.InvalidParameterValue, "EXPLAIN options ANALYZE and GENERIC_PLAN cannot be used together");
        }

        if (buffers || wal || memory || serialize)
        {
            throw PgErrors.FeatureNotSupported($"EXPLAIN option {(buffers ? "BUFFERS" : wal ? "WAL" : memory ? "MEMORY" : "SERIALIZE")}");
        }

        result.Timing = timing ?? result.Analyze;
        result.Summary = summary ?? result.Analyze;
        return result;
    }

    private static PgException Unrecognized(Pg.DefElem option, string value) =>
        new PgException(SqlState.InvalidParameterValue, $"unrecognized value for EXPLAIN option \"{option.Defname}\": \"{value}\"").At(option.Location);
}
