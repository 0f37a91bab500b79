using System.Security.Cryptography;
using PgMicro.Core.Errors;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>Files that something has damaged: refused with what to do, or read with an error where the damage is; never written to.</summary>
public sealed class DamageTests : IDisposable
{
    private const int PageSize = 4096;
    private readonly TemporaryDatabase _file = new();
    private readonly byte[] _sound;

    public DamageTests()
    {
        Make(_file.FileName, "t");
        _sound = File.ReadAllBytes(_file.FileName);
    }

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(16)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(PageSize)]
    [InlineData(5 * PageSize)]
    [InlineData(-PageSize)]
    [InlineData(-1)]
    public void A_truncated_file_is_refused(int length)
    {
        File.WriteAllBytes(_file.FileName, _sound[..(length < 0 ? _sound.Length + length : length)]);
        Assert.StartsWith("It has ", Refused().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_emptied_file_with_a_log_is_refused()
    {
        byte[] log;
        using (var database = Sessions.OpenFile(_file.FileName))
        using (var session = database.CreateSession())
        {
            session.Run("INSERT INTO t VALUES (-1, 'new')");
            log = Read(_file.FileName + "-wal");
        }

        File.WriteAllBytes(_file.FileName, []);
        File.WriteAllBytes(_file.FileName + "-wal", log);
        Assert.Equal("It is empty, but has a write-ahead log.", Refused().Detail);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(PageSize)]
    public void An_overwritten_first_page_is_told_from_a_foreign_file(int length)
    {
        foreach (var filler in (byte[][])[new byte[length], RandomNumberGenerator.GetBytes(length)])
        {
            var bytes = _sound.ToArray();
            filler.CopyTo(bytes, 0);
            File.WriteAllBytes(_file.FileName, bytes);
            Assert.Equal("Its first page has been overwritten.", Refused().Detail);
        }
    }

    [Theory]
    [InlineData("UPDATE pgmicro_pg_class SET relname = 'u' WHERE relname = 't'", "Rows of the system catalog have been changed or lost.")]
    [InlineData("UPDATE pgmicro_pg_class SET relnatts = relnatts + 1 WHERE relname = 't'", "Rows of the system catalog have been changed or lost.")]
    [InlineData("DELETE FROM pgmicro_pg_attribute WHERE attname = 'v'", "Rows of the system catalog have been changed or lost.")]
    [InlineData("DROP TABLE pgmicro_pg_constraint", "Rows of the system catalog have been changed or lost.")]
    [InlineData("UPDATE pgmicro_pg_index SET indkey = 'x y'", "A row of pg_index cannot be read.")]
    [InlineData("DELETE FROM pgmicro_meta WHERE name = 'next_oid'", "Table pgmicro_meta has lost rows.")]
    [InlineData("DROP TABLE t", "Table \"t\" is missing.")]
    [InlineData("DROP INDEX wide_a_key; ALTER TABLE t RENAME COLUMN v TO w", "Column \"v\" of table \"t\" is missing.")]
    [InlineData("DROP TABLE pgmicro_meta", "no such table: pgmicro_meta")]
    public void A_changed_catalog_is_refused(string change, string detail)
    {
        using (var raw = _file.Open())
        {
            raw.Execute(change);
        }

        Assert.Equal(detail, Refused().Detail);
    }

    [Fact]
    public void The_log_of_another_file_is_refused_and_kept()
    {
        byte[] log;
        var other = Path.Combine(_file.Folder, "other.db");
        Make(other, "other");
        using (var database = Sessions.OpenFile(other))
        using (var session = database.CreateSession())
        {
            session.Run("CREATE TABLE more (id int); INSERT INTO more SELECT generate_series(1, 1000); UPDATE other SET v = 'x' WHERE id < 10");
            log = Read(other + "-wal");
        }

        File.WriteAllBytes(_file.FileName + "-wal", log);
        Assert.Equal("The write-ahead log beside it belongs to another database.", Refused().Detail);
        Assert.Equal(log, File.ReadAllBytes(_file.FileName + "-wal"));
        File.Delete(_file.FileName + "-wal");
        using var again = Sessions.OpenFile(_file.FileName);
        using var reader = again.CreateSession();
        Assert.Equal(["500"], reader.Run("SELECT count(*) FROM t"));
    }

    [Fact]
    public void The_log_of_another_file_that_tells_nothing_of_itself_is_found_by_what_it_makes_of_the_file()
    {
        byte[] log;
        var other = Path.Combine(_file.Folder, "other.db");
        Make(other, "other", "CREATE INDEX ON other (v); CREATE TABLE first (id int PRIMARY KEY); INSERT INTO first SELECT generate_series(1, 5000)");
        using (var database = Sessions.OpenFile(other))
        using (var session = database.CreateSession())
        {
            session.Run("UPDATE other SET v = 'x' WHERE id < 400; DELETE FROM first WHERE id > 3");
            log = Read(other + "-wal");
        }

        File.WriteAllBytes(_file.FileName + "-wal", log);
        var detail = Refused().Detail!;
        Assert.Equal(log, File.ReadAllBytes(_file.FileName + "-wal"));
        Assert.True(detail.StartsWith("With its write-ahead log it is inconsistent: ", StringComparison.Ordinal) || detail.StartsWith("database disk image", StringComparison.Ordinal), detail);
    }

    [Fact]
    public void A_sound_log_is_taken()
    {
        var copy = Path.Combine(_file.Folder, "copy.db");
        using (var database = Sessions.OpenFile(_file.FileName))
        using (var session = database.CreateSession())
        {
            session.Run("CREATE TABLE u (id int); INSERT INTO u VALUES (1); DELETE FROM t WHERE id > 100");
            File.WriteAllBytes(copy, Read(_file.FileName));
            File.WriteAllBytes(copy + "-wal", Read(_file.FileName + "-wal"));
        }

        using (var crashed = Sessions.OpenFile(copy))
        using (var reader = crashed.CreateSession())
        {
            Assert.Equal(["1|100"], reader.Run("SELECT (SELECT count(*) FROM u), (SELECT count(*) FROM t)"));
        }

        Assert.Equal(copy, Assert.Single(Directory.GetFiles(_file.Folder, "copy*")));
    }

    [Fact]
    public void Random_damage_is_never_more_than_an_error()
    {
        string[] expected;
        const string Catalog = "SELECT relname, relkind, relnatts, (SELECT string_agg(attname || atttypid, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid) FROM pg_class c WHERE oid >= 16384 ORDER BY 1";
        using (var database = Sessions.OpenFile(_file.FileName))
        using (var session = database.CreateSession())
        {
            expected = [.. session.Run(Catalog)];
        }

        var refused = 0;
        for (var seed = 0; seed < 150; seed++)
        {
            var bytes = Damage(seed);
            File.WriteAllBytes(_file.FileName, bytes);
            try
            {
                using var database = Sessions.OpenFile(_file.FileName, readOnly: true);
                using var session = database.CreateSession();
                Assert.Equal(expected, session.Run(Catalog));
                foreach (var sql in (string[])["SELECT sum(length(v)), count(*) FROM t", "SELECT max(id) FROM t WHERE v = '7'", "SELECT count(*) FROM wide WHERE a > 3", "SELECT * FROM wide ORDER BY b"])
                {
                    try
                    {
                        session.Run(sql);
                    }
                    catch (PgException e)
                    {
                        Assert.True(e.SqlState is SqlState.DataCorrupted or SqlState.IndexCorrupted or SqlState.IoError or SqlState.InvalidTextRepresentation, $"{seed}: {e.SqlState} {e.Message}");
                    }
                }
            }
            catch (PgException e)
            {
                refused++;
                Assert.True(e.SqlState is SqlState.DataCorrupted or SqlState.IndexCorrupted or SqlState.IoError, $"{seed}: {e.SqlState} {e.Message} {e.Detail}");
                Assert.Contains("Restore a backup", e.Hint, StringComparison.Ordinal);
            }

            Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(_file.FileName)), $"{seed}: written to");
            foreach (var companion in Directory.GetFiles(_file.Folder, "test.db-*"))
            {
                File.Delete(companion);
            }
        }

        Assert.InRange(refused, 50, 149);
    }

    private byte[] Damage(int seed)
    {
        var random = new Random(seed);
        var bytes = _sound.ToArray();
        var page = random.Next(bytes.Length / PageSize) * PageSize;
        switch (seed % 5)
        {
            case 0:
                random.NextBytes(bytes.AsSpan(page, PageSize));
                break;
            case 1:
                bytes.AsSpan(page, PageSize).Clear();
                break;
            case 2:
                bytes.AsSpan(random.Next(bytes.Length / PageSize) * PageSize, PageSize).CopyTo(bytes.AsSpan(page));
                break;
            case 3:
                for (var i = 0; i < 20; i++)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                break;
            default:
                return bytes[..random.Next(100, bytes.Length)];
        }

        return bytes;
    }

    private PgException Refused()
    {
        var before = File.ReadAllBytes(_file.FileName);
        var error = Assert.Throws<PgException>(() => Sessions.OpenFile(_file.FileName));
        Assert.Equal((SqlState.DataCorrupted, $"database file \"{_file.FileName}\" is damaged"), (error.SqlState, error.Message));
        Assert.Equal("It has been left as it was. Restore a backup, or have \".recover\" of SQLite's shell read from a copy of it what can be read.", error.Hint);
        Assert.Equal(before, File.ReadAllBytes(_file.FileName));
        return error;
    }

    private static void Make(string path, string table, string more = "")
    {
        using var database = Sessions.OpenFile(path);
        using var session = database.CreateSession();
        session.Run(
            $"""
            CREATE TABLE {table} (id int PRIMARY KEY, v text);
            CREATE INDEX ON {table} (v);
            INSERT INTO {table} SELECT g, repeat('x', g % 100) FROM generate_series(1, 500) g;
            CREATE TABLE wide (a numeric, b date, c jsonb, UNIQUE (a));
            INSERT INTO wide SELECT g, date '2024-01-01' + g, to_jsonb(g) FROM generate_series(1, 200) g;
            {more}
            """);
    }

    // Past the locks that processes have on it.
    private static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
