using System.Data.Common;
using System.Globalization;
using Npgsql;
using PgMicro.Benchmarks.Running;
using PgMicro.Benchmarks.Subjects;
using PgMicro.Core.Storage;
using PgMicro.Data;

namespace PgMicro.Benchmarks.Scenarios;

/// <summary>SELECT sum(x), count(*) … WHERE … GROUP BY over a million rows.</summary>
internal static class Aggregates
{
    internal static IEnumerable<Scenario> All { get; } =
    [
        Make("integer", "i", 1.3), Make("bigint", "b", 1.3), Make("float8", "f", 1.3), Make("numeric", "n", 4),
    ];

    private static Scenario Make(string type, string column, double most) => new(
        "sum-" + type, $"sum({type}), count(*) with WHERE and GROUP BY", run => Cases(run, column), [new("ado", "raw", most)], 9);

    private static IEnumerable<Case> Cases(BenchmarkRun run, string column)
    {
        var stores = new Stores(run);
        var sql = $"SELECT g, sum({column}), count(*) FROM big WHERE w < 90 GROUP BY g";
        if (run.Wants("raw"))
        {
            var file = run.NewFile("big");
            using (var sqlite = stores.OpenSqlite(file))
            {
                Sql.Run(sqlite, "CREATE TABLE big (id INTEGER PRIMARY KEY, g INTEGER NOT NULL, w INTEGER NOT NULL, i INTEGER NOT NULL, b INTEGER NOT NULL, f REAL NOT NULL, n NOT NULL)");
                Sql.Run(sqlite, string.Create(CultureInfo.InvariantCulture, $"""
                    WITH RECURSIVE s(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM s WHERE x < {run.AggregateRows})
                    INSERT INTO big (g, w, i, b, f, n) SELECT x % 100, x % 97, x, x * 1000, x * 0.25, x * 0.25 FROM s
                    """));
            }

            var connection = stores.Own(stores.OpenRaw(file));
            var text = new SqlText(sql);
            yield return new Case("raw", count =>
            {
                for (var i = 0; i < count; i++)
                {
                    var statement = connection.Rent(text);
                    while (statement.Step())
                    {
                        statement.GetInt64(1);
                    }

                    connection.Return(statement);
                }
            });
        }

        foreach (var subject in new[] { "ado", "npgsql" }.Where(run.Wants))
        {
            DbConnection connection = subject == "ado" ? new PgMicroConnection("Data Source=" + run.NewFile("big")) : new NpgsqlConnection(run.Postgres);
            connection.Open();
            stores.Own(connection);
            Sql.Run(connection, (subject == "ado" ? "CREATE" : "CREATE TEMP") + " TABLE big (id integer PRIMARY KEY, g integer NOT NULL, w integer NOT NULL, i integer NOT NULL, b bigint NOT NULL, f float8 NOT NULL, n numeric NOT NULL)");
            Sql.Run(connection, string.Create(
                CultureInfo.InvariantCulture,
                $"INSERT INTO big SELECT x, x % 100, x % 97, x, x * 1000::bigint, x * 0.25::float8, x * 0.25 FROM generate_series(1, {run.AggregateRows}) AS s(x)"));
            var command = Ado.Command(connection, sql);
            yield return new Case(subject, count =>
            {
                for (var i = 0; i < count; i++)
                {
                    using var reader = command.ExecuteReader();
                    while (reader.Read())
                    {
                        reader.GetValue(1);
                    }
                }
            });
        }

        yield return new Case("", static _ => { }, stores.Dispose);
    }
}
