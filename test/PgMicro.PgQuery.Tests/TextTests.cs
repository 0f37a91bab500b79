using Pg = PgQuery;

namespace PgMicro.PgQuery.Tests;

public class TextTests
{
    [Fact]
    public void Split_finds_statements_and_survives_syntax_errors()
    {
        const string sql = " SELECT 'é;😀' ; SELEC x;;\n-- ;\nSELECT $$;$$ FROM \"ü;\" ; ";

        var spans = PgQueryParser.Split(sql);

        Assert.Equal(
            ["SELECT 'é;😀'", "SELEC x", "SELECT $$;$$ FROM \"ü;\""],
            spans.Select(s => s.In(sql).ToString()));
        var utf8 = System.Text.Encoding.UTF8.GetBytes(sql);
        Assert.All(spans, s => Assert.Equal(
            s.In(sql).ToString(), System.Text.Encoding.UTF8.GetString(utf8.AsSpan(s.ByteOffset, s.ByteLength))));
    }

    [Fact]
    public void Split_of_nothing_is_nothing()
    {
        Assert.Empty(PgQueryParser.Split(""));
        Assert.Empty(PgQueryParser.Split(" ; ;"));
    }

    [Theory]
    [InlineData("\n SELECT 'a' ")]
    [InlineData("\n SELECT 'a' -- b")]
    [InlineData("\n SELECT 'a' ;")]
    [InlineData("/* b */ SELECT 'a'")]
    public void Split_leaves_out_what_surrounds_a_statement(string sql) =>
        Assert.Equal("SELECT 'a'", Assert.Single(PgQueryParser.Split(sql)).In(sql).ToString());

    [Theory]
    [InlineData("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3", 2)]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3", 2)]
    [InlineData("BEGIN; SELECT 1; END", 3)]
    [InlineData("SELECT 1) ; SELECT 2", 2)]
    [InlineData("FOO BAR; baz", 2)]
    [InlineData("/* ; */ -- ;", 0)]
    public void Split_cuts_as_psql_does(string sql, int count) => Assert.Equal(count, PgQueryParser.Split(sql).Count);

    [Fact]
    public void Scan_gives_tokens_with_byte_offsets()
    {
        var tokens = PgQueryParser.Scan("SELECT 'é' /* c */ <= $1").Tokens;

        Assert.Equal(
            [(Pg.Token.Select, 0, 6), (Pg.Token.Sconst, 7, 11), (Pg.Token.CComment, 12, 19), (Pg.Token.LessEquals, 20, 22), (Pg.Token.Param, 23, 25)],
            tokens.Select(t => (t.Token, t.Start, t.End)));
        Assert.Equal(Pg.KeywordKind.ReservedKeyword, tokens[0].KeywordKind);
    }

    [Fact]
    public void Fingerprint_ignores_constants()
    {
        Assert.Equal(PgQueryParser.Fingerprint("SELECT 1 FROM t"), PgQueryParser.Fingerprint("select  2 FROM t"));
        Assert.NotEqual(PgQueryParser.Fingerprint("SELECT 1 FROM t"), PgQueryParser.Fingerprint("SELECT 1 FROM u"));
    }

    [Fact]
    public void Normalize_replaces_constants() =>
        Assert.Equal("SELECT $1 FROM t WHERE a = $2", PgQueryParser.Normalize("SELECT 1 FROM t WHERE a = 'x'"));

    [Fact]
    public void Deparse_gives_back_a_statement()
    {
        var tree = PgQueryParser.Parse("select  A, 'é'||b from T where x = any($1)");
        tree.Stmts[0].Stmt.SelectStmt.FromClause[0].RangeVar.Relname = "Other";

        Assert.Equal("SELECT a, 'é' || b FROM \"Other\" WHERE x = ANY($1)", PgQueryParser.Deparse(tree));
    }

    [Fact]
    public void A_deep_tree_is_deparsed()
    {
        var sql = "SELECT 1" + string.Concat(Enumerable.Repeat(" + 1", 1_000));
        Assert.NotEmpty(PgQueryParser.Deparse(PgQueryParser.Parse(sql)));
    }

    [Fact]
    public void A_PlPgSql_body_is_parsed()
    {
        const string start = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN ";
        Assert.Contains("PLpgSQL_stmt_return", PgQueryParser.ParsePlPgSql(start + "RETURN 1; END $$"), StringComparison.Ordinal);
        Assert.Equal("42601", Assert.Throws<PgQueryException>(() => PgQueryParser.ParsePlPgSql(start + "RETURN 1 END $$")).SqlState);
        var nested = string.Concat(Enumerable.Repeat("BEGIN ", 100_000));
        Assert.Throws<PgQueryException>(() => PgQueryParser.ParsePlPgSql(start + nested + "END $$"));
    }

    [Theory]
    [InlineData("SELECT a", 7, 8, 7)]
    [InlineData("é a", 3, 3, 2)]
    [InlineData("日😀a", 7, 3, 3)]
    [InlineData("é", 99, 2, 1)]
    public void Offsets_convert(string text, int byteOffset, int cursorPosition, int index)
    {
        var source = new SourceText(text);

        Assert.Equal((cursorPosition, index), (source.ToCursorPosition(byteOffset), source.ToIndex(byteOffset)));
        Assert.Equal(index, source.CursorPositionToIndex(cursorPosition));
        Assert.Equal((0, -1, -1), (source.ToCursorPosition(-1), source.ToIndex(-1), source.CursorPositionToIndex(0)));
    }

    [Fact]
    public void The_tree_names_parts_of_the_text()
    {
        const string sql = "SELECT 'é'; SELECT '😀' ";
        var source = new SourceText(sql);
        var stmts = PgQueryParser.Parse(sql).Stmts;

        Assert.Equal("SELECT 'é'", source.Slice(stmts[0].StmtLocation, stmts[0].StmtLen).ToString());
        Assert.Equal(" SELECT '😀' ", source.Slice(stmts[1].StmtLocation, stmts[1].StmtLen).ToString());
    }
}
