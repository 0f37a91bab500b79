using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>
/// The VFS through which a connection to a <see cref="BranchFile"/> reads and writes. Everything else that SQLite opens on
/// such a connection (sorters, statement journals) goes to the default VFS.
/// </summary>
internal static unsafe class BranchVfs
{
    private const string Name = "pgmicro-branch";
    private const int OpenReadOnly = 0x1;
    private const int OpenReadWrite = 0x2;
    private const int OpenCreate = 0x4;
    private const int OpenMainDb = 0x100;
    private const int OpenWal = 0x80000;
    private const int LockExclusive = 4;
    private const int PowersafeOverwrite = 0x1000;
    private const int NoSpaceOnUnix = 28;
    private const int NoSpaceOnWindows = unchecked((int)0x80070070);
    private const int SectorBytes = 4096;

    private static readonly SqliteVfs* Original;
    private static readonly SqliteIoMethods* DatabaseMethods;
    private static readonly SqliteIoMethods* LogMethods;

    // Branches by the file name that their connection's pager holds, which is how a log finds its database.
    private static readonly Dictionary<nint, BranchFile> ByName = [];

    [ThreadStatic]
    private static BranchFile? _opening;

    static BranchVfs()
    {
        sqlite3_initialize();
        Original = sqlite3_vfs_find(null);
        var own = (SqliteVfs*)NativeMemory.Alloc((nuint)sizeof(SqliteVfs));
        *own = *Original;
        own->FileSize = Math.Max(Original->FileSize, sizeof(OpenFile));
        own->Name = (byte*)Marshal.StringToCoTaskMemUTF8(Name);
        own->Next = null;
        own->Open = &OnOpen;
        own->Delete = &OnDelete;
        sqlite3_vfs_register(own, 0);
        DatabaseMethods = Methods(isLog: false);
        LogMethods = Methods(isLog: true);
    }

    /// <summary>Opens a connection to a branch, which must have a base.</summary>
    internal static SqliteConnectionHandle Open(string path, BranchFile branch)
    {
        _opening = branch;
        try
        {
            return SqliteConnectionHandle.Open(path, new SqliteConnectionOptions { Create = false, Vfs = Name });
        }
        finally
        {
            _opening = null;
        }
    }

    private static SqliteIoMethods* Methods(bool isLog)
    {
        var methods = (SqliteIoMethods*)NativeMemory.AllocZeroed((nuint)sizeof(SqliteIoMethods));
        methods->Version = 2;
        methods->Close = &OnClose;
        methods->Read = isLog ? &OnReadLog : &OnRead;
        methods->Write = isLog ? &OnWriteLog : &OnWrite;
        methods->Truncate = isLog ? &OnTruncateLog : &OnTruncate;
        methods->Sync = &OnSync;
        methods->FileSize = isLog ? &OnLogSize : &OnFileSize;
        methods->Lock = &OnLock;
        methods->Unlock = &OnUnlock;
        methods->CheckReservedLock = &OnCheckReservedLock;
        methods->FileControl = &OnFileControl;
        methods->SectorSize = &OnSectorSize;
        methods->DeviceCharacteristics = &OnDeviceCharacteristics;
        methods->SharedMemoryMap = &OnSharedMemoryMap;
        methods->SharedMemoryLock = &OnSharedMemoryLock;
        methods->SharedMemoryBarrier = &OnSharedMemoryBarrier;
        methods->SharedMemoryUnmap = &OnSharedMemoryUnmap;
        return methods;
    }

    private static BranchFile BranchOf(SqliteFile* file) => BranchFile.FromPointer(file->State);

    private static SqliteFile* RealOf(SqliteFile* file) => ((OpenFile*)file)->Real;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnOpen(SqliteVfs* vfs, byte* name, SqliteFile* file, int flags, int* outFlags)
    {
        file->Methods = null;
        BranchFile? branch;
        if ((flags & OpenMainDb) != 0)
        {
            branch = _opening;
        }
        else if ((flags & OpenWal) != 0)
        {
            lock (ByName)
            {
                branch = ByName.GetValueOrDefault((nint)sqlite3_filename_database(name));
            }
        }
        else
        {
            return Original->Open(Original, name, file, flags, outFlags);
        }

        if (branch is null)
        {
            return SqliteResultCode.Misuse;
        }

        var real = (SqliteFile*)NativeMemory.AllocZeroed((nuint)Original->FileSize);
        var isLog = (flags & OpenWal) != 0;
        var rc = Original->Open(Original, name, real, (flags & ~(OpenReadWrite | OpenCreate)) | OpenReadOnly, null);
        if (rc != SqliteResultCode.Ok)
        {
            NativeMemory.Free(real);
            if (!isLog)
            {
                return rc;
            }

            // The log need not exist.
            real = null;
        }

        var own = (OpenFile*)file;
        own->Real = real;
        own->FileName = isLog ? 0 : (nint)name;
        file->State = branch.Pointer;
        file->Methods = isLog ? LogMethods : DatabaseMethods;
        if (!isLog)
        {
            lock (ByName)
            {
                ByName[(nint)name] = branch;
            }
        }

        if (outFlags != null)
        {
            *outFlags = flags;
        }

        return SqliteResultCode.Ok;
    }

    // A log that looks superfluous to the branch is the real one.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnDelete(SqliteVfs* vfs, byte* name, int syncFolder)
    {
        lock (ByName)
        {
            return ByName.ContainsKey((nint)sqlite3_filename_database(name)) ? SqliteResultCode.Ok : Original->Delete(Original, name, syncFolder);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnClose(SqliteFile* file)
    {
        var own = (OpenFile*)file;
        if (own->FileName != 0)
        {
            lock (ByName)
            {
                ByName.Remove(own->FileName);
            }
        }

        if (own->Real != null)
        {
            if (own->Real->Methods != null)
            {
                own->Real->Methods->Close(own->Real);
            }

            NativeMemory.Free(own->Real);
            own->Real = null;
        }

        file->Methods = null;
        return SqliteResultCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRead(SqliteFile* file, byte* buffer, int length, long offset) =>
        RealOf(file)->Methods->Read(RealOf(file), buffer, length, offset);

    // Only checkpoints write here, and a branch has none.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnWrite(SqliteFile* file, byte* data, int length, long offset) => SqliteResultCode.ReadOnly;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnTruncate(SqliteFile* file, long size) => SqliteResultCode.ReadOnly;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnReadLog(SqliteFile* file, byte* buffer, int length, long offset)
    {
        try
        {
            return BranchOf(file).Log.Read(buffer, length, offset, RealOf(file));
        }
        catch (Exception e)
        {
            return CodeOf(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnWriteLog(SqliteFile* file, byte* data, int length, long offset)
    {
        try
        {
            return BranchOf(file).Log.Write(data, length, offset, RealOf(file));
        }
        catch (Exception e)
        {
            return CodeOf(e);
        }
    }

    // Nothing may leave a callback.
    private static int CodeOf(Exception e) => e switch
    {
        OutOfMemoryException => SqliteResultCode.NoMem,
        IOException { HResult: NoSpaceOnUnix or NoSpaceOnWindows } => SqliteResultCode.Full,
        _ => SqliteResultCode.IoErr,
    };

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnTruncateLog(SqliteFile* file, long size)
    {
        BranchOf(file).Log.Truncate(size);
        return SqliteResultCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSync(SqliteFile* file, int flags) => SqliteResultCode.Ok;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnFileSize(SqliteFile* file, long* size)
    {
        *size = BranchOf(file).FileSize;
        return SqliteResultCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLogSize(SqliteFile* file, long* size)
    {
        *size = BranchOf(file).Log.Size;
        return SqliteResultCode.Ok;
    }

    // Nobody is to be kept out of a branch, but closing must not think that it is the last to close the file.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLock(SqliteFile* file, int level) => level == LockExclusive ? SqliteResultCode.Busy : SqliteResultCode.Ok;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnUnlock(SqliteFile* file, int level) => SqliteResultCode.Ok;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCheckReservedLock(SqliteFile* file, int* isReserved)
    {
        *isReserved = 0;
        return SqliteResultCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnFileControl(SqliteFile* file, int operation, void* argument) => SqliteResultCode.NotFound;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSectorSize(SqliteFile* file) => SectorBytes;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnDeviceCharacteristics(SqliteFile* file) => PowersafeOverwrite;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSharedMemoryMap(SqliteFile* file, int region, int size, int extend, void** memory)
    {
        *memory = (void*)BranchOf(file).Region(region, extend != 0);
        return SqliteResultCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSharedMemoryLock(SqliteFile* file, int offset, int count, int flags) => SqliteResultCode.Ok;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnSharedMemoryBarrier(SqliteFile* file) => Interlocked.MemoryBarrier();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSharedMemoryUnmap(SqliteFile* file, int delete) => SqliteResultCode.Ok;

    /// <summary>A file of a branch: what SQLite knows, and the real file that it stands on.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct OpenFile
    {
        internal SqliteFile File;
        internal SqliteFile* Real;
        internal nint FileName;
    }
}
