using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.Inspection;

/// <summary>Tables that have changed much are looked after, by the thresholds of PostgreSQL.</summary>
public sealed class AutovacuumTests : IDisposable
{
    private const string Counts = "SELECT vacuum_count, autovacuum_count, analyze_count, autoanalyze_count, last_autoanalyze IS NOT NULL FROM pg_stat_user_tables WHERE relname = 't'";

    private readonly TemporaryDatabase _file = new();
    private readonly PgDatabase _database;
    private readonly PgSession _session;

    public AutovacuumTests()
    {
        _database = Sessions.OpenFile(_file.FileName);
        _session = _database.CreateSession();
        _session.Run("CREATE TABLE t (id int PRIMARY KEY, v text) WITH (pgmicro.versions = on)");
    }

    public void Dispose()
    {
        _session.Dispose();
        _database.Dispose();
        Assert.Equal([_file.FileName], Directory.GetFiles(_file.Folder));
        _file.Dispose();
    }

    [Fact]
    public void Changed_rows_are_analyzed()
    {
        _session.Run("INSERT INTO t SELECT g, 'x' FROM generate_series(1, 50) g");
        Assert.Equal(0, _database.Autovacuum!.Run());
        _session.Run("INSERT INTO t VALUES (51)");
        Assert.Equal(1, _database.Autovacuum.Run());
        Assert.Null(_database.Autovacuum.LastError);
        Assert.Equal(["0|0|0|1|t"], _session.Run(Counts));
        Assert.Equal(["51"], _session.Run("SELECT reltuples FROM pg_class WHERE relname = 't'"));
        Assert.Equal(["id|-1", "v|1"], _session.Run("SELECT attname, n_distinct FROM pg_stats WHERE tablename = 't' ORDER BY 1"));
        Assert.Equal(0, _database.Autovacuum.Run());

        // 50 and a tenth of 51.
        _session.Run("UPDATE t SET v = 'y' WHERE id <= 51; UPDATE t SET v = 'z' WHERE id <= 4");
        Assert.Equal(0, _database.Autovacuum.Run());
        _session.Run("UPDATE t SET v = 'z' WHERE id = 1");
        Assert.Equal(1, _database.Autovacuum.Run());
        Assert.Equal(["0|0|0|2|t"], _session.Run(Counts));
    }

    [Fact]
    public void Superseded_versions_and_many_new_rows_are_vacuumed()
    {
        _session.Run("INSERT INTO t SELECT g, 'x' FROM generate_series(1, 100) g");
        _session.Run("VACUUM ANALYZE t");
        _session.Run("UPDATE t SET v = 'y'");
        Assert.Equal(["100|100"], _session.Run("SELECT n_live_tup, n_dead_tup FROM pg_stat_user_tables WHERE relname = 't'"));
        Assert.Equal(1, _database.Autovacuum!.Run());
        Assert.Equal(["1|1|1|1|t"], _session.Run(Counts));
        Assert.Equal(["100|0"], _session.Run("SELECT n_live_tup, n_dead_tup FROM pg_stat_user_tables WHERE relname = 't'"));
        _session.Run("INSERT INTO t SELECT g, 'x' FROM generate_series(1001, 2021) g");
        Assert.Equal(1, _database.Autovacuum.Run());
        Assert.Equal(["1|2|1|2|t"], _session.Run(Counts));
        _session.Run("SELECT * FROM pg_stat_user_indexes");
        _session.Run("SELECT * FROM pg_statio_user_tables");
    }

    [Fact]
    public void What_fails_in_the_background_ends_nothing()
    {
        using var others = new Sharing(_database);
        _session.Run("INSERT INTO t SELECT g, 'x' FROM generate_series(1, 100) g");
        var elsewhere = _file.Folder + "-moved";
        Directory.Move(_file.Folder, elsewhere);
        _database.Autovacuum!.OnTime();
        Directory.Move(elsewhere, _file.Folder);
        Assert.Equal(SqlState.UndefinedFile, _database.Autovacuum.LastError?.SqlState);
        Assert.Equal(1, _database.Autovacuum.Run());
        Assert.Equal(["0|0|0|1|t"], _session.Run(Counts));
    }

    [Fact]
    public void A_tables_parameters_are_honoured_and_a_locked_one_is_left_alone()
    {
        _session.Run("ALTER TABLE t SET (autovacuum_enabled = off); INSERT INTO t SELECT g, 'x' FROM generate_series(1, 100) g");
        Assert.Equal(0, _database.Autovacuum!.Run());
        _session.Run("ALTER TABLE t SET (autovacuum_enabled = on, autovacuum_analyze_threshold = 100)");
        Assert.Equal(0, _database.Autovacuum.Run());
        _session.Run("ALTER TABLE t SET (autovacuum_analyze_threshold = 99)");
        _session.Run("BEGIN; LOCK TABLE t");
        _database.Autovacuum.Run();
        _session.Run("COMMIT");
        Assert.Equal(["0|0|0|0|f"], _session.Run(Counts));
        Assert.Equal(1, _database.Autovacuum.Run());
        Assert.Equal(["0|0|0|1|t"], _session.Run(Counts));
    }

    // Sessions that have all connections of a database, so that the next one needs another.
    private sealed class Sharing(PgDatabase database) : IDisposable
    {
        private readonly PgSession[] _sessions = [.. Enumerable.Range(0, 8).Select(_ => database.CreateSession())];

        public void Dispose() => Array.ForEach(_sessions, static s => s.Dispose());
    }
}
