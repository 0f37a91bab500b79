namespace PgMicro.Server.Tests.Wire;

[Collection("server")]
public sealed class SimpleQueryTests(TestServer server) : WireTest(server)
{
    [Fact]
    public Task Rows_and_tags() => CheckAsync((client, _) =>
    {
        client.Query("CREATE TABLE t (a int PRIMARY KEY, b varchar(10), c numeric(8,2), d timestamptz(3)[])").Run("create");
        client.Query("INSERT INTO t VALUES (1, 'one', 1.5, null), (2, null, 2, '{2020-01-01 00:00:00.1234+00}')").Run("insert");
        client.Query("SELECT a, b, c, d, a + 1 AS e, 'x' FROM t ORDER BY a").Run("select");
        client.Query("UPDATE t SET c = c + 1 WHERE a = 1 RETURNING c").Run("returning");
        client.Query("DELETE FROM t WHERE false").Run("delete nothing");
        client.Query("SELECT FROM t").Run("no columns");
        client.Query("").Run("empty");
        client.Query(" ; -- nothing\n ;").Run("nothing");
        client.Query("SELECT oid::regclass, relkind, relnatts FROM pg_class WHERE relname = 't'").Run("catalog");
        client.Query("CREATE TABLE u AS SELECT * FROM t").Run("create table as");
        client.Query("TRUNCATE t; DROP TABLE t, u").Run("drop");
    });

    [Fact]
    public Task Several_statements_are_one_transaction() => CheckAsync((client, _) =>
    {
        client.Query("CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1); SELECT * FROM t").Run("three");
        client.Query("INSERT INTO t VALUES (2); INSERT INTO t VALUES (1); SELECT 1").Run("the second fails");
        client.Query("SELECT count(*) FROM t").Run("nothing is left of it");
        client.Query("INSERT INTO t VALUES (2); BEGIN; INSERT INTO t VALUES (3); COMMIT; INSERT INTO t VALUES (4); SELECT 1/a FROM generate_series(0, 0) a").Run("a block within");
        client.Query("SELECT a FROM t ORDER BY a").Run("the block stays");
        client.Query("SELECT 1; SELEC 2").Run("a syntax error spoils all");
    });

    [Fact]
    public Task Transaction_states() => CheckAsync((client, _) =>
    {
        client.Query("BEGIN").Run("begin");
        client.Query("BEGIN").Run("again");
        client.Query("SELECT nothing").Run("error");
        client.Query("SELECT 1").Run("ignored");
        client.Query("SELEC").Run("syntax error");
        client.Query("COMMIT").Run("commit of what failed");
        client.Query("COMMIT").Run("outside");
        client.Query("ROLLBACK").Run("outside too");
        client.Query("BEGIN; SAVEPOINT s; SELECT nothing").Run("savepoint");
        client.Query("ROLLBACK TO s").Run("back to it");
        client.Query("RELEASE s; COMMIT AND CHAIN").Run("chain");
        client.Query("ROLLBACK").Run("rollback");
        client.Query("START TRANSACTION READ ONLY; CREATE TABLE t()").Run("read only");
        client.Query("END").Run("end");
    });

    [Fact]
    public Task Errors_have_all_their_fields() => CheckAsync((client, _) =>
    {
        client.Query("CREATE DOMAIN positive AS int CONSTRAINT above_zero CHECK (VALUE > 0)").Run("domain");
        client.Query("CREATE TABLE t (a int CONSTRAINT first PRIMARY KEY, b positive, c text NOT NULL CHECK (c <> ''), d int REFERENCES t)").Run("table");
        client.Query("INSERT INTO t VALUES (1, 1, 'x', 1)").Run("row");
        client.Query("INSERT INTO t VALUES (1, 1, 'x', 1)").Run("unique");
        client.Query("INSERT INTO t VALUES (2, 1, null, 1)").Run("not null");
        client.Query("INSERT INTO t VALUES (2, 1, '', 1)").Run("check");
        client.Query("INSERT INTO t VALUES (2, 0, 'x', 1)").Run("domain check");
        client.Query("INSERT INTO t VALUES (2, 1, 'x', 9)").Run("foreign key");
        client.Query("SELECT 'ä', nothing FROM t").Run("position in code points");
        client.Query("SELECT max(a, b, c) FROM t").Run("hint");
        client.Query("SELECT 'x'::int").Run("literal");
    });

    [Fact]
    public Task Notices() => CheckAsync((client, _) =>
    {
        client.Query("DROP TABLE IF EXISTS nothing").Run("notice");
        client.Query("SET client_min_messages = warning; DROP TABLE IF EXISTS nothing").Run("not wanted");
        client.Query("SET client_min_messages = error; ROLLBACK").Run("nor warnings");
    });

    [Fact]
    public Task Deferred_constraints_fail_before_the_tag() => CheckAsync((client, _) =>
    {
        client.Query("CREATE TABLE p (a int PRIMARY KEY); CREATE TABLE c (a int REFERENCES p DEFERRABLE INITIALLY DEFERRED)").Run("tables");
        client.Query("INSERT INTO c VALUES (1)").Run("one statement");
        client.Query("BEGIN; INSERT INTO c VALUES (1)").Run("a block");
        client.Query("COMMIT").Run("commit");
        client.Query("SELECT count(*) FROM c").Run("nothing");
    });

    [Fact]
    public Task Bad_text_is_refused() => CheckAsync((client, _) =>
    {
        client.Message('Q', [.. "SELECT '"u8, 0xC3, 0x28, .. "'"u8, 0]).Run("not UTF-8");
        client.Message('Q', [.. "SELECT '"u8, 0xE2, 0x82, .. "'"u8, 0]).Run("cut short");
        client.Query("SELECT $1").Run("a parameter");
        client.Query("SELECT 1").Run("goes on");
    });
}
