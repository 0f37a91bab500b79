using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Storage;
using PgMicro.Core.Tests.BadInput;

namespace PgMicro.Core.Tests.Ddl;

/// <summary>Names that SQLite cannot tell apart: the file keeps the later one under another. What they answer is recorded in ddl/name_case.sql.</summary>
public sealed class NameCaseTests
{
    [Fact]
    public void A_name_may_change_its_case()
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = nameof(NameCaseTests) + "2", InMemory = true });
        using var session = database.CreateSession();
        session.Run("CREATE TABLE t (a int PRIMARY KEY, b text); INSERT INTO t VALUES (1, 'x'); ALTER TABLE t RENAME TO \"T\"; ALTER TABLE \"T\" RENAME b TO \"B\"");
        Assert.Equal(["1|x"], session.Run("SELECT a, \"B\" FROM \"T\" WHERE a = 1"));
        Assert.Equal(SqlState.UndefinedTable, session.Fails("SELECT * FROM t").SqlState);
    }

    [Fact]
    public void A_stock_SQLite_reads_the_second_under_a_numbered_name()
    {
        var folder = Directory.CreateTempSubdirectory(nameof(NameCaseTests));
        try
        {
            var path = Path.Combine(folder.FullName, "names.db");
            using (var database = PgDatabase.Open(new PgDatabaseOptions { Path = path }))
            using (var session = database.CreateSession())
            {
                session.Run("CREATE TABLE t (a int, \"A\" int, \"XMIN\" int); CREATE TABLE \"T\" (b int, \"_rowid_\" int); INSERT INTO t VALUES (1, 2, 3); INSERT INTO \"T\" VALUES (4, 5)");
            }

            using (var database = PgDatabase.Open(new PgDatabaseOptions { Path = path }))
            using (var session = database.CreateSession())
            {
                Assert.Equal(["1|2|3|4|5"], session.Run("SELECT * FROM t, \"T\""));
            }

            using var stock = SqliteConnectionHandle.Open(path);
            Assert.Equal(4, stock.QueryInt64("SELECT b FROM \"T#2\" WHERE \"_rowid_#2\" = 5"));
            Assert.Equal(6, stock.QueryInt64("SELECT a + \"A#2\" + \"XMIN#3\" FROM t"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
