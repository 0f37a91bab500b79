using System.Collections.Concurrent;
using PgMicro.Core.Execution;

namespace PgMicro.Data;

/// <summary>A connection string as Open needs it, read once for all connections that have it.</summary>
internal sealed class ConnectionSettings
{
    private const int Capacity = 1024;
    private static readonly ConcurrentDictionary<string, ConnectionSettings> Known = new(StringComparer.Ordinal);

    private readonly string? _fullPath;

    private ConnectionSettings(PgMicroConnectionStringBuilder builder)
    {
        Builder = builder;
        DataSource = builder.DataSource;
        CommandTimeout = builder.CommandTimeout;
        IsPooled = builder.Pooling && builder.Mode != PgMicroOpenMode.Memory;
        Database = DatabasePool.Describe(builder);
        _fullPath = DataSource.Length > 0 && Path.IsPathFullyQualified(DataSource) ? Path.GetFullPath(DataSource) : null;
        var settings = new Dictionary<string, string>();
        Add("search_path", builder.SearchPath);
        Add("TimeZone", builder.Timezone);
        Add("application_name", builder.ApplicationName);
        Session = new PgSessionOptions { User = builder.Username ?? "postgres", Settings = settings };

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                settings[name] = value;
            }
        }
    }

    internal static ConnectionSettings Empty { get; } = new(new PgMicroConnectionStringBuilder());

    /// <summary>What was read; not to be changed.</summary>
    internal PgMicroConnectionStringBuilder Builder { get; }

    internal string DataSource { get; }

    internal int CommandTimeout { get; }

    internal bool IsPooled { get; }

    internal PgDatabaseOptions Database { get; }

    /// <summary>The same object for all connections of the string: pooled sessions are told apart by it.</summary>
    internal PgSessionOptions Session { get; }

    /// <summary>The file, or what a relative name means now.</summary>
    internal string FullPath => _fullPath ?? Path.GetFullPath(DataSource);

    /// <exception cref="ArgumentException">An unknown keyword or invalid value.</exception>
    internal static ConnectionSettings Of(string? connectionString)
    {
        if (string.IsNullOrEmpty(connectionString))
        {
            return Empty;
        }

        if (Known.TryGetValue(connectionString, out var known))
        {
            return known;
        }

        if (Known.Count >= Capacity)
        {
            Known.Clear();
        }

        return Known.GetOrAdd(connectionString, static text => new ConnectionSettings(new PgMicroConnectionStringBuilder(text)));
    }
}
