using System.Globalization;
using PgMicro.Oracle.EfSql;
using PgMicro.Oracle.Targets;

namespace PgMicro.EfSql;

/// <summary>Scores a target on the SQL that EF Core generates.</summary>
internal static class Program
{
    private const string Usage = """
        usage: efsql [--port N [--host H] [--user U]] [--databases A,B] [--limit N] [--timeout SECONDS] [--jobs N]
                     [--messages] [--top 40] [--failures FILE] [--floor FILE]
        --floor writes database and passed count, one a line: the floor that the tests hold
        """;

    /// <summary>Makes databases of the engine in this process.</summary>
    private static IConformanceHost? EngineHost() => new PgMicro.Conformance.EngineHost();

    private static async Task<int> Main(string[] arguments)
    {
        var options = new Dictionary<string, string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--messages")
            {
                options[arguments[i]] = "";
            }
            else if (arguments[i].StartsWith("--", StringComparison.Ordinal) && i + 1 < arguments.Length)
            {
                options[arguments[i]] = arguments[++i];
            }
            else
            {
                await Console.Error.WriteLineAsync(Usage);
                return 2;
            }
        }

        string Option(string name, string otherwise) => options.GetValueOrDefault(name, otherwise);
        int Number(string name, int otherwise) => options.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

        var host = options.ContainsKey("--port")
            ? new WireHost(Option("--host", "127.0.0.1"), Number("--port", 5432), Option("--user", "postgres")) : EngineHost();
        if (host is null || !EfSqlSuite.Exists)
        {
            await Console.Error.WriteLineAsync(host is null ? "the engine has no conformance target yet; give --port" : "the folder ../shared/efsql is not beside the repository");
            return 2;
        }

        var names = options.TryGetValue("--databases", out var asked) ? asked.Split(',') : [.. EfSqlSuite.Databases];
        var scorer = new EfSqlScorer(host)
        {
            Timeout = TimeSpan.FromSeconds(Number("--timeout", 10)),
            Limit = Number("--limit", 0),
            Messages = options.ContainsKey("--messages"),
        };
        var scores = new List<EfScore>();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = Number("--jobs", 1) }, async (name, _) =>
        {
            var score = await scorer.ScoreAsync(name);
            lock (scores)
            {
                scores.Add(score);
                Console.WriteLine(EfSqlReport.Line(score));
            }
        });
        Console.WriteLine(EfSqlReport.Summary(scores, Number("--top", 40)));
        if (options.TryGetValue("--failures", out var failures))
        {
            await File.WriteAllLinesAsync(failures, scores.SelectMany(static s => s.Failures).Select(EfSqlReport.Json));
        }

        if (options.TryGetValue("--floor", out var floor))
        {
            await File.WriteAllLinesAsync(floor, scores.OrderBy(static s => s.Database, StringComparer.Ordinal).Select(static s => $"{s.Database}\t{s.Passed}"));
        }

        return scores.All(static s => s.Passed == s.Total) ? 0 : 1;
    }
}
