using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace EFCore.PgMicro.FunctionalTests.Migrations;

public sealed class MigrateTests : RecordedTest
{
    [Fact]
    public Task Migrations_are_applied_in_order() => Run(async db =>
    {
        await using var context = new LibraryContext(db.Options<LibraryContext>());
        db.Note("pending", await context.Database.GetPendingMigrationsAsync());
        await context.Database.MigrateAsync();
        db.Note("applied", await context.Database.GetAppliedMigrationsAsync());
        db.Note("pending", context.Database.GetPendingMigrations());
        await DescribeAsync(db);
        await db.NoteRowsAsync("books", "SELECT id, title, isbn, tags, pages, cost, stars, slug, key FROM shelf.books ORDER BY id");
        await context.Database.MigrateAsync();
    });

    [Fact]
    public Task Each_step_up_and_down_leaves_what_PostgreSQL_leaves() => Run(async db =>
    {
        await using var context = new LibraryContext(db.Options<LibraryContext>());
        var migrator = context.GetService<IMigrator>();
        foreach (var target in (string[])["First", "20260201000000_Second", "Third", "Second", "First", "0"])
        {
            db.Transcript.Line("== " + target);
            await migrator.MigrateAsync(target);
            db.Note("applied", context.Database.GetAppliedMigrations());
            await DescribeAsync(db);
        }

        await db.Transcript.ThrowsAsync("unknown target", () => migrator.MigrateAsync("Nowhere"));
    });

    [Fact]
    public Task A_database_that_is_not_there_is_made() => Run(
        async db =>
        {
            await using var context = new LibraryContext(db.Options<LibraryContext>());
            using var silence = db.Interceptor.Silence();
            db.Note("can connect", await context.Database.CanConnectAsync());
            db.Note("pending", await context.Database.GetPendingMigrationsAsync());
            db.Note("applied", context.Database.GetAppliedMigrations());
            db.Note("can connect", context.Database.CanConnect());
            context.Database.Migrate();
            db.Note("can connect", await context.Database.CanConnectAsync());
            db.Note("applied", context.Database.GetAppliedMigrations());
            db.Note("deleted", await context.Database.EnsureDeletedAsync());
            db.Note("deleted again", context.Database.EnsureDeleted());
            db.Note("can connect", context.Database.CanConnect());
        },
        create: false);

    [Fact]
    public Task A_failed_migration_leaves_the_one_before() => Run(async db =>
    {
        await using var context = new BrokenContext(db.Options<BrokenContext>());
        await db.Transcript.ThrowsAsync("migrate", () => context.Database.MigrateAsync());
        db.Note("applied", await context.Database.GetAppliedMigrationsAsync());
        await db.NoteRowsAsync("tables", "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1");
    });

    [Fact]
    public Task History_table_may_have_its_own_name_and_schema() => Run(async db =>
    {
        await using var context = new PlacedHistoryContext(db.Options<PlacedHistoryContext>(npgsql => npgsql.MigrationsHistoryTable("Past", "Meta")));
        await context.Database.MigrateAsync();
        db.Note("applied", await context.Database.GetAppliedMigrationsAsync());
        await db.NoteRowsAsync("history", """SELECT "MigrationId" FROM "Meta"."Past" """);
    });

    [Fact]
    public Task Two_contexts_migrate_at_once() => Run(async db =>
    {
        using var silence = db.Interceptor.Silence();
        using var start = new Barrier(4);
        var tasks = Enumerable.Range(0, 4).Select(i => Task.Factory.StartNew(
            () =>
            {
                using var context = new SmallContext(db.Options<SmallContext>());
                start.SignalAndWait();
                context.Database.Migrate();
            },
            TaskCreationOptions.LongRunning)).ToArray();
        await Task.WhenAll(tasks);
        await using var context = new SmallContext(db.Options<SmallContext>());
        db.Note("applied", await context.Database.GetAppliedMigrationsAsync());
        await DescribeAsync(db);
    });

    [Fact]
    public Task Processes_migrate_at_once() => Run(async db =>
    {
        using var silence = db.Interceptor.Silence();
        var processes = Enumerable.Range(0, 4).Select(_ => MigrationProcess.Start(db.ConnectionString)).ToArray();
        foreach (var process in processes)
        {
            using (process)
            {
                db.Note("process", await process.StandardOutput.ReadToEndAsync());
                await process.WaitForExitAsync();
            }
        }

        await using var context = new SmallContext(db.Options<SmallContext>());
        db.Note("applied", await context.Database.GetAppliedMigrationsAsync());
        await DescribeAsync(db);
    });

    [Fact]
    public Task Idempotent_script_runs_twice() => Run(async db =>
    {
        await using var context = new LibraryContext(db.Options<LibraryContext>());
        var script = context.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);
        db.Note("script", script);
        await using var connection = db.Connect();
        await connection.OpenAsync();
        for (var i = 0; i < 2; i++)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = script;
            await command.ExecuteNonQueryAsync();
        }

        db.Note("applied", await context.Database.GetAppliedMigrationsAsync());
        await DescribeAsync(db);
    });

    [Fact]
    public Task Script_up_and_down_runs() => Run(async db =>
    {
        await using var context = new LibraryContext(db.Options<LibraryContext>());
        var migrator = context.GetService<IMigrator>();
        foreach (var script in (string[])[migrator.GenerateScript(), migrator.GenerateScript("Third", "First"), migrator.GenerateScript("First", "0", MigrationsSqlGenerationOptions.NoTransactions)])
        {
            db.Note("script", script);
            await using var connection = db.Connect();
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = script;
            db.Note("affected", await command.ExecuteNonQueryAsync());
            await DescribeAsync(db);
        }
    });

    /// <summary>Writes down the tables, columns, constraints, indexes, sequences and comments of a database.</summary>
    internal static async Task DescribeAsync(TestDatabase db)
    {
        const string Ours = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";
        await db.NoteRowsAsync("relations", $"SELECT n.nspname, c.relname, c.relkind, obj_description(c.oid, 'pg_class') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {Ours} AND c.relkind IN ('r', 'v', 'S') ORDER BY 1, 2");
        await db.NoteRowsAsync("columns", $"""
            SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE {Ours} AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 2, a.attnum
            """);
        await db.NoteRowsAsync("constraints", $"SELECT n.nspname, c.conname, c.contype, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE {Ours} ORDER BY 1, 2");
        await db.NoteRowsAsync("indexes", $"SELECT n.nspname, c.relname, pg_get_indexdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {Ours} AND c.relkind = 'i' ORDER BY 1, 2");
        await db.NoteRowsAsync("sequences", "SELECT schemaname, sequencename, data_type, start_value, min_value, max_value, increment_by, cycle, last_value FROM pg_sequences ORDER BY 1, 2");
        await db.NoteRowsAsync("enums", "SELECT t.typname, e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid ORDER BY 1, e.enumsortorder");
    }
}
