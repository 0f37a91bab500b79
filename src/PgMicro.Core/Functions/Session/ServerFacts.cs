using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>What the views pg_config, pg_backend_memory_contexts and pg_shmem_allocations show: where the server stands and what memory it uses.</summary>
internal static class ServerFacts
{
    // PostgreSQL's own word for what its build has not kept.
    private const string Unknown = "not recorded";

    [PgSetFunction("pg_config()")]
    public static IEnumerable<PgDatum[]> Configuration()
    {
        var home = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        foreach (var name in (string[])["BINDIR", "DOCDIR", "HTMLDIR", "INCLUDEDIR", "PKGINCLUDEDIR", "INCLUDEDIR-SERVER", "LIBDIR", "PKGLIBDIR", "LOCALEDIR", "MANDIR", "SHAREDIR", "SYSCONFDIR", "PGXS"])
        {
            yield return [PgDatum.FromText(name), PgDatum.FromText(home)];
        }

        foreach (var name in (string[])["CONFIGURE", "CC", "CPPFLAGS", "CFLAGS", "CFLAGS_SL", "LDFLAGS", "LDFLAGS_EX", "LDFLAGS_SL", "LIBS"])
        {
            yield return [PgDatum.FromText(name), PgDatum.FromText(Unknown)];
        }

        yield return [PgDatum.FromText("VERSION"), PgDatum.FromText(SessionInformation.Version())];
    }

    // One process serves all sessions: its managed memory is the one context that there is.
    [PgSetFunction("pg_get_backend_memory_contexts()")]
    public static IEnumerable<PgDatum[]> MemoryContexts()
    {
        var memory = GC.GetGCMemoryInfo();
        var used = GC.GetTotalMemory(forceFullCollection: false);
        var total = Math.Max(memory.TotalCommittedBytes, used);
        yield return
        [
            PgDatum.FromText("TopMemoryContext"), PgDatum.Null, PgDatum.Null, PgDatum.FromInt64(0), PgDatum.FromInt64(total), PgDatum.FromInt64(1),
            PgDatum.FromInt64(total - used), PgDatum.FromInt64(0), PgDatum.FromInt64(used),
        ];
    }

    // Sessions share their process's memory, none besides.
    [PgSetFunction("pg_get_shmem_allocations()")]
    public static IEnumerable<PgDatum[]> SharedMemory() => [];
}
