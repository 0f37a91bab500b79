using PgMicro.Core.Execution;

namespace PgMicro.Data;

/// <summary>Keeps the databases of pooled connection strings open between connections, so that the next one finds caches warm.</summary>
internal static class DatabasePool
{
    private static readonly Dictionary<string, PgDatabase> Kept = new(StringComparer.Ordinal);

    static DatabasePool() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Clear();

    internal static PgDatabase Open(PgMicroConnectionStringBuilder options)
    {
        var database = Describe(options);
        if (database.InMemory || !options.Pooling)
        {
            return PgDatabase.Open(database);
        }

        var key = Key(options);
        lock (Kept)
        {
            if (Kept.TryGetValue(key, out var kept))
            {
                if (File.Exists(kept.FilePath))
                {
                    return PgDatabase.Open(database);
                }

                // The file was deleted under us: what is open is not what the path names.
                Kept.Remove(key);
                kept.Dispose();
            }

            var opened = PgDatabase.Open(database);
            Kept.Add(key, PgDatabase.Open(database));
            return opened;
        }
    }

    internal static void Clear(PgMicroConnectionStringBuilder options)
    {
        lock (Kept)
        {
            if (options.DataSource.Length > 0 && Kept.Remove(Key(options), out var database))
            {
                database.Dispose();
            }
        }
    }

    internal static void Clear()
    {
        lock (Kept)
        {
            foreach (var database in Kept.Values)
            {
                database.Dispose();
            }

            Kept.Clear();
        }
    }

    internal static bool Delete(PgMicroConnectionStringBuilder options)
    {
        Clear(options);
        return PgDatabase.Delete(Describe(options));
    }

    internal static PgDatabaseOptions Describe(PgMicroConnectionStringBuilder options) => new()
    {
        Path = options.DataSource,
        InMemory = options.Mode == PgMicroOpenMode.Memory,
        ReadOnly = options.Mode == PgMicroOpenMode.ReadOnly,
        Create = options.Mode is PgMicroOpenMode.ReadWriteCreate or PgMicroOpenMode.Memory,
        DatabaseName = options.Database,
    };

    private static string Key(PgMicroConnectionStringBuilder options) => Path.GetFullPath(options.DataSource);
}
