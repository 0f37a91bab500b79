using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>
/// Makes SQLite's writes to the files of one folder fail on request. It stands in the default VFS of the process and passes
/// everything through that is not armed.
/// </summary>
internal sealed unsafe class FaultyFiles : IDisposable
{
    internal const int Full = 13;
    internal const int WriteError = 10 | (3 << 8);
    private const int SyncError = 10 | (4 << 8);

    private static readonly ConcurrentDictionary<string, FaultyFiles> Armed = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<nint, (FaultyFiles Faults, bool IsLog)> Open = new();
    private static readonly ConcurrentDictionary<nint, nint> Methods = new();
    private static readonly Vfs* Original = Install();

    private readonly string _folder;
    private int _writes;
    private int _logSyncs;
    private int _logWrites;

    internal FaultyFiles(string folder)
    {
        RuntimeHelpers.RunClassConstructor(typeof(FaultyFiles).TypeHandle);
        _folder = folder;
        Armed[folder] = this;
    }

    /// <summary>Writes, truncations and syncs since the last <see cref="FailAt"/>.</summary>
    internal int Writes => _writes;

    /// <summary>Times that the disk was asked to take the log, since the last <see cref="FailAt"/>.</summary>
    internal int LogSyncs => _logSyncs;

    /// <summary>Writes to the log since the last of these times began.</summary>
    internal int LogWritesSinceSync => _logWrites;

    /// <summary>Called before the disk is asked to take the log.</summary>
    internal Action? LogSyncing { get; set; }

    /// <summary>The result code that the write with <see cref="Failing"/> as number gets, and all later ones unless it fails alone.</summary>
    internal int Code { get; private set; } = Full;

    /// <summary>The first write that fails, counted from 1; 0 for none.</summary>
    internal int Failing { get; private set; }

    /// <summary>Whether one write alone fails.</summary>
    internal bool FailsOnce { get; private set; }

    /// <summary>Counts anew and fails from the given write on, or that one.</summary>
    internal void FailAt(int write, int code, bool once = false)
    {
        _writes = _logSyncs = 0;
        FailsOnce = once;
        Code = code;
        Failing = write;
    }

    /// <summary>Lets everything pass and counts anew.</summary>
    internal void Heal() => FailAt(0, Full);

    public void Dispose() => Armed.TryRemove(_folder, out _);

    private static Vfs* Install()
    {
        var library = NativeLibrary.Load("e_sqlite3", typeof(Storage.TemporaryDatabase).Assembly, null);
        var find = (delegate* unmanaged<byte*, Vfs*>)NativeLibrary.GetExport(library, "sqlite3_vfs_find");
        var register = (delegate* unmanaged<Vfs*, int, int>)NativeLibrary.GetExport(library, "sqlite3_vfs_register");
        var initialize = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "sqlite3_initialize");
        initialize();
        var original = find(null);
        var faulty = (Vfs*)NativeMemory.Alloc((nuint)sizeof(Vfs));
        *faulty = *original;
        var name = "faulty\0"u8;
        faulty->Name = (byte*)NativeMemory.Alloc((nuint)name.Length);
        name.CopyTo(new Span<byte>(faulty->Name, name.Length));
        faulty->Next = null;
        faulty->Open = &OnOpen;
        register(faulty, 1);
        return original;
    }

    [UnmanagedCallersOnly]
    private static int OnOpen(Vfs* vfs, byte* name, nint* file, int flags, int* outFlags)
    {
        var rc = Original->Open(Original, name, file, flags, outFlags);
        var path = name == null ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
        if (rc != 0 || path is null
            || Path.GetDirectoryName(path) is not { } folder
            || !Armed.TryGetValue(folder, out var faults))
        {
            return rc;
        }

        Open[(nint)file] = (faults, path.EndsWith("-wal", StringComparison.Ordinal));
        *file = Methods.GetOrAdd(*file, static original =>
        {
            var clone = (IoMethods*)NativeMemory.Alloc((nuint)sizeof(ClonedMethods));
            *clone = *(IoMethods*)original;
            ((ClonedMethods*)clone)->Original = (IoMethods*)original;
            clone->Close = &OnClose;
            clone->Write = &OnWrite;
            clone->Truncate = &OnTruncate;
            clone->Sync = &OnSync;
            return (nint)clone;
        });
        return rc;
    }

    private static IoMethods* OriginalOf(nint* file) => ((ClonedMethods*)*file)->Original;

    private static int Fault(nint* file, bool isSync = false)
    {
        if (!Open.TryGetValue((nint)file, out var open))
        {
            return 0;
        }

        var faults = open.Faults;
        if (open.IsLog && isSync)
        {
            Interlocked.Increment(ref faults._logSyncs);
            faults._logWrites = 0;
            faults.LogSyncing?.Invoke();
        }
        else if (open.IsLog)
        {
            Interlocked.Increment(ref faults._logWrites);
        }

        var write = Interlocked.Increment(ref faults._writes);
        var fails = faults.Failing != 0 && (faults.FailsOnce ? write == faults.Failing : write >= faults.Failing);
        return !fails ? 0 : isSync && faults.Code == WriteError ? SyncError : faults.Code;
    }

    [UnmanagedCallersOnly]
    private static int OnClose(nint* file)
    {
        Open.TryRemove((nint)file, out _);
        return OriginalOf(file)->Close(file);
    }

    [UnmanagedCallersOnly]
    private static int OnWrite(nint* file, byte* data, int amount, long offset) =>
        Fault(file) is var rc and not 0 ? rc : OriginalOf(file)->Write(file, data, amount, offset);

    [UnmanagedCallersOnly]
    private static int OnTruncate(nint* file, long size) => Fault(file) is var rc and not 0 ? rc : OriginalOf(file)->Truncate(file, size);

    [UnmanagedCallersOnly]
    private static int OnSync(nint* file, int flags) => Fault(file, isSync: true) is var rc and not 0 ? rc : OriginalOf(file)->Sync(file, flags);

    /// <summary>sqlite3_vfs.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        internal int Version;
        internal int FileSize;
        internal int MaxPath;
        internal Vfs* Next;
        internal byte* Name;
        internal nint AppData;
        internal delegate* unmanaged<Vfs*, byte*, nint*, int, int*, int> Open;
        internal PointerBlock Rest;
    }

    [InlineArray(14)]
    private struct PointerBlock
    {
        private nint _first;
    }

    /// <summary>sqlite3_io_methods.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct IoMethods
    {
        internal int Version;
        internal delegate* unmanaged<nint*, int> Close;
        internal nint Read;
        internal delegate* unmanaged<nint*, byte*, int, long, int> Write;
        internal delegate* unmanaged<nint*, long, int> Truncate;
        internal delegate* unmanaged<nint*, int, int> Sync;
        internal PointerBlock Rest;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ClonedMethods
    {
        internal IoMethods Methods;
        internal IoMethods* Original;
    }
}
