using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.Ddl;

/// <summary>Temporary objects go with their session, whatever they depend on.</summary>
public sealed class TemporaryTableTests
{
    [Fact]
    public void Tables_sequences_views_and_types_go_with_the_session()
    {
        using var file = new TemporaryDatabase();
        using var database = Sessions.OpenFile(file.FileName);
        using (var session = database.CreateSession())
        {
            session.Run(
                """
                CREATE TEMP TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s serial);
                CREATE TEMP TABLE b (LIKE a INCLUDING ALL);
                CREATE TEMP TABLE c (a int REFERENCES a);
                CREATE TEMP SEQUENCE q;
                CREATE TEMP VIEW v AS SELECT a.id FROM a JOIN b USING (id);
                CREATE TYPE pg_temp.mood AS ENUM ('x');
                INSERT INTO a DEFAULT VALUES
                """);
            session.Run("DISCARD TEMP; CREATE TEMP TABLE a (id int GENERATED ALWAYS AS IDENTITY)");
        }

        using var next = database.CreateSession();
        Assert.Equal(["0"], next.Run("SELECT count(*) FROM pg_class WHERE relpersistence = 't'"));
        next.Run("CREATE TEMP TABLE a (id int GENERATED ALWAYS AS IDENTITY)");
    }
}
