using PgMicro.Oracle.Scripts;

namespace PgMicro.Conformance;

public sealed class SqlSplitterTests
{
    [Theory]
    [InlineData("SELECT 1; SELECT 2", "SELECT 1|SELECT 2")]
    [InlineData(";;SELECT ';' ;", "SELECT ';'")]
    [InlineData("SELECT E'\\';' ; SELECT \";\"", "SELECT E'\\';'|SELECT \";\"")]
    [InlineData("DO $a$ BEGIN; $$;$$ END $a$; SELECT $1", "DO $a$ BEGIN; $$;$$ END $a$|SELECT $1")]
    [InlineData("-- a;\nSELECT /* ; /* ; */ ; */ 1 -- b\n;", "SELECT /* ; /* ; */ ; */ 1")]
    [InlineData("\\c other\nSELECT 1", "SELECT 1")]
    [InlineData("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3", "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)|SELECT 3")]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END; BEGIN; COMMIT",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END|BEGIN|COMMIT")]
    public void StatementsEndAtSemicolonsOutsideNesting(string script, string statements) =>
        Assert.Equal(statements.Split('|'), SqlSplitter.Split(script).Select(static piece => piece.Sql));
}
