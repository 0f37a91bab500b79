using System.Text.RegularExpressions;
using EFCore.PgMicro.FunctionalTests.Infrastructure;
using EFCore.PgMicro.FunctionalTests.Saving;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations.Design;
using Microsoft.Extensions.DependencyInjection;

namespace EFCore.PgMicro.FunctionalTests.Design;

/// <summary>What <c>dotnet ef migrations add</c> writes for a context.</summary>
public sealed partial class MigrationScaffoldTests : RecordedTest
{
    [Fact]
    public Task A_migration_is_written_from_the_model() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await using var services = ScaffoldTests.Services(context);
        var scaffolder = services.GetRequiredService<IMigrationsScaffolder>();
        var migration = scaffolder.ScaffoldMigration("Initial", "App", "Migrations", language: "C#");
        db.Note("file", Id().Replace(migration.MigrationId, "N") + migration.FileExtension + " in " + migration.MigrationSubNamespace);
        db.Transcript.Line(migration.MigrationCode);
        db.Note("metadata", Id().Replace(migration.MetadataCode, "N"));
        db.Note("snapshot", migration.SnapshotName);
        db.Transcript.Line(migration.SnapshotCode);
    });

    [GeneratedRegex(@"\d{14}")]
    private static partial Regex Id();
}
