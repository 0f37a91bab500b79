using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;

namespace PgMicro.Core.Tests.Execution;

/// <summary>Copies of databases, and sequences that go on in them.</summary>
public sealed class CloneTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pgmicro-clone-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_copy_is_the_original_as_committed_and_goes_its_own_way(bool inMemory)
    {
        using var original = Sessions.OpenFile(Path.Combine(_folder, "template.db"));
        using var session = original.CreateSession();
        session.Run("CREATE TABLE t (id serial PRIMARY KEY, v text UNIQUE); INSERT INTO t (v) VALUES ('a'), ('b'), ('c')");
        var options = new PgDatabaseOptions { Path = inMemory ? Guid.NewGuid().ToString("N") : Path.Combine(_folder, "copy.db"), InMemory = inMemory, DatabaseName = "copy" };
        using (var copy = original.Clone(options))
        {
            using var other = copy.CreateSession();
            Assert.Equal(["copy"], other.Run("SELECT current_database()"));
            Assert.Equal(["4"], other.Run("INSERT INTO t (v) VALUES ('d') RETURNING id"));
            Assert.Equal("23505", other.Fails("INSERT INTO t (v) VALUES ('a')").SqlState);
            other.Run("ALTER TABLE t ADD COLUMN w int DEFAULT 7");
            Assert.Equal(["a|7"], other.Run("SELECT v, w FROM t WHERE id = 1"));
            Assert.Equal(["1|a", "2|b", "3|c"], session.Run("SELECT * FROM t ORDER BY id"));
            Assert.Equal(["4"], session.Run("INSERT INTO t (v) VALUES ('e') RETURNING id"));
            Assert.Equal("42P04", Assert.Throws<PgException>(() => original.Clone(options)).SqlState);
        }

        Assert.Equal(!inMemory, File.Exists(Path.Combine(_folder, "copy.db")));
    }

    [Fact]
    public void A_copy_finds_the_plans_of_its_original()
    {
        using var original = Sessions.OpenFile(Path.Combine(_folder, "template.db"));
        using var session = original.CreateSession();
        session.Run("CREATE TABLE t (id int PRIMARY KEY)");
        session.Run("SELECT * FROM t WHERE id = 1");
        using var copy = original.Clone(new PgDatabaseOptions { Path = Guid.NewGuid().ToString("N"), InMemory = true });
        using var other = copy.CreateSession();
        var analyses = copy.Planner.Analyses;
        other.Run("SELECT * FROM t WHERE id = 1");
        Assert.Equal(analyses, copy.Planner.Analyses);
        other.Run("DROP TABLE t");
        Assert.Equal("42P01", other.Fails("SELECT * FROM t WHERE id = 1").SqlState);
        Assert.Empty(session.Run("SELECT * FROM t WHERE id = 1"));
    }

    [Fact]
    public void A_sequence_goes_on_exactly_when_the_file_was_closed_and_beyond_when_it_was_not()
    {
        var file = Path.Combine(_folder, "a.db");
        var crashed = Path.Combine(_folder, "b.db");
        using (var database = Sessions.OpenFile(file))
        using (var session = database.CreateSession())
        {
            session.Run("CREATE SEQUENCE s; CREATE TABLE t (a int DEFAULT nextval('s'))");
            session.Run("INSERT INTO t SELECT FROM generate_series(1, 5)");
            Assert.Equal(["5|28|t"], session.Run("SELECT last_value, log_cnt, is_called FROM s"));
            foreach (var suffix in new[] { "", "-wal" })
            {
                File.Copy(file + suffix, crashed + suffix);
            }
        }

        using (var database = Sessions.OpenFile(file))
        using (var session = database.CreateSession())
        {
            Assert.Equal(["6"], session.Run("SELECT nextval('s')"));
        }

        using (var database = Sessions.OpenFile(crashed))
        using (var session = database.CreateSession())
        {
            Assert.Equal(["34"], session.Run("SELECT nextval('s')"));
        }
    }

    [Fact]
    public void A_sequence_that_a_rolled_back_transaction_moved_is_written_by_the_next()
    {
        var file = Path.Combine(_folder, "a.db");
        var crashed = Path.Combine(_folder, "b.db");
        using var database = Sessions.OpenFile(file);
        using var session = database.CreateSession();
        session.Run("CREATE SEQUENCE s; CREATE TABLE t (a bigint)");
        session.Run("BEGIN; INSERT INTO t VALUES (nextval('s')); ROLLBACK");
        session.Run("INSERT INTO t VALUES (nextval('s'))");
        foreach (var suffix in new[] { "", "-wal" })
        {
            File.Copy(file + suffix, crashed + suffix);
        }

        using var after = Sessions.OpenFile(crashed);
        using var other = after.CreateSession();
        Assert.Equal(["t"], other.Run("SELECT nextval('s') > 2"));
    }
}
