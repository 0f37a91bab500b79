using Npgsql;

namespace PgMicro.Server.Tests.Wire;

[Collection("server")]
public sealed class ExtendedQueryTests(TestServer server) : WireTest(server)
{
    [Fact]
    public Task Types_of_parameters_are_inferred() => CheckAsync((client, _) =>
    {
        client.Query("CREATE TABLE t (a int, b varchar(5), c numeric(6,2), d timestamptz)").Run("table");
        foreach (var sql in new[]
        {
            "SELECT $1", "SELECT $1::int + $2", "SELECT $1 || 'x'", "INSERT INTO t VALUES ($1, $2, $3, $4)", "UPDATE t SET c = $2 WHERE a = $1 RETURNING d, b",
            "SELECT * FROM t WHERE a = ANY ($1) LIMIT $2", "SELECT $1 + $2", "SELECT $2::text", "BEGIN", "SELECT now() - $1", "VALUES ($1::date, $2::jsonb)",
        })
        {
            client.Parse("", sql).Describe('S', "").Sync().Run(sql);
        }

        client.Parse("", "SELECT $1, $2", 23, 0).Describe('S', "").Sync().Run("one given");
        client.Parse("", "SELECT $1", 23, 25).Describe('S', "").Sync().Run("too many given");
        client.Parse("", "SELECT $1 = 1", 25).Describe('S', "").Sync().Run("does not fit");
    });

    [Fact]
    public Task Rows_come_in_pieces() => CheckAsync((client, _) =>
    {
        client.Parse("", "SELECT i, i * 2 FROM generate_series(1, $1) i").Bind("", "", ["5"]).Describe('P', "").Execute("", 2).Execute("", 2).Execute("", 2).Execute("", 2).Sync()
            .Run("two by two");
        client.Parse("", "SELECT i FROM generate_series(1, 4) i").Bind("", "").Execute("", 4).Execute("", 4).Sync().Run("exactly");
        client.Query("BEGIN").Run("begin");
        client.Parse("", "SELECT i FROM generate_series(1, 4) i").Bind("p", "").Execute("p", 1).Sync().Run("in a block");
        client.Execute("p", 1).Sync().Run("a portal lives on");
        client.Query("SELECT 'between'").Run("between");
        client.Execute("p").Sync().Run("the rest");
        client.Execute("p").Sync().Run("no more");
        client.Close('P', "p").Execute("p").Sync().Run("closed");
        client.Query("ROLLBACK").Run("rollback");
        client.Parse("", "SELECT 1").Bind("q", "").Sync().Execute("q").Sync().Run("outside a block it ends with Sync", ready: 2);
        client.Query("CREATE TABLE t (a int)").Run("table");
        client.Parse("", "INSERT INTO t VALUES (1), (2), (3) RETURNING a").Bind("", "").Execute("", 2).Execute("", 2).Sync().Run("RETURNING");
        client.Parse("", "INSERT INTO t VALUES (1)").Bind("", "").Execute("").Execute("").Sync().Run("twice");
    });

    [Fact]
    public Task Errors_skip_to_sync() => CheckAsync((client, _) =>
    {
        client.Query("CREATE TABLE t (a int PRIMARY KEY)").Run("table");
        client.Parse("", "INSERT INTO t VALUES ($1)").Bind("", "", ["1"]).Execute("").Bind("", "", ["1"]).Execute("").Bind("", "", ["2"]).Execute("").Sync().Run("error");
        client.Query("SELECT count(*) FROM t").Run("all is undone");
        client.Parse("", "SELEC").Bind("", "").Execute("").Query("SELECT 'skipped'").Sync().Run("even a query is skipped");
        client.Bind("", "none").Sync().Run("no such statement");
        client.Bind("", "").Sync().Run("no unnamed statement");
        client.Describe('S', "none").Sync().Run("describe nothing");
        client.Describe('P', "none").Sync().Run("describe no portal");
        client.Execute("none").Sync().Run("execute nothing");
        client.Close('S', "none").Close('P', "none").Sync().Run("close nothing");
        client.Message('D', [(byte)'X'], [0]).Sync().Run("describe what");
        client.Message('C', [(byte)'X'], [0]).Sync().Run("close what");
        client.Parse("", "SELECT 1; SELECT 2").Sync().Run("two statements");
        client.Parse("s", "SELECT $1::int").Sync().Run("named");
        client.Parse("s", "SELECT 2").Sync().Run("named again");
        client.Bind("", "s").Sync().Run("no value");
        client.Bind("", "s", ["1", "2"]).Sync().Run("two values");
        client.Bind("", "s", ["1"], [2]).Sync().Run("no such format");
        client.Bind("", "s", ["1"], [0, 0]).Sync().Run("two formats");
        client.Bind("", "s", ["1"], null, [0, 0]).Sync().Run("two result formats");
        client.Bind("", "s", ["x"]).Sync().Run("bad value");
        client.Bind("p", "s", ["x"]).Sync().Run("bad value for a named portal");
        client.Bind("", "s", [new byte[] { 1, 2 }], [1]).Sync().Run("bad binary value");
        client.Bind("", "s", [new byte[] { 0, 0, 0, 1, 2 }], [1]).Sync().Run("too long a binary value");
        client.Bind("p", "s", ["1"]).Bind("p", "s", ["1"]).Sync().Run("the portal exists");
        client.Message('B', [0]).Sync().Run("a short message");
        client.Message('P', [.. "s2"u8]).Sync().Run("no end of string");
    });

    [Fact]
    public Task Pipelines() => CheckAsync((client, _) =>
    {
        client.Query("CREATE TABLE t (a int PRIMARY KEY)").Run("table");
        client.Parse("i", "INSERT INTO t VALUES ($1)").Bind("", "i", ["1"]).Execute("").Sync()
            .Bind("", "i", ["1"]).Execute("").Bind("", "i", ["5"]).Execute("").Sync()
            .Bind("", "i", ["2"]).Execute("").Sync()
            .Parse("", "SELECT a FROM t ORDER BY a").Bind("", "").Execute("").Sync().Run("four groups", ready: 4);
        client.Parse("", "BEGIN").Bind("", "").Execute("").Bind("", "i", ["3"]).Execute("").Parse("", "COMMIT").Bind("", "").Execute("")
            .Bind("", "i", ["3"]).Execute("").Sync().Run("a block in one group");
        client.Query("SELECT a FROM t ORDER BY a").Run("the block stays");
        client.Parse("", "SELECT 1").Flush().Send().ReadUntil('1');
        client.Bind("", "").Execute("").Sync().Run("after Flush");
    });

    [Fact]
    public Task Statements_live_until_closed() => CheckAsync((client, _) =>
    {
        client.Parse("a", "SELECT 1 AS x").Parse("b", "SELECT 2").Parse("", "").Bind("", "").Describe('P', "").Execute("").Sync().Run("parse");
        client.Query("EXECUTE a").Run("execute by SQL");
        client.Query("PREPARE c AS SELECT $1::int").Run("prepare by SQL");
        client.Describe('S', "c").Bind("", "c", ["7"]).Execute("").Sync().Run("and execute");
        client.Query("DEALLOCATE a").Run("deallocate");
        client.Describe('S', "a").Sync().Run("gone");
        client.Query("DEALLOCATE ALL").Run("deallocate all");
        client.Describe('S', "b").Sync().Run("gone too");
        client.Query("CREATE TABLE t (a int)").Run("table");
        client.Parse("t", "SELECT * FROM t").Bind("", "t").Execute("").Sync().Run("select");
        client.Query("ALTER TABLE t ADD COLUMN b int").Run("alter");
        client.Bind("", "t").Execute("").Sync().Run("another shape");
        client.Query("DISCARD ALL").Run("discard");
        client.Bind("", "t").Sync().Run("discarded");
    });

    [Fact]
    public Task Answers_come_by_flush() => CheckAsync((client, _) =>
    {
        client.Parse("", "SELECT $1 || 1").Flush().Send().ReadUntil('1');
        client.Parse("", "SELECT $1::text + 1").Describe('S', "").Flush().Send().ReadUntil('E');
        client.Sync().Run("after an error");
        client.Query("BEGIN; DECLARE c CURSOR FOR SELECT 1 AS x, 'y' AS y").Run("a cursor");
        client.Describe('P', "c").Sync().Run("is a portal");
        client.Parse("", "SELECT 1").Bind("c", "").Sync().Run("whose name is taken");
        client.Query("ROLLBACK").Run("rollback");
    });

    [Fact]
    public Task Failed_transactions() => CheckAsync((client, _) =>
    {
        client.Parse("one", "SELECT 1").Parse("back", "ROLLBACK").Parse("", "BEGIN").Bind("", "").Execute("").Sync().Run("begin");
        client.Parse("", "SELECT 1/a FROM generate_series(0, 0) a").Bind("", "").Execute("").Sync().Run("fail");
        client.Parse("", "SELECT 1").Sync().Run("parse");
        client.Bind("", "one").Sync().Run("bind");
        client.Describe('S', "one").Sync().Run("describe");
        client.Describe('S', "back").Sync().Run("describe rollback");
        client.Parse("", "").Bind("", "").Execute("").Sync().Run("empty");
        client.Bind("", "back").Execute("").Sync().Run("rollback");
    });

    [Fact]
    public Task Descriptions_of_columns() => CheckAsync((client, _) =>
    {
        client.Query("CREATE DOMAIN code AS varchar(4); CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE t (a int, dropped int, b code, c numeric(6,2)[], d bpchar(3), e interval day to second(2))").Run("table");
        client.Query("ALTER TABLE t DROP COLUMN dropped; CREATE VIEW v AS SELECT b, d, a + 1 AS f FROM t").Run("view");
        client.Parse("", "SELECT t.*, v.*, t.a AS other, t.ctid, 1, 'x', NULL, 'x'::varchar(3), sum(a) OVER () FROM t, v").Describe('S', "").Bind("", "", null, null, [1]).Describe('P', "").Sync().Run("select");
        client.Parse("", "INSERT INTO t (a) VALUES (1) RETURNING b, a").Describe('S', "").Sync().Run("returning");
        client.Parse("", "SHOW DateStyle").Describe('S', "").Sync().Run("show");
        client.Parse("", "SELECT x.relname, x.relkind FROM pg_class x").Describe('S', "").Sync().Run("catalog");
    });

    [Fact]
    public Task Cancellation() => CheckAsync((client, _) =>
    {
        client.Query("SELECT pg_sleep(60)").Send();
        WaitUntilAsleep(client);
        CancelRequest(client.ProcessId, client.SecretKey + 1);
        CancelRequest(client.ProcessId, client.SecretKey);
        client.ReadUntilReady();
        client.Query("SELECT 1").Run("goes on");
        client.Query("SET statement_timeout = 100; SELECT pg_sleep(60)").Run("timeout");
    });

    // A request that comes before the statement has begun cancels nothing.
    private static void WaitUntilAsleep(WireClient client)
    {
        using var connection = new NpgsqlConnection(client.Database!.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep')", connection);
        command.Parameters.Add(new() { Value = client.ProcessId });
        while (command.ExecuteScalar() is not true)
        {
        }
    }

    private void CancelRequest(int processId, int key)
    {
        using var other = new System.Net.Sockets.TcpClient(Server.Host, Server.Port);
        other.GetStream().Write([.. WireClient.BigEndian(16), .. WireClient.BigEndian(80877102), .. WireClient.BigEndian(processId), .. WireClient.BigEndian(key)]);
        Assert.Equal(-1, other.GetStream().ReadByte());
    }
}
