using System.Diagnostics;
using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Migrations;

/// <summary>Another process that migrates a database: this assembly, run as a program.</summary>
internal static class MigrationProcess
{
    internal static Process Start(string connectionString)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(MigrationProcess).Assembly.Location);
        start.ArgumentList.Add(connectionString);
        return Process.Start(start)!;
    }

    private static int Main(string[] arguments)
    {
        var options = new DbContextOptionsBuilder<SmallContext>();
        _ = TestDatabase.Records ? options.UseNpgsql(arguments[0]) : options.UseNpgsqlCompatibleFile(arguments[0]);
        using var context = new SmallContext(options.Options);
        context.Database.Migrate();
        Console.Write("migrated");
        return 0;
    }
}
