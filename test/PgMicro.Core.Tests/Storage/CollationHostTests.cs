using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Storage;

public sealed class CollationHostTests
{
    private const string Rows = "(VALUES ('bb'), ('a'), ('ccc'), ('žž'))";

    [Fact]
    public void A_registered_collation_orders_and_compares()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        db.Collations.Register("by_length", new ByLength());
        Assert.Equal("a,bb,ccc,žž", db.QueryText(
            $"SELECT group_concat(c) FROM (SELECT column1 c FROM {Rows} ORDER BY column1 COLLATE by_length)"));
        Assert.Equal(1, db.QueryInt64("SELECT 'xy' = 'zz' COLLATE by_length"));
    }

    [Fact]
    public void A_collation_is_supplied_when_it_is_first_named()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        var asked = new List<string>();
        db.Collations.Supplier = name =>
        {
            asked.Add(name);
            return name == "by_length" ? new ByLength() : null;
        };
        Assert.Equal(1, db.QueryInt64("SELECT 'xy' = 'zz' COLLATE by_length"));
        Assert.Equal(0, db.QueryInt64("SELECT 'xyz' = 'zz' COLLATE by_length"));
        Assert.Equal(["by_length"], asked);
        SqliteException e = Assert.Throws<SqliteException>(() => db.Prepare("SELECT 'a' = 'b' COLLATE unheard"));
        Assert.Equal("no such collation sequence: unheard", e.Message);
    }

    [Fact]
    public void An_exception_in_a_supplier_comes_out_of_prepare()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        db.Collations.Supplier = _ => throw new InvalidTimeZoneException();
        Assert.Throws<InvalidTimeZoneException>(() => db.Prepare("SELECT 'a' = 'b' COLLATE x"));
    }

    [Fact]
    public void An_exception_in_a_comparison_comes_out_of_step()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        db.Collations.Register("broken", new Broken());
        Assert.Throws<InvalidTimeZoneException>(() => db.QueryInt64("SELECT 'a' = 'b' COLLATE broken"));
        Assert.Equal(1, db.QueryInt64("SELECT 1"));
    }

    private sealed class ByLength : ISqliteCollation
    {
        public int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => a.Length.CompareTo(b.Length);
    }

    private sealed class Broken : ISqliteCollation
    {
        public int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => throw new InvalidTimeZoneException();
    }
}
