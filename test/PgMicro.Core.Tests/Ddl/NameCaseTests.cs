using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;

namespace PgMicro.Core.Tests.Ddl;

/// <summary>Names that SQLite cannot tell apart are refused by name; a change of case alone is not.</summary>
public sealed class NameCaseTests
{
    [Theory]
    [InlineData("CREATE TABLE t (a int, \"A\" int)", "column \"A\" beside \"a\", whose name differs only in case, is not supported")]
    [InlineData("CREATE TABLE t (\"XMIN\" int)", "column \"XMIN\" beside \"xmin\", whose name differs only in case, is not supported")]
    [InlineData("CREATE TABLE u (a int); CREATE TABLE \"U\" (a int)", "relation \"U\" beside \"u\", whose name differs only in case, is not supported")]
    [InlineData("CREATE TABLE u (a int); ALTER TABLE u ADD \"A\" int", "column \"A\" beside \"a\", whose name differs only in case, is not supported")]
    [InlineData("CREATE TABLE u (a int); CREATE TABLE w (a int); ALTER TABLE w RENAME TO \"U\"", "relation \"U\" beside \"u\", whose name differs only in case, is not supported")]
    [InlineData("CREATE TABLE u (a int, b int); CREATE INDEX i ON u (a); CREATE INDEX \"I\" ON u (b)", "relation \"I\" beside \"i\", whose name differs only in case, is not supported")]
    public void Names_that_differ_in_case_only_are_refused(string sql, string message)
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = nameof(NameCaseTests), InMemory = true });
        using var session = database.CreateSession();
        var error = session.Fails(sql);
        Assert.Equal((SqlState.FeatureNotSupported, message), (error.SqlState, error.Message));
    }

    [Fact]
    public void A_name_may_change_its_case()
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = nameof(NameCaseTests) + "2", InMemory = true });
        using var session = database.CreateSession();
        session.Run("CREATE TABLE t (a int PRIMARY KEY, b text); INSERT INTO t VALUES (1, 'x'); ALTER TABLE t RENAME TO \"T\"; ALTER TABLE \"T\" RENAME b TO \"B\"");
        Assert.Equal(["1|x"], session.Run("SELECT a, \"B\" FROM \"T\" WHERE a = 1"));
        Assert.Equal(SqlState.UndefinedTable, session.Fails("SELECT * FROM t").SqlState);
    }
}
