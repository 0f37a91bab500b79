using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PgMicro.Oracle.Answers;

namespace PgMicro.Isolation.Format;

/// <summary>Answers as the lines of a transcript. What differs from run to run has a name instead: processes that of their session.</summary>
internal static partial class AnswerText
{
    private const int MaxCell = 200;

    /// <summary>Writes an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="sessions">The sessions by their process id.</param>
    /// <param name="masked">Values that are not the same in every run, with the names that stand for them.</param>
    internal static string Of(StatementAnswer answer, IReadOnlyDictionary<string, string> sessions, IReadOnlyDictionary<string, string> masked)
    {
        var lines = new List<string>();
        foreach (var notice in answer.Notices ?? [])
        {
            lines.Add($"{notice.Severity} {notice.Sqlstate} {Name(notice.Message, sessions)}");
            Add(lines, "DETAIL", notice.Detail, sessions);
            Add(lines, "HINT", notice.Hint, sessions);
        }

        if (answer.Error is { } error)
        {
            lines.Add($"ERROR {error.Sqlstate} {Name(error.Message, sessions)}");
            Add(lines, "DETAIL", error.Detail, sessions);
            Add(lines, "HINT", error.Hint, sessions);
            Add(lines, "POSITION", error.Position?.ToString(CultureInfo.InvariantCulture), sessions);
            Add(lines, "SCHEMA", error.Schema, sessions);
            Add(lines, "TABLE", error.Table, sessions);
            Add(lines, "COLUMN", error.Column, sessions);
            Add(lines, "CONSTRAINT", error.Constraint, sessions);
        }

        if (answer.Columns is { } columns)
        {
            lines.Add(string.Join(" | ", columns.Select(static c => c.Name)));
            foreach (var row in answer.Rows!)
            {
                lines.Add(string.Join(" | ", row.Select((cell, i) => Cell(cell, columns[i].Name, sessions, masked))));
            }
        }

        if (answer.Copy is { } copy)
        {
            lines.AddRange(copy.TrimEnd('\n').Split('\n'));
        }

        if (answer.Tag is { } tag)
        {
            lines.Add(tag);
        }

        return string.Join('\n', lines);
    }

    private static void Add(List<string> lines, string field, string? text, IReadOnlyDictionary<string, string> sessions)
    {
        foreach (var line in text?.Split('\n') ?? [])
        {
            lines.Add($"{field} {Name(line, sessions)}");
        }
    }

    private static string Cell(string? value, string column, IReadOnlyDictionary<string, string> sessions, IReadOnlyDictionary<string, string> masked)
    {
        if (value is null)
        {
            return "NULL";
        }

        if (masked.TryGetValue(value, out var name))
        {
            return name;
        }

        var text = column.Contains("pid", StringComparison.Ordinal) ? Number().Replace(value, m => SessionOf(m.Value, sessions)) : value;
        text = text.Replace("\n", "\\n", StringComparison.Ordinal);
        return text.Length <= MaxCell ? text : new StringBuilder(text, 0, MaxCell, MaxCell + 1).Append('…').ToString();
    }

    private static string Name(string message, IReadOnlyDictionary<string, string> sessions)
    {
        message = Process().Replace(message, m => $"{m.Groups[1].Value} {SessionOf(m.Groups[2].Value, sessions)}");
        message = TransactionNumber().Replace(message, "transaction N");
        message = TupleAddress().Replace(message, "tuple T");
        message = Relation().Replace(message, "relation R");
        message = DatabaseNumber().Replace(message, "database D");
        return AdvisoryKey().Replace(message, "advisory lock [D,$1]");
    }

    private static string SessionOf(string pid, IReadOnlyDictionary<string, string> sessions) => sessions.TryGetValue(pid, out var name) ? $"<{name}>" : pid;

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"([Pp]rocess) (\d+)")]
    private static partial Regex Process();

    [GeneratedRegex(@"transaction \d+(/\d+)?")]
    private static partial Regex TransactionNumber();

    [GeneratedRegex(@"tuple \(\d+,\d+\)")]
    private static partial Regex TupleAddress();

    [GeneratedRegex(@"relation (with OID )?\d+")]
    private static partial Regex Relation();

    [GeneratedRegex(@"database \d+")]
    private static partial Regex DatabaseNumber();

    [GeneratedRegex(@"advisory lock \[\d+,(\d+,\d+,\d+)\]")]
    private static partial Regex AdvisoryKey();
}
