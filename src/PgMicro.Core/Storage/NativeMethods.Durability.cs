using System.Runtime.InteropServices;

namespace PgMicro.Core.Storage;

/// <summary>Write-ahead log, snapshots and online backup.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial nint sqlite3_wal_hook(
        nint db, delegate* unmanaged[Cdecl]<nint, nint, byte*, int, int> hook, nint argument);

    [LibraryImport(Library)]
    internal static partial int sqlite3_wal_checkpoint_v2(nint db, byte* schema, int mode, int* logFrames, int* checkpointed);

    [LibraryImport(Library)]
    internal static partial int sqlite3_snapshot_get(nint db, byte* schema, nint* snapshot);

    [LibraryImport(Library)]
    internal static partial int sqlite3_snapshot_open(nint db, byte* schema, nint snapshot);

    [LibraryImport(Library)]
    internal static partial void sqlite3_snapshot_free(nint snapshot);

    [LibraryImport(Library)]
    internal static partial int sqlite3_snapshot_cmp(nint left, nint right);

    [LibraryImport(Library)]
    internal static partial nint sqlite3_backup_init(nint destination, byte* destinationName, nint source, byte* sourceName);

    [LibraryImport(Library)]
    internal static partial int sqlite3_backup_step(nint backup, int pages);

    [LibraryImport(Library)]
    internal static partial int sqlite3_backup_finish(nint backup);
}
