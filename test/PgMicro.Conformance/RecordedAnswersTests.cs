using PgMicro.Oracle.Answers;
using PgMicro.Oracle.Scripts;
using PgMicro.Oracle.Targets;

namespace PgMicro.Conformance;

/// <summary>The recorded answers belong to the scripts, and the comparison accepts them and nothing else.</summary>
public sealed class RecordedAnswersTests
{
    public static TheoryData<string> Scripts => [.. ScriptFolder.Names];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task ReplayedRecordingIsAccepted(string name)
    {
        var script = ScriptFolder.Read(name);
        var recorded = RecordedStep.Read(script.ExpectedPath);
        Assert.Equal(script.Steps.Select(static step => step.Sql ?? step.Load), recorded.Select(static step => step.Sql ?? step.Load!.File));
        if (!script.LoadsData)
        {
            await using var target = new ReplayTarget(recorded, static answer => answer);
            Assert.Empty(await ScriptRunner.VerifyAsync(script, target));
        }
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task ChangedAnswersAreReported(string name)
    {
        var script = ScriptFolder.Read(name);
        if (script.LoadsData)
        {
            return;
        }

        var recorded = RecordedStep.Read(script.ExpectedPath);
        await using var target = new ReplayTarget(recorded, Change);
        Assert.Equal(recorded.Count, (await ScriptRunner.VerifyAsync(script, target)).Count);
    }

    [Fact]
    public void EveryFieldOfAnErrorIsCompared()
    {
        var error = new AnswerError { Sqlstate = "42703", Message = "m" };
        AnswerError[] others =
        [
            error with { Sqlstate = "42P01" }, error with { Message = "n" }, error with { Detail = "d" }, error with { Hint = "h" },
            error with { Position = 8 }, error with { Schema = "s" }, error with { Table = "t" }, error with { Column = "c" },
            error with { Datatype = "t" }, error with { Constraint = "c" },
        ];
        Assert.All(others, other => Assert.Single(AnswerComparer.Compare(new StatementAnswer { Error = error }, new StatementAnswer { Error = other })));
    }

    [Fact]
    public void EveryFieldOfARowIsCompared()
    {
        var answer = new StatementAnswer { Columns = [new("a", 23, null, -1)], Rows = [["1"], [null]], Tag = "SELECT 2" };
        StatementAnswer[] others =
        [
            answer with { Columns = [new("b", 23, null, -1)] }, answer with { Columns = [new("a", 20, null, -1)] },
            answer with { Columns = [new("a", 0, "mood", -1)] }, answer with { Columns = [new("a", 23, null, 5)] }, answer with { Columns = null },
            answer with { Rows = [["1"], [""]] }, answer with { Rows = [[null], ["1"]] }, answer with { Tag = "SELECT 1" },
            answer with { Notices = [new("NOTICE", "00000", "n", null, null)] }, answer with { ParamTypes = ["23"] }, answer with { Copy = "1\n" },
        ];
        Assert.Empty(AnswerComparer.Compare(answer, answer with { Rows = [["1"], [null]] }));
        Assert.All(others, other => Assert.NotEmpty(AnswerComparer.Compare(answer, other)));
    }

    private static StatementAnswer Change(StatementAnswer answer) =>
        answer.Error is { } error ? answer with { Error = error with { Message = error.Message + "!" } }
        : answer.Rows is { Count: > 0 } rows && rows[0].Count > 0 ? answer with { Rows = [[rows[0][0] + "!", .. rows[0].Skip(1)], .. rows.Skip(1)] }
        : answer with { Tag = answer.Tag + "!" };

    private sealed class ReplayTarget(IReadOnlyList<RecordedStep> steps, Func<StatementAnswer, StatementAnswer> change) : IConformanceTarget
    {
        private int _next;

        public Task<StatementAnswer> ExecuteAsync(
            string sql, IReadOnlyList<StatementParameter>? parameters, string? copyData = null, CancellationToken cancellationToken = default)
        {
            var step = steps[_next++];
            Assert.Equal(step.Sql, sql);
            return Task.FromResult(change(step.Answer!));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
