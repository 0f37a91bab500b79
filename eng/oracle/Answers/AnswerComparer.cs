using System.Globalization;

namespace PgMicro.Oracle.Answers;

/// <summary>Says how an answer differs from the recorded one, one line a difference; nothing when they agree.</summary>
public static class AnswerComparer
{
    private const int MaxRowDifferences = 5;

    /// <summary>Compares two answers field by field; an error's context is left out.</summary>
    public static IReadOnlyList<string> Compare(StatementAnswer expected, StatementAnswer actual)
    {
        var differences = new List<string>();
        if (expected.Error is null != actual.Error is null)
        {
            differences.Add($"expected {Outcome(expected)}, got {Outcome(actual)}");
            return differences;
        }

        CompareErrors(expected.Error, actual.Error, differences);
        CompareLists("parameter types", expected.ParamTypes, actual.ParamTypes, differences);
        CompareColumns(expected.Columns, actual.Columns, differences);
        CompareRows(expected.Rows, actual.Rows, differences);
        Field("copy data", expected.Copy, actual.Copy, differences);
        Field("tag", expected.Tag, actual.Tag, differences);
        CompareNotices(expected.Notices ?? [], actual.Notices ?? [], differences);
        return differences;
    }

    /// <summary>Compares what loading a data script gave.</summary>
    public static IReadOnlyList<string> Compare(LoadAnswer expected, LoadAnswer actual)
    {
        var differences = new List<string>();
        Field("statements", Text(expected.Statements), Text(actual.Statements), differences);
        var rejected = expected.Errors.ToDictionary(static error => error.Number);
        foreach (var error in actual.Errors)
        {
            if (!rejected.Remove(error.Number, out var wanted))
            {
                differences.Add($"statement {error.Number} must succeed, got {error.Error.Sqlstate} {error.Error.Message}: {error.Sql}");
                continue;
            }

            var inner = new List<string>();
            CompareErrors(wanted.Error, error.Error, inner);
            differences.AddRange(inner.Select(difference => $"statement {error.Number}: {difference}: {error.Sql}"));
        }

        differences.AddRange(rejected.Values.Select(static wanted =>
            $"statement {wanted.Number} must fail with {wanted.Error.Sqlstate} {wanted.Error.Message}: {wanted.Sql}"));
        if (differences.Count == 0)
        {
            CompareLists("tags", expected.Tags, actual.Tags, differences);
        }

        return differences;
    }

    private static string Outcome(StatementAnswer answer) =>
        answer.Error is { } error ? $"error {error.Sqlstate} {error.Message}" : answer.Tag ?? "success";

    private static void CompareErrors(AnswerError? expected, AnswerError? actual, List<string> differences)
    {
        if (expected is null || actual is null)
        {
            return;
        }

        Field("SQLSTATE", expected.Sqlstate, actual.Sqlstate, differences);
        Field("message", expected.Message, actual.Message, differences);
        Field("detail", expected.Detail, actual.Detail, differences);
        Field("hint", expected.Hint, actual.Hint, differences);
        Field("position", Text(expected.Position), Text(actual.Position), differences);
        Field("internal position", Text(expected.InternalPosition), Text(actual.InternalPosition), differences);
        Field("internal query", expected.InternalQuery, actual.InternalQuery, differences);
        Field("schema", expected.Schema, actual.Schema, differences);
        Field("table", expected.Table, actual.Table, differences);
        Field("column", expected.Column, actual.Column, differences);
        Field("datatype", expected.Datatype, actual.Datatype, differences);
        Field("constraint", expected.Constraint, actual.Constraint, differences);
    }

    private static void CompareColumns(IReadOnlyList<AnswerColumn>? expected, IReadOnlyList<AnswerColumn>? actual, List<string> differences)
    {
        if (expected is null || actual is null || expected.Count != actual.Count)
        {
            Field("columns", Names(expected), Names(actual), differences);
            return;
        }

        for (var i = 0; i < expected.Count; i++)
        {
            Field($"column {i + 1} name", expected[i].Name, actual[i].Name, differences);
            Field($"column {expected[i].Name} type", TypeOf(expected[i]), TypeOf(actual[i]), differences);
            Field($"column {expected[i].Name} typmod", Text(expected[i].Typmod), Text(actual[i].Typmod), differences);
        }
    }

    private static void CompareRows(
        IReadOnlyList<IReadOnlyList<string?>>? expected, IReadOnlyList<IReadOnlyList<string?>>? actual, List<string> differences)
    {
        if (expected is null || actual is null)
        {
            Field("rows", expected is null ? null : Text(expected.Count), actual is null ? null : Text(actual.Count), differences);
            return;
        }

        if (expected.Count != actual.Count)
        {
            differences.Add($"row count: expected {expected.Count}, got {actual.Count}");
        }

        var shown = 0;
        for (var i = 0; i < Math.Max(expected.Count, actual.Count); i++)
        {
            var want = i < expected.Count ? Row(expected[i]) : "nothing";
            var got = i < actual.Count ? Row(actual[i]) : "nothing";
            if (want == got)
            {
                continue;
            }

            if (++shown > MaxRowDifferences)
            {
                differences.Add("… more rows differ");
                return;
            }

            differences.Add($"row {i + 1}: expected {want}, got {got}");
        }
    }

    private static void CompareNotices(IReadOnlyList<AnswerNotice> expected, IReadOnlyList<AnswerNotice> actual, List<string> differences)
    {
        for (var i = 0; i < Math.Max(expected.Count, actual.Count); i++)
        {
            Field($"notice {i + 1}", i < expected.Count ? expected[i].ToString() : null, i < actual.Count ? actual[i].ToString() : null, differences);
        }
    }

    private static void CompareLists(string what, IReadOnlyList<string>? expected, IReadOnlyList<string>? actual, List<string> differences) =>
        Field(what, expected is null ? null : string.Join(", ", expected), actual is null ? null : string.Join(", ", actual), differences);

    private static void Field(string what, string? expected, string? actual, List<string> differences)
    {
        if (!string.Equals(expected, actual, StringComparison.Ordinal))
        {
            differences.Add($"{what}: expected {expected ?? "none"}, got {actual ?? "none"}");
        }
    }

    private static string? Text(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string TypeOf(AnswerColumn column) => column.Type ?? Text((int)column.Oid)!;

    private static string? Names(IReadOnlyList<AnswerColumn>? columns) =>
        columns is null ? null : $"({string.Join(", ", columns.Select(static column => column.Name))})";

    private static string Row(IReadOnlyList<string?> row) =>
        $"({string.Join(", ", row.Select(static value => value is null ? "NULL" : $"'{value}'"))})";
}
