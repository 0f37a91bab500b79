using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.Inspection;

/// <summary>pgmicro_storage and its like: what is in the file, and what running transactions have beside it.</summary>
public sealed class StorageFunctionTests() : TwoSessionTest("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')")
{
    private const string Storage = "SELECT rowid, xmin = (SELECT max(xmin::text) FROM t WHERE id = 1)::xid, xmax <> 0, live FROM pgmicro_storage('t') ORDER BY 1, 2 DESC, 4 DESC";

    [Fact]
    public void Committed_rows_are_live_and_have_their_size()
    {
        Assert.Equal(["1|t|f|t", "2|t|f|t", "3|t|f|t"], Session.Run(Storage));

        // A header of four bytes (its length, the rowid as NULL, text, integer), the text, the xid in one byte.
        Assert.Equal(["8|8|10"], Session.Run("SELECT string_agg(bytes::text, '|' ORDER BY rowid) FROM pgmicro_storage('t')"));
        Assert.Equal(["3|3"], Session.Run("SELECT pgmicro_physical_rows('t'), pgmicro_live_rows('t')"));
        Assert.Equal(["3"], Session.Run("SELECT count(*) FROM pgmicro_storage('t') s JOIN t ON s.rowid = t.id AND s.xmin = t.xmin AND s.cmin = t.cmin AND s.cmax = t.cmax"));
    }

    [Fact]
    public void A_transaction_sees_its_own_rows_as_live_and_what_it_has_replaced()
    {
        Session.Run("BEGIN; UPDATE t SET v = 'eins' WHERE id = 1; DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (4, 'vier')");
        Assert.Equal(["1|t|f|t", "1|f|t|f", "2|f|t|f", "3|f|f|t", "4|t|f|t"], Session.Run(Storage));
        Assert.Equal(["5|3"], Session.Run("SELECT pgmicro_physical_rows('t'), pgmicro_live_rows('t')"));
        Assert.Equal(["t"], Session.Run("SELECT bool_and(xmax::text = txid_current()::text) FROM pgmicro_storage('t') WHERE NOT live"));
        Session.Run("ROLLBACK");
        Assert.Equal(["1|t|f|t", "2|t|f|t", "3|t|f|t"], Session.Run(Storage));
    }

    [Fact]
    public void Others_see_what_a_running_transaction_has_written()
    {
        Session.Run("BEGIN; UPDATE t SET v = 'eins' WHERE id = 1; SAVEPOINT s; DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (4, 'vier')");
        Assert.Equal(["1|t|t|t", "1|f|f|f", "2|t|t|t", "3|t|f|t", "4|f|f|f"], Other.Run(Storage));
        Session.Run("ROLLBACK TO s");
        Assert.Equal(["1|t|t|t", "1|f|f|f", "2|t|f|t", "3|t|f|t"], Other.Run(Storage));
        Assert.Equal(["4|3"], Other.Run("SELECT pgmicro_physical_rows('t'), pgmicro_live_rows('t')"));
        Session.Run("COMMIT");
    }

    [Fact]
    public void Branches_are_shown_too()
    {
        using var third = Database.CreateSession();
        Session.Run("BEGIN; UPDATE t SET v = 'eins' WHERE id = 1");
        Other.Run("BEGIN; DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (5, 'fünf')");
        Session.Run("INSERT INTO t VALUES (4, 'vier')");
        Assert.Equal(["1|t|t|t", "1|f|f|f", "2|t|t|t", "3|t|f|t", "4|f|f|f", "5|f|f|f"], third.Run(Storage));
        Assert.Equal(["2"], third.Run("SELECT count(DISTINCT xmin::text) FROM pgmicro_storage('t') WHERE NOT live"));
        Session.Run("COMMIT");
        Assert.Equal(["1|t|f|t", "2|f|t|t", "3|f|f|t", "4|t|f|t", "5|f|f|f"], third.Run(Storage));
        Other.Run("ROLLBACK");
        Assert.Equal(["4|4"], third.Run("SELECT pgmicro_physical_rows('t'), pgmicro_live_rows('t')"));
    }

    [Fact]
    public void What_is_no_stored_table_is_refused()
    {
        Session.Run("CREATE VIEW v AS SELECT * FROM t; CREATE SEQUENCE s");
        var error = Session.Fails("SELECT pgmicro_live_rows('v')");
        Assert.Equal((SqlState.WrongObjectType, "cannot inspect relation \"v\"", "This operation is not supported for views."), (error.SqlState, error.Message, error.Detail));
        Assert.Equal(SqlState.WrongObjectType, Session.Fails("SELECT * FROM pgmicro_storage('s')").SqlState);
        Assert.Equal("This operation is not supported for system catalogs.", Session.Fails("SELECT * FROM pgmicro_storage('pg_class')").Detail);
        Assert.Equal(SqlState.UndefinedTable, Session.Fails("SELECT pgmicro_physical_rows('none')").SqlState);
    }

    [Fact]
    public void Files_and_version_are_told()
    {
        Assert.Equal([Temporary.FileName], Session.Run("SELECT pgmicro_file_path()"));
        Assert.Equal([new FileInfo(Temporary.FileName).Length.ToString(System.Globalization.CultureInfo.InvariantCulture)], Session.Run("SELECT pgmicro_file_size()"));
        Assert.Equal(
            ["test.db|database|t", "test.db-shm|shared memory|t", "test.db-wal|write-ahead log|t"],
            Session.Run("SELECT name, kind, bytes > 0 AND modified <= now() + interval '1 minute' AND right(path, length(name)) = name FROM pgmicro_files() ORDER BY name"));
        var before = long.Parse(Session.Run("SELECT pgmicro_schema_version()")[0], System.Globalization.CultureInfo.InvariantCulture);
        Session.Run("CREATE TABLE u (id int); INSERT INTO u VALUES (1)");
        Assert.Equal([(before + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)], Other.Run("SELECT pgmicro_schema_version()"));
    }

    [Fact]
    public void The_catalog_does_not_list_them()
    {
        Assert.Equal(["0"], Session.Run("SELECT count(*) FROM pg_proc WHERE proname LIKE 'pgmicro%'"));
        Assert.Equal(["pgmicro_live_rows(regclass)"], Session.Run("SELECT 'pgmicro_live_rows(regclass)'::regprocedure"));
    }
}
