using System.Globalization;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Storage;

public sealed class RelationModuleTests
{
    private static SqliteConnectionHandle Open(int rows = 10)
    {
        SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        db.VirtualTables.Register(new Relation("rel", rows));
        db.VirtualTables.Register(new Relation("other", rows));
        return db;
    }

    // id counts through both parts; third is id % 3, or NULL when id is a multiple of 5; name is n<id % 4>.
    [Theory]
    [InlineData("SELECT group_concat(id) FROM rel", "0,1,2,3,4,5,6,7,8,9")]
    [InlineData("SELECT group_concat(id) FROM rel WHERE id = 7", "7")]
    [InlineData("SELECT group_concat(id) FROM rel WHERE id = 7.0", "7")]
    [InlineData("SELECT group_concat(id) FROM rel WHERE id = 7.5", null)]
    [InlineData("SELECT group_concat(id) FROM rel WHERE third = 1", "1,4,7")]
    [InlineData("SELECT group_concat(id) FROM rel WHERE name = 'n1' AND third = 1", "1")]
    [InlineData("SELECT group_concat(id) FROM rel WHERE third = 1 AND id = 4 AND name = 'n0'", "4")]
    [InlineData("SELECT group_concat(id) FROM rel WHERE third = NULL", null)]
    [InlineData("SELECT group_concat(id) FROM rel WHERE third IS NULL", "0,5")]
    [InlineData("SELECT group_concat(id) FROM rel WHERE third IS 2 AND name IS 'n2'", "2")]
    [InlineData("SELECT group_concat(id) FROM rel WHERE id IN (8, 2, 99)", "2,8")]
    [InlineData("SELECT group_concat(id) FROM rel WHERE id = 1 OR name = 'n2'", "1,2,6")]
    [InlineData("SELECT group_concat(id) FROM rel WHERE id > 7", "8,9")]
    [InlineData("SELECT group_concat(id) FROM rel WHERE name = 'N1' COLLATE NOCASE", "1,5,9")]
    [InlineData("SELECT group_concat(a.id || '-' || b.id) FROM rel a JOIN other b ON b.id = a.third AND b.name = a.name WHERE a.id < 4", "1-1,2-2")]
    [InlineData("SELECT group_concat(a.id || '-' || ifnull(b.id, 'none')) FROM rel a LEFT JOIN other b ON b.id = a.third AND b.id > 1 WHERE a.id < 4", "0-none,1-none,2-2,3-none")]
    [InlineData("SELECT count(DISTINCT rowid) FROM rel", "10")]
    public void Conditions_pick_rows(string sql, string? expected)
    {
        using SqliteConnectionHandle db = Open();
        Assert.Equal(expected, db.QueryText(sql));
    }

    [Fact]
    public void Every_pair_of_conditions_agrees_with_a_table_of_the_same_rows()
    {
        using SqliteConnectionHandle db = Open(60);
        db.Execute("CREATE TABLE t AS SELECT * FROM rel");
        foreach (string a in (string[])["id = 30", "third = 2", "third IS NULL", "name = 'n3'", "third <> 1", "name IN ('n0','n2')"])
        {
            foreach (string b in (string[])["id = 30", "third = 0", "name = 'n2'", "id IN (2, 30, 5)", "true"])
            {
                string query = $"SELECT group_concat(id ORDER BY id) FROM {{0}} WHERE {a} AND {b}";
                Assert.Equal(
                    db.QueryText(string.Format(CultureInfo.InvariantCulture, query, "t")),
                    db.QueryText(string.Format(CultureInfo.InvariantCulture, query, "rel")));
            }
        }
    }

    [Fact]
    public void A_join_looks_rows_up_instead_of_scanning_for_each()
    {
        using SqliteConnectionHandle db = Open(3000);
        using SqliteStatement s = db.Prepare("SELECT count(*) FROM rel a JOIN other b ON b.id = a.id");
        Assert.True(s.Step());
        Assert.Equal(3000, s.GetInt64(0));
        const int VirtualMachineSteps = 4;
        Assert.InRange(s.Status(VirtualMachineSteps), 1, 100_000);
    }

    [Fact]
    public void A_scan_sees_the_rows_of_its_start()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        var relation = new Relation("rel", 4);
        db.VirtualTables.Register(relation);
        SqliteStatement s = db.Rent("SELECT count(*) FROM rel WHERE name = 'n1'");
        Assert.True(s.Step());
        Assert.Equal(1, s.GetInt64(0));
        db.Return(s);
        relation.Fill(9);
        s = db.Rent("SELECT count(*) FROM rel WHERE name = 'n1'");
        Assert.True(s.Step());
        Assert.Equal(2, s.GetInt64(0));
    }

    [Fact]
    public void A_relation_of_more_than_64_columns_indexes_the_first_ones()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        db.VirtualTables.Register(new Wide());
        Assert.Equal(1, db.QueryInt64("SELECT count(*) FROM wide WHERE k63 = 1063 AND k69 = 1069"));
        Assert.Equal(0, db.QueryInt64("SELECT count(*) FROM wide WHERE k63 = 1063 AND k69 = 69"));
    }

    [Fact]
    public void An_ordinary_module_makes_tables_in_temp()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        db.VirtualTables.Register(new Named("named"));
        Assert.Throws<SqliteException>(() => db.Prepare("SELECT * FROM named"));
        db.Execute("CREATE VIRTUAL TABLE temp.here USING named");
        Assert.Equal(3, db.QueryInt64("SELECT count(*) FROM here"));
        db.Execute("DROP TABLE temp.here");
        Assert.Throws<SqliteException>(() => db.Prepare("SELECT * FROM here"));
    }

    private sealed class Relation : RelationModule
    {
        private MemoryRelation[] _parts = [];

        internal Relation(string name, int rows)
            : base(name, ["id", "third", "name"])
        {
            Fill(rows);
        }

        internal void Fill(int rows) => _parts = [Part(0, rows / 2), Part(rows / 2, rows / 2), Part(rows / 2, rows)];

        internal override MemoryRelation[] GetParts(SqliteConnectionHandle connection) => _parts;

        private static ArrayRelation Part(int from, int to)
        {
            var cells = new List<SqliteCell>();
            for (int id = from; id < to; id++)
            {
                cells.Add(SqliteCell.FromInt64(id));
                cells.Add(id % 5 == 0 ? SqliteCell.Null : SqliteCell.FromInt64(id % 3));
                cells.Add(SqliteCell.FromText("n" + (id % 4).ToString(CultureInfo.InvariantCulture)));
            }

            return new ArrayRelation([.. cells], 3);
        }
    }

    private sealed class Wide() : RelationModule("wide", [.. Enumerable.Range(0, 70).Select(i => "k" + i)])
    {
        private readonly MemoryRelation[] _parts =
            [new ArrayRelation([.. Enumerable.Range(0, 70).Concat(Enumerable.Range(1000, 70)).Select(i => SqliteCell.FromInt64(i))], 70)];

        internal override MemoryRelation[] GetParts(SqliteConnectionHandle connection) => _parts;
    }

    private sealed class Named(string name) : RelationModule(name, ["a"])
    {
        private readonly MemoryRelation[] _parts = [new ArrayRelation(new SqliteCell[3], 1)];

        internal override bool IsEponymousOnly => false;

        internal override MemoryRelation[] GetParts(SqliteConnectionHandle connection) => _parts;
    }
}
