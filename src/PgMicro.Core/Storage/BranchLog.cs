using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PgMicro.Core.Storage;

/// <summary>
/// The write-ahead log of a <see cref="BranchFile"/>: the real one up to a point, and what the branch writes: in memory at
/// first, in a file that goes with it when it becomes much. SQLite writes here only when its page cache overflows.
/// </summary>
internal sealed unsafe class BranchLog : IDisposable
{
    private const int BlockSize = 64 * 1024;
    private const int UsualBlocksInMemory = 512;

    /// <summary>Called on the thread that writes before something goes to the file that a large branch is in; for tests, in which the disk fails.</summary>
    [ThreadStatic]
    internal static Action? Spilling;

    /// <summary>Blocks that a branch of this thread keeps in memory; 0 for as many as usual. For tests.</summary>
    [ThreadStatic]
    internal static int MostBlocksInMemory;

    private readonly Dictionary<long, nint> _blocks = [];
    private readonly HashSet<long> _spilled = [];
    private SafeFileHandle? _spill;

    /// <summary>Bytes of the real log that belong to the branch.</summary>
    internal long BaseSize { get; private set; }

    /// <summary>Bytes of the log as the branch sees it.</summary>
    internal long Size { get; private set; }

    internal bool HasWrites => _blocks.Count > 0 || _spilled.Count > 0;

    /// <summary>Forgets what was written.</summary>
    internal void Reset(long baseSize)
    {
        foreach (var block in _blocks.Values)
        {
            NativeMemory.Free((void*)block);
        }

        _blocks.Clear();
        _spilled.Clear();
        BaseSize = Size = baseSize;
    }

    internal void Truncate(long size) => Size = Math.Min(Size, size);

    internal int Read(byte* buffer, int length, long offset, NativeMethods.SqliteFile* real)
    {
        var available = (int)Math.Clamp(Size - offset, 0, length);
        for (var done = 0; done < available;)
        {
            var (number, start) = Math.DivRem(offset + done, BlockSize);
            var count = (int)Math.Min(BlockSize - start, available - done);
            var target = buffer + done;
            if (_blocks.TryGetValue(number, out var block))
            {
                NativeMemory.Copy((byte*)block + start, target, (nuint)count);
            }
            else if (_spilled.Contains(number))
            {
                ReadFully(new Span<byte>(target, count), (number * BlockSize) + start);
            }
            else if (ReadBase(real, target, count, offset + done) is var rc and not SqliteResultCode.Ok)
            {
                return rc;
            }

            done += count;
        }

        if (available < length)
        {
            new Span<byte>(buffer + available, length - available).Clear();
            return SqliteResultCode.IoErrShortRead;
        }

        return SqliteResultCode.Ok;
    }

    internal int Write(byte* data, int length, long offset, NativeMethods.SqliteFile* real)
    {
        for (var done = 0; done < length;)
        {
            var (number, start) = Math.DivRem(offset + done, BlockSize);
            var count = (int)Math.Min(BlockSize - start, length - done);
            if (_spilled.Contains(number))
            {
                Spilling?.Invoke();
                RandomAccess.Write(_spill!, new ReadOnlySpan<byte>(data + done, count), (number * BlockSize) + start);
            }
            else
            {
                if (!_blocks.TryGetValue(number, out var block))
                {
                    if (NewBlock(number, real, out block) is var rc and not SqliteResultCode.Ok)
                    {
                        return rc;
                    }
                }

                NativeMemory.Copy(data + done, (byte*)block + start, (nuint)count);
            }

            done += count;
        }

        Size = Math.Max(Size, offset + length);
        return SqliteResultCode.Ok;
    }

    public void Dispose()
    {
        Reset(0);
        _spill?.Dispose();
    }

    // A block begins as what the real log has there.
    private int NewBlock(long number, NativeMethods.SqliteFile* real, out nint block)
    {
        if (_blocks.Count >= (MostBlocksInMemory == 0 ? UsualBlocksInMemory : MostBlocksInMemory))
        {
            SpillBlocks();
        }

        block = (nint)NativeMemory.AllocZeroed(BlockSize);
        var known = (int)Math.Clamp(BaseSize - (number * BlockSize), 0, BlockSize);
        if (known > 0 && ReadBase(real, (byte*)block, known, number * BlockSize) is var rc and not SqliteResultCode.Ok)
        {
            NativeMemory.Free((void*)block);
            return rc;
        }

        _blocks.Add(number, block);
        return SqliteResultCode.Ok;
    }

    private static int ReadBase(NativeMethods.SqliteFile* real, byte* buffer, int length, long offset) =>
        real == null ? SqliteResultCode.IoErr : real->Methods->Read(real, buffer, length, offset);

    // A block leaves memory only when all are in the file: what fails half-way has changed nothing.
    private void SpillBlocks()
    {
        _spill ??= File.OpenHandle(
            Path.Combine(Path.GetTempPath(), $"pgmicro-branch-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
            FileOptions.DeleteOnClose);
        foreach (var (number, block) in _blocks)
        {
            Spilling?.Invoke();
            RandomAccess.Write(_spill, new ReadOnlySpan<byte>((void*)block, BlockSize), number * BlockSize);
        }

        foreach (var (number, block) in _blocks)
        {
            _spilled.Add(number);
            NativeMemory.Free((void*)block);
        }

        _blocks.Clear();
    }

    private void ReadFully(Span<byte> target, long offset)
    {
        while (target.Length > 0)
        {
            var read = RandomAccess.Read(_spill!, target, offset);
            if (read == 0)
            {
                throw new EndOfStreamException();
            }

            target = target[read..];
            offset += read;
        }
    }
}
