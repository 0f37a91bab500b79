using System.Runtime.Versioning;
using System.Security.Cryptography;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>Files that are not ours, not for us to write, or not there: a clear error, and every byte stays.</summary>
[SupportedOSPlatform("linux")]
public sealed class FileTests
{
    [Theory]
    [InlineData("not a database at all, but long enough to be taken for a header of one hundred bytes; and some more text to fill it up")]
    [InlineData("short")]
    public void A_foreign_file_is_refused_and_left_alone(string content)
    {
        using var file = new TemporaryDatabase();
        File.WriteAllText(file.FileName, content);
        var error = Assert.Throws<PgException>(() => Sessions.OpenFile(file.FileName));
        Assert.Equal(SqlState.ObjectNotInPrerequisiteState, error.SqlState);
        Assert.Equal("file is not a PgMicro database", error.Message);
        Assert.Equal(content, File.ReadAllText(file.FileName));
        Assert.Equal([file.FileName], Directory.GetFiles(file.Folder));
    }

    [Fact]
    public void Another_applications_SQLite_file_is_refused_and_left_alone()
    {
        using var file = new TemporaryDatabase();
        using (var other = file.Open())
        {
            other.Execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes VALUES (1, 'mine')");
        }

        var before = Hash(file.FileName);
        var error = Assert.Throws<PgException>(() => Sessions.OpenFile(file.FileName));
        Assert.Equal(SqlState.ObjectNotInPrerequisiteState, error.SqlState);
        Assert.Equal(before, Hash(file.FileName));
        Assert.Equal([file.FileName], Directory.GetFiles(file.Folder));
    }

    [Fact]
    public void A_newer_format_is_refused_and_left_alone()
    {
        using var file = new TemporaryDatabase();
        Sessions.OpenFile(file.FileName).Dispose();
        using (var raw = file.Open())
        {
            SqliteFileSettings.SetUserVersion(raw, CatalogStore.FormatVersion + 1);
        }

        var before = Hash(file.FileName);
        var error = Assert.Throws<PgException>(() => Sessions.OpenFile(file.FileName));
        Assert.Equal(SqlState.FeatureNotSupported, error.SqlState);
        Assert.Contains($"format {CatalogStore.FormatVersion + 1}", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Hash(file.FileName));
    }

    [Fact]
    public void A_damaged_page_is_an_error_and_not_an_answer()
    {
        using var file = new TemporaryDatabase();
        using (var database = Sessions.OpenFile(file.FileName))
        using (var session = database.CreateSession())
        {
            session.Run("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT g, repeat('x', 500) FROM generate_series(1, 500) g");
        }

        using (var raw = file.Open())
        {
            raw.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        using (var stream = File.OpenWrite(file.FileName))
        {
            stream.Position = stream.Length - (40 * 4096);
            stream.Write(new byte[30 * 4096]);
        }

        using var damaged = Sessions.OpenFile(file.FileName);
        using var reader = damaged.CreateSession();
        Assert.Equal(SqlState.DataCorrupted, reader.Fails("SELECT sum(length(v)) FROM t").SqlState);
    }

    [Fact]
    public void A_missing_folder_a_folder_and_a_missing_file_are_named()
    {
        using var file = new TemporaryDatabase();
        var inNoFolder = Path.Combine(file.Folder, "none", "app.db");
        var error = Assert.Throws<PgException>(() => Sessions.OpenFile(inNoFolder));
        Assert.Equal((SqlState.UndefinedFile, $"could not create file \"{inNoFolder}\": No such file or directory"), (error.SqlState, error.Message));
        error = Assert.Throws<PgException>(() => Sessions.OpenFile(file.Folder));
        Assert.Equal((SqlState.WrongObjectType, $"could not open file \"{file.Folder}\": Is a directory"), (error.SqlState, error.Message));
        error = Assert.Throws<PgException>(() => Sessions.OpenFile(file.FileName, create: false));
        Assert.Equal((SqlState.InvalidCatalogName, "database \"test\" does not exist"), (error.SqlState, error.Message));
        Assert.Empty(Directory.GetFileSystemEntries(file.Folder));
    }

    [Fact]
    public void A_read_only_file_is_read_and_not_written()
    {
        using var file = new TemporaryDatabase();
        Fill(file);
        File.SetUnixFileMode(file.FileName, UnixFileMode.UserRead);
        var before = Hash(file.FileName);
        using (new WithoutPrivilege())
        {
            ReadsButDoesNotWrite(file);
        }

        Assert.Equal(before, Hash(file.FileName));
    }

    [Fact]
    public void A_file_in_a_read_only_folder_is_read_and_not_written()
    {
        using var file = new TemporaryDatabase();
        Fill(file);
        File.SetUnixFileMode(file.FileName, UnixFileMode.UserRead);
        File.SetUnixFileMode(file.Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            using (new WithoutPrivilege())
            {
                ReadsButDoesNotWrite(file);
                var other = Path.Combine(file.Folder, "new.db");
                var error = Assert.Throws<PgException>(() => Sessions.OpenFile(other));
                Assert.Equal((SqlState.InsufficientPrivilege, $"could not create file \"{other}\": Permission denied"), (error.SqlState, error.Message));
            }

            Assert.Equal([file.FileName], Directory.GetFiles(file.Folder));
        }
        finally
        {
            File.SetUnixFileMode(file.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void An_unreadable_file_is_refused()
    {
        using var file = new TemporaryDatabase();
        Fill(file);
        File.SetUnixFileMode(file.FileName, UnixFileMode.None);
        using (new WithoutPrivilege())
        {
            var error = Assert.Throws<PgException>(() => Sessions.OpenFile(file.FileName));
            Assert.Equal((SqlState.InsufficientPrivilege, $"could not open file \"{file.FileName}\": Permission denied"), (error.SqlState, error.Message));
        }
    }

    private static void Fill(TemporaryDatabase file)
    {
        using var database = Sessions.OpenFile(file.FileName);
        using var session = database.CreateSession();
        session.Run("CREATE TABLE t (id int PRIMARY KEY, v numeric); INSERT INTO t VALUES (1, 1.50)");
    }

    private static void ReadsButDoesNotWrite(TemporaryDatabase file)
    {
        using var database = Sessions.OpenFile(file.FileName);
        using var session = database.CreateSession();
        Assert.Equal(["1|1.50"], session.Run("SELECT * FROM t WHERE v = 1.5"));
        var error = session.Fails("INSERT INTO t VALUES (2, 2)");
        Assert.Equal((SqlState.ReadOnlySqlTransaction, "cannot execute INSERT in a read-only transaction"), (error.SqlState, error.Message));
        Assert.Equal(SqlState.ReadOnlySqlTransaction, session.Fails("BEGIN READ WRITE; CREATE TABLE u ()").SqlState);
        session.Run("ROLLBACK");
        Assert.Equal(["1"], session.Run("SELECT count(*) FROM t"));
    }

    private static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
}
