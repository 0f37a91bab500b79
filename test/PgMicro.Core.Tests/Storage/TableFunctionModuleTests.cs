using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Storage;

public sealed class TableFunctionModuleTests
{
    private static SqliteConnectionHandle Open()
    {
        SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        db.VirtualTables.Register(new Series());
        db.VirtualTables.Register(new Echo());
        return db;
    }

    [Theory]
    [InlineData("SELECT group_concat(i) FROM series(3, 6)", "3,4,5,6")]
    [InlineData("SELECT group_concat(i || ':' || square) FROM series(2, 3)", "2:4,3:9")]
    [InlineData("SELECT count(*) FROM series(5, 4)", "0")]
    [InlineData("SELECT group_concat(s.i) FROM series(1, 3) AS a, series(a.i, 3) AS s", "1,2,3,2,3,3")]
    [InlineData("SELECT group_concat(s.i) FROM series(a.i, 3) AS s, series(1, 3) AS a", "1,2,3,2,3,3")]
    [InlineData("SELECT group_concat(i) FROM series(1, 9) WHERE i = 2 OR i = 7", "2,7")]
    [InlineData("SELECT group_concat(i) FROM series(1, 9) WHERE i > 7", "8,9")]
    [InlineData("SELECT group_concat(a.i || '-' || ifnull(s.i, 'none')) FROM series(1, 2) AS a LEFT JOIN series(2, a.i) AS s", "1-none,2-2")]
    [InlineData("SELECT group_concat(rowid) FROM series(7, 9)", "1,2,3")]
    [InlineData("SELECT count(*) FROM series(1, 100000)", "100000")]
    public void Rows_come_from_the_arguments(string sql, string expected)
    {
        using SqliteConnectionHandle db = Open();
        Assert.Equal(expected, db.QueryText(sql));
    }

    [Fact]
    public void A_missing_argument_is_an_error()
    {
        using SqliteConnectionHandle db = Open();
        Assert.Throws<SqliteException>(() => db.Prepare("SELECT * FROM series(1)"));
        Assert.Throws<SqliteException>(() => db.Prepare("SELECT * FROM series(1, 2, 3)"));
    }

    [Theory]
    [InlineData("echo(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,NULL)")]
    [InlineData("echo(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,NULL,18,19,20)")]
    public void A_null_beyond_sixteen_arguments_is_an_error_and_no_missing_row(string call)
    {
        using SqliteConnectionHandle db = Open();
        Assert.Throws<InvalidOperationException>(() => db.QueryText("SELECT kinds FROM " + call));
    }

    [Fact]
    public void The_first_sixteen_arguments_may_be_null()
    {
        using SqliteConnectionHandle db = Open();
        Assert.Equal("I I I I I I I I I I I I I I I N I I I I", db.QueryText(
            "SELECT kinds FROM echo(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,NULL,17,18,19,20)"));
    }

    [Fact]
    public void Any_number_of_arguments_may_be_null_with_is()
    {
        using SqliteConnectionHandle db = Open();
        string[] values = ["1", "1.5", "'a'", "x'00'", "NULL"];
        string conditions = string.Join(" AND ", Enumerable.Range(0, 20).Select(i => $"\"$%{i + 1}\" IS {values[i % 5]}".Replace("%", "")));
        string expected = string.Join(' ', Enumerable.Range(0, 20).Select(i => "IRTBN"[i % 5]));
        Assert.Equal(expected, db.QueryText("SELECT kinds FROM echo WHERE " + conditions));
        Assert.Equal(expected, db.QueryText(
            "SELECT kinds FROM (SELECT 1) LEFT JOIN echo ON " + conditions));
    }

    [Fact]
    public void Many_conditions_on_columns_leave_null_arguments_alone()
    {
        using SqliteConnectionHandle db = Open();
        string conditions = string.Join(" AND ", Enumerable.Range(0, 20).Select(i => $"kinds <> '{i}'"));
        string arguments = string.Join(" AND ", Enumerable.Range(0, 20).Select(i => $"\"${i + 1}\" IS NULL"));
        Assert.Equal("N", db.QueryText($"SELECT substr(kinds, 1, 1) FROM echo WHERE {conditions} AND {arguments}"));
    }

    [Theory]
    [InlineData("filter")]
    [InlineData("next")]
    [InlineData("column")]
    [InlineData("close")]
    public void An_exception_in_a_cursor_comes_out_of_step(string where)
    {
        using SqliteConnectionHandle db = Open();
        db.VirtualTables.Register(new Failing());
        Assert.Throws<InvalidTimeZoneException>(() =>
        {
            db.Execute($"SELECT * FROM failing('{where}')");
            db.Execute("SELECT 1");
        });
        Assert.False(db.HasCarriedException);
        Assert.Equal("1", db.QueryText("SELECT * FROM failing('nowhere')"));
    }

    [Fact]
    public void An_exception_in_planning_comes_out_of_prepare()
    {
        using SqliteConnectionHandle db = Open();
        db.VirtualTables.Register(new Unplannable());
        Assert.Throws<InvalidTimeZoneException>(() => db.Prepare("SELECT * FROM unplannable"));
    }

    [Fact]
    public void Cursors_are_used_again()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        var series = new Series();
        db.VirtualTables.Register(series);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(3, db.QueryInt64("SELECT count(*) FROM series(1, 3)"));
        }

        Assert.Equal(1, series.Opened);
    }

    [Fact]
    public void Many_modules_register()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        for (int i = 0; i < 200; i++)
        {
            db.VirtualTables.Register(new Series("series" + i));
        }

        Assert.Equal(3, db.QueryInt64("SELECT count(*) FROM series199(1, 3)"));
    }

    private sealed class Series(string name = "series") : TableFunctionModule(name, ["i", "square"], 2, 50)
    {
        internal int Opened;

        internal override TableFunctionCursor Open(SqliteConnectionHandle connection)
        {
            Opened++;
            return new SeriesCursor(this);
        }

        private sealed class SeriesCursor(TableFunctionModule module) : TableFunctionCursor(module)
        {
            private long _at;
            private long _last;

            protected override void Start(SqliteFunctionArgs args)
            {
                _at = args.Int64(0) - 1;
                _last = args.Int64(1);
            }

            protected override bool Advance() => ++_at <= _last;

            protected override void Value(ResultWriter result, int column) => result.Int64(column == 0 ? _at : _at * _at);
        }
    }

    private sealed class Echo() : TableFunctionModule("echo", ["kinds"], 20, 1)
    {
        internal override TableFunctionCursor Open(SqliteConnectionHandle connection) => new EchoCursor(this);

        private sealed class EchoCursor(TableFunctionModule module) : TableFunctionCursor(module)
        {
            private string _kinds = "";
            private bool _done;

            protected override void Start(SqliteFunctionArgs args)
            {
                _done = false;
                var kinds = new List<char>();
                for (int i = 0; i < args.Count; i++)
                {
                    kinds.Add(args.Kind(i).ToString()[0]);
                }

                _kinds = string.Join(' ', kinds);
            }

            protected override bool Advance()
            {
                bool first = !_done;
                _done = true;
                return first;
            }

            protected override void Value(ResultWriter result, int column) => result.Text(_kinds);
        }
    }

    private sealed class Failing() : TableFunctionModule("failing", ["a"], 1)
    {
        internal override TableFunctionCursor Open(SqliteConnectionHandle connection) => new FailingCursor(this);

        private sealed class FailingCursor(TableFunctionModule module) : TableFunctionCursor(module)
        {
            private string _where = "";
            private bool _done;

            internal override void Close() => At("close");

            protected override void Start(SqliteFunctionArgs args)
            {
                _where = System.Text.Encoding.UTF8.GetString(args.Utf8(0));
                _done = false;
                At("filter");
            }

            protected override bool Advance()
            {
                if (_done)
                {
                    return false;
                }

                At("next");
                return _done = true;
            }

            protected override void Value(ResultWriter result, int column)
            {
                At("column");
                result.Int64(1);
            }

            private void At(string where)
            {
                if (where == _where)
                {
                    throw new InvalidTimeZoneException();
                }
            }
        }
    }

    private sealed class Unplannable : VirtualTableModule
    {
        internal override string Name => "unplannable";

        internal override string Declaration => "CREATE TABLE x(a)";

        internal override void BestIndex(ref IndexInfo info, SqliteConnectionHandle connection) =>
            throw new InvalidTimeZoneException();

        internal override VirtualTableCursor Open(SqliteConnectionHandle connection) => throw new InvalidOperationException();
    }
}
