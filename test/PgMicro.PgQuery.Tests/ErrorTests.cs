using System.Text;

namespace PgMicro.PgQuery.Tests;

public class ErrorTests
{
    /// <summary>SQL, SQLSTATE, message, DETAIL, HINT and position, as PostgreSQL 17.10 reported them.</summary>
    public static TheoryData<string, string, string, string, string, int> Recorded()
    {
        var data = new TheoryData<string, string, string, string, string, int>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "errors.tsv")))
        {
            var f = Array.ConvertAll(line.Split('\t'), static x => x.Replace(@"\\", "\u0001").Replace(@"\n", "\n").Replace('\u0001', '\\'));
            data.Add(f[0], f[1], f[2], f[3], f[4], int.Parse(f[5]));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void An_error_is_PostgreSQLs_own(string sql, string sqlState, string message, string detail, string hint, int position)
    {
        var e = Assert.Throws<PgQueryException>(() => PgQueryParser.Parse(sql));

        Assert.Equal((sqlState, message, detail, hint, position), (e.SqlState, e.Message, e.Detail ?? "", e.Hint ?? "", e.CursorPosition));
        Assert.False(e.IsTooComplex);
    }

    [Fact]
    public void The_place_in_PostgreSQLs_source_is_told()
    {
        var e = Assert.Throws<PgQueryException>(() => PgQueryParser.Parse("SELECT FROM WHERE"));

        Assert.Equal(("scan.l", "scanner_yyerror"), (e.FileName, e.FuncName));
        Assert.NotEqual(0, e.LineNumber);
    }

    [Fact]
    public void A_zero_character_is_rejected_rather_than_cutting_the_text()
    {
        foreach (var parse in new Action<string>[]
        {
            s => PgQueryParser.Parse(s), s => PgQueryParser.Parse(Encoding.UTF8.GetBytes(s)), s => PgQueryParser.Split(s),
            s => PgQueryParser.Scan(s), s => PgQueryParser.Fingerprint(s), s => PgQueryParser.Normalize(s),
            s => PgQueryParser.ParsePlPgSql(s),
        })
        {
            var e = Assert.Throws<PgQueryException>(() => parse("SELECT 1\0; DROP TABLE t"));
            Assert.Equal(("22021", "invalid byte sequence for encoding \"UTF8\": 0x00"), (e.SqlState, e.Message));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x53, 0xFF }, "0xff")]
    [InlineData(new byte[] { 0x53, 0xC3, 0x28 }, "0xc3 0x28")]
    [InlineData(new byte[] { 0xE6, 0x97 }, "0xe6 0x97")]
    public void Bytes_that_are_not_UTF8_are_rejected(byte[] utf8, string shown)
    {
        var e = Assert.Throws<PgQueryException>(() => PgQueryParser.Parse(utf8));

        Assert.Equal(("22021", $"invalid byte sequence for encoding \"UTF8\": {shown}"), (e.SqlState, e.Message));
    }

    [Fact]
    public void A_lone_surrogate_is_rejected() =>
        Assert.Equal("22021", Assert.Throws<PgQueryException>(() => PgQueryParser.Parse("SELECT '\uD800'")).SqlState);
}
