using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Storage;

/// <summary>A connection keeps the pages that others' commits have not changed (docs/adr/0004), and never one that they have.</summary>
public sealed unsafe partial class PageCacheTests : IDisposable
{
    private const int Rows = 2000;
    private const int CacheMiss = 8;
    private readonly TemporaryDatabase _database = new();
    private readonly SqliteConnectionHandle _writer;
    private readonly SqliteConnectionHandle _reader;
    private SqliteConnectionHandle? _fresh;

    public PageCacheTests()
    {
        _writer = Open();
        _writer.Execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX i ON t (v)");
        _writer.Execute($"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows}) INSERT INTO t SELECT i, hex(randomblob(50)) FROM n");
        _reader = Open();
    }

    public void Dispose()
    {
        _fresh?.Dispose();
        _reader.Dispose();
        _writer.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void Only_changed_pages_are_read_again()
    {
        Content(_reader);
        var all = TakeMisses(_reader);
        Content(_reader);
        Assert.Equal(0, TakeMisses(_reader));

        _writer.Execute("UPDATE t SET v = 'changed' WHERE id = 1000");
        Assert.Equal(Content(Fresh()), Content(_reader));

        // The first page, the row's, and those of the index from which its key has gone and to which it has come.
        Assert.InRange(TakeMisses(_reader), 1, 6);
        Assert.InRange(all, 50, int.MaxValue);
    }

    [Fact]
    public void All_pages_are_read_again_when_the_log_has_begun_anew()
    {
        Content(_reader);
        TakeMisses(_reader);
        _writer.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        _writer.Execute("UPDATE t SET v = 'changed' WHERE id = 1000");
        Assert.Equal(Content(Fresh()), Content(_reader));
        Assert.InRange(TakeMisses(_reader), 50, int.MaxValue);
    }

    [Theory]
    [InlineData(1, 2000)]
    [InlineData(2, 2000)]
    [InlineData(3, 30)]
    [InlineData(4, 300)]
    public void Readers_see_what_fresh_connections_see_whatever_others_do(int seed, int cachePages)
    {
        var random = new Random(seed);
        using var other = Open();
        using var holder = Open();
        SqliteConnectionHandle[] writers = [_writer, other];
        foreach (var connection in (SqliteConnectionHandle[])[_reader, .. writers])
        {
            connection.Execute($"PRAGMA cache_size = {cachePages}");
        }

        for (var step = 0; step < 400; step++)
        {
            for (var commits = random.Next(4); commits >= 0; commits--)
            {
                Change(writers[random.Next(2)], random);
            }

            if (random.Next(8) == 0 && holder.IsAutocommit)
            {
                holder.BeginSnapshot();
            }
            else if (random.Next(4) == 0 && !holder.IsAutocommit)
            {
                holder.Commit();
            }

            var expected = Content(Fresh());
            Assert.Equal(expected, Content(_reader));
            Assert.Equal(expected, Content(writers[step % 2]));
        }

        if (!holder.IsAutocommit)
        {
            holder.Commit();
        }

        Assert.Equal("ok", Text(_reader, "PRAGMA integrity_check"));
    }

    [LibraryImport("e_sqlite3")]
    private static partial int sqlite3_db_status(nint db, int operation, int* current, int* highest, int reset);

    private static void Change(SqliteConnectionHandle writer, Random random)
    {
        var (id, count) = (random.Next(Rows), random.Next(1, 40));
        switch (random.Next(12))
        {
            case 0:
                writer.Execute($"DELETE FROM t WHERE id BETWEEN {id} AND {id + count}");
                break;
            case 1:
                writer.Execute($"BEGIN IMMEDIATE; UPDATE t SET v = hex(randomblob(300)) WHERE id > {id}; ROLLBACK");
                break;
            case 2:
                writer.Execute($"BEGIN IMMEDIATE; UPDATE t SET v = 'a' WHERE id = {id}; SAVEPOINT s; UPDATE t SET v = 'b' WHERE id < {count}; ROLLBACK TO s; COMMIT");
                break;
            case 3:
                writer.Execute("PRAGMA wal_checkpoint(PASSIVE)");
                break;
            case 4 when random.Next(4) == 0:
                writer.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
                break;
            case 5 when random.Next(10) == 0:
                writer.Execute("VACUUM");
                break;
            case 6 when random.Next(4) == 0:
                writer.Execute("CREATE TABLE IF NOT EXISTS u (a); INSERT INTO u SELECT v FROM t; DROP TABLE u");
                break;
            case 7:
                writer.Execute($"UPDATE t SET v = hex(randomblob(5)) || v WHERE id % 50 = {count}");
                break;
            default:
                writer.Execute($"INSERT OR REPLACE INTO t SELECT {id} + value, hex(randomblob({count})) FROM (WITH RECURSIVE n(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < {count}) SELECT value FROM n)");
                break;
        }
    }

    private static string Content(SqliteConnectionHandle connection) =>
        Text(connection, "SELECT count(*), sum(id), coalesce(sum(length(v)), 0), group_concat(substr(v, 1, 3), ''), (SELECT group_concat(id) FROM (SELECT id FROM t INDEXED BY i ORDER BY v, id)) FROM t");

    private static string Text(SqliteConnectionHandle connection, string sql)
    {
        using var statement = connection.Prepare(sql);
        Assert.True(statement.Step());
        var text = new StringBuilder();
        for (var i = 0; i < statement.ColumnCount; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{statement.GetString(i)};");
        }

        return text.ToString().TrimEnd(';');
    }

    private static int TakeMisses(SqliteConnectionHandle connection)
    {
        int misses, highest;
        sqlite3_db_status(connection.Db, CacheMiss, &misses, &highest, 1);
        return misses;
    }

    private SqliteConnectionHandle Open()
    {
        var connection = _database.Open();
        SqliteFileSettings.Volatile.Apply(connection);
        connection.Execute("PRAGMA wal_autocheckpoint = 0");
        return connection;
    }

    private SqliteConnectionHandle Fresh()
    {
        var connection = Open();
        _fresh?.Dispose();
        _fresh = connection;
        return connection;
    }
}
