using PgMicro.Core.Execution;

namespace PgMicro.Data;

/// <summary>Keeps the databases of pooled connection strings open between connections, so that the next one finds caches warm.</summary>
internal static class DatabasePool
{
    private static readonly Dictionary<string, PgDatabase> Kept = new(StringComparer.Ordinal);

    static DatabasePool() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Clear();

    internal static PgDatabase Open(ConnectionSettings settings)
    {
        if (!settings.IsPooled)
        {
            return PgDatabase.Open(settings.Database);
        }

        var key = settings.FullPath;
        lock (Kept)
        {
            if (Kept.TryGetValue(key, out var kept))
            {
                if (!kept.IsForgotten && File.Exists(kept.FilePath))
                {
                    return kept.Join();
                }

                // The file was deleted under us: what is open is not what the path names.
                Kept.Remove(key);
                kept.Dispose();
            }

            var opened = PgDatabase.Open(settings.Database);
            Kept.Add(key, opened.Join());
            return opened;
        }
    }

    internal static void Clear(ConnectionSettings settings)
    {
        lock (Kept)
        {
            if (settings.DataSource.Length > 0 && Kept.Remove(settings.FullPath, out var database))
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

    internal static bool Delete(ConnectionSettings settings)
    {
        Clear(settings);
        return PgDatabase.Delete(settings.Database);
    }

    internal static PgDatabaseOptions Describe(PgMicroConnectionStringBuilder options) => new()
    {
        Path = options.DataSource,
        InMemory = options.Mode == PgMicroOpenMode.Memory,
        ReadOnly = options.Mode == PgMicroOpenMode.ReadOnly,
        Create = options.Mode is PgMicroOpenMode.ReadWriteCreate or PgMicroOpenMode.Memory,
        DatabaseName = options.Database,
    };
}
