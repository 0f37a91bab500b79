using System.Buffers.Binary;
using System.Globalization;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>What the first page of a file tells before SQLite works with it.</summary>
internal enum FileCondition
{
    /// <summary>It may be ours.</summary>
    Plausible,

    /// <summary>It has no byte.</summary>
    Empty,

    /// <summary>It was a database of ours, and its first page or its length has been changed.</summary>
    Damaged,
}

/// <summary>
/// Looks at the header of a database file (SQLite: "Database File Format", 1.3) through SQLite's own handle of it: another one would, when it is closed, give up
/// the locks that this process has on the file.
/// </summary>
internal static unsafe class FileHeader
{
    private const int HeaderSize = 100;
    private const int ShortRead = 522;
    private const int MostSearched = 65536;

    /// <summary>Examines the file of a connection that has not read from it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="applicationId">The application id of our files.</param>
    /// <param name="mark">What the beginning of each of our files contains,</param>
    /// <param name="otherMark">or else this.</param>
    /// <param name="hasLog">Whether there is a log beside it: pages may be missing in the file then.</param>
    /// <param name="what">What is wrong.</param>
    internal static FileCondition Examine(SqliteConnectionHandle connection, int applicationId, ReadOnlySpan<byte> mark, ReadOnlySpan<byte> otherMark, bool hasLog, out string? what)
    {
        what = null;
        var file = FileOf(connection);
        long length;
        connection.Check(file->Methods->FileSize(file, &length));
        if (length == 0)
        {
            return FileCondition.Empty;
        }

        var header = Read(connection, file, 0, HeaderSize + 1);
        var isDatabase = header.AsSpan().StartsWith("SQLite format 3\0"u8);
        if (isDatabase && length <= HeaderSize)
        {
            what = string.Create(CultureInfo.InvariantCulture, $"It has only {length} bytes.");
            return FileCondition.Damaged;
        }

        if (!isDatabase || BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(68)) != applicationId)
        {
            var start = length < HeaderSize ? [] : Read(connection, file, 0, (int)Math.Min(length, MostSearched));
            if (length >= HeaderSize && start.AsSpan().IndexOf(mark) < 0 && start.AsSpan().IndexOf(otherMark) < 0)
            {
                return FileCondition.Plausible;
            }

            what = "Its first page has been overwritten.";
            return length >= HeaderSize ? FileCondition.Damaged : FileCondition.Plausible;
        }

        var pageSize = PageSize(header);
        if (pageSize == 0 || !IsPlausible(header))
        {
            what = "Its header has values that SQLite does not write.";
            return FileCondition.Damaged;
        }

        var pages = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(28));
        if (length < pageSize || (!hasLog && (length % pageSize != 0 || length / pageSize < pages)))
        {
            what = string.Create(CultureInfo.InvariantCulture, $"It has {length} bytes, but its header counts {pages} pages of {pageSize} bytes.");
            return FileCondition.Damaged;
        }

        return FileCondition.Plausible;
    }

    /// <summary>
    /// The eight-byte number that follows a mark among the first pages of the file itself, and the one that follows it in the same page of the log; null where there is none.
    /// Nothing of SQLite's has to understand either.
    /// </summary>
    internal static (long? File, long? Log) NumbersAfter(SqliteConnectionHandle connection, string logPath, ReadOnlySpan<byte> mark)
    {
        var file = FileOf(connection);
        var start = Read(connection, file, 0, MostSearched);
        var pageSize = PageSize(start);
        var found = start.AsSpan().IndexOf(mark);
        return pageSize == 0 || NumberAt(start, found, mark.Length) is not { } number
            ? (null, null)
            : (number, InLog(logPath, (uint)(found / pageSize) + 1, pageSize, mark));
    }

    // A log is a header and frames: each a header, which begins with the number of the page, and the page. No process has locks on it.
    private static long? InLog(string path, uint page, int pageSize, ReadOnlySpan<byte> mark)
    {
        const int LogHeader = 32;
        const int FrameHeader = 24;
        using var log = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(log);
        Span<byte> number = stackalloc byte[sizeof(uint)];
        var content = new byte[pageSize];
        for (long at = LogHeader; at + FrameHeader + pageSize <= length; at += FrameHeader + pageSize)
        {
            if (RandomAccess.Read(log, number, at) == number.Length && BinaryPrimitives.ReadUInt32BigEndian(number) == page)
            {
                RandomAccess.Read(log, content, at + FrameHeader);
                return NumberAt(content, content.AsSpan().IndexOf(mark), mark.Length);
            }
        }

        return null;
    }

    private static long? NumberAt(ReadOnlySpan<byte> bytes, int mark, int length) =>
        mark >= 0 && mark + length + sizeof(long) <= bytes.Length ? BinaryPrimitives.ReadInt64BigEndian(bytes[(mark + length)..]) : null;

    private static int PageSize(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt16BigEndian(header[16..]) switch
    {
        1 => 65536,
        >= 512 and var size when (size & (size - 1)) == 0 => size,
        _ => 0,
    };

    private static bool IsPlausible(ReadOnlySpan<byte> header)
    {
        const int LeafTable = 13;
        const int InteriorTable = 5;
        const int NewestSchemaFormat = 4;
        const int Utf8 = 1;
        var pages = BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        return header[18] is 1 or 2 && header[19] is 1 or 2 && header[20] == 0
            && header[21] == 64 && header[22] == 32 && header[23] == 32
            && BinaryPrimitives.ReadUInt32BigEndian(header[32..]) <= pages && BinaryPrimitives.ReadUInt32BigEndian(header[36..]) <= pages
            && BinaryPrimitives.ReadUInt32BigEndian(header[44..]) is >= 1 and <= NewestSchemaFormat
            && BinaryPrimitives.ReadUInt32BigEndian(header[56..]) == Utf8
            && header.Slice(72, 20).IndexOfAnyExcept((byte)0) < 0
            && header[HeaderSize] is LeafTable or InteriorTable;
    }

    private static byte[] Read(SqliteConnectionHandle connection, SqliteFile* file, long offset, int length)
    {
        var bytes = new byte[length];
        fixed (byte* start = bytes)
        {
            var code = file->Methods->Read(file, start, length, offset);
            if (code != ShortRead)
            {
                connection.Check(code);
            }
        }

        return bytes;
    }

    private static SqliteFile* FileOf(SqliteConnectionHandle connection)
    {
        SqliteFile* file = null;
        fixed (byte* main = "main\0"u8)
        {
            connection.Check(sqlite3_file_control(connection.Db, main, FileControlFilePointer, &file));
        }

        return file;
    }
}
