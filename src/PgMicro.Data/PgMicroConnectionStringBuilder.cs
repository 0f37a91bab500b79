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
        ["UserId"] = "Username",
        ["UID"] = "Username",
        ["DB"] = "Database",
        ["Search Path"] = "Search Path",
        ["SearchPath"] = "Search Path",
        ["Timezone"] = "Timezone",
        ["Time Zone"] = "Timezone",
        ["Application Name"] = "Application Name",
        ["ApplicationName"] = "Application Name",
        ["Client Encoding"] = "Client Encoding",
        ["ClientEncoding"] = "Client Encoding",
        ["Options"] = "Options",
        ["Locale"] = "Locale",
        ["Include Error Detail"] = "Include Error Detail",
        ["IncludeErrorDetail"] = "Include Error Detail",
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

    /// <summary>client_encoding at the session's start: UTF8, else opening fails with 0A000.</summary>
    public string? ClientEncoding
    {
        get => Text("Client Encoding");
        set => Assign("Client Encoding", value);
    }

    /// <summary>
    /// Run-time parameters at the session's start as a backend's command line has them: <c>-c name=value --name=value</c>, where a backslash
    /// takes the next character as it is. Keywords of single parameters take precedence over it.
    /// </summary>
    public string? Options
    {
        get => Text("Options");
        set => Assign("Options", value);
    }

    /// <summary>The database's locale: C.UTF-8, C or POSIX, which all compare by code points; opening fails with 0A000 for others.</summary>
    public string? Locale
    {
        get => Text("Locale");
        set => Assign("Locale", value);
    }

    /// <summary>Whether errors and notices have their DETAIL, which may hold values of rows. True by default: no log of a server has it.</summary>
    public bool IncludeErrorDetail
    {
        get => Text("Include Error Detail") is not { } detail || bool.Parse(detail);
        set => this["Include Error Detail"] = value.ToString();
    }

    /// <inheritdoc/>
    [AllowNull]
    public override object this[string keyword]
    {
        get => base[Canonical(keyword)];
        set
        {
            string name;
            try
            {
                name = Canonical(keyword);
                if (value is not null)
                {
                    Validate(name, value.ToString()!);
                }
            }
            catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
            {
                throw new ArgumentException("Couldn't set " + keyword, keyword, e);
            }

            base[name] = value;
        }
    }

    /// <inheritdoc/>
    public override bool ContainsKey(string keyword) => Keywords.TryGetValue(keyword, out var name) && base.ContainsKey(name);

    /// <inheritdoc/>
    public override bool Remove(string keyword) => Keywords.TryGetValue(keyword, out var name) && base.Remove(name);

    /// <inheritdoc/>
    public override bool TryGetValue(string keyword, [NotNullWhen(true)] out object? value)
    {
        value = null;
        return Keywords.TryGetValue(keyword, out var name) && base.TryGetValue(name, out value);
    }

    private static string Canonical(string keyword) =>
        Keywords.TryGetValue(keyword, out var name) ? name : throw new ArgumentException("Keyword not supported: " + keyword, nameof(keyword));

    private static void Validate(string name, string value)
    {
        switch (name)
        {
            case "Mode":
                Enum.Parse<PgMicroOpenMode>(value, ignoreCase: true);
                break;
            case "Pooling" or "Include Error Detail":
                bool.Parse(value);
                break;
            case "Command Timeout":
                ArgumentOutOfRangeException.ThrowIfNegative(int.Parse(value, System.Globalization.CultureInfo.InvariantCulture), nameof(value));
                break;
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
