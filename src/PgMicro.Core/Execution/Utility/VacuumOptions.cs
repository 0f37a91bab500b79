using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Settings;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>
/// The options of VACUUM and ANALYZE, checked as PostgreSQL checks them. Those that steer work on dead row versions, visibility maps,
/// toast tables and parallel workers find none of these here.
/// </summary>
internal sealed class VacuumOptions
{
    /// <summary>Those of something that is only measured.</summary>
    internal static VacuumOptions None { get; } = new();

    internal bool IsVacuum { get; private init; }

    internal bool Analyze { get; private set; }

    internal bool Full { get; private set; }

    internal bool Verbose { get; private set; }

    internal bool OnlyDatabaseStats { get; private set; }

    internal bool SkipLocked { get; private set; }

    private bool DisablePageSkipping { get; set; }

    private bool ProcessToast { get; set; } = true;

    // Given, and not those that are on anyway.
    private bool HasOthers { get; set; }

    private bool HasBufferUsageLimit { get; set; }

    private int? Parallel { get; set; }

    /// <summary>Reads a statement's options.</summary>
    /// <exception cref="PgException">42601, 22023, 0A000.</exception>
    internal static VacuumOptions Read(Pg.VacuumStmt statement)
    {
        var options = new VacuumOptions { IsVacuum = statement.IsVacuumcmd, Analyze = !statement.IsVacuumcmd };
        foreach (var node in statement.Options)
        {
            if (!options.Read(node.DefElem))
            {
                throw new PgException(SqlState.SyntaxError, $"unrecognized {options.Command} option \"{node.DefElem.Defname}\"").At(node.DefElem.Location);
            }
        }

        options.Check(statement);
        return options;
    }

    internal string Command => IsVacuum ? "VACUUM" : "ANALYZE";

    private bool Read(Pg.DefElem option)
    {
        switch (option.Defname)
        {
            case "verbose":
                Verbose = OptionValues.Boolean(option);
                return true;
            case "skip_locked":
                SkipLocked = OptionValues.Boolean(option);
                return true;
            case "buffer_usage_limit":
                CheckBufferUsageLimit(option);
                HasBufferUsageLimit = true;
                return true;
            case var _ when !IsVacuum:
                return false;
            case "analyze":
                Analyze = OptionValues.Boolean(option);
                return true;
            case "full":
                Full = OptionValues.Boolean(option);
                return true;
            case "disable_page_skipping":
                DisablePageSkipping = OptionValues.Boolean(option);
                return true;
            case "only_database_stats":
                OnlyDatabaseStats = OptionValues.Boolean(option);
                return true;
            case "process_toast":
                ProcessToast = OptionValues.Boolean(option);
                return true;
            case "freeze" or "skip_database_stats":
                HasOthers |= OptionValues.Boolean(option);
                return true;
            case "process_main" or "truncate":
                OptionValues.Boolean(option);
                return true;
            case "index_cleanup":
                if (OptionValues.IsAbsent(option) || !OptionValues.String(option).Equals("auto", StringComparison.OrdinalIgnoreCase))
                {
                    OptionValues.Boolean(option);
                }

                return true;
            case "parallel":
                Parallel = ReadParallel(option);
                return true;
            default:
                return false;
        }
    }

    private static int ReadParallel(Pg.DefElem option)
    {
        if (OptionValues.IsAbsent(option))
        {
            throw new PgException(SqlState.SyntaxError, "parallel option requires a value between 0 and 1024").At(option.Location);
        }

        if (option.Arg.NodeCase != Pg.Node.NodeOneofCase.Integer)
        {
            throw new PgException(SqlState.SyntaxError, "parallel requires an integer value");
        }

        return option.Arg.Integer.Ival is var workers and >= 0 and <= 1024
            ? workers
            : throw new PgException(SqlState.SyntaxError, "parallel workers for vacuum must be between 0 and 1024").At(option.Location);
    }

    private static void CheckBufferUsageLimit(Pg.DefElem option)
    {
        const int Smallest = 128;
        var limit = ParameterDefinitions.All["vacuum_buffer_usage_limit"];
        try
        {
            if (int.Parse(limit.Parse(OptionValues.String(option)), CultureInfo.InvariantCulture) is 0 or >= Smallest)
            {
                return;
            }
        }
        catch (PgException e) when (e.SqlState == SqlState.InvalidParameterValue)
        {
            throw OutOfRange(e);
        }

        throw OutOfRange(null);

        static PgException OutOfRange(Exception? inner) =>
            new(SqlState.InvalidParameterValue, "BUFFER_USAGE_LIMIT option must be 0 or between 128 kB and 16777216 kB", inner);
    }

    private void Check(Pg.VacuumStmt statement)
    {
        var error = true switch
        {
            _ when Full && Parallel > 0 => "VACUUM FULL cannot be performed in parallel",
            _ when Full && HasBufferUsageLimit && !Analyze => "BUFFER_USAGE_LIMIT cannot be specified for VACUUM FULL",
            _ when !Analyze && statement.Rels.Any(static r => r.VacuumRelation.VaCols.Count > 0) => "ANALYZE option must be specified when a column list is provided",
            _ when Full && DisablePageSkipping => "VACUUM option DISABLE_PAGE_SKIPPING cannot be used with FULL",
            _ when Full && !ProcessToast => "PROCESS_TOAST required with VACUUM FULL",
            _ when OnlyDatabaseStats && statement.Rels.Count > 0 => "ONLY_DATABASE_STATS cannot be specified with a list of tables",
            _ when OnlyDatabaseStats && (HasOthers || Analyze || Full || SkipLocked || DisablePageSkipping) => "ONLY_DATABASE_STATS cannot be specified with other VACUUM options",
            _ => null,
        };
        if (error is not null)
        {
            throw new PgException(SqlState.FeatureNotSupported, error);
        }
    }
}
