using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;

namespace PgMicro.Core.Tests.Transactions;

/// <summary>ALTER SEQUENCE … RESTART belongs to its transaction, although sequences are counters in memory.</summary>
public sealed class SequenceRestartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pgmicro-sequences-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Another_transaction_that_commits_does_not_write_it()
    {
        var (path, copy) = (Path.Combine(_folder, "a.db"), Path.Combine(_folder, "b.db"));
        using (var database = PgDatabase.Open(new PgDatabaseOptions { Path = path, Create = true }))
        {
            using var own = database.CreateSession();
            using var other = database.CreateSession();
            own.Run("CREATE SEQUENCE s; CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, v int); SELECT nextval('s')");
            own.Run("BEGIN; ALTER SEQUENCE s RESTART WITH 5000");
            other.Run("INSERT INTO t (v) VALUES (1)");

            // As a crash would leave them.
            foreach (var suffix in new[] { "", "-wal" })
            {
                File.Copy(path + suffix, copy + suffix);
            }

            own.Run("ROLLBACK");
            Assert.Equal(["2"], other.Run("SELECT nextval('s')"));
        }

        using var left = PgDatabase.Open(new PgDatabaseOptions { Path = copy });
        using var session = left.CreateSession();
        Assert.InRange(long.Parse(session.Run("SELECT nextval('s')")[0], System.Globalization.CultureInfo.InvariantCulture), 2, 100);
    }
}
