using System.Runtime.InteropServices;

namespace PgMicro.Core.Storage;

/// <summary>Functions, aggregates, collations: registration, arguments, results.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int sqlite3_create_function_v2(
        nint db, byte* name, int argumentCount, int flags, void* userData,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> scalar,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> step,
        delegate* unmanaged[Cdecl]<nint, void> final,
        delegate* unmanaged[Cdecl]<nint, void> destroy);

    [LibraryImport(Library)]
    internal static partial int sqlite3_create_window_function(
        nint db, byte* name, int argumentCount, int flags, void* userData,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> step,
        delegate* unmanaged[Cdecl]<nint, void> final,
        delegate* unmanaged[Cdecl]<nint, void> value,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> inverse,
        delegate* unmanaged[Cdecl]<nint, void> destroy);

    [LibraryImport(Library)]
    internal static partial int sqlite3_create_collation_v2(
        nint db, byte* name, int encoding, nint argument,
        delegate* unmanaged[Cdecl]<nint, int, byte*, int, byte*, int> compare,
        delegate* unmanaged[Cdecl]<nint, void> destroy);

    [LibraryImport(Library)]
    internal static partial int sqlite3_collation_needed(
        nint db, nint argument, delegate* unmanaged[Cdecl]<nint, nint, int, byte*, void> needed);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void* sqlite3_user_data(nint context);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void* sqlite3_aggregate_context(nint context, int bytes);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial nint sqlite3_get_auxdata(nint context, int argument);

    [LibraryImport(Library)]
    internal static partial void sqlite3_set_auxdata(
        nint context, int argument, nint data, delegate* unmanaged[Cdecl]<nint, void> destroy);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int sqlite3_value_type(nint value);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial long sqlite3_value_int64(nint value);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial double sqlite3_value_double(nint value);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial byte* sqlite3_value_text(nint value);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial byte* sqlite3_value_blob(nint value);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int sqlite3_value_bytes(nint value);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void sqlite3_result_null(nint context);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void sqlite3_result_int64(nint context, long value);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void sqlite3_result_double(nint context, double value);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void sqlite3_result_text(nint context, byte* value, int bytes, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_result_text")]
    internal static partial void sqlite3_result_text_long(nint context, byte* value, int bytes, nint destructor);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void sqlite3_result_blob(nint context, byte* value, int bytes, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_result_blob")]
    internal static partial void sqlite3_result_blob_long(nint context, byte* value, int bytes, nint destructor);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void sqlite3_result_value(nint context, nint value);

    [LibraryImport(Library)]
    internal static partial void sqlite3_result_error(nint context, byte* message, int bytes);
}
