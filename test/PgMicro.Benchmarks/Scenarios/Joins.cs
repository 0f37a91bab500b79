using System.Text;
using Microsoft.EntityFrameworkCore;
using PgMicro.Benchmarks.Model;
using PgMicro.Benchmarks.Running;
using PgMicro.Benchmarks.Subjects;
using PgMicro.Core.Storage;

namespace PgMicro.Benchmarks.Scenarios;

/// <summary>Three joins, forty rows.</summary>
internal static class Joins
{
    internal static Scenario Scenario { get; } = new(
        "join", "three joins, 40 rows", Make, [new("ado", "mds", 1.3), new("ef", "ef-npgsql", 1.0), new("ado", "npgsql", 1.0)]);

    private static IEnumerable<Case> Make(BenchmarkRun run)
    {
        var stores = new Stores(run);
        if (run.Wants("raw"))
        {
            var connection = stores.Own(stores.OpenRaw(stores.SqliteFile));
            var sql = new SqlText(Sql.Join);
            yield return new Case("raw", count =>
            {
                for (var i = 0; i < count; i++)
                {
                    var statement = connection.Rent(sql);
                    statement.BindInt64(1, 1 + (i % Sql.Customers));
                    while (statement.Step())
                    {
                        Encoding.UTF8.GetString(statement.GetBytes(0));
                        statement.GetInt64(1);
                        Encoding.UTF8.GetString(statement.GetBytes(2));
                        statement.GetInt64(3);
                    }

                    connection.Return(statement);
                }
            });
        }

        foreach (var subject in new[] { "mds", "ado", "npgsql" }.Where(run.Wants))
        {
            var command = Ado.Command(stores.Open(subject), Sql.Join, ("@id", 1));
            yield return new Case(subject, count =>
            {
                for (var i = 0; i < count; i++)
                {
                    command.Parameters[0].Value = 1 + (i % Sql.Customers);
                    using var reader = command.ExecuteReader();
                    while (reader.Read())
                    {
                        reader.GetString(0);
                        _ = subject == "mds" ? reader.GetInt64(1) : reader.GetDateTime(1).Ticks;
                        reader.GetString(2);
                        reader.GetInt32(3);
                    }
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
                    var id = 1 + (i % Sql.Customers);
                    (from l in shop.Lines
                     where l.Order!.CustomerId == id
                     orderby l.Order!.Placed, l.Id
                     select new { l.Order!.Customer!.Name, l.Order!.Placed, l.Product!.Title, l.Quantity }).ToList();
                }
            });
        }

        yield return new Case("", static _ => { }, stores.Dispose);
    }
}
