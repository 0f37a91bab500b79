using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Inspection;

/// <summary>The engine's own functions about a database's files (docs/inspection.md).</summary>
internal static class FileFunctions
{
    private static readonly (string Suffix, string Kind)[] Files = [("", "database"), ("-wal", "write-ahead log"), ("-shm", "shared memory")];

    [PgFunction("pgmicro_file_path()")]
    public static string FilePath(FunctionContext context) => ((PgSession)context).Database.FilePath;

    [PgFunction("pgmicro_file_size()")]
    public static long FileSize(FunctionContext context) => new FileInfo(FilePath(context)).Length;

    [PgFunction("pgmicro_schema_version()")]
    public static long SchemaVersion(FunctionContext context) => CatalogStore.ReadVersion(((PgSession)context).Connection);

    [PgSetFunction("pgmicro_files()")]
    public static IEnumerable<PgDatum[]> List(FunctionContext context)
    {
        foreach (var (suffix, kind) in Files)
        {
            var file = new FileInfo(FilePath(context) + suffix);
            if (file.Exists)
            {
                yield return
                [
                    PgDatum.FromText(file.Name), PgDatum.FromText(file.FullName), PgDatum.FromText(kind), PgDatum.FromInt64(file.Length),
                    PgDatum.FromInt64((file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond),
                ];
            }
        }
    }

    /// <summary>Copies the database as its last commit left it, while all sessions go on; the bytes of the copy.</summary>
    /// <exception cref="PgException">42501 for others than superusers, 58P02 for a file that is there, 58P01, 53100.</exception>
    [PgFunction("pgmicro_backup(text)")]
    public static long Backup(FunctionContext context, string path)
    {
        var session = (PgSession)context;
        if (!session.IsSuperuser)
        {
            throw new PgException(SqlState.InsufficientPrivilege, "permission denied for function pgmicro_backup");
        }

        var file = Path.GetFullPath(path);
        if (Path.Exists(file))
        {
            throw Exists(path);
        }

        if (!Directory.Exists(Path.GetDirectoryName(file)))
        {
            throw new PgException(SqlState.UndefinedFile, $"could not create file \"{path}\": No such file or directory");
        }

        // What is not whole has another name.
        var unfinished = file + ".new";
        Create(unfinished, path + ".new");
        var manager = session.Database.Transactions;
        var connection = manager.RentConnection();
        try
        {
            SqliteBackup.Copy(connection, unfinished, session.CheckForInterrupts);
            File.Move(unfinished, file);
        }
        catch (IOException e) when (File.Exists(file))
        {
            throw Exists(path, e);
        }
        finally
        {
            manager.ReturnConnection(connection);
            File.Delete(unfinished);

            // A disk that has failed may have kept the copy from being closed properly.
            File.Delete(unfinished + "-journal");
        }

        return new FileInfo(file).Length;
    }

    // Empty, and nobody else's: another session may be making the same copy.
    private static void Create(string file, string name)
    {
        try
        {
            File.Open(file, FileMode.CreateNew).Dispose();
        }
        catch (IOException e) when (Path.Exists(file))
        {
            throw Exists(name, e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"could not create file \"{name}\": Permission denied", e);
        }
    }

    private static PgException Exists(string path, Exception? inner = null) =>
        new(SqlState.DuplicateFile, $"could not create file \"{path}\": File exists", inner);
}
