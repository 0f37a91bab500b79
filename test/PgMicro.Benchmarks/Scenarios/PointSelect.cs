using Microsoft.EntityFrameworkCore;
using PgMicro.Benchmarks.Model;
using PgMicro.Benchmarks.Running;
using PgMicro.Benchmarks.Subjects;
using PgMicro.Core.Storage;
using PgMicro.Data;
using Npgsql;

namespace PgMicro.Benchmarks.Scenarios;

/// <summary>One row by its key.</summary>
internal static class PointSelect
{
    /// <summary>With a connection, a command and a context that are kept.</summary>
    internal static Scenario Kept { get; } = new(
        "point", "SELECT one row by key, connection and context kept", MakeKept,
        [new("ado", "mds", 1.0), new("ado", "raw", 3.0), new("ef", "ef-npgsql", 0.4), new("ado", "npgsql", 0.4)]);

    /// <summary>With a connection from the pool and a context for each query.</summary>
    internal static Scenario Opened { get; } = new(
        "point-open", "the same, a new connection object or context each time", MakeOpened,
        [new("ado", "mds", 1.0), new("ef", "ef-npgsql", 0.4), new("ado", "npgsql", 0.4)]);

    private static IEnumerable<Case> MakeKept(BenchmarkRun run)
    {
        var stores = new Stores(run);
        if (run.Wants("raw"))
        {
            var connection = stores.Own(stores.OpenRaw(stores.SqliteFile));
            var sql = new SqlText(Sql.Point);
            yield return new Case("raw", count =>
            {
                for (var i = 0; i < count; i++)
                {
                    var statement = connection.Rent(sql);
                    statement.BindInt64(1, 1 + (i % Sql.Items));
                    Raw.ReadItems(statement);
                    connection.Return(statement);
                }
            });
        }

        foreach (var subject in new[] { "mds", "ado", "npgsql" }.Where(run.Wants))
        {
            var command = Ado.Command(stores.Open(subject), Sql.Point, ("@id", 1));
            yield return new Case(subject, count =>
            {
                for (var i = 0; i < count; i++)
                {
                    command.Parameters[0].Value = 1 + (i % Sql.Items);
                    Ado.ReadItems(command, subject == "mds");
                }
            });
        }

        foreach (var subject in new[] { "ef", "ef-npgsql" }.Where(run.Wants))
        {
            var shop = stores.Own(new Shop(stores.Options(subject)));
            yield return new Case(subject, count =>
            {
                for (var i = 0; i < count; i++)
                {
                    var id = 1 + (i % Sql.Items);
                    shop.Items.AsNoTracking().Single(x => x.Id == id);
                }
            });
            var query = EF.CompileQuery((Shop shop, int id) => shop.Items.AsNoTracking().Single(i => i.Id == id));
            var second = stores.Own(new Shop(stores.Options(subject)));
            yield return new Case(subject + "-compiled", count =>
            {
                for (var i = 0; i < count; i++)
                {
                    query(second, 1 + (i % Sql.Items));
                }
            });
        }

        yield return new Case("", static _ => { }, stores.Dispose);
    }

    private static IEnumerable<Case> MakeOpened(BenchmarkRun run)
    {
        var stores = new Stores(run);
        foreach (var subject in new[] { "mds", "ado", "npgsql" }.Where(run.Wants))
        {
            stores.Open(subject).Close();
            Func<System.Data.Common.DbConnection> make = subject switch
            {
                "mds" => () => new Microsoft.Data.Sqlite.SqliteConnection("Data Source=" + stores.SqliteFile),
                "ado" => () => new PgMicroConnection("Data Source=" + stores.OurFile),
                _ => () => new NpgsqlConnection(stores.PostgresConnectionString),
            };
            yield return new Case(subject, count =>
            {
                for (var i = 0; i < count; i++)
                {
                    using var connection = make();
                    connection.Open();
                    using var command = connection.CreateCommand();
                    command.CommandText = Sql.Point;
                    var parameter = command.CreateParameter();
                    parameter.ParameterName = "@id";
                    parameter.Value = 1 + (i % Sql.Items);
                    command.Parameters.Add(parameter);
                    Ado.ReadItems(command, subject == "mds");
                }
            });
        }

        foreach (var subject in new[] { "ef", "ef-npgsql" }.Where(run.Wants))
        {
            var options = stores.Options(subject);
            yield return new Case(subject, count =>
            {
                for (var i = 0; i < count; i++)
                {
                    var id = 1 + (i % Sql.Items);
                    using var shop = new Shop(options);
                    shop.Items.AsNoTracking().Single(x => x.Id == id);
                }
            });
        }

        yield return new Case("", static _ => { }, stores.Dispose);
    }
}
