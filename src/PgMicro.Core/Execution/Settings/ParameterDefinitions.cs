using System.Collections.Frozen;
using System.Text;

namespace PgMicro.Core.Execution.Settings;

/// <summary>The run-time parameters that a PostgreSQL 17 has.</summary>
internal static class ParameterDefinitions
{
    private static readonly Lazy<FrozenDictionary<string, ParameterDefinition>> Lazily = new(Load);

    /// <summary>All, by name; names are compared without case.</summary>
    internal static FrozenDictionary<string, ParameterDefinition> All => Lazily.Value;

    private static FrozenDictionary<string, ParameterDefinition> Load()
    {
        using var stream = typeof(ParameterDefinitions).Assembly.GetManifestResourceStream("Catalog/pg_settings.tsv")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var header = reader.ReadLine()!.Split('\t');
        int Column(string name) => Array.IndexOf(header, name);
        var (name, unit, category, shortDesc, extraDesc) = (Column("name"), Column("unit"), Column("category"), Column("short_desc"), Column("extra_desc"));
        var (context, vartype, min, max, enums, boot) =
            (Column("context"), Column("vartype"), Column("min_val"), Column("max_val"), Column("enumvals"), Column("boot_val"));
        var result = new Dictionary<string, ParameterDefinition>(StringComparer.OrdinalIgnoreCase);
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            string? Field(int i) => fields[i] == "\\N" ? null : fields[i];
            string[] values = Field(enums) is { } list ? [.. list.Trim('{', '}').Split(',').Select(v => v.Trim('"'))] : [];
            result[fields[name]] = new ParameterDefinition(
                fields[name], Field(unit), fields[category], fields[shortDesc], Field(extraDesc), fields[context], fields[vartype],
                Field(min), Field(max), values, Field(boot) ?? "");
        }

        // What a PostgreSQL has before it has read a configuration or a database; every database here is one of UTF-8.
        foreach (var encoding in (ReadOnlySpan<string>)["server_encoding", "client_encoding"])
        {
            result[encoding] = result[encoding] with { BootValue = "UTF8" };
        }

        // What initdb writes into a new cluster's configuration.
        result["default_text_search_config"] = result["default_text_search_config"] with { BootValue = "pg_catalog.english" };

        // The log is SQLite's, and nobody replicates from it.
        foreach (var (off, value) in new[] { ("wal_level", "minimal"), ("max_wal_senders", "0"), ("max_replication_slots", "0") })
        {
            result[off] = result[off] with { BootValue = value };
        }

        // A prepared transaction costs nothing that would have to be set aside for it.
        // What the server finds of the platform's limit.
        result["max_stack_depth"] = result["max_stack_depth"] with { BootValue = "2048" };
        result["max_prepared_transactions"] = result["max_prepared_transactions"] with { BootValue = "64" };

        // A relic that old dumps still turn off, and that no list shows.
        result["default_with_oids"] = new ParameterDefinition(
            "default_with_oids", null, "Version and Platform Compatibility / Previous PostgreSQL Versions", "WITH OIDS is no longer supported; this can only be false.",
            null, "user", "bool", null, null, [], "off")
        { IsHidden = true };

        // Our own (docs/versions.md).
        result[Versions.TableVersions.Parameter] = new ParameterDefinition(
            Versions.TableVersions.Parameter, null, "", "Keeps superseded versions of rows.", null, "user", "bool", null, null, [], "off")
        { IsHidden = true };
        result[Versions.TableVersions.RetentionParameter] = new ParameterDefinition(
            Versions.TableVersions.RetentionParameter, "s", "", "How long VACUUM leaves superseded versions of rows.", null, "user", "integer", "-1", "2147483647", [], "0")
        { IsHidden = true };

        // SET SEED: setseed's argument, which is not kept.
        result["seed"] = new ParameterDefinition("seed", null, "", "", null, "user", "real", "-1", "1", [], "0") { IsHidden = true };

        // Parameters of PostgreSQL that pg_settings and SHOW ALL leave out.
        foreach (var (hidden, type, settable, value) in new[]
        {
            ("role", "string", "user", "none"), ("session_authorization", "string", "user", ""), ("is_superuser", "bool", "internal", "on"),
        })
        {
            result[hidden] = new ParameterDefinition(hidden, null, "", "", null, settable, type, null, null, [], value) { IsHidden = true };
        }

        return result.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
