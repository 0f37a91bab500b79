using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.Inspection;

/// <summary>Superseded versions of rows, for those who ask for them.</summary>
public sealed class VersionTests() : TwoSessionTest("CREATE TABLE t (id int PRIMARY KEY, v text) WITH (pgmicro.versions = on); INSERT INTO t VALUES (1, 'one'), (2, 'two')")
{
    private const string History = "SELECT rowid, xmax <> 0, superseded IS NOT NULL, columns FROM pgmicro_history('t')";

    [Fact]
    public void What_a_commit_supersedes_is_kept_once()
    {
        Session.Run("UPDATE t SET v = 'eins' WHERE id = 1");
        Session.Run("BEGIN; UPDATE t SET v = 'x'; SAVEPOINT s; UPDATE t SET v = 'y'; ROLLBACK TO s; DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (2, 'again'), (3, 'three'); COMMIT");
        Assert.Equal(
            [
                "1|t|t|{\"v\": \"one\", \"id\": 1}", "1|t|t|{\"v\": \"eins\", \"id\": 1}", "2|t|t|{\"v\": \"two\", \"id\": 2}",
                "1|f|f|{\"v\": \"x\", \"id\": 1}", "2|f|f|{\"v\": \"again\", \"id\": 2}", "3|f|f|{\"v\": \"three\", \"id\": 3}",
            ],
            Session.Run(History));

        // What one has ended the other has begun.
        Assert.Equal(
            ["3"],
            Session.Run("SELECT count(*) FROM pgmicro_history('t') old JOIN pgmicro_history('t') new ON old.rowid = new.rowid AND old.xmax = new.xmin"));
        Assert.Equal(["6|3|3"], Session.Run("SELECT pgmicro_physical_rows('t'), pgmicro_live_rows('t'), n_dead_tup FROM pg_stat_user_tables"));
        Assert.Equal(["3"], Session.Run("SELECT count(*) FROM pgmicro_storage('t') WHERE NOT live AND xmax <> 0 AND bytes > 10"));
    }

    [Fact]
    public void A_rollback_and_an_aborted_statement_keep_nothing()
    {
        Session.Run("BEGIN; DELETE FROM t; ROLLBACK");
        Session.Fails("UPDATE t SET id = 1");
        Assert.Equal(["2|2"], Session.Run("SELECT pgmicro_physical_rows('t'), pgmicro_live_rows('t')"));
    }

    [Fact]
    public void Transactions_in_branches_keep_what_was_committed_when_they_were()
    {
        Session.Run("BEGIN; UPDATE t SET v = 'a' WHERE id = 1");
        Other.Run("BEGIN; UPDATE t SET v = 'b' WHERE id = 2; COMMIT");
        Session.Run("UPDATE t SET v = 'c' WHERE id = 2; COMMIT");
        Assert.Equal(
            ["2|{\"v\": \"two\", \"id\": 2}", "1|{\"v\": \"one\", \"id\": 1}", "2|{\"v\": \"b\", \"id\": 2}"],
            Session.Run("SELECT rowid, columns FROM pgmicro_history('t') WHERE xmax <> 0"));
    }

    [Fact]
    public void History_follows_the_columns()
    {
        Session.Run("UPDATE t SET v = 'eins' WHERE id = 1; ALTER TABLE t RENAME v TO w; ALTER TABLE t ADD n numeric DEFAULT 1.50; ALTER TABLE t RENAME TO u");
        Session.Run("UPDATE u SET n = 2 WHERE id = 1");
        Assert.Equal(
            ["{\"n\": null, \"w\": \"one\", \"id\": 1}", "{\"n\": 1.50, \"w\": \"eins\", \"id\": 1}"],
            Session.Run("SELECT columns FROM pgmicro_history('u') WHERE xmax <> 0"));
        Session.Run("ALTER TABLE u DROP w; DELETE FROM u WHERE id = 1");
        Assert.Equal(
            ["{\"n\": null, \"id\": 1}", "{\"n\": 1.50, \"id\": 1}", "{\"n\": 2, \"id\": 1}"],
            Session.Run("SELECT columns FROM pgmicro_history('u') WHERE xmax <> 0"));
        Session.Run("DROP TABLE u");
        using var raw = Temporary.Open();
        Assert.Equal(0, raw.QueryInt64("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'pgmicro_versions%'"));
    }

    [Fact]
    public void A_session_or_database_may_ask_for_all_tables_and_a_table_may_not()
    {
        Session.Run("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY) WITH (pgmicro.versions = off); INSERT INTO a VALUES (1), (2); INSERT INTO b VALUES (1)");
        Session.Run("DELETE FROM a WHERE id = 1");
        Session.Run("SET pgmicro.versions = on; DELETE FROM a; DELETE FROM b");
        Session.Run("RESET pgmicro.versions");
        Assert.Equal(["1|0"], Session.Run("SELECT pgmicro_physical_rows('a'), pgmicro_physical_rows('b')"));
        Session.Run("ALTER DATABASE test SET pgmicro.versions = on");
        using var third = Database.CreateSession();
        third.Run("INSERT INTO a VALUES (3)");
        third.Run("DELETE FROM a");
        third.Run("ALTER TABLE a SET (pgmicro.versions = off); INSERT INTO a VALUES (4)");
        third.Run("DELETE FROM a");
        Assert.Equal(["2|on|{pgmicro.versions=off}"], third.Run("SELECT pgmicro_physical_rows('a'), current_setting('pgmicro.versions'), (SELECT reloptions FROM pg_class WHERE relname = 'a')"));
    }

    [Fact]
    public void VACUUM_prunes_what_neither_a_snapshot_nor_the_retention_needs()
    {
        Other.Run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM t");
        Session.Run("UPDATE t SET v = 'x'");
        Session.Run("VACUUM t");
        Assert.Equal(["4"], Session.Run("SELECT pgmicro_physical_rows('t')"));
        Other.Run("COMMIT");
        Session.Run("SET pgmicro.versions_retention = '1h'");
        Session.Run("VACUUM");
        Assert.Equal(["4"], Session.Run("SELECT pgmicro_physical_rows('t')"));
        Session.Run("RESET pgmicro.versions_retention; ALTER TABLE t SET (pgmicro.versions_retention = -1)");
        Session.Run("VACUUM");
        Assert.Equal(["4"], Session.Run("SELECT pgmicro_physical_rows('t')"));
        Session.Run("ALTER TABLE t RESET (pgmicro.versions_retention)");
        Session.Run("VACUUM FULL t");
        Assert.Equal(["2"], Session.Run("SELECT pgmicro_physical_rows('t')"));
    }

    [Fact]
    public void What_cannot_be_kept_is_refused()
    {
        Assert.Equal((SqlState.InvalidParameterValue, "parameter \"pgmicro.versions\" requires a Boolean value"), Error("ALTER TABLE t SET (pgmicro.versions = maybe)"));
        Assert.Equal((SqlState.InvalidParameterValue, "parameter \"pgmicro.versions\" requires a Boolean value"), Error("SET pgmicro.versions = 7"));
        Assert.Equal((SqlState.InvalidParameterValue, "unrecognized parameter \"pgmicro.version\""), Error("ALTER TABLE t SET (pgmicro.version = on)"));
        Assert.Equal(SqlState.FeatureNotSupported, Error("CREATE TEMP TABLE x (id int) WITH (pgmicro.versions = on)").Item1);
        Assert.Equal(SqlState.FeatureNotSupported, Error("CREATE INDEX ON t (v) WITH (pgmicro.versions = on)").Item1);
        Session.Run("CREATE ROLE clerk; SET ROLE clerk");
        Assert.Equal((SqlState.InsufficientPrivilege, "permission denied for table t"), Error("SELECT * FROM pgmicro_history('t')"));
        Session.Run("RESET ROLE; GRANT SELECT ON t TO clerk; SET ROLE clerk");
        Assert.Equal(2, Session.Run(History).Count);
    }

    private (string, string) Error(string sql) => Session.Fails(sql) is var e ? (e.SqlState, e.Message) : default;
}
