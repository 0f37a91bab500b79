using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace PgMicro.Data;

/// <summary>Where a database file's data live.</summary>
public enum PgMicroOpenMode
{
    /// <summary>Open for reading and writing; make the file when it is not there.</summary>
    ReadWriteCreate,

    /// <summary>Open for reading and writing; the file must exist.</summary>
    ReadWrite,

    /// <summary>Open without writing.</summary>
    ReadOnly,

    /// <summary>A database in memory, shared under its name while a connection to it is open.</summary>
    Memory,
}

/// <summary>Connection strings: <c>Data Source=app.db;Command Timeout=30</c>. Unknown keywords are errors.</summary>
public sealed class PgMicroConnectionStringBuilder : DbConnectionStringBuilder
{
    private static readonly Dictionary<string, string> Keywords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Data Source"] = "Data Source",
        ["DataSource"] = "Data Source",
        ["Filename"] = "Data Source",
        ["File"] = "Data Source",
        ["Mode"] = "Mode",
        ["Pooling"] = "Pooling",
        ["Command Timeout"] = "Command Timeout",
        ["CommandTimeout"] = "Command Timeout",
        ["Database"] = "Database",
        ["Username"] = "Username",
        ["User ID"] = "Username",
        ["User Name"] = "Username",
        ["Search Path"] = "Search Path",
        ["SearchPath"] = "Search Path",
        ["Timezone"] = "Timezone",
        ["Time Zone"] = "Timezone",
        ["Application Name"] = "Application Name",
        ["ApplicationName"] = "Application Name",
    };

    /// <summary>An empty connection string.</summary>
    public PgMicroConnectionStringBuilder()
    {
    }

    /// <summary>Parses a connection string.</summary>
    /// <exception cref="ArgumentException">An unknown keyword or an invalid value.</exception>
    public PgMicroConnectionStringBuilder(string? connectionString) => ConnectionString = connectionString;

    /// <summary>The database file, or the name of a database in memory.</summary>
    public string DataSource
    {
        get => Text("Data Source") ?? "";
        set => this["Data Source"] = value;
    }

    /// <summary>How to open it.</summary>
    public PgMicroOpenMode Mode
    {
        get => Text("Mode") is { } mode ? Enum.Parse<PgMicroOpenMode>(mode, ignoreCase: true) : PgMicroOpenMode.ReadWriteCreate;
        set => this["Mode"] = value.ToString();
    }

    /// <summary>Whether closed connections keep their session for the next; true by default.</summary>
    public bool Pooling
    {
        get => Text("Pooling") is not { } pooling || bool.Parse(pooling);
        set => this["Pooling"] = value.ToString();
    }

    /// <summary>Default for <see cref="DbCommand.CommandTimeout"/> in seconds; 30, and 0 for no limit.</summary>
    public int CommandTimeout
    {
        get => Text("Command Timeout") is { } seconds ? int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture) : 30;
        set => this["Command Timeout"] = value;
    }

    /// <summary>current_database(); by default the file's name without extension.</summary>
    public string? Database
    {
        get => Text("Database");
        set => Assign("Database", value);
    }

    /// <summary>The role; postgres by default.</summary>
    public string? Username
    {
        get => Text("Username");
        set => Assign("Username", value);
    }

    /// <summary>search_path at the session's start.</summary>
    public string? SearchPath
    {
        get => Text("Search Path");
        set => Assign("Search Path", value);
    }

    /// <summary>TimeZone at the session's start.</summary>
    public string? Timezone
    {
        get => Text("Timezone");
        set => Assign("Timezone", value);
    }

    /// <summary>application_name at the session's start.</summary>
    public string? ApplicationName
    {
        get => Text("Application Name");
        set => Assign("Application Name", value);
    }

    /// <inheritdoc/>
    [AllowNull]
    public override object this[string keyword]
    {
        get => base[Canonical(keyword)];
        set
        {
            var name = Canonical(keyword);
            if (value is not null)
            {
                Validate(name, value.ToString()!);
            }

            base[name] = value;
        }
    }

    private static string Canonical(string keyword) =>
        Keywords.TryGetValue(keyword, out var name) ? name : throw new ArgumentException($"Keyword not supported: '{keyword}'.");

    private static void Validate(string name, string value)
    {
        var valid = name switch
        {
            "Mode" => Enum.TryParse<PgMicroOpenMode>(value, ignoreCase: true, out _),
            "Pooling" => bool.TryParse(value, out _),
            "Command Timeout" => int.TryParse(value, out var seconds) && seconds >= 0,
            _ => true,
        };
        if (!valid)
        {
            throw new ArgumentException($"Couldn't set {name} to '{value}'.");
        }
    }

    private string? Text(string name) => TryGetValue(name, out var value) ? (string?)value.ToString() : null;

    private void Assign(string name, string? value)
    {
        if (value is null)
        {
            Remove(name);
        }
        else
        {
            this[name] = value;
        }
    }
}
