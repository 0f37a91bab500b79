using System.Globalization;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>Run-time parameters that the engine acts on.</content>
public sealed partial class PgSession
{
    private string[] _searchPathNames = ["$user", "public"];

    private string? _planSettings;
    private int _clientMinMessages = RankOf("notice");

    /// <summary>The settings that analysis depends on: names by search_path, literals by the date styles and the time zone.</summary>
    internal string PlanSettings => _planSettings ??= string.Join(
        '\n', Settings.Get("search_path"), Settings.Get("DateStyle"), Settings.Get("IntervalStyle"), Settings.Get("TimeZone"), Settings.Get("row_security"),
        Settings.Get("session_replication_role"), EscapesInStrings ? "escapes" : "", CurrentRole);

    /// <summary>Whether a backslash in any string begins an escape.</summary>
    internal bool EscapesInStrings { get; private set; }

    internal int LockTimeout { get; private set; }

    internal int StatementTimeout { get; private set; }

    private PgIsolationLevel DefaultIsolation { get; set; } = PgIsolationLevel.ReadCommitted;

    private bool DefaultReadOnly { get; set; }

    private bool DefaultDeferrable { get; set; }

    /// <summary>A parameter's value as SHOW prints it; those of the transaction and of the role are looked up.</summary>
    internal string ShowSetting(string name) => name switch
    {
        // What tells of the server's files is for those who may read all settings.
        "config_file" or "data_directory" or "external_pid_file" or "hba_file" or "ident_file" or "dynamic_library_path" or "krb_server_keyfile"
            or "log_directory" or "log_filename" or "session_preload_libraries" or "shared_preload_libraries" or "unix_socket_directories"
            when !IsSuperuser && !PgMicro.Core.Catalog.Privileges.RoleMembership.HasPrivilegesOf(
                Catalog, Catalog.FindRole(CurrentRole)?.oid ?? 0, Catalog.FindRole("pg_read_all_settings")!.oid) =>
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to examine \"{name}\"")
                .WithDetail("Only roles with privileges of the \"pg_read_all_settings\" role may examine this parameter."),
        _ => ShowKnown(name),
    };

    private string ShowKnown(string name) => name switch
    {
        "transaction_isolation" => (_transaction?.IsolationLevel ?? DefaultIsolation) switch
        {
            PgIsolationLevel.Serializable => "serializable",
            PgIsolationLevel.RepeatableRead => "repeatable read",
            PgIsolationLevel.ReadUncommitted => "read uncommitted",
            _ => "read committed",
        },
        "transaction_read_only" when _transaction is { } transaction => transaction.ReadOnly ? "on" : "off",
        "transaction_deferrable" when _transaction is { } transaction => transaction.Deferrable ? "on" : "off",
        "is_superuser" => IsSuperuser ? "on" : "off",
        _ => Settings.Show(name),
    };

    /// <summary>The isolation level of a value of transaction_isolation.</summary>
    internal static PgIsolationLevel ParseIsolation(string value) => value switch
    {
        "serializable" => PgIsolationLevel.Serializable,
        "repeatable read" => PgIsolationLevel.RepeatableRead,
        "read uncommitted" => PgIsolationLevel.ReadUncommitted,
        _ => PgIsolationLevel.ReadCommitted,
    };

    // What ALTER DATABASE and ALTER ROLE … SET have laid down, the more special last (manual: "Role and Database Settings").
    private IEnumerable<(string Name, string Value)> DatabaseSettings()
    {
        var catalog = Catalog;
        if (catalog.UserRowsOf(PgDbRoleSetting.Relation).Count == 0)
        {
            yield break;
        }

        var (database, role) = (catalog.Database.oid, catalog.FindRole(SessionRole)?.oid ?? 0);
        foreach (var key in new (uint Database, uint Role)[] { (0, 0), (database, 0), (0, role), (database, role) })
        {
            foreach (var entry in catalog.Find(PgDbRoleSetting.Relation, new(key.Database, key.Role))?.setconfig ?? [])
            {
                var equals = entry.IndexOf('=', StringComparison.Ordinal);
                yield return (entry[..equals], entry[(equals + 1)..]);
            }
        }
    }

    // The levels of client_min_messages, in its order; every DEBUG message is of level 1.
    private static int RankOf(string severity) => severity.ToLowerInvariant() switch
    {
        "debug5" => 0,
        "debug4" => 1,
        "debug3" => 2,
        "debug2" => 3,
        "debug1" or "debug" => 4,
        "log" => 5,
        "notice" => 6,
        "warning" => 7,
        _ => 8,
    };

    /// <summary>Takes a setting's new value to heart and gives the form in which it is kept.</summary>
    private string TakeSetting(string name, string value)
    {
        ApplySetting(name, value);
        return name switch
        {
            "DateStyle" => ShownDateStyle(),
            "TimeZone" => TimeZone.Name,
            "default_text_search_config" => QualifiedConfiguration(value),
            "client_encoding" => (ClientEncoding ?? Core.Types.ClientEncoding.Utf8).Name,
            _ => value,
        };
    }

    private int StackDepthKilobytes()
    {
        var shown = Settings.Get("max_stack_depth").AsSpan();
        var digits = shown.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : shown.Length;
        var number = int.Parse(shown[..digits], CultureInfo.InvariantCulture);
        return shown[digits..].Trim() is "MB" ? number * 1024 : number;
    }

    // The configuration's full name, so that another search_path does not change what it means.
    private string QualifiedConfiguration(string value)
    {
        var names = SplitIdentifiers(value.Replace('.', ',')) ?? [];
        var spaces = names.Length > 1 ? [Catalog.FindNamespace(names[^2])?.oid ?? 0] : SearchPath(true);
        foreach (var space in spaces)
        {
            if (names.Length > 0 && Catalog.TsConfigsByName(names[^1]).FirstOrDefault(c => c.cfgnamespace == space) is { } found)
            {
                return $"{CatalogNames.QuoteIdentifier(Catalog.Namespace(space)!.nspname)}.{CatalogNames.QuoteIdentifier(found.cfgname)}";
            }
        }

        throw Invalid("default_text_search_config", value);
    }

    // The names that a C library has: the POSIX one, and a language's with its country, encoding and variant.
    private static bool IsLocale(string name)
    {
        var end = name.AsSpan().IndexOfAny('.', '@');
        var stem = end < 0 ? name : name[..end];
        return stem is "" or "C" or "POSIX"
            || (stem.Length is 5 or 6 && stem[^3] == '_' && stem[..^3].All(char.IsAsciiLetterLower) && stem[^2..].All(char.IsAsciiLetterUpper));
    }

    private string ShownDateStyle()
    {
        var style = DateStyle switch
        {
            DateStyleFormat.Sql => "SQL",
            DateStyleFormat.Postgres => "Postgres",
            DateStyleFormat.German => "German",
            _ => "ISO",
        };
        return $"{style}, {(DateOrder switch { DateOrder.Ymd => "YMD", DateOrder.Dmy => "DMY", _ => "MDY" })}";
    }

    // The resource managers that can mask their pages, and all.
    private static readonly string[] s_resourceManagers =
        ["all", "heap2", "heap", "btree", "hash", "gin", "gist", "sequence", "spgist", "brin", "generic"];

    private static string? WrongWord(string value, string[] words) =>
        Array.Find(value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), w => !words.Contains(w, StringComparer.OrdinalIgnoreCase));

    private void ApplySetting(string name, string value)
    {
        switch (name)
        {
            case "role":
                ApplyRole(value);
                break;
            case "session_authorization":
                ApplySessionAuthorization(value);
                break;
            case "application_name":
                _applicationName = value;
                break;
            case "DateStyle":
                ApplyDateStyle(value);
                break;
            case "IntervalStyle":
                IntervalStyle = value switch
                {
                    "postgres_verbose" => IntervalStyle.PostgresVerbose,
                    "sql_standard" => IntervalStyle.SqlStandard,
                    "iso_8601" => IntervalStyle.Iso8601,
                    _ => IntervalStyle.Postgres,
                };
                break;
            case "TimeZone":
                TimeZone = PgTimeZone.OfSetting(value, this);
                break;
            case "extra_float_digits":
                ExtraFloatDigits = int.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "seed":
                Random.Seed(double.Parse(value, CultureInfo.InvariantCulture));
                break;
            case "default_table_access_method" when value != "heap":
                if (Catalog.FindAm(value) is { } am)
                {
                    _ = am.amtype == 't' ? am : throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"access method \"{value}\" is not of type TABLE");
                    break;
                }

                throw Invalid(name, value).WithDetail($"Table access method \"{value}\" does not exist.");
            case "default_tablespace" when value is not ("" or "pg_default") && value != "pg_global":
                throw Invalid(name, value).WithDetail($"Tablespace \"{value}\" does not exist.");
            case "lc_messages" or "lc_monetary" or "lc_numeric" or "lc_time" when !IsLocale(value):
                throw Invalid(name, value);
            case "createrole_self_grant" when WrongWord(value, ["set", "inherit"]) is { } word:
                throw Invalid(name, value).WithDetail($"Unrecognized key word: \"{word}\".");
            case "wal_consistency_checking" when WrongWord(value, s_resourceManagers) is { } manager:
                throw Invalid(name, value).WithDetail($"Unrecognized key word: \"{manager}\".");
            case "temp_tablespaces" when WrongWord(value.Replace("\"", "", StringComparison.Ordinal), ["pg_default", "pg_global"]) is { } tablespace:
                throw new PgException(SqlState.UndefinedObject, $"tablespace \"{tablespace}\" does not exist");
            case "timezone_abbreviations" when value is not ("Default" or "Australia" or "India"):
                throw Invalid(name, value);
            case "bytea_output":
                ByteaOutputEscape = value == "escape";
                break;
            case "xmloption":
                IsXmlOptionDocument = value.Equals("document", StringComparison.OrdinalIgnoreCase);
                break;
            case "lock_timeout":
                LockTimeout = int.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "transaction_timeout":
                TransactionTimeout = int.Parse(value, CultureInfo.InvariantCulture);
                StopTransactionTimeout();
                if (_transaction is not null && TransactionTimeout > 0)
                {
                    StartTransactionTimeout();
                }

                break;
            case "idle_in_transaction_session_timeout":
                _idleInTransactionTimeout = int.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "idle_session_timeout":
                _idleSessionTimeout = int.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "statement_timeout":
                StatementTimeout = int.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "default_transaction_isolation":
                DefaultIsolation = ParseIsolation(value);
                break;
            case "default_transaction_read_only":
                DefaultReadOnly = value == "on";
                break;
            case "default_transaction_deferrable":
                DefaultDeferrable = value == "on";
                break;
            case "search_path":
                _searchPathNames = SplitIdentifiers(value) ?? throw Invalid(name, value).WithDetail("List syntax is invalid.");
                break;
            case "client_min_messages":
                _clientMinMessages = RankOf(value);
                break;
            case "client_encoding":
                TakeClientEncoding(value);
                break;
            case Versions.TableVersions.Parameter:
                _keepsVersions = value == "on";
                break;
            case "synchronous_commit":
                _waitsForDisk = value != "off";
                break;
            case "default_with_oids" when value == "on":
                throw new PgException(SqlState.FeatureNotSupported, "tables declared WITH OIDS are not supported");
            case "session_replication_role":
                IsReplica = value == "replica";
                break;
            case "standard_conforming_strings":
                EscapesInStrings = value == "off";
                break;
        }
    }

    private void TakeClientEncoding(string value)
    {
        if (Core.Types.ClientEncoding.NumberOf(value) == Core.Types.ClientEncoding.MuleInternal)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"invalid value for parameter \"client_encoding\": \"{value}\"")
                .WithDetail("Conversion between MULE_INTERNAL and UTF8 is not supported.");
        }

        var encoding = Core.Types.ClientEncoding.Find(value) ?? throw Invalid("client_encoding", value);
        if (encoding.Number != Core.Types.ClientEncoding.Utf8.Number && !Options.ConvertsText)
        {
            throw PgErrors.FeatureNotSupported($"client_encoding {value}");
        }

        ClientEncoding = encoding.Number == Core.Types.ClientEncoding.Utf8.Number ? null : encoding;
    }

    private void ApplyDateStyle(string value)
    {
        var (style, order) = (DateStyle, DateOrder);
        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            switch (part.ToUpperInvariant())
            {
                case "ISO":
                    style = DateStyleFormat.Iso;
                    break;
                case "SQL":
                    style = DateStyleFormat.Sql;
                    break;
                case "POSTGRES":
                    style = DateStyleFormat.Postgres;
                    break;
                case "GERMAN":
                    style = DateStyleFormat.German;
                    order = value.Contains(',') ? order : DateOrder.Dmy;
                    break;
                case "YMD":
                    order = DateOrder.Ymd;
                    break;
                case "DMY" or "EURO" or "EUROPEAN":
                    order = DateOrder.Dmy;
                    break;
                case "MDY" or "US" or "NONEURO" or "NONEUROPEAN":
                    order = DateOrder.Mdy;
                    break;
                default:
                    throw Invalid("DateStyle", value).WithDetail($"Unrecognized key word: \"{part.ToLowerInvariant()}\".");
            }
        }

        (DateStyle, DateOrder) = (style, order);
    }

    private static PgException Invalid(string name, string value) =>
        new(SqlState.InvalidParameterValue, $"invalid value for parameter \"{name}\": \"{value}\"");

    /// <summary>SplitIdentifierString: names separated by commas, quoted or folded to lower case; null when malformed.</summary>
    internal static string[]? SplitIdentifiers(string list)
    {
        var names = new List<string>();
        var i = 0;
        void Blank()
        {
            while (i < list.Length && char.IsWhiteSpace(list[i]))
            {
                i++;
            }
        }

        Blank();
        while (i < list.Length)
        {
            var name = new System.Text.StringBuilder();
            if (list[i] == '"')
            {
                for (i++; ; i++)
                {
                    if (i >= list.Length)
                    {
                        return null;
                    }

                    if (list[i] == '"' && (i + 1 >= list.Length || list[i + 1] != '"'))
                    {
                        break;
                    }

                    name.Append(list[i]);
                    i += list[i] == '"' ? 1 : 0;
                }

                i++;
            }
            else
            {
                while (i < list.Length && list[i] != ',' && !char.IsWhiteSpace(list[i]))
                {
                    name.Append(char.ToLowerInvariant(list[i++]));
                }

                if (name.Length == 0)
                {
                    return null;
                }
            }

            names.Add(name.ToString());
            Blank();
            if (i >= list.Length)
            {
                break;
            }

            if (list[i++] != ',')
            {
                return null;
            }

            Blank();
            if (i >= list.Length)
            {
                return null;
            }
        }

        return [.. names];
    }
}
