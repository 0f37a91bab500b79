using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PgMicro.Benchmarks.Model;
using PgMicro.Benchmarks.Running;
using PgMicro.Benchmarks.Subjects;
using PgMicro.Data;

namespace PgMicro.Benchmarks.Scenarios;

/// <summary>A database with thirty tables: migrated, and copied from one that was.</summary>
internal static class Creation
{
    private const string Probe = "SELECT count(*) FROM \"Table29\"";

    internal static IEnumerable<Scenario> All { get; } =
    [
        new("open", "a new empty database: made, opened, asked one question", MakeEmpty, [new("ado", null, 5000)], 15),
        new("create", "a new database with a migration of 30 tables", MakeMigrated, [new("ef", "ef-npgsql", 0.4)], 5),
        new("clone", "a database as a copy of a migrated one, with a first query", MakeClone, [new("ado", null, 5000), new("memory", null, 5000), new("ef", null, 5000)], 15),
    ];

    private static IEnumerable<Case> MakeEmpty(BenchmarkRun run)
    {
        var stores = new Stores(run);
        if (run.Wants("mds"))
        {
            yield return new Case("mds", count => Times(count, () =>
            {
                using var connection = stores.OpenSqlite(run.NewFile("empty"));
                Sql.Run(connection, "SELECT 1");
            }));
        }

        if (run.Wants("ado"))
        {
            yield return new Case("ado", count => Times(count, () => Ask("Data Source=" + run.NewFile("empty"), "SELECT 1")));
        }

        if (run.Wants("memory"))
        {
            yield return new Case("memory", count => Times(count, () => Ask($"Data Source={Guid.NewGuid():N};Mode=Memory", "SELECT 1")));
        }

        yield return new Case("", static _ => { }, stores.Dispose);
    }

    private static IEnumerable<Case> MakeMigrated(BenchmarkRun run)
    {
        var stores = new Stores(run);
        if (run.Wants("raw"))
        {
            yield return new Case("raw", count => Times(count, () =>
            {
                using var connection = stores.OpenRaw(run.NewFile("raw"));
                connection.Execute(SqliteTables());
            }));
        }

        if (run.Wants("ef"))
        {
            yield return new Case("ef", count => Times(count, () =>
            {
                var file = run.NewFile("migrated");
                using var ledger = new Ledger(new DbContextOptionsBuilder<Ledger>().UseNpgsqlCompatibleFile(file).Options);
                ledger.Database.Migrate();
            }));
        }

        if (run.Wants("ef-npgsql"))
        {
            var number = 0;
            yield return new Case("ef-npgsql", count => Times(count, () =>
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"pgmicro_bench_{Environment.ProcessId}_{number++}");
                var connectionString = new NpgsqlConnectionStringBuilder(run.Postgres) { Database = name, Pooling = false }.ConnectionString;
                using var ledger = new Ledger(new DbContextOptionsBuilder<Ledger>().UseNpgsql(connectionString).Options);
                ledger.Database.Migrate();
                stores.Administer($"DROP DATABASE {name}");
            }));
        }

        yield return new Case("", static _ => { }, stores.Dispose);
    }

    private static IEnumerable<Case> MakeClone(BenchmarkRun run)
    {
        var stores = new Stores(run);
        var options = new DbContextOptionsBuilder<Ledger>();
        var template = run.NewFile("template");
        using (var ledger = new Ledger(new DbContextOptionsBuilder<Ledger>().UseNpgsqlCompatibleFile(template).Options))
        {
            ledger.Database.Migrate();
        }

        if (run.Wants("ado"))
        {
            var source = stores.Own(new PgMicroDataSource(template));
            yield return new Case("ado", count => Times(count, () =>
            {
                using var clone = source.CloneTo(run.NewFile("clone"));
                Ask(clone.ConnectionString, Probe);
            }));
        }

        if (run.Wants("memory"))
        {
            var source = stores.Own(new PgMicroDataSource(template));
            yield return new Case("memory", count => Times(count, () =>
            {
                using var clone = source.CloneToMemory();
                Ask(clone.ConnectionString, Probe);
            }));
        }

        if (run.Wants("ef"))
        {
            var source = stores.Own(new PgMicroDataSource(template));
            yield return new Case("ef", count => Times(count, () =>
            {
                using var clone = source.CloneToMemory();
                using var ledger = new Ledger(new DbContextOptionsBuilder<Ledger>().UseNpgsqlCompatibleFile(clone.ConnectionString).Options);
                _ = ledger.Database.SqlQueryRaw<long>("SELECT count(*) AS \"Value\" FROM \"Table29\"").Single();
            }));
        }

        if (run.Wants("npgsql"))
        {
            var source = string.Create(CultureInfo.InvariantCulture, $"pgmicro_bench_{Environment.ProcessId}_t");
            var number = 0;
            using (var ledger = new Ledger(new DbContextOptionsBuilder<Ledger>()
                .UseNpgsql(new NpgsqlConnectionStringBuilder(run.Postgres) { Database = source, Pooling = false }.ConnectionString).Options))
            {
                ledger.Database.Migrate();
            }

            yield return new Case(
                "npgsql",
                count => Times(count, () =>
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"pgmicro_bench_{Environment.ProcessId}_c{number++}");
                    stores.Administer($"CREATE DATABASE {name} TEMPLATE {source}");
                    using (var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(run.Postgres) { Database = name, Pooling = false }.ConnectionString))
                    {
                        connection.Open();
                        Sql.Run(connection, Probe);
                    }

                    stores.Administer($"DROP DATABASE {name}");
                }),
                () => stores.Administer($"DROP DATABASE {source}"));
        }

        yield return new Case("", static _ => { }, stores.Dispose);
    }

    private static void Times(int count, Action action)
    {
        for (var i = 0; i < count; i++)
        {
            action();
        }
    }

    private static void Ask(string connectionString, string sql)
    {
        using var connection = new PgMicroConnection(connectionString + ";Pooling=false");
        connection.Open();
        Sql.Run(connection, sql);
    }

    private static string SqliteTables()
    {
        var sql = new System.Text.StringBuilder("BEGIN;");
        for (var i = 0; i < Ledger.Tables; i++)
        {
            sql.Append(CultureInfo.InvariantCulture, $"""
                CREATE TABLE t{i} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT, amount TEXT NOT NULL, created INTEGER NOT NULL, active INTEGER NOT NULL, tags TEXT, parent INTEGER);
                CREATE INDEX t{i}_parent ON t{i} (parent);
                CREATE UNIQUE INDEX t{i}_name ON t{i} (name);
                """);
        }

        return sql.Append("COMMIT").ToString();
    }
}
