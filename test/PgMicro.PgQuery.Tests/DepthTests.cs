using PgMicro.PgQuery.Native;

namespace PgMicro.PgQuery.Tests;

public class DepthTests
{
    private static string Repeat(string s, int count) => string.Concat(Enumerable.Repeat(s, count));

    private static string Nested(string kind, int n) => kind switch
    {
        "subquery" => Repeat("SELECT * FROM (", n) + "SELECT 1" + Repeat(") a", n),
        "cte" => Repeat("WITH a AS (", n) + "SELECT 1" + Repeat(") SELECT 1", n),
        "sublink" => Repeat("SELECT a IN (", n) + "SELECT 1" + Repeat(")", n),
        "function" => "SELECT " + Repeat("f(", n) + "1" + Repeat(")", n),
        "array" => "SELECT ARRAY" + Repeat("[", n) + "1" + Repeat("]", n),
        "case" => "SELECT " + Repeat("CASE WHEN ", n) + "true" + Repeat(" THEN true END", n),
        "else" => "SELECT " + Repeat("CASE WHEN a THEN 1 ELSE ", n) + "2" + Repeat(" END", n),
        "sum" => "SELECT 1" + Repeat("+1", n),
        "minus" => "SELECT " + Repeat("- ", n) + "1",
        "concat" => "SELECT a" + Repeat("||b", n),
        "cast" => "SELECT a" + Repeat("::int", n),
        "collate" => "SELECT a" + Repeat(" COLLATE c", n),
        "isnull" => "SELECT a" + Repeat(" IS NULL", n),
        "operator" => "SELECT a" + Repeat(" OPERATOR(pg_catalog.+) b", n),
        "between" => "SELECT a" + Repeat(" BETWEEN 1 AND NOT b", n),
        "cases in a sum" => "SELECT 1" + Repeat(" + CASE WHEN a AND b THEN 1 ELSE 2 END", n),
        "label" => "SELECT 1" + Repeat(" + CASE WHEN x.end THEN 2 END", n),
        "not" => "SELECT " + Repeat("NOT ", n) + "true",
        "union" => "SELECT 1, 2" + Repeat(" UNION SELECT 1, 2", n),
        "join" => "SELECT FROM a" + Repeat(" JOIN b ON a AND b OR c", n),
        "at" => "SELECT a" + Repeat(" AT TIME ZONE b", n),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static TheoryData<string> Kinds => new(
        "subquery", "cte", "sublink", "function", "array", "case", "else", "sum", "minus", "concat", "cast", "collate",
        "isnull", "operator", "between", "cases in a sum", "label", "not", "union", "join", "at");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_thousand_levels_are_parsed(string kind)
    {
        var sql = Nested(kind, 1_000);
        Assert.InRange(TreeDepth.Bound(System.Text.Encoding.UTF8.GetBytes(sql), 100_000), 1_000, 4_000);

        Assert.Single(PgQueryParser.Parse(sql).Stmts);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_hundred_thousand_levels_are_an_error_and_not_the_end(string kind)
    {
        foreach (var parse in new Action<string>[]
        {
            s => PgQueryParser.Parse(s), s => PgQueryParser.Fingerprint(s), s => PgQueryParser.Normalize(s),
        })
        {
            var e = Assert.Throws<PgQueryException>(() => parse(Nested(kind, 100_000)));
            Assert.True(e.IsTooComplex);
            Assert.Equal("stack depth limit exceeded", e.Message);
        }
    }

    [Fact]
    public void A_megabyte_of_parentheses_is_an_error_and_not_the_end() =>
        Assert.True(Assert.Throws<PgQueryException>(
            () => PgQueryParser.Parse("SELECT " + new string('(', 500_000) + "1" + new string(')', 500_000))).IsTooComplex);

    [Theory]
    [InlineData(256 * 1024)]
    [InlineData(1024 * 1024)]
    public void The_stack_of_the_caller_does_not_matter(int stackSize)
    {
        foreach (var count in new[] { DeepStack.InlineDepth / 2, DeepStack.InlineDepth, 1_000 })
        {
            foreach (var kind in new[] { "subquery", "cte", "sublink", "sum", "union", "case" })
            {
                Exception? error = null;
                var thread = new Thread(() => error = Record.Exception(() => PgQueryParser.Parse(Nested(kind, count))), stackSize);
                thread.Start();
                thread.Join();
                Assert.Null(error);
            }
        }
    }

    [Fact]
    public void The_reader_of_Node_is_optimised_from_its_first_call()
    {
        var map = typeof(global::PgQuery.Node).GetInterfaceMap(typeof(Google.Protobuf.IBufferMessage));
        var merge = map.TargetMethods.Single(m => m.Name.EndsWith("InternalMergeFrom", StringComparison.Ordinal));
        Assert.True(merge.MethodImplementationFlags.HasFlag(System.Reflection.MethodImplAttributes.AggressiveOptimization));
    }

    [Theory]
    [InlineData("INSERT INTO t VALUES (1,'a')", ",(1+1,'b'||'c')", "")]
    [InlineData("SELECT 1 WHERE a=1", " OR a=1 AND b BETWEEN 1 AND 2", "")]
    [InlineData("SELECT a IN (0", ",1", ")")]
    [InlineData("SELECT 1", "; SELECT a FROM b JOIN c ON d=e UNION SELECT f", "")]
    [InlineData("SELECT CASE WHEN a=0 THEN 0", " WHEN a=1 THEN 1+1", " END")]
    [InlineData("SELECT '((((((((((", "((((('' + + E''(((", "'")]
    [InlineData("SELECT $a$((", "((+ $b$ (", "$a$")]
    [InlineData("SELECT /* /* (( */ ", "(( + '", "*/ 1")]
    [InlineData("SELECT E'\\'", "\\'((+", "'")]
    [InlineData("SELECT \"\"\"", "((+", "\"")]
    [InlineData("SELECT 1 -- ", "((+'", "\n")]
    public void Long_but_shallow_text_is_parsed_in_place(string start, string repeated, string end)
    {
        var sql = start + Repeat(repeated, 20_000) + end;
        Assert.InRange(TreeDepth.Bound(System.Text.Encoding.UTF8.GetBytes(sql), 100_000), 0, 10);

        Assert.NotEmpty(PgQueryParser.Parse(sql).Stmts);
    }

    [Fact]
    public void Text_after_a_string_with_escapes_is_seen() =>
        Assert.InRange(TreeDepth.Bound("SELECT E'a'\n'\\'(' || E'\\\\' || (((1)))"u8, 100), 5, 6);
}
