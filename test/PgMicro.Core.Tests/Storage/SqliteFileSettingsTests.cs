using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Storage;

public sealed class SqliteFileSettingsTests
{
    [Fact]
    public void A_durable_file_is_write_ahead_logged_and_fully_synchronous()
    {
        using var file = new TemporaryDatabase();
        using SqliteConnectionHandle db = file.Open();
        SqliteFileSettings.Durable.Apply(db);
        Assert.Equal("wal", db.QueryText("PRAGMA journal_mode"));
        Assert.Equal(2, db.QueryInt64("PRAGMA synchronous"));
        Assert.Equal(4096, db.QueryInt64("PRAGMA page_size"));
        Assert.Equal(2, db.QueryInt64("PRAGMA temp_store"));
        SqliteFileSettings.SetSynchronous(db, SqliteSynchronous.Normal);
        Assert.Equal(1, db.QueryInt64("PRAGMA synchronous"));
    }

    [Fact]
    public void Application_id_and_version_stay_in_the_file()
    {
        using var file = new TemporaryDatabase();
        using (SqliteConnectionHandle db = file.Open())
        {
            SqliteFileSettings.Durable.Apply(db);
            SqliteFileSettings.SetApplicationId(db, 0x50674D69);
            SqliteFileSettings.SetUserVersion(db, 3);
        }

        using SqliteConnectionHandle again = file.Open();
        Assert.Equal(0x50674D69, SqliteFileSettings.GetApplicationId(again));
        Assert.Equal(3, SqliteFileSettings.GetUserVersion(again));
    }

    [Fact]
    public void A_snapshot_is_read_by_another_connection()
    {
        using var file = new TemporaryDatabase();
        using SqliteConnectionHandle writer = file.Open();
        using SqliteConnectionHandle keeper = file.Open();
        using SqliteConnectionHandle reader = file.Open();
        SqliteFileSettings.Durable.Apply(writer);
        writer.Execute("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
        keeper.Execute("BEGIN; SELECT * FROM t");
        using SqliteSnapshot old = SqliteSnapshot.Get(keeper);
        writer.Execute("INSERT INTO t VALUES (2)");
        Assert.Equal(2, reader.QueryInt64("SELECT count(*) FROM t"));
        reader.Execute("BEGIN");
        old.Open(reader);
        Assert.Equal(1, reader.QueryInt64("SELECT count(*) FROM t"));
        reader.Execute("COMMIT; BEGIN; SELECT * FROM t");
        using SqliteSnapshot current = SqliteSnapshot.Get(reader);
        Assert.True(old.CompareTo(current) < 0);
    }
}
