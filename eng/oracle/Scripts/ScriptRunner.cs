using PgMicro.Oracle.Answers;
using PgMicro.Oracle.Targets;

namespace PgMicro.Oracle.Scripts;

/// <summary>Runs a script on a target and gives what each step answered.</summary>
public static class ScriptRunner
{
    /// <summary>Runs every step, also after errors, in one session.</summary>
    public static async Task<IReadOnlyList<RecordedStep>> RunAsync(ConformanceScript script, IConformanceTarget target)
    {
        var answers = new List<RecordedStep>(script.Steps.Count);
        foreach (var step in script.Steps)
        {
            if (step.Load is { } file)
            {
                answers.Add(new RecordedStep { Load = await LoadAsync(file, target) });
                continue;
            }

            var parameters = step.Params?.Select(static p => new StatementParameter(0, p.Type, p.Value, null)).ToArray();
            var answer = await target.ExecuteAsync(step.Sql!, parameters, step.CopyData);
            answers.Add(new RecordedStep { Sql = step.Sql, Params = step.Params, CopyData = step.CopyData, Answer = answer });
        }

        return answers;
    }

    /// <summary>Runs a script and lists each step that differs from the recorded one, with all its differences.</summary>
    public static async Task<IReadOnlyList<string>> VerifyAsync(ConformanceScript script, IConformanceTarget target)
    {
        var expected = RecordedStep.Read(script.ExpectedPath);
        return Compare(expected, await RunAsync(script, target));
    }

    /// <summary>Compares recorded steps with actual ones.</summary>
    public static IReadOnlyList<string> Compare(IReadOnlyList<RecordedStep> expected, IReadOnlyList<RecordedStep> actual)
    {
        var report = new List<string>();
        if (expected.Count != actual.Count)
        {
            report.Add($"{expected.Count} steps are recorded, the script has {actual.Count}: record it again");
            return report;
        }

        for (var i = 0; i < expected.Count; i++)
        {
            var (want, got) = (expected[i], actual[i]);
            if (want.Sql != got.Sql || want.Load?.File != got.Load?.File)
            {
                report.Add($"step {i + 1} is recorded as {want.Sql ?? want.Load?.File}, the script has {got.Sql ?? got.Load?.File}: record it again");
                continue;
            }

            var differences = want.Load is { } load
                ? AnswerComparer.Compare(load, got.Load!)
                : AnswerComparer.Compare(want.Answer!, got.Answer!);
            if (differences.Count > 0)
            {
                report.Add($"step {i + 1}: {want.Sql ?? want.Load!.File}\n    {string.Join("\n    ", differences)}");
            }
        }

        return report;
    }

    private static async Task<LoadAnswer> LoadAsync(string file, IConformanceTarget target)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(SharedFolder.Folder("data"), file));
        var tags = new List<(string Tag, int Count)>();
        var errors = new List<LoadError>();
        var databases = new List<string>();
        var number = 0;
        foreach (var (sql, _) in SqlSplitter.Split(text))
        {
            number++;
            var answer = await target.ExecuteAsync(sql, null);
            if (answer.Error is { } error)
            {
                errors.Add(new LoadError(number, sql.Length > 300 ? sql[..300] : sql, error));
            }
            else if (answer.Tag == "CREATE DATABASE")
            {
                databases.Add(SqlSplitter.Words(sql).ElementAt(2));
            }

            var tag = answer.Tag ?? "ERROR";
            if (tags.Count > 0 && tags[^1].Tag == tag)
            {
                tags[^1] = (tag, tags[^1].Count + 1);
            }
            else
            {
                tags.Add((tag, 1));
            }
        }

        foreach (var database in databases)
        {
            await target.ExecuteAsync($"DROP DATABASE {database}", null);
        }

        return new LoadAnswer(file, number, [.. tags.Select(static run => run.Count == 1 ? run.Tag : $"{run.Tag}*{run.Count}")], errors);
    }
}
