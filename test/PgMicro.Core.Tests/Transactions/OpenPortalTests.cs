using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;

namespace PgMicro.Core.Tests.Transactions;

/// <summary>Portals of a transaction that another session moves to a branch while the client looks at a row.</summary>
public sealed class OpenPortalTests : IDisposable
{
    private readonly PgDatabase _database = PgDatabase.Open(new PgDatabaseOptions { Path = Guid.NewGuid().ToString("N"), InMemory = true });
    private readonly PgSession _own;
    private readonly PgSession _other;

    public OpenPortalTests()
    {
        _own = _database.CreateSession();
        _other = _database.CreateSession();
        _own.Run("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i, 'row ' || i FROM generate_series(1, 200) i; CREATE TABLE other (v int)");
    }

    public void Dispose()
    {
        _own.Dispose();
        _other.Dispose();
        _database.Dispose();
    }

    [Theory]
    [InlineData("SELECT v FROM t ORDER BY id")]
    [InlineData("SELECT v FROM t ORDER BY id FOR UPDATE")]
    [InlineData("UPDATE t SET v = v RETURNING v")]
    [InlineData("INSERT INTO t SELECT 1000 + id, v FROM t ORDER BY id RETURNING v")]
    [InlineData("WITH changed AS (DELETE FROM t RETURNING id, v) SELECT v FROM changed ORDER BY id")]
    [InlineData("SHOW ALL")]
    public void The_client_keeps_its_row_and_gets_the_rest(string sql)
    {
        _own.Run("BEGIN");
        var expected = _own.Run(sql).Count;
        _own.Run("ROLLBACK; BEGIN; INSERT INTO other VALUES (1)");
        using (var portal = Open(sql))
        {
            var rows = 0;
            while (portal.Read())
            {
                if (rows++ is 0 or 100)
                {
                    _other.Run("INSERT INTO other VALUES (2)");
                }

                if (portal.Columns!.Count == 1)
                {
                    Assert.Equal($"row {rows}", Encoding.UTF8.GetString(portal.GetBytes(0)));
                }
                else
                {
                    Assert.False(portal.IsNull(0));
                }
            }

            Assert.Equal(expected, rows);
        }

        _own.Run("COMMIT");
        Assert.Equal(["1", "2", "2"], _own.Run("SELECT v FROM other ORDER BY 1"));
    }

    [Fact]
    public void A_copy_goes_on_with_the_next_row()
    {
        _own.Run("BEGIN; INSERT INTO other VALUES (1)");
        using var portal = Open("COPY (SELECT v FROM t ORDER BY id) TO STDOUT");
        var copied = new ArrayBufferWriter<byte>();
        var rows = 0;
        while (portal.CopyOut!.ReadRow(copied))
        {
            if (rows++ is 0 or 100)
            {
                _other.Run("INSERT INTO other VALUES (2)");
            }
        }

        Assert.Equal(string.Concat(Enumerable.Range(1, 200).Select(i => $"row {i}\n")), Encoding.UTF8.GetString(copied.WrittenSpan));
    }

    [Fact]
    public void An_error_comes_when_the_client_gets_to_its_row()
    {
        _own.Run("BEGIN; INSERT INTO other VALUES (1)");
        using var portal = Open("SELECT id, 1 / (id - 150) FROM t ORDER BY id");
        Assert.True(portal.Read());
        _other.Run("INSERT INTO other VALUES (2)");
        for (var row = 1; row < 149; row++)
        {
            Assert.True(portal.Read());
        }

        Assert.Equal(149, portal.GetInt64(0));
        Assert.Equal("division by zero", Assert.Throws<PgException>(() => portal.Read()).Message);
        Assert.Equal(SqlState.InFailedSqlTransaction, _own.Fails("SELECT 1").SqlState);
    }

    private Portal Open(string sql) => _own.Execute(_own.Prepare(Assert.Single(_own.Parse(sql)), []), []);
}
