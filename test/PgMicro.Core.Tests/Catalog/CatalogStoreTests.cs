using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Catalog;

public sealed class CatalogStoreTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".db");

    public void Dispose()
    {
        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            File.Delete(_file + suffix);
        }
    }

    [Fact]
    public void Keeps_what_a_transaction_wrote()
    {
        uint table;
        using (var connection = SqliteConnectionHandle.Open(_file))
        {
            var store = CatalogStore.Open(connection, "app");
            Assert.Equal("app", store.Current.DatabaseName);
            var builder = store.Begin();
            table = builder.NewOid();
            Assert.Equal(16384u, table);
            builder.Insert(new PgClass { oid = table, relname = "users", relnamespace = 2200, relkind = 'r', reloptions = ["a=1", "b={x,\"y\"}"] });
            builder.Insert(new PgAttribute { attrelid = table, attname = "id", atttypid = 23, attnum = 1 });
            builder.Insert(new PgAttribute { attrelid = table, attname = "ctid", atttypid = 27, attnum = -1 });
            var mark = builder.Mark();
            builder.Insert(new PgAttribute { attrelid = table, attname = "gone", atttypid = 23, attnum = 2 });
            Assert.Equal(2, builder.Snapshot.Attributes(table).Length);
            builder.RollbackTo(mark);
            Assert.Equal("id", Assert.Single(builder.Snapshot.Attributes(table)).attname);
            Assert.Null(store.Current.Class(table));
            connection.Execute("BEGIN");
            store.Write(connection, builder);
            connection.Execute("COMMIT");
            store.Publish(connection, builder);
            Assert.NotNull(store.Current.FindClass("users", 2200));
        }

        using (var connection = SqliteConnectionHandle.Open(_file))
        {
            var store = CatalogStore.Open(connection, "app");
            Assert.Equal(["a=1", "b={x,\"y\"}"], store.Current.FindClass("users", 2200)!.reloptions!);
            Assert.Equal([-1, 1], store.Current.AllAttributes(table).Select(a => (int)a.attnum));
            Assert.Equal(16385u, store.Begin().NewOid());
            Assert.Equal(6171u, store.Current.FindNamespace("public")!.nspowner);
        }
    }

    [Fact]
    public void Another_connection_notices_changes()
    {
        using var first = SqliteConnectionHandle.Open(_file);
        using var second = SqliteConnectionHandle.Open(_file);
        var store = CatalogStore.Open(first, "app");
        var other = CatalogStore.Open(second, "app");
        var builder = store.Begin();
        builder.Delete(store.Current.FindNamespace("public")!);
        first.Execute("BEGIN");
        store.Write(first, builder);
        Assert.NotNull(other.Refresh(second).FindNamespace("public"));
        first.Execute("COMMIT");
        Assert.Null(other.Refresh(second).FindNamespace("public"));
    }

    [Fact]
    public void Leaves_a_file_of_others_alone()
    {
        using (var connection = SqliteConnectionHandle.Open(_file))
        {
            connection.Execute("CREATE TABLE t(x)");
        }

        var before = File.ReadAllBytes(_file);
        using (var connection = SqliteConnectionHandle.Open(_file))
        {
            Assert.Equal(SqlState.ObjectNotInPrerequisiteState, Assert.Throws<PgException>(() => CatalogStore.Open(connection, "app")).SqlState);
        }

        Assert.Equal(before, File.ReadAllBytes(_file));
        File.WriteAllText(_file, new string('x', 5000));
        using (var connection = SqliteConnectionHandle.Open(_file))
        {
            Assert.Equal(SqlState.ObjectNotInPrerequisiteState, Assert.Throws<PgException>(() => CatalogStore.Open(connection, "app")).SqlState);
        }
    }

    [Fact]
    public void Refuses_a_newer_format()
    {
        using var connection = SqliteConnectionHandle.Open(_file);
        CatalogStore.Open(connection, "app");
        SqliteFileSettings.SetUserVersion(connection, CatalogStore.FormatVersion + 1);
        Assert.Equal(SqlState.FeatureNotSupported, Assert.Throws<PgException>(() => CatalogStore.Open(connection, "app")).SqlState);
    }

    [Fact]
    public void System_relations_are_tables_over_the_snapshot()
    {
        using var connection = SqliteConnectionHandle.Open(_file);
        var catalog = CatalogSnapshot.Initial;
        foreach (var module in CatalogRelations.CreateModules(_ => catalog, _ => []))
        {
            connection.VirtualTables.Register(module);
        }

        Assert.Equal(617, connection.QueryInt64("SELECT count(*) FROM pg_catalog_pg_type"));
        Assert.Equal("integer_ops", connection.QueryText("SELECT opfname FROM pg_catalog_pg_opfamily WHERE oid = 1976 AND opfmethod = 403"));
        Assert.Equal("oidvector", connection.QueryText("SELECT t.typname FROM pg_catalog_pg_attribute a, pg_catalog_pg_type t WHERE a.attrelid = 1255 AND a.attname = 'proargtypes' AND t.oid = a.atttypid"));
        Assert.Equal("{2,20,3}", connection.QueryText("SELECT conkey FROM pg_catalog_pg_constraint WHERE conname = 'pg_proc_proname_args_nsp_index'"));
        Assert.Equal(0, connection.QueryInt64("SELECT count(*) FROM pg_catalog_pg_statistic"));
        Assert.Equal(755, connection.QueryInt64("SELECT count(*) FROM information_schema_sql_features"));
        var builder = new CatalogBuilder(catalog, new OidCounter());
        builder.Update(catalog.Type(23)! with { typname = "changed" });
        builder.Insert(new PgClass { oid = builder.NewOid(), relname = "users", relnamespace = 2200, relkind = 'r' });
        catalog = builder.Snapshot;
        Assert.Equal("changed", connection.QueryText("SELECT typname FROM pg_catalog_pg_type WHERE oid = 23"));
        Assert.Equal(617, connection.QueryInt64("SELECT count(*) FROM pg_catalog_pg_type"));
        Assert.Equal(416, connection.QueryInt64("SELECT count(*) FROM pg_catalog_pg_class"));
        Assert.Null(catalog.FindType("int4", 11));
    }
}
