using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Files of the machine, for superusers (manual: "Generic File Access Functions"), and a server's own files, of which there are none.</summary>
internal static class ServerFiles
{
    private const long Whole = -1;

    [PgFunction("pg_read_file(text)")]
    public static string ReadText(FunctionContext context, string path) => ReadText(context, path, 0, Whole, false)!;

    [PgFunction("pg_read_file(text,boolean)")]
    public static string? ReadText(FunctionContext context, string path, bool missingOk) => ReadText(context, path, 0, Whole, missingOk);

    [PgFunction("pg_read_file(text,bigint,bigint)")]
    public static string ReadText(FunctionContext context, string path, long offset, long length) => ReadText(context, path, offset, NotNegative(length), false)!;

    [PgFunction("pg_read_file(text,bigint,bigint,boolean)")]
    public static string? ReadRange(FunctionContext context, string path, long offset, long length, bool missingOk) =>
        ReadText(context, path, offset, NotNegative(length), missingOk);

    [PgFunction("pg_read_binary_file(text)")]
    public static byte[] ReadBytes(FunctionContext context, string path) => Read(context, "pg_read_binary_file", path, 0, Whole, false)!;

    [PgFunction("pg_read_binary_file(text,boolean)")]
    public static byte[]? ReadBytes(FunctionContext context, string path, bool missingOk) => Read(context, "pg_read_binary_file", path, 0, Whole, missingOk);

    [PgFunction("pg_read_binary_file(text,bigint,bigint)")]
    public static byte[] ReadBytes(FunctionContext context, string path, long offset, long length) =>
        Read(context, "pg_read_binary_file", path, offset, NotNegative(length), false)!;

    [PgFunction("pg_read_binary_file(text,bigint,bigint,boolean)")]
    public static byte[]? ReadBytes(FunctionContext context, string path, long offset, long length, bool missingOk) =>
        Read(context, "pg_read_binary_file", path, offset, NotNegative(length), missingOk);

    [PgFunction("pg_stat_file(text)")]
    public static PgDatum Stat(FunctionContext context, string path) => Stat(context, path, false);

    [PgFunction("pg_stat_file(text,boolean)")]
    public static PgDatum Stat(FunctionContext context, string path, bool missingOk)
    {
        RequireSuperuser(context, "pg_stat_file");
        FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        if (!info.Exists)
        {
            return missingOk ? PgDatum.Null : throw NoFile($"could not stat file \"{path}\": No such file or directory");
        }

        PgDatum Time(DateTime time) => PgDatum.FromInt64((time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        var windows = OperatingSystem.IsWindows();
        return OutRecord.Make(
            context, "pg_stat_file", PgDatum.FromInt64(info is FileInfo file ? file.Length : 4096), Time(info.LastAccessTimeUtc), Time(info.LastWriteTimeUtc),
            windows ? PgDatum.Null : Time(info.LastWriteTimeUtc), windows ? Time(info.CreationTimeUtc) : PgDatum.Null, PgDatum.FromBoolean(info is DirectoryInfo));
    }

    [PgSetFunction("pg_ls_dir(text)")]
    public static IEnumerable<PgDatum> List(FunctionContext context, string path) => List(context, path, false, false);

    [PgSetFunction("pg_ls_dir(text,boolean,boolean)")]
    public static IEnumerable<PgDatum> List(FunctionContext context, string path, bool missingOk, bool dots)
    {
        RequireSuperuser(context, "pg_ls_dir");
        if (!Directory.Exists(path))
        {
            return missingOk ? [] : throw NoFile($"could not open directory \"{path}\": {(File.Exists(path) ? "Not a directory" : "No such file or directory")}");
        }

        return (dots ? new[] { ".", ".." } : []).Concat(new DirectoryInfo(path).EnumerateFileSystemInfos().Select(static f => f.Name)).Select(static n => PgDatum.FromText(n));
    }

    // ---- a server's own ----

    [PgFunction("pg_current_logfile()")]
    public static string? LogFile() => null;

    [PgFunction("pg_current_logfile(text)")]
    public static string? LogFile(string? format) => format is null or "stderr" or "csvlog" or "jsonlog"
        ? null
        : throw new PgException(SqlState.InvalidParameterValue, $"log format \"{format}\" is not supported")
            .WithHint("The supported log formats are \"stderr\", \"csvlog\", and \"jsonlog\".");

    [PgFunction("pg_rotate_logfile()")]
    public static bool Rotate(FunctionContext context)
    {
        context.Notice(new PgNotice("WARNING", "01000", "rotation not possible because log collection not active"));
        return false;
    }

    [PgSetFunction("pg_ls_logdir()")]
    public static IEnumerable<PgDatum[]> LogFiles() => throw NoFile("could not open directory \"log\": No such file or directory");

    [PgSetFunction("pg_ls_tmpdir()")]
    [PgSetFunction("pg_ls_archive_statusdir()")]
    [PgSetFunction("pg_ls_logicalmapdir()")]
    [PgSetFunction("pg_ls_logicalsnapdir()")]
    [PgSetFunction("pg_hba_file_rules()")]
    [PgSetFunction("pg_ident_file_mappings()")]
    [PgSetFunction("pg_show_all_file_settings()")]
    public static IEnumerable<PgDatum[]> None() => [];

    [PgSetFunction("pg_ls_tmpdir(oid)")]
    public static IEnumerable<PgDatum[]> TemporaryFiles(FunctionContext context, uint tablespace) =>
        context.Catalog.Find(PgMicro.Core.Catalog.Tables.PgTablespace.Relation, new(tablespace)) is not null
            ? []
            : throw new PgException(SqlState.UndefinedObject, $"tablespace with OID {tablespace} does not exist");

    // There is no configuration file to read again.
    [PgFunction("pg_reload_conf()")]
    public static bool Reload() => true;

    private static string? ReadText(FunctionContext context, string path, long offset, long length, bool missingOk)
    {
        if (Read(context, "pg_read_file", path, offset, length, missingOk) is not { } bytes)
        {
            return null;
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            var shown = e.BytesUnknown is { Length: > 0 } unknown ? string.Join(' ', unknown.Select(static b => $"0x{b:x2}")) : "";
            throw new PgException(SqlState.CharacterNotInRepertoire, $"invalid byte sequence for encoding \"UTF8\": {shown}");
        }
    }

    private static byte[]? Read(FunctionContext context, string function, string path, long offset, long length, bool missingOk)
    {
        RequireSuperuser(context, function);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Seek(offset < 0 ? Math.Max(file.Length + offset, 0) : offset, SeekOrigin.Begin);
            using var bytes = new MemoryStream();
            if (length < 0)
            {
                file.CopyTo(bytes);
                return bytes.ToArray();
            }

            var buffer = new byte[Math.Min(length, Math.Max(file.Length - file.Position, 0))];
            file.ReadExactly(buffer);
            return buffer;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return missingOk ? null : throw NoFile($"could not open file \"{path}\" for reading: No such file or directory");
        }
        catch (UnauthorizedAccessException e)
        {
            throw Directory.Exists(path)
                ? new PgException(SqlState.WrongObjectType, $"could not read file \"{path}\": Is a directory", e)
                : new PgException(SqlState.InsufficientPrivilege, $"could not open file \"{path}\" for reading: Permission denied", e);
        }
    }

    private static long NotNegative(long length) =>
        length >= 0 ? length : throw new PgException(SqlState.InvalidParameterValue, "requested length cannot be negative");

    private static void RequireSuperuser(FunctionContext context, string function)
    {
        if (context.Catalog.FindRole(context.CurrentUser) is { rolsuper: false })
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for function {function}");
        }
    }

    private static PgException NoFile(string message) => new("58P01", message);
}
