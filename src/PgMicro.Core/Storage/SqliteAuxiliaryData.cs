using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>
/// What a function derives from an argument that is constant in its statement (a compiled pattern, a parsed path), kept by
/// SQLite from call to call.
/// </summary>
internal static unsafe class SqliteAuxiliaryData
{
    /// <summary>What <see cref="Set"/> kept for this argument of this call site, or null.</summary>
    internal static T? Get<T>(nint context, int argument)
        where T : class
    {
        nint data = sqlite3_get_auxdata(context, argument);
        return data == 0 ? null : Unsafe.As<T>(GCHandle.FromIntPtr(data).Target!);
    }

    /// <summary>Keeps an object while the argument stays the same constant; SQLite may drop it at any time.</summary>
    internal static void Set(nint context, int argument, object value) =>
        sqlite3_set_auxdata(context, argument, GCHandle.ToIntPtr(GCHandle.Alloc(value)), &Free);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint data) => GCHandle.FromIntPtr(data).Free();
}
