using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Storage;

public sealed class StatementCacheTests
{
    [Fact]
    public void A_returned_statement_is_handed_out_again_reset_and_unbound()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        SqliteStatement s = db.Rent("SELECT ?1");
        s.BindInt64(1, 5);
        Assert.True(s.Step());
        db.Return(s);
        SqliteStatement again = db.Rent(new SqlText("SELECT ?1"));
        Assert.Same(s, again);
        Assert.True(again.Step());
        Assert.True(again.IsNull(0));
    }

    [Fact]
    public void A_statement_in_use_is_not_handed_out_twice()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        SqliteStatement a = db.Rent("SELECT 1");
        SqliteStatement b = db.Rent("SELECT 1");
        Assert.NotSame(a, b);
        db.Return(a);
        db.Return(b);
        Assert.Equal(2, db.Statements.IdleCount);
        Assert.Same(b, db.Rent("SELECT 1"));
        Assert.Same(a, db.Rent("SELECT 1"));
        Assert.Equal(0, db.Statements.IdleCount);
    }

    [Fact]
    public void A_statement_is_returned_only_once()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        SqliteStatement a = db.Rent("SELECT 1");
        db.Return(a);
        Assert.Throws<InvalidOperationException>(() => db.Return(a));
    }

    [Fact]
    public void The_longest_idle_statement_goes_first()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(
            ":memory:", new SqliteConnectionOptions { StatementCacheCapacity = 2 });
        SqliteStatement one = db.Rent("SELECT 1");
        SqliteStatement two = db.Rent("SELECT 2");
        SqliteStatement three = db.Rent("SELECT 3");
        db.Return(one);
        db.Return(two);
        db.Return(db.Rent("SELECT 1"));
        db.Return(three);
        Assert.Equal(2, db.Statements.IdleCount);
        Assert.Equal(0, two.Handle);
        Assert.Same(one, db.Rent("SELECT 1"));
        Assert.NotSame(two, db.Rent("SELECT 2"));
    }

    [Fact]
    public void Copies_that_outlive_their_entry_come_back()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(
            ":memory:", new SqliteConnectionOptions { StatementCacheCapacity = 1 });
        SqliteStatement a = db.Rent("SELECT 1");
        SqliteStatement b = db.Rent("SELECT 1");
        db.Return(a);
        db.Return(db.Rent("SELECT 2"));
        Assert.Equal(0, a.Handle);
        SqliteStatement c = db.Rent("SELECT 1");
        db.Return(b);
        db.Return(c);
        Assert.Equal(1, db.Statements.IdleCount);
        Assert.True(db.Rent("SELECT 1").Step());
    }

    [Fact]
    public void A_text_that_does_not_compile_is_tried_again()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        Assert.Throws<SqliteException>(() => db.Rent("SELECT a FROM t"));
        db.Execute("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
        Assert.True(db.Rent("SELECT a FROM t").Step());
    }

    [Fact]
    public void A_cached_statement_follows_a_changed_schema()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        db.Execute("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
        SqliteStatement s = db.Rent("SELECT a FROM t");
        Assert.True(s.Step());
        db.Return(s);
        db.Execute("DROP TABLE t; CREATE TABLE t(b, a); INSERT INTO t VALUES (7, 8)");
        s = db.Rent("SELECT a FROM t");
        Assert.True(s.Step());
        Assert.Equal(8, s.GetInt64(0));
    }
}
