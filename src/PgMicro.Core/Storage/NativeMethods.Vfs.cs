using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PgMicro.Core.Storage;

/// <summary>The operating-system interface of SQLite: its files as tables of functions.</summary>
internal static unsafe partial class NativeMethods
{
    /// <summary>SQLITE_FCNTL_FILE_POINTER.</summary>
    internal const int FileControlFilePointer = 7;

    [LibraryImport(Library)]
    internal static partial SqliteVfs* sqlite3_vfs_find(byte* name);

    [LibraryImport(Library)]
    internal static partial int sqlite3_vfs_register(SqliteVfs* vfs, int makeDefault);

    [LibraryImport(Library)]
    internal static partial int sqlite3_initialize();

    [LibraryImport(Library)]
    internal static partial byte* sqlite3_filename_database(byte* name);

    /// <summary>sqlite3_vfs, version 3.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SqliteVfs
    {
        internal int Version;
        internal int FileSize;
        internal int MaxPath;
        internal SqliteVfs* Next;
        internal byte* Name;
        internal nint AppData;
        internal delegate* unmanaged[Cdecl]<SqliteVfs*, byte*, SqliteFile*, int, int*, int> Open;
        internal delegate* unmanaged[Cdecl]<SqliteVfs*, byte*, int, int> Delete;
        internal delegate* unmanaged[Cdecl]<SqliteVfs*, byte*, int, int*, int> Access;
        internal RestOfVfs Rest;
    }

    /// <summary>The functions that are only handed on.</summary>
    [InlineArray(12)]
    internal struct RestOfVfs
    {
        private nint _first;
    }

    /// <summary>sqlite3_file: its functions, and what a VFS adds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SqliteFile
    {
        internal SqliteIoMethods* Methods;
        internal nint State;
    }

    /// <summary>sqlite3_io_methods, version 2: with shared memory and without memory mapping.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SqliteIoMethods
    {
        internal int Version;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, int> Close;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, byte*, int, long, int> Read;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, byte*, int, long, int> Write;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, long, int> Truncate;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, int, int> Sync;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, long*, int> FileSize;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, int, int> Lock;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, int, int> Unlock;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, int*, int> CheckReservedLock;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, int, void*, int> FileControl;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, int> SectorSize;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, int> DeviceCharacteristics;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, int, int, int, void**, int> SharedMemoryMap;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, int, int, int, int> SharedMemoryLock;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, void> SharedMemoryBarrier;
        internal delegate* unmanaged[Cdecl]<SqliteFile*, int, int> SharedMemoryUnmap;
    }
}
