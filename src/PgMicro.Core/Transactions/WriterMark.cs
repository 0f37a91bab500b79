using System.Diagnostics;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Text;

namespace PgMicro.Core.Transactions;

/// <summary>
/// Who writes to the file: a small file beside it, mapped into memory, where each process leaves its name while it has SQLite's write lock, for those that
/// wait for it. The lock is SQLite's; this only tells.
/// </summary>
internal sealed unsafe class WriterMark(string database) : IDisposable
{
    /// <summary>What the file is called beyond the database's name.</summary>
    internal const string Suffix = "-writer";

    private const int Size = 256;
    private const int PidOffset = 8;
    private const int HostOffset = 16;
    private const int ApplicationOffset = 96;
    private const int MostHostBytes = ApplicationOffset - HostOffset - 1;
    private const int MostApplicationBytes = Size - ApplicationOffset - 1;

    private static readonly string Host = Environment.MachineName;

    private readonly Lock _opening = new();
    private MemoryMappedViewAccessor? _view;
    private MemoryMappedFile? _map;
    private byte* _memory;
    private bool _isOff;
    private string? _application;

    /// <summary>The caller has got the lock, and the write gate.</summary>
    internal void Set(string application)
    {
        if (!Open(create: true))
        {
            return;
        }

        var memory = new Span<byte>(_memory, Size);
        if (application != _application || BitConverter.ToInt32(memory[PidOffset..]) != Environment.ProcessId)
        {
            Write(memory[HostOffset..], Host, MostHostBytes);
            Write(memory[ApplicationOffset..], application.Length > 0 ? application : AppDomain.CurrentDomain.FriendlyName, MostApplicationBytes);
            BitConverter.TryWriteBytes(memory[PidOffset..], Environment.ProcessId);
            _application = application;
        }

        Volatile.Write(ref *(long*)_memory, (DateTime.UtcNow - DateTime.UnixEpoch).Ticks);
    }

    /// <summary>The caller has given the lock back.</summary>
    internal void Clear()
    {
        if (_memory != null && *(int*)(_memory + PidOffset) == Environment.ProcessId)
        {
            Volatile.Write(ref *(long*)_memory, 0);
        }
    }

    /// <summary>Who has the lock, for a DETAIL.</summary>
    internal string Describe()
    {
        if (Open(create: false) && Volatile.Read(ref *(long*)_memory) is var since and not 0)
        {
            var memory = new ReadOnlySpan<byte>(_memory, Size);
            var pid = BitConverter.ToInt32(memory[PidOffset..]);
            var host = Read(memory[HostOffset..]);
            if (pid != Environment.ProcessId && (host != Host || IsRunning(pid)))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"Process {pid} (\"{Read(memory[ApplicationOffset..])}\") on host \"{host}\" has been writing to the database file since {DateTime.UnixEpoch.AddTicks(since):yyyy-MM-dd HH:mm:ss.fff}+00.");
            }
        }

        return "Another program has SQLite's write lock on the database file.";
    }

    /// <summary>The database has been closed in this process; the file goes with the last process that has it open.</summary>
    public void Dispose()
    {
        lock (_opening)
        {
            _isOff = true;
            if (_memory != null)
            {
                _view!.SafeMemoryMappedViewHandle.ReleasePointer();
                _memory = null;
            }

            _view?.Dispose();
            _map?.Dispose();
        }

        // SQLite removes the log when nobody else has the database open.
        if (!File.Exists(database + "-wal"))
        {
            try
            {
                File.Delete(database + Suffix);
            }
            catch (DirectoryNotFoundException)
            {
                // It has gone with its folder.
            }
        }
    }

    private bool Open(bool create)
    {
        if (_memory != null)
        {
            return true;
        }

        lock (_opening)
        {
            if (_isOff || _memory != null || (!create && !File.Exists(database + Suffix)))
            {
                return _memory != null;
            }

            try
            {
                using var stream = new FileStream(database + Suffix, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                if (stream.Length < Size)
                {
                    stream.SetLength(Size);
                }

                _map = MemoryMappedFile.CreateFromFile(stream, null, Size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
                _view = _map.CreateViewAccessor(0, Size);
                byte* memory = null;
                _view.SafeMemoryMappedViewHandle.AcquirePointer(ref memory);
                _memory = memory;
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Where no file can be made beside the database, who waits learns less.
                _isOff = true;
                return false;
            }
        }
    }

    private static bool IsRunning(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Write(Span<byte> target, string text, int most)
    {
        Encoding.UTF8.TryGetBytes(text.Length > most / 3 ? text[..(most / 3)] : text, target[1..], out var written);
        target[0] = (byte)written;
    }

    private static string Read(ReadOnlySpan<byte> source) => Encoding.UTF8.GetString(source.Slice(1, Math.Min(source[0], source.Length - 1)));
}
