using System.Globalization;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Statistics;
using PgMicro.Core.Execution.Versions;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;

namespace PgMicro.Core.Execution.Maintenance;

/// <summary>
/// VACUUM and ANALYZE of tables that have changed much (manual: "The Autovacuum Daemon"), in the background: autovacuum_naptime after the first change that nothing has
/// looked at yet. While nothing changes nothing runs.
/// </summary>
internal sealed class Autovacuum(PgDatabase database) : IDisposable
{
    private static readonly PgSessionOptions WorkerOptions = new() { Settings = new Dictionary<string, string> { ["lock_timeout"] = "1s" } };

    private readonly Lock _work = new();
    private readonly Lock _state = new();
    private Timer? _timer;
    private PgSession? _worker;
    private int _isScheduled;
    private bool _isOver;
    private volatile bool _isRunning;
    private volatile bool _isAskedToStop;

    /// <summary>What has gone wrong the last time, if something has.</summary>
    internal PgException? LastError { get; private set; }

    /// <summary>Whether a session of its own is open, or about to be.</summary>
    internal bool IsRunning => _isRunning;

    /// <summary>A transaction that has changed rows has committed.</summary>
    internal void NoteChanges()
    {
        if (Volatile.Read(ref _isScheduled) != 0 || Interlocked.Exchange(ref _isScheduled, 1) != 0)
        {
            return;
        }

        lock (_state)
        {
            if (!_isOver)
            {
                var naptime = TimeSpan.FromSeconds(double.Parse(Setting("autovacuum_naptime"), CultureInfo.InvariantCulture));
                _timer ??= new Timer(static a => ((Autovacuum)a!).OnTime(), this, Timeout.Infinite, Timeout.Infinite);
                _timer.Change(naptime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Looks after the tables that need it; how many those were.</summary>
    internal int Run()
    {
        lock (_work)
        {
            if (_isOver || database.IsForgotten)
            {
                return 0;
            }

            var commands = Due();
            return commands.Count == 0 ? 0 : Run(commands);
        }
    }

    /// <summary>Ends what runs, and waits for that.</summary>
    internal void Stop()
    {
        _isAskedToStop = true;
        lock (_state)
        {
            _worker?.Cancel();
        }

        lock (_work)
        {
            _isAskedToStop = false;
        }
    }

    /// <summary>The database is being closed.</summary>
    public void Dispose()
    {
        lock (_state)
        {
            _isOver = true;
            _timer?.Dispose();
        }
    }

    /// <summary>What the timer does: whatever goes wrong, the process goes on.</summary>
    internal void OnTime()
    {
        Volatile.Write(ref _isScheduled, 0);
        try
        {
            Run();
        }
        catch (Exception e) when (e is PgException or SqliteException or ObjectDisposedException)
        {
            // The database is being closed, has as many sessions as it may, or its file cannot be read: its clients learn that themselves.
            LastError = e is SqliteException sqlite ? SqliteErrors.Map(sqlite) : e as PgException;
        }
    }

    private int Run(List<string> commands)
    {
        var done = 0;
        _isRunning = true;
        try
        {
            using var session = database.CreateSession(WorkerOptions);
            session.IsAutovacuum = true;
            lock (_state)
            {
                _worker = session;
            }

            try
            {
                foreach (var command in commands)
                {
                    if (_isAskedToStop)
                    {
                        break;
                    }

                    done += TryRun(session, command) ? 1 : 0;
                }
            }
            finally
            {
                lock (_state)
                {
                    _worker = null;
                }
            }
        }
        finally
        {
            _isRunning = false;
        }

        return done;
    }

    // Whoever is in the way now is not the next time, and a table that cannot be read tells its readers so.
    private bool TryRun(PgSession session, string command)
    {
        try
        {
            foreach (var statement in session.Parse(command))
            {
                using var portal = session.Execute(session.Prepare(statement, []), []);
                while (portal.Read())
                {
                }
            }

            return true;
        }
        catch (PgException e)
        {
            LastError = e;
            return false;
        }
        finally
        {
            session.Sync();
        }
    }

    private List<string> Due()
    {
        var commands = new List<string>();
        var catalog = database.Transactions.Catalog;
        foreach (var (oid, counts) in database.Statistics.Tables)
        {
            if (catalog.Class(oid) is { relkind: 'r' or 'm', relpersistence: not 't' } table && IsEnabled(table)
                && catalog.Namespace(table.relnamespace) is { } schema && CommandFor(table, counts) is { } command)
            {
                commands.Add($"{command} {SqliteSqlWriter.Quote(schema.nspname)}.{SqliteSqlWriter.Quote(table.relname)}");
            }
        }

        return commands;
    }

    private string? CommandFor(PgClass table, RowCounts counts)
    {
        var vacuum = counts.SinceVacuum > Threshold(table, "autovacuum_vacuum_insert")
            || (counts.DeadSinceVacuum > Threshold(table, "autovacuum_vacuum") && HasVersions(table));
        var analyze = counts.SinceAnalyze > Threshold(table, "autovacuum_analyze");
        return (vacuum, analyze) switch
        {
            (true, true) => "VACUUM (SKIP_LOCKED, ANALYZE)",
            (true, false) => "VACUUM (SKIP_LOCKED)",
            (false, true) => "ANALYZE (SKIP_LOCKED)",
            _ => null,
        };
    }

    private bool HasVersions(PgClass table)
    {
        var connection = database.Transactions.RentConnection();
        try
        {
            return RowVersions.Exist(connection, table.oid);
        }
        finally
        {
            database.Transactions.ReturnConnection(connection);
        }
    }

    // A number of rows, and a part of those that there were. A negative number of inserted rows turns that off.
    private static double Threshold(PgClass table, string kind)
    {
        var rows = Number(table, kind + "_threshold");
        return rows < 0 ? double.PositiveInfinity : rows + (Number(table, kind + "_scale_factor") * Math.Max(0, table.reltuples));
    }

    private static double Number(PgClass table, string parameter) =>
        double.TryParse(TableVersions.Option(table, parameter) ?? Setting(parameter), CultureInfo.InvariantCulture, out var number) ? number : double.PositiveInfinity;

    private static bool IsEnabled(PgClass table) =>
        TableVersions.Option(table, "autovacuum_enabled") is not { } value || Settings.ParameterDefinitions.All["autovacuum"].Parse(value) == "on";

    // They are a server's, which no session changes.
    private static string Setting(string parameter) => Settings.ParameterDefinitions.All[parameter].BootValue;
}
