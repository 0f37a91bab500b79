using System.Runtime.InteropServices;

namespace PgMicro.Core.Storage;

/// <summary>Virtual tables: the module structure, its companions and its calls.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int sqlite3_create_module_v2(
        nint db, byte* name, NativeModule* module, nint argument, delegate* unmanaged[Cdecl]<nint, void> destroy);

    [LibraryImport(Library)]
    internal static partial int sqlite3_declare_vtab(nint db, byte* sql);

    // C varargs, as sqlite3_db_config is.
    [LibraryImport(Library)]
    internal static partial int sqlite3_vtab_config(nint db, int option, int value);

    [LibraryImport(Library)]
    internal static partial byte* sqlite3_vtab_collation(NativeIndexInfo* info, int constraint);

    [LibraryImport(Library)]
    internal static partial int sqlite3_vtab_in(NativeIndexInfo* info, int constraint, int handle);

    [LibraryImport(Library)]
    internal static partial int sqlite3_vtab_distinct(NativeIndexInfo* info);

    /// <summary><c>sqlite3_module</c>, version 1.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeModule
    {
        internal int Version;
        internal delegate* unmanaged[Cdecl]<nint, nint, int, byte**, NativeTable**, byte**, int> Create;
        internal delegate* unmanaged[Cdecl]<nint, nint, int, byte**, NativeTable**, byte**, int> Connect;
        internal delegate* unmanaged[Cdecl]<NativeTable*, NativeIndexInfo*, int> BestIndex;
        internal delegate* unmanaged[Cdecl]<NativeTable*, int> Disconnect;
        internal delegate* unmanaged[Cdecl]<NativeTable*, int> Destroy;
        internal delegate* unmanaged[Cdecl]<NativeTable*, NativeCursor**, int> Open;
        internal delegate* unmanaged[Cdecl]<NativeCursor*, int> Close;
        internal delegate* unmanaged[Cdecl]<NativeCursor*, int, byte*, int, nint*, int> Filter;
        internal delegate* unmanaged[Cdecl]<NativeCursor*, int> Next;
        internal delegate* unmanaged[Cdecl]<NativeCursor*, int> Eof;
        internal delegate* unmanaged[Cdecl]<NativeCursor*, nint, int, int> Column;
        internal delegate* unmanaged[Cdecl]<NativeCursor*, long*, int> Rowid;
        internal nint Update;
        internal nint Begin;
        internal nint Sync;
        internal nint Commit;
        internal nint Rollback;
        internal nint FindFunction;
        internal nint Rename;
        internal nint Savepoint;
        internal nint Release;
        internal nint RollbackTo;
        internal nint ShadowName;
        internal nint Integrity;
    }

    /// <summary><c>sqlite3_vtab</c>, followed by ours.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeTable
    {
        internal NativeModule* Module;
        internal int References;
        internal byte* ErrorMessage;

        /// <summary>GC handle of the registration.</summary>
        internal nint Registration;
    }

    /// <summary><c>sqlite3_vtab_cursor</c>, followed by ours.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeCursor
    {
        internal NativeTable* Table;

        /// <summary>GC handle of the <see cref="VirtualTableCursor"/>.</summary>
        internal nint Cursor;

        internal int IsAtEnd;
    }

    /// <summary><c>sqlite3_index_info</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeIndexInfo
    {
        internal int ConstraintCount;
        internal NativeConstraint* Constraints;
        internal int OrderByCount;
        internal NativeOrderBy* OrderBy;
        internal NativeConstraintUsage* Usage;
        internal int IndexNumber;
        internal byte* IndexString;
        internal int FreeIndexString;
        internal int OrderByConsumed;
        internal double EstimatedCost;
        internal long EstimatedRows;
        internal int IndexFlags;
        internal ulong ColumnsUsed;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeConstraint
    {
        internal int Column;
        internal byte Op;
        internal byte IsUsable;
        internal int TermOffset;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeOrderBy
    {
        internal int Column;
        internal byte IsDescending;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeConstraintUsage
    {
        internal int ArgumentIndex;
        internal byte Omit;
    }
}
