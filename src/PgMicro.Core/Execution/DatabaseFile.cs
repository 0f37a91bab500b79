using System.Runtime.InteropServices;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Execution;

/// <summary>
/// How a database's file is opened: for writing if it may be, else for reading, and without shared memory where the
/// folder takes no file. The way found for the first connection serves all others.
/// </summary>
internal sealed class DatabaseFile
{
    private readonly SqliteConnectionOptions _options;

    private DatabaseFile(string path, SqliteConnectionOptions options)
    {
        Path = path;
        _options = options;
    }

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>Whether it may only be read.</summary>
    internal bool ReadOnly => _options.ReadOnly;

    /// <summary>Opens a file and tells whether it is ours; writes nothing to an existing one.</summary>
    /// <exception cref="PgException">
    /// 3D000 no such file and it may not be made; 42501, 42809, 58P01, 53100 as the operating system says; 55000 another's file;
    /// 0A000 a newer format; XX001 a damaged file.
    /// </exception>
    internal static DatabaseFile Open(string path, PgDatabaseOptions options, string name, out SqliteConnectionHandle connection)
    {
        var exists = File.Exists(path);
        if (Directory.Exists(path))
        {
            throw new PgException(SqlState.WrongObjectType, $"could not open file \"{path}\": Is a directory");
        }

        if (!exists && (!options.Create || options.ReadOnly))
        {
            throw new PgException(SqlState.InvalidCatalogName, $"database \"{name}\" does not exist");
        }

        var file = new DatabaseFile(path, new SqliteConnectionOptions { ReadOnly = options.ReadOnly });
        try
        {
            connection = file.OpenConnection();
        }
        catch (SqliteException e) when (e.Code == SqliteResultCode.CantOpen)
        {
            throw Refused(path, exists ? "open" : "create", e);
        }

        try
        {
            if (exists)
            {
                if (file.HadLog = HasLog(path))
                {
                    // Until it is known to belong to the file, nothing is written back.
                    connection.LeaveLogOnClose(true);
                }

                DatabaseDamage.CheckHeader(connection, path, file.HadLog);
            }

            if (connection.IsReadOnly && !file.ReadOnly)
            {
                file = new DatabaseFile(path, file._options with { ReadOnly = true }) { HadLog = file.HadLog };
            }

            try
            {
                CatalogStore.CheckFile(connection);
            }
            catch (SqliteException e) when (file.ReadOnly && CannotShare(e) && !HasLog(path))
            {
                connection.Dispose();
                file = new DatabaseFile(path, file._options with { Immutable = true });
                connection = file.OpenConnection();
                CatalogStore.CheckFile(connection);
            }

            return file;
        }
        catch (SqliteException e) when (file.ReadOnly && CannotShare(e))
        {
            connection.Dispose();
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"database file \"{path}\" was not closed and cannot be recovered in a read-only folder", e)
                .WithHint("Open it once where its folder can be written.");
        }
        catch (SqliteException e) when (DatabaseDamage.Error(path, e) is { } damage)
        {
            connection.Dispose();
            throw damage;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether there was a log with something in it when the file was opened.</summary>
    internal bool HadLog { get; private set; }

    /// <summary>Opens one more connection.</summary>
    internal SqliteConnectionHandle OpenConnection() => SqliteConnectionHandle.Open(Path, _options);

    // Readers of a write-ahead log share memory through a file beside it.
    private static bool CannotShare(SqliteException e) => e.Code is SqliteResultCode.CantOpen or SqliteResultCode.ReadOnly;

    private static bool HasLog(string path) => new FileInfo(path + "-wal") is { Exists: true, Length: > 0 };

    private static PgException Refused(string path, string verb, SqliteException e)
    {
        const int NoEntry = 2;
        const int AccessDenied = 13;
        const int NotPermitted = 1;
        const int TooManyInProcess = 24;
        const int TooMany = 23;
        const int NoSpace = 28;
        const int ReadOnlyFileSystem = 30;
        var systemError = e.SystemError;
        if (systemError == NoEntry && Directory.Exists(System.IO.Path.GetDirectoryName(path)))
        {
            // SQLite tries to read what it could not make, and reports the second failure.
            systemError = AccessDenied;
        }

        var state = systemError switch
        {
            NotPermitted or AccessDenied or ReadOnlyFileSystem => SqlState.InsufficientPrivilege,
            NoEntry => SqlState.UndefinedFile,
            NoSpace => SqlState.DiskFull,
            TooMany or TooManyInProcess => SqlState.InsufficientResources,
            _ => SqlState.IoError,
        };
        var reason = systemError == 0 ? e.Message : Marshal.GetPInvokeErrorMessage(systemError);
        return new PgException(state, $"could not {verb} file \"{path}\": {reason}", e);
    }
}
