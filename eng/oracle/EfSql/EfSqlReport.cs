using System.Text.Encodings.Web;
using System.Text.Json;

namespace PgMicro.Oracle.EfSql;

/// <summary>Prints scores: a line per database, the total, and failures grouped by what they say.</summary>
public static class EfSqlReport
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A database's line.</summary>
    public static string Line(EfScore score) =>
        $"{score.Database,-44} {score.Passed,5} / {score.Total,5}  {Percent(score.Passed, score.Total),6:F2} %  {score.Elapsed.TotalSeconds,6:F1} s  "
        + $"(load: {score.Loaded} statements, {score.LoadFailures.Count} failed)";

    /// <summary>The total and the groups of failures, the largest first.</summary>
    public static string Summary(IReadOnlyCollection<EfScore> scores, int top)
    {
        var total = new EfScore("TOTAL", scores.Sum(static s => s.Passed), scores.Sum(static s => s.Total), scores.Sum(static s => s.Loaded),
            [.. scores.SelectMany(static s => s.LoadFailures)], [.. scores.SelectMany(static s => s.Failures)],
            scores.Sum(static s => s.OtherMessages), TimeSpan.FromSeconds(scores.Sum(static s => s.Elapsed.TotalSeconds)));
        var lines = new List<string> { Line(total) };
        if (total.OtherMessages > 0)
        {
            lines.Add($"passed with the right SQLSTATE but another message: {total.OtherMessages} (--messages makes them failures)");
        }

        lines.AddRange(Groups("load failures", top, total.LoadFailures.Select(static f =>
            ($"{f.Sqlstate} {EfSqlScorer.Mask(f.Message)}", $"{f.Database}: {Short(f.Sql, 160)}"))));
        lines.AddRange(Groups("query failures", top, total.Failures.Select(static f =>
            ($"{f.Why.Class} {f.Why.Sqlstate} {EfSqlScorer.Mask(f.Why.Text)}", $"{f.Query.Id}: {Short(f.Query.Sql, 160)}"))));
        return string.Join('\n', lines);
    }

    /// <summary>A failure as a line of JSON with what was expected and what came.</summary>
    public static string Json(EfFailed failed)
    {
        var expect = failed.Query.Expect;
        return JsonSerializer.Serialize(
            new
            {
                database = failed.Database,
                id = failed.Query.Id,
                @class = failed.Why.Class,
                sqlstate = failed.Why.Sqlstate,
                text = failed.Why.Text,
                sql = failed.Query.Sql,
                @params = failed.Query.Params.Select(static p => new { p.TypeOid, p.TypeName, p.Text }),
                expect = new
                {
                    columns = expect.Columns?.Select(static c => $"{c.Name} {c.Type}"),
                    rows = expect.Rows?.Take(20),
                    expect.Ordered,
                    expect.RowCount,
                    tag = expect.Tag,
                    error = expect.Error?.ToString(),
                },
                got = failed.Answer is null ? null : failed.Answer with { Rows = failed.Answer.Rows is { } rows ? [.. rows.Take(20)] : null },
                firstDifference = FirstDifference(failed),
            },
            Options);
    }

    private static object? FirstDifference(EfFailed failed)
    {
        if (failed.Query.Expect is not { Rows: { } expected } expect || failed.Answer?.Rows is not { } rows || rows.Count != expected.Length)
        {
            return null;
        }

        var actual = expect.Ordered ? rows : RowDigest.Sort(rows);
        for (var i = 0; i < expected.Length; i++)
        {
            if (RowDigest.Compare(expected[i], actual[i]) != 0)
            {
                return new { row = i, expected = expected[i], got = actual[i] };
            }
        }

        return null;
    }

    private static IEnumerable<string> Groups(string title, int top, IEnumerable<(string Key, string Example)> failures)
    {
        var groups = failures.GroupBy(static f => f.Key).OrderByDescending(static g => g.Count()).ToList();
        if (groups.Count == 0)
        {
            yield break;
        }

        yield return $"\n{title}: {groups.Sum(static g => g.Count())} in {groups.Count} groups";
        foreach (var group in groups.Take(top))
        {
            yield return $"{group.Count(),6}  {Short(group.Key, 240)}\n            e.g. {group.First().Example}";
        }

        if (groups.Count > top)
        {
            yield return $"        … {groups.Count - top} more groups (--top)";
        }
    }

    private static double Percent(int passed, int total) => total == 0 ? 100 : 100.0 * passed / total;

    private static string Short(string text, int length)
    {
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= length ? text : text[..(length - 1)] + "…";
    }
}
