using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Storage;

public sealed class LateralModuleTests
{
    [Fact]
    public void The_inner_select_runs_for_each_outer_row()
    {
        using SqliteConnectionHandle db = Open("SELECT v, v * 10 FROM inner_t WHERE g = ?1 AND v <= ?2 ORDER BY v DESC LIMIT 2");
        string lateral = db.EnsureLateralModule(2, 2);
        Assert.Equal("1:30,1:20,2:50,3:none", db.QueryText(
            $"SELECT group_concat(o.g || ':' || ifnull(l.c1, 'none')) FROM outer_t o LEFT JOIN {lateral}(1, o.g, o.most) l"));
        Assert.Equal("1:30,1:20,2:50", db.QueryText(
            $"SELECT group_concat(o.g || ':' || l.c1) FROM outer_t o, {lateral}(1, o.g, o.most) l"));
    }

    [Fact]
    public void Null_parameters_pass_and_every_storage_class_comes_through()
    {
        using SqliteConnectionHandle db = Open("SELECT ?1, ?2, ?3, ?4, ?5");
        string lateral = db.EnsureLateralModule(5, 5);
        Assert.Equal("integer real text blob null", db.QueryText(
            $"SELECT concat_ws(' ', typeof(c0), typeof(c1), typeof(c2), typeof(c3), typeof(c4)) FROM {lateral}(1, 1, 1.5, 'č', x'00', NULL)"));
        Assert.Equal("č", db.QueryText(
            $"SELECT c2 FROM {lateral} WHERE \"$1\" IS 1 AND \"$2\" IS 1 AND \"$3\" IS 1.5 AND \"$4\" IS 'č' AND \"$5\" IS NULL AND \"$6\" IS NULL"));
    }

    [Fact]
    public void Laterals_nest_and_each_scan_has_its_own_statement()
    {
        using SqliteConnectionHandle db = Open(
            "SELECT v FROM inner_t WHERE g = ?1 ORDER BY v",
            "SELECT l.c0 FROM outer_t o, pgmicro_lateral_1_1(1, o.g) l WHERE o.g <= ?1 ORDER BY 1");
        db.EnsureLateralModule(1, 1);
        const string Sql =
            "SELECT group_concat(o.g || ':' || l.c0) FROM outer_t o, pgmicro_lateral_1_1(2, o.g) l WHERE o.g <= 2";
        Assert.Equal("1:1,1:2,1:3,2:1,2:2,2:3,2:5", db.QueryText(Sql));
        int idle = db.Statements.IdleCount;
        Assert.Equal("1:1,1:2,1:3,2:1,2:2,2:3,2:5", db.QueryText(Sql));
        Assert.Equal(idle, db.Statements.IdleCount);
    }

    [Fact]
    public void Two_scans_of_one_plan_in_one_statement_do_not_disturb_each_other()
    {
        using SqliteConnectionHandle db = Open("SELECT v FROM inner_t WHERE g = ?1 ORDER BY v");
        db.EnsureLateralModule(1, 1);
        Assert.Equal("1-1,1-2,1-3,2-1,2-2,2-3,3-1,3-2,3-3", db.QueryText(
            "SELECT group_concat(a.c0 || '-' || b.c0) FROM pgmicro_lateral_1_1(1, 1) a, pgmicro_lateral_1_1(1, 1) b"));
    }

    [Fact]
    public void An_error_of_the_inner_statement_is_the_outers()
    {
        using SqliteConnectionHandle db = Open("SELECT json(?1)");
        string lateral = db.EnsureLateralModule(1, 1);
        SqliteException e = Assert.Throws<SqliteException>(() => db.QueryText($"SELECT c0 FROM {lateral}(1, '{{')"));
        Assert.Equal("malformed JSON", e.Message);
        Assert.Equal("[1]", db.QueryText($"SELECT c0 FROM {lateral}(1, '[1]')"));
    }

    [Fact]
    public void An_interrupt_reaches_the_inner_statement()
    {
        using SqliteConnectionHandle db = Open("WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT max(i) FROM r");
        string lateral = db.EnsureLateralModule(1, 0);
        using SqliteStatement s = db.Prepare($"SELECT c0 FROM {lateral}(1)");
        using var timer = new Timer(_ => db.Interrupt(), null, 50, 50);
        SqliteException e = Assert.Throws<SqliteException>(() => s.Step());
        Assert.Equal(SqliteResultCode.Interrupt, e.Code);
    }

    [Fact]
    public void A_plan_of_another_width_is_refused()
    {
        using SqliteConnectionHandle db = Open("SELECT 1, 2");
        string lateral = db.EnsureLateralModule(3, 0);
        Assert.Throws<InvalidOperationException>(() => db.QueryText($"SELECT c0 FROM {lateral}(1)"));
    }

    [Fact]
    public void Two_thousand_columns_pass()
    {
        using SqliteConnectionHandle db = Open("SELECT " + string.Join(",", Enumerable.Range(0, 2000)));
        string lateral = db.EnsureLateralModule(2000, 0);
        Assert.Equal("1999", db.QueryText($"SELECT c1999 FROM {lateral}(1)"));
    }

    private static SqliteConnectionHandle Open(params string[] plans)
    {
        SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        db.Execute("""
            CREATE TABLE outer_t(g, most);
            INSERT INTO outer_t VALUES (1, 9), (2, 9), (3, 9);
            CREATE TABLE inner_t(g, v);
            INSERT INTO inner_t VALUES (1, 1), (1, 2), (1, 3), (2, 5), (3, 99);
            """);
        db.Owner = new Plans(plans, [.. plans.Select(p => Width(db, p))]);
        return db;
    }

    private static int Width(SqliteConnectionHandle db, string plan)
    {
        if (plan.Contains("pgmicro_lateral_1_1", StringComparison.Ordinal))
        {
            db.EnsureLateralModule(1, 1);
        }

        using SqliteStatement s = db.Prepare(plan);
        return s.ColumnCount;
    }

    private sealed class Plans(string[] sql, int[] widths) : ILateralPlanSource
    {
        private readonly SqlText[] _texts = [.. sql.Select(s => new SqlText(s))];

        public SqlText GetLateralSql(long id) => _texts[id - 1];

        public int GetColumnCount(long id) => widths[id - 1];
    }
}
