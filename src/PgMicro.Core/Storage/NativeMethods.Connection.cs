using System.Runtime.InteropServices;

namespace PgMicro.Core.Storage;

/// <summary>Connections: opening, configuration, errors, hooks.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int sqlite3_open_v2(byte* filename, nint* db, int flags, byte* vfs);

    [LibraryImport(Library)]
    internal static partial int sqlite3_close_v2(nint db);

    [LibraryImport(Library)]
    internal static partial int sqlite3_extended_result_codes(nint db, int on);

    [LibraryImport(Library)]
    internal static partial int sqlite3_busy_timeout(nint db, int milliseconds);

    [LibraryImport(Library)]
    internal static partial int sqlite3_setlk_timeout(nint db, int milliseconds, int flags);

    // C varargs: right for integer and pointer arguments under the System V and Windows x64 and the Linux arm64 conventions.
    [LibraryImport(Library)]
    internal static partial int sqlite3_db_config(nint db, int option, int value, int* result);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int sqlite3_limit(nint db, int id, int value);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int sqlite3_get_autocommit(nint db);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int sqlite3_txn_state(nint db, byte* schema);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial long sqlite3_changes64(nint db);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial long sqlite3_last_insert_rowid(nint db);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void sqlite3_set_last_insert_rowid(nint db, long rowid);

    [LibraryImport(Library)]
    internal static partial byte* sqlite3_errmsg(nint db);

    [LibraryImport(Library)]
    internal static partial byte* sqlite3_errstr(int code);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int sqlite3_system_errno(nint db);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int sqlite3_db_readonly(nint db, byte* schema);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int sqlite3_extended_errcode(nint db);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int sqlite3_error_offset(nint db);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void sqlite3_interrupt(nint db);

    [LibraryImport(Library)]
    internal static partial int sqlite3_file_control(nint db, byte* schema, int op, void* argument);

    [LibraryImport(Library)]
    internal static partial void* sqlite3_malloc64(ulong size);
}
