using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

internal sealed unsafe partial class SqliteConnectionHandle
{
    private const int ConfigEnableLoadExtension = 1005;
    private const int ConfigNoCheckpointOnClose = 1006;
    private const int ConfigEnableQpsg = 1007;
    private const int ConfigDefensive = 1010;
    private const int ConfigDqsDml = 1013;
    private const int ConfigDqsDdl = 1014;
    private const int ConfigTrustedSchema = 1017;

    private const int FileControlDataVersion = 35;

    /// <summary>Milliseconds that a call waits for a lock of another connection.</summary>
    internal int BusyTimeout
    {
        get;
        set
        {
            if (field != value)
            {
                Check(sqlite3_busy_timeout(_db, value));

                // SQLite waits between attempts, where it can be interrupted, and not within a lock that others of the process need.
                Check(sqlite3_setlk_timeout(_db, 0, 0));
                field = value;
            }
        }
    }

    private long _notedDataVersion = -1;

    /// <summary>
    /// Whether anything may have been committed to the file, by another connection of this process or another, since this one noted its state.
    /// Asked within a transaction.
    /// </summary>
    internal bool IsDataChanged => _notedDataVersion != ReadDataVersion();

    /// <summary>Notes the state of the file that this connection has just committed.</summary>
    internal void NoteDataVersion() => _notedDataVersion = ReadDataVersion();

    private long ReadDataVersion()
    {
        uint version;
        fixed (byte* main = "main\0"u8)
        {
            Check(sqlite3_file_control(_db, main, FileControlDataVersion, &version));
        }

        return version;
    }

    /// <summary>Leaves the log as it is when this connection is the last to close.</summary>
    internal void LeaveLogOnClose(bool leave = true) => SetConfig(ConfigNoCheckpointOnClose, leave);

    private void Configure(SqliteConnectionOptions options)
    {
        Check(sqlite3_extended_result_codes(_db, 1));

        // Without QPSG, STAT4 re-prepares a cached statement when a bound value changes.
        SetConfig(ConfigEnableQpsg, true);
        SetConfig(ConfigDqsDml, false);
        SetConfig(ConfigDqsDdl, false);

        // A file that someone sent must not reach functions with side effects through its schema.
        SetConfig(ConfigDefensive, true);
        SetConfig(ConfigTrustedSchema, false);
        SetConfig(ConfigEnableLoadExtension, false);
        BusyTimeout = options.BusyTimeoutMilliseconds;
    }

    private void SetConfig(int option, bool on)
    {
        int result;
        Check(sqlite3_db_config(_db, option, on ? 1 : 0, &result));
        if (result != (on ? 1 : 0))
        {
            throw new SqliteException(SqliteResultCode.Misuse, $"SQLite did not accept configuration option {option}.");
        }
    }
}
