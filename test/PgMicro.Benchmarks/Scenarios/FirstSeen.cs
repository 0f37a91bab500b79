using System.Globalization;
using PgMicro.Benchmarks.Running;
using PgMicro.Benchmarks.Subjects;

namespace PgMicro.Benchmarks.Scenarios;

/// <summary>Queries whose text nobody has seen yet: each is parsed, analysed, lowered and compiled.</summary>
internal static class FirstSeen
{
    internal static IEnumerable<Scenario> All { get; } =
    [
        new("first-point", "a new query of one table", static run => Make(run, Sql.Point), [new("ado", "npgsql", 1.0)]),
        new("first-join", "a new query with three joins", static run => Make(run, Sql.Join), [new("ado", "npgsql", 1.0)]),
    ];

    private static IEnumerable<Case> Make(BenchmarkRun run, string sql)
    {
        var stores = new Stores(run);
        foreach (var subject in new[] { "mds", "ado", "npgsql" }.Where(run.Wants))
        {
            var connection = stores.Open(subject);
            var number = 0;
            yield return new Case(subject, count =>
            {
                for (var i = 0; i < count; i++)
                {
                    using var command = connection.CreateCommand();
                    command.CommandText = string.Create(CultureInfo.InvariantCulture, $"{sql} LIMIT {++number + 1000}");
                    var parameter = command.CreateParameter();
                    parameter.ParameterName = "@id";
                    parameter.Value = 1;
                    command.Parameters.Add(parameter);
                    using var reader = command.ExecuteReader();
                    reader.Read();
                }
            });
        }

        yield return new Case("", static _ => { }, stores.Dispose);
    }
}
