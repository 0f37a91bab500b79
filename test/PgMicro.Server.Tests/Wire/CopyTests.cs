using System.Text;

namespace PgMicro.Server.Tests.Wire;

[Collection("server")]
public sealed class CopyTests(TestServer server) : WireTest(server)
{
    [Fact]
    public Task Copy_in_and_out() => CheckAsync((client, _) =>
    {
        client.Query("CREATE TABLE t (a int PRIMARY KEY, b text)").Run("table");
        client.Query("COPY t FROM STDIN").Message('d', Text("1\ton")).Message('d', Text("e\n2\t\\N\n")).Message('c').Run("in");
        client.Query("COPY t TO STDOUT").Run("out");
        client.Query("COPY (SELECT a FROM t) TO STDOUT (FORMAT binary)").Run("binary");
        client.Query("COPY t FROM STDIN (FORMAT csv, HEADER)").Message('d', Text("a,b\n3,\"x\ny\"\n")).Message('c').Run("csv");
        client.Query("COPY t FROM STDIN").Message('d', Text("4\tx\n")).Message('f', WireClient.CString("no more")).Run("the client gives up");
        client.Query("COPY t FROM STDIN").Message('d', Text("4\tx\n")).Message('d', Text("x\tx\n")).Message('d', Text("5\tx\n")).Message('c').Run("bad row");
        client.Query("COPY t FROM STDIN").Message('d', Text("1\tx\n")).Message('c').Run("unique");
        client.Query("SELECT count(*) FROM t").Run("count");
        client.Query("COPY nothing FROM STDIN").Run("no table");
        client.Query("COPY t FROM STDIN; SELECT 1").Message('d', Text("6\tx\n")).Message('c').Run("and more");
        client.Message('d', Text("7\tx\n")).Message('c').Message('f', WireClient.CString("x")).Query("SELECT 2").Run("data out of place");
        client.Query("COPY t FROM STDIN").Query("SELECT 1").Run("another message");
    });

    [Fact]
    public Task Copy_by_the_extended_protocol() => CheckAsync((client, _) =>
    {
        client.Query("CREATE TABLE t (a int PRIMARY KEY, b text)").Run("table");
        client.Parse("", "COPY t FROM STDIN").Describe('S', "").Bind("", "").Describe('P', "").Execute("").Sync().Send();
        client.ReadUntil('G');
        client.Message('d', Text("1\tone\n")).Message('c').Sync().Run("in");
        client.Parse("", "COPY t TO STDOUT").Bind("", "").Execute("").Sync().Run("out");
        client.Parse("", "COPY t FROM STDIN").Bind("", "").Execute("").Sync().Send();
        client.ReadUntil('G');
        client.Message('d', Text("x\tone\n")).Message('d', Text("2\tone\n")).Message('c').Sync().Run("error");
        client.Query("SELECT count(*) FROM t").Run("count");
    });

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
