using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using static PgMicro.Core.Storage.LogIndex;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>
/// A database file as one connection sees it who may write to it in private: the content is that of a snapshot which
/// another connection holds, and what is written stays here and is never in the file (docs/adr/0002).
/// </summary>
/// <remarks>
/// It stands between SQLite and its VFS. The database file is only read. The log is read as far as the snapshot goes and
/// continues in private memory, and the index of the log, which connections otherwise share, is a copy. SQLite's write lock,
/// its checkpoints and the other connections are not touched, so there may be any number of branches beside a writer.
/// </remarks>
internal sealed unsafe class BranchFile : IDisposable
{
    private const int AttemptedBackfill = CheckpointInfo + 4 + (4 * ReadMarks) + 8;
    private const int HeaderRoom = AttemptedBackfill + 8;
    private const int HashTable = RegionSize / 2;
    private const int FramesInFirstRegion = 4062;
    private const int FramesInRegion = 4096;
    private const uint HashSlots = 8192;
    private const uint HashFactor = 383;

    // More frames than this are copied with their regions.
    private const uint MostAdded = 256;
    private const int LogHeaderSize = 32;
    private const int FrameHeaderSize = 24;

    // Offsets in the header of the index of the log.
    private const int Change = 8;
    private const int IsInitialized = 12;
    private const int PageSize = 14;
    private const int PageCount = 20;
    private const int Salt = 32;
    private const int Checksum = 40;

    private readonly GCHandle<BranchFile> _self;
    private readonly List<nint> _regions = [];
    private readonly BranchLog _log = new();
    private readonly byte[] _header = new byte[HeaderSize];
    private long _fileSize;
    private uint _emptyBases;

    internal BranchFile()
    {
        _self = new GCHandle<BranchFile>(this);
    }

    /// <summary>A pointer for <see cref="FromPointer"/>; valid until disposal.</summary>
    internal nint Pointer => GCHandle<BranchFile>.ToIntPtr(_self);

    /// <summary>The log with what the branch has written.</summary>
    internal BranchLog Log => _log;

    internal long FileSize => _fileSize;

    internal static BranchFile FromPointer(nint pointer) => GCHandle<BranchFile>.FromIntPtr(pointer).Target;

    /// <summary>
    /// Puts the branch on the snapshot of a connection (<see cref="SqliteConnectionHandle.BeginSnapshot"/>), which must stay as long as the
    /// branch is used, and forgets what has been written. The branch's connection must be in no transaction.
    /// </summary>
    /// <returns>Whether this is another snapshot than before.</returns>
    internal bool SetBase(SqliteConnectionHandle pin)
    {
        var file = FileOf(pin);
        Span<byte> header = stackalloc byte[HeaderSize];
        ReadSnapshot(pin, file, header);
        var moved = !header.SequenceEqual(_header);
        if (!moved && !_log.HasWrites)
        {
            return false;
        }

        // SQLite keeps pages that the log has no newer frames of: none may come from a commit in here.
        Debug.Assert(_regions.Count == 0 || new ReadOnlySpan<byte>((void*)_regions[0], HeaderSize).SequenceEqual(_header), "A branch has been committed to.");
        var known = KnownFrames(header);
        header.CopyTo(_header);
        WriteIndex(file, known);
        var pageSize = BinaryPrimitives.ReadUInt16LittleEndian(header[PageSize..]) is var size and not 1 ? size : 65536;
        _fileSize = (long)BinaryPrimitives.ReadUInt32LittleEndian(header[PageCount..]) * pageSize;
        var frames = BinaryPrimitives.ReadUInt32LittleEndian(header[LastFrame..]);
        _log.Reset(frames == 0 ? 0 : LogHeaderSize + ((long)frames * (FrameHeaderSize + pageSize)));
        return moved;
    }

    /// <summary>A number that every commit to the file changes, whichever process makes it. The caller holds the write lock.</summary>
    internal static uint CommitCounter(SqliteConnectionHandle connection) => *(uint*)(LogIndex.Region(FileOf(connection), 0) + Change);

    /// <summary>Whether nothing has been committed to the file since the branch's snapshot.</summary>
    /// <param name="connection">Any connection to the file.</param>
    internal bool IsCurrent(SqliteConnectionHandle connection)
    {
        // A header that is just being written is another one: that much is enough.
        var shared = LogIndex.Region(FileOf(connection), 0);
        return new ReadOnlySpan<byte>((void*)shared, HeaderSize).SequenceEqual(_header);
    }

    /// <summary>The memory of a part of the index of the log; 0 when there is none and none is to be made.</summary>
    internal nint Region(int number, bool extend)
    {
        if (number >= _regions.Count && !extend)
        {
            return 0;
        }

        while (_regions.Count <= number)
        {
            _regions.Add((nint)NativeMemory.AllocZeroed(RegionSize));
        }

        return _regions[number];
    }

    public void Dispose()
    {
        foreach (var region in _regions)
        {
            NativeMemory.Free((void*)region);
        }

        _regions.Clear();
        _log.Dispose();
        _self.Dispose();
    }

    // A snapshot of SQLite is the header of the log's index as its reader has it.
    private static bool TryGetSnapshot(SqliteConnectionHandle pin, Span<byte> header)
    {
        nint snapshot;
        int rc;
        fixed (byte* main = "main\0"u8)
        {
            rc = sqlite3_snapshot_get(pin.Db, main, &snapshot);
        }

        if (rc == SqliteResultCode.Error)
        {
            // The log has never been written to.
            return false;
        }

        pin.Check(rc);
        new ReadOnlySpan<byte>((void*)snapshot, HeaderSize).CopyTo(header);
        sqlite3_snapshot_free(snapshot);
        return true;
    }

    /// <summary>The header of the pin's snapshot.</summary>
    /// <remarks>
    /// The pin keeps the log from beginning anew, so all frames of the snapshot are there. The file alone need not have it even when a
    /// checkpoint has passed it: of a page that has been changed once more since, a checkpoint leaves the older content in the log.
    /// </remarks>
    private void ReadSnapshot(SqliteConnectionHandle pin, SqliteFile* file, Span<byte> header)
    {
        if (!TryGetSnapshot(pin, header))
        {
            header.Clear();
            long size;
            pin.Check(file->Methods->FileSize(file, &size));
            var pageSize = (int)pin.QueryInt64("PRAGMA page_size");
            BinaryPrimitives.WriteUInt32LittleEndian(header, 3007000);
            BinaryPrimitives.WriteUInt32LittleEndian(header[Change..], ++_emptyBases);
            header[IsInitialized] = 1;
            BinaryPrimitives.WriteUInt16LittleEndian(header[PageSize..], (ushort)(pageSize == 65536 ? 1 : pageSize));
            BinaryPrimitives.WriteUInt32LittleEndian(header[PageCount..], (uint)(size / pageSize));
            WriteChecksum(header);
        }
    }

    // Those that the log has already had at the present snapshot.
    private uint KnownFrames(ReadOnlySpan<byte> header)
    {
        var last = LastFrameOf(_header);
        var isSameLog = header[Salt..Checksum].SequenceEqual(_header.AsSpan(Salt..Checksum)) && last <= LastFrameOf(header);
        return isSameLog ? last : 0;
    }

    private static uint LastFrameOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32LittleEndian(header[LastFrame..]);

    private static int CountRegions(uint frames) => frames <= FramesInFirstRegion ? 1 : 2 + (int)((frames - FramesInFirstRegion - 1) / FramesInRegion);

    private void WriteIndex(SqliteFile* file, uint known)
    {
        var last = LastFrameOf(_header);
        if (known == 0 || last - known > MostAdded || !TryAddFrames(file, known + 1, last))
        {
            CopyRegions(file, known == 0 ? 0 : CountRegions(known) - 1, last);
        }

        var first = new Span<byte>((void*)_regions[0], HeaderRoom);
        first.Clear();
        _header.CopyTo(first);
        _header.CopyTo(first[HeaderSize..]);
        for (var i = 1; i < ReadMarks; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(first[(CheckpointInfo + 4 + (4 * i))..], i == 1 ? last : UnusedMark);
        }
    }

    // As SQLite adds them: to the pages of the frames, and to the hash table over these.
    private bool TryAddFrames(SqliteFile* file, uint from, uint to)
    {
        for (var frame = from; frame <= to; frame++)
        {
            var number = CountRegions(frame) - 1;
            var before = number == 0 ? 0 : FramesInFirstRegion + ((uint)(number - 1) * FramesInRegion);
            var room = number == 0 ? HeaderRoom : 0;
            var (index, region) = ((int)(frame - before), Region(number, extend: true));
            if (index == 1)
            {
                NativeMemory.Clear((void*)(region + room), (nuint)(RegionSize - room));
            }

            var page = Volatile.Read(ref ((uint*)(LogIndex.Region(file, number) + room))[index - 1]);
            ref var own = ref ((uint*)(region + room))[index - 1];
            if (own != 0)
            {
                return false;
            }

            own = page;
            var table = (ushort*)(region + HashTable);
            var slot = page * HashFactor;
            while (table[slot % HashSlots] != 0)
            {
                slot++;
            }

            table[slot % HashSlots] = (ushort)index;
        }

        return true;
    }

    // Regions that are full do not change until the log begins anew.
    private void CopyRegions(SqliteFile* file, int from, uint last)
    {
        var count = CountRegions(last);
        for (var i = from; i < Math.Max(count, _regions.Count); i++)
        {
            var region = Region(i, extend: true);
            if (last > 0 && i < count)
            {
                NativeMemory.Copy((void*)LogIndex.Region(file, i), (void*)region, RegionSize);
                if (i == count - 1)
                {
                    ForgetLaterFrames(region, i == 0 ? HeaderRoom : 0, last - (i == 0 ? 0 : FramesInFirstRegion + ((uint)(i - 1) * FramesInRegion)));
                }
            }
            else
            {
                NativeMemory.Clear((void*)region, RegionSize);
            }
        }
    }

    // The copy may have met a writer between a frame's page number and its place in the hash table, and SQLite, which clears what a
    // writer has left when it sees such a page number, takes a fuller table than there are frames for damage.
    private static void ForgetLaterFrames(nint region, int pageNumbers, uint frames)
    {
        new Span<byte>((void*)region, HashTable)[(pageNumbers + (int)(frames * sizeof(uint)))..].Clear();
        foreach (ref var frame in new Span<ushort>((void*)(region + HashTable), (RegionSize - HashTable) / sizeof(ushort)))
        {
            if (frame > frames)
            {
                frame = 0;
            }
        }
    }

    private static void WriteChecksum(Span<byte> header)
    {
        uint s1 = 0, s2 = 0;
        for (var i = 0; i < Checksum; i += 8)
        {
            s1 += BinaryPrimitives.ReadUInt32LittleEndian(header[i..]) + s2;
            s2 += BinaryPrimitives.ReadUInt32LittleEndian(header[(i + 4)..]) + s1;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(header[Checksum..], s1);
        BinaryPrimitives.WriteUInt32LittleEndian(header[(Checksum + 4)..], s2);
    }
}
