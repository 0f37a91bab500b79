using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>
/// The state of one running aggregate: either an unmanaged struct in SQLite's own memory, zeroed at first, or an object.
/// SQLite calls the final function exactly once for each state, also when the statement is given up.
/// </summary>
internal static unsafe class SqliteAggregate
{
    /// <summary>The state of this group, created zeroed by the first call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref T State<T>(nint context)
        where T : unmanaged
    {
        void* memory = sqlite3_aggregate_context(context, sizeof(T));
        if (memory == null)
        {
            ThrowOutOfMemory();
        }

        return ref *(T*)memory;
    }

    /// <summary>The state of this group, or a null reference if no row has reached it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref T StateOrNull<T>(nint context)
        where T : unmanaged =>
        ref Unsafe.AsRef<T>(sqlite3_aggregate_context(context, 0));

    /// <summary>The state object of this group, created by the first call.</summary>
    internal static T GetOrCreate<T>(nint context)
        where T : class, new()
    {
        ref nint slot = ref State<nint>(context);
        if (slot != 0)
        {
            return Unsafe.As<T>(GCHandle.FromIntPtr(slot).Target!);
        }

        var created = new T();
        slot = GCHandle.ToIntPtr(GCHandle.Alloc(created));
        return created;
    }

    /// <summary>The state object of this group, or null if no row has reached it. For window values.</summary>
    internal static T? Peek<T>(nint context)
        where T : class
    {
        nint* slot = (nint*)sqlite3_aggregate_context(context, 0);
        return slot == null || *slot == 0 ? null : Unsafe.As<T>(GCHandle.FromIntPtr(*slot).Target!);
    }

    /// <summary>Takes the state object out of this group. The final function must call it, or the object leaks.</summary>
    internal static T? Take<T>(nint context)
        where T : class
    {
        nint* slot = (nint*)sqlite3_aggregate_context(context, 0);
        if (slot == null || *slot == 0)
        {
            return null;
        }

        GCHandle handle = GCHandle.FromIntPtr(*slot);
        *slot = 0;
        var state = Unsafe.As<T>(handle.Target!);
        handle.Free();
        return state;
    }

    private static void ThrowOutOfMemory() => throw new OutOfMemoryException();
}
