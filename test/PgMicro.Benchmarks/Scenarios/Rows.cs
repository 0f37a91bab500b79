using Microsoft.EntityFrameworkCore;
using PgMicro.Benchmarks.Model;
using PgMicro.Benchmarks.Running;
using PgMicro.Benchmarks.Subjects;
using PgMicro.Core.Storage;

namespace PgMicro.Benchmarks.Scenarios;

/// <summary>Many rows of one table.</summary>
internal static class Rows
{
    internal static Scenario Scenario { get; } = new(
        "rows", "SELECT 1,000 rows", Make, [new("ado", "mds", 1.0), new("ado", "npgsql", 1.0), new("ef", "ef-npgsql", 1.0)]);

    private static IEnumerable<Case> Make(BenchmarkRun run)
    {
        var stores = new Stores(run);
        if (run.Wants("raw"))
        {
            var connection = stores.Own(stores.OpenRaw(stores.SqliteFile));
            var sql = new SqlText(Sql.Thousand);
            yield return new Case("raw", count =>
            {
                for (var i = 0; i < count; i++)
                {
                    var statement = connection.Rent(sql);
                    Raw.ReadItems(statement);
                    connection.Return(statement);
                }
            });
        }

        foreach (var subject in new[] { "mds", "ado", "npgsql" }.Where(run.Wants))
        {
            var command = Ado.Command(stores.Open(subject), Sql.Thousand);
            yield return new Case(subject, count =>
            {
                for (var i = 0; i < count; i++)
                {
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
                    shop.Items.AsNoTracking().OrderBy(x => x.Id).Take(1000).ToList();
                }
            });
        }

        yield return new Case("", static _ => { }, stores.Dispose);
    }
}
