using System.Collections.Concurrent;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Execution.Settings;

namespace PgMicro.Data;

/// <summary>A connection string as Open needs it, read once for all connections that have it.</summary>
internal sealed class ConnectionSettings
{
    private const int Capacity = 1024;
    private static readonly string[] Locales = ["C.UTF-8", "C.UTF8", "C", "POSIX"];
    private static readonly ConcurrentDictionary<string, ConnectionSettings> Known = new(StringComparer.Ordinal);

    private readonly string? _fullPath;
    private readonly Lazy<PgSessionOptions> _session;

    private ConnectionSettings(PgMicroConnectionStringBuilder builder)
    {
        Builder = builder;
        DataSource = builder.DataSource;
        CommandTimeout = builder.CommandTimeout;
        IsPooled = builder.Pooling && builder.Mode != PgMicroOpenMode.Memory;
        Database = DatabasePool.Describe(builder);
        _fullPath = DataSource.Length > 0 && Path.IsPathFullyQualified(DataSource) ? Path.GetFullPath(DataSource) : null;
        IncludeErrorDetail = builder.IncludeErrorDetail;
        _session = new Lazy<PgSessionOptions>(ReadSession);
    }

    internal static ConnectionSettings Empty { get; } = new(new PgMicroConnectionStringBuilder());

    /// <summary>What was read; not to be changed.</summary>
    internal PgMicroConnectionStringBuilder Builder { get; }

    internal string DataSource { get; }

    internal int CommandTimeout { get; }

    internal bool IsPooled { get; }

    internal PgDatabaseOptions Database { get; }

    internal bool IncludeErrorDetail { get; }

    /// <summary>The same object for all connections of the string: pooled sessions are told apart by it.</summary>
    /// <exception cref="PgException">What a server says to a client that asks for such a session.</exception>
    internal PgSessionOptions Session => _session.Value;

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

    private PgSessionOptions ReadSession()
    {
        // All text is compared by code points, as these locales do.
        if (Builder.Locale is { } locale && !Locales.Contains(locale, StringComparer.OrdinalIgnoreCase))
        {
            throw PgErrors.FeatureNotSupported($"locale {locale}");
        }

        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (Builder.Options is { } options)
        {
            StartupSettings.AddOptions(settings, options);
        }

        Add("search_path", Builder.SearchPath);
        Add("TimeZone", Builder.Timezone);
        Add("client_encoding", Builder.ClientEncoding);
        Add("application_name", Builder.ApplicationName);
        return new PgSessionOptions { User = Builder.Username ?? "postgres", Settings = settings };

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                StartupSettings.Add(settings, name, value);
            }
        }
    }
}
