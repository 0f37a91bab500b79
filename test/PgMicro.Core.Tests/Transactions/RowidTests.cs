using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.Transactions;

/// <summary>A rowid (here seen as ctid) that a table has given out comes never again.</summary>
public sealed class RowidTests : IDisposable
{
    private readonly TemporaryDatabase _file = new();
    private PgDatabase _database;
    private PgSession _session;

    public RowidTests()
    {
        _database = Sessions.OpenFile(_file.FileName);
        _session = _database.CreateSession();
    }

    public void Dispose()
    {
        _session.Dispose();
        _database.Dispose();
        _file.Dispose();
    }

    [Theory]
    [InlineData("CREATE TABLE t (v int); INSERT INTO t SELECT generate_series(1, 10)")]
    [InlineData("CREATE TABLE t (v text PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 10)")]
    [InlineData("CREATE TABLE t (v int PRIMARY KEY DEFERRABLE); INSERT INTO t SELECT generate_series(1, 10)")]
    [InlineData("CREATE TABLE t AS SELECT generate_series(1, 10) AS v")]
    [InlineData("SELECT generate_series(1, 10) AS v INTO t")]
    [InlineData("CREATE TABLE t (v int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 10); ALTER TABLE t DROP CONSTRAINT t_pkey")]
    [InlineData("CREATE TABLE t (v text); INSERT INTO t SELECT generate_series(1, 10); ALTER TABLE t ALTER v TYPE int USING v::int")]
    [InlineData("CREATE TABLE s (v int); INSERT INTO s SELECT generate_series(1, 10); ALTER TABLE s RENAME TO t")]
    [InlineData("CREATE TABLE t (v int); WITH i AS (INSERT INTO t SELECT generate_series(1, 10) RETURNING v) SELECT count(*) FROM i")]
    public void It_does_not_come_again_after_a_deletion(string sql)
    {
        _session.Run(sql);
        var last = LastRowid();
        Assert.True(last >= 10);

        _session.Run("DELETE FROM t WHERE v::int > 5");
        last = InsertsBeyond(last);
        _session.Run("TRUNCATE t");
        last = InsertsBeyond(last);
        _session.Run("DELETE FROM t");
        Reopen();
        last = InsertsBeyond(last);
        Assert.Equal("VACUUM cannot run inside a transaction block", _session.Fails("ALTER TABLE t ADD w int; VACUUM FULL t").Message);
        _session.Run("ALTER TABLE t ADD w int");
        _session.Run("VACUUM FULL t");
        InsertsBeyond(last);
    }

    [Fact]
    public void It_does_not_come_again_after_a_rollback()
    {
        _session.Run("CREATE TABLE t (v int); INSERT INTO t VALUES (1)");
        _session.Run("BEGIN; INSERT INTO t SELECT generate_series(1, 10)");
        var last = LastRowid();
        _session.Run("ROLLBACK");
        last = InsertsBeyond(last);
        _session.Run("BEGIN; INSERT INTO t VALUES (3); SAVEPOINT s; TRUNCATE t");
        _session.Run("ROLLBACK TO s");
        last = InsertsBeyond(last);
        _session.Run("ROLLBACK");
        InsertsBeyond(last);
    }

    [Fact]
    public void A_table_dropped_in_a_transaction_that_is_rolled_back_goes_on()
    {
        _session.Run("CREATE TABLE t (v int); INSERT INTO t SELECT generate_series(1, 10)");
        var last = LastRowid();
        _session.Run("DELETE FROM t; BEGIN; DROP TABLE t; CREATE TABLE t (v int); INSERT INTO t VALUES (1)");
        Assert.Equal(1, LastRowid());
        _session.Run("ROLLBACK");
        last = InsertsBeyond(last);
        _session.Run("DROP TABLE t; CREATE TABLE t (v int); INSERT INTO t VALUES (1)");
        Assert.Equal(1, LastRowid());
        Assert.Equal(["1"], Stored());
        _session.Run("DROP TABLE t");
        Assert.Equal(["0"], Stored());
    }

    [Fact]
    public void Temporary_tables_leave_nothing_in_the_file()
    {
        _session.Run("CREATE TEMP TABLE t (v int); INSERT INTO t SELECT generate_series(1, 3000)");
        const string stored = "temp.\"pg_temp.t\"";
        var last = LastRowid(stored);
        _session.Run("DELETE FROM t");
        InsertsBeyond(last, stored);
        Assert.Equal(["0"], Stored());
    }

    [Fact]
    public void Sessions_share_the_counter()
    {
        _session.Run("CREATE TABLE t (v int)");
        using var other = _database.CreateSession();
        for (var i = 0; i < 3; i++)
        {
            _session.Run("INSERT INTO t VALUES (1)");
            other.Run("INSERT INTO t VALUES (2)");
        }

        Assert.Equal(["6|6|6"], _session.Run("SELECT count(*), count(DISTINCT ctid), max(substring(ctid::text FROM ',(.*)\\)')::int) FROM t"));
    }

    private long InsertsBeyond(long last, string stored = "t")
    {
        _session.Run("INSERT INTO t (v) VALUES (2000000)");
        var rowid = LastRowid(stored);
        Assert.True(rowid > last, $"{rowid} after {last}");
        _session.Run("DELETE FROM t WHERE v::int = 2000000");
        return rowid;
    }

    private long LastRowid(string stored = "t")
    {
        using var statement = _session.Connection.Prepare("SELECT max(rowid) FROM " + stored);
        Assert.True(statement.Step());
        return statement.GetInt64(0);
    }

    private List<string> Stored()
    {
        using var statement = _session.Connection.Prepare("SELECT count(*) FROM pgmicro_rowid");
        statement.Step();
        return [statement.GetString(0)];
    }

    private void Reopen()
    {
        _session.Dispose();
        _database.Dispose();
        _database = Sessions.OpenFile(_file.FileName);
        _session = _database.CreateSession();
    }
}
