using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PgMicro.Compatibility;

/// <summary>PostgreSQL's own regression scripts: what matches in each, and what stands most in the way of the rest.</summary>
internal static class RegressPage
{
    private const int Reasons = 4;

    internal static string Write(FileInfo scores, FileInfo failures)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(scores.FullName));
        var reasons = ReadReasons(failures.FullName);
        var files = document.RootElement.GetProperty("files").EnumerateObject().ToList();
        var page = new StringBuilder();
        page.AppendLine("# PostgreSQL's regression scripts\n");
        page.AppendLine("Written by `eng/compatibility` from a run of the suite's development half against the server. A unit matches when all that psql prints after it is");
        page.AppendLine("identical: rows, headings, notices, errors with DETAIL, HINT and the caret's column. The last column has the commonest first lines of what came instead.\n");
        int Sum(string property) => files.Sum(f => f.Value.GetProperty(property).GetInt32());
        page.AppendLine(CultureInfo.InvariantCulture,
            $"{Sum("ok")} of {Sum("total")} units match ({100.0 * Sum("ok") / Sum("total"):F1} %); of those that print something, {Sum("with_output_ok")} of {Sum("with_output")} ({100.0 * Sum("with_output_ok") / Sum("with_output"):F1} %). ");
        page.AppendLine(CultureInfo.InvariantCulture, $"{files.Count(f => f.Value.GetProperty("exact").GetBoolean())} files are identical to the byte.\n");
        page.AppendLine("| file | units | with output | missing, and why |\n|---|---|---|---|");
        foreach (var file in files.OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            var v = file.Value;
            page.Append(CultureInfo.InvariantCulture, $"| {file.Name} | {v.GetProperty("ok")} of {v.GetProperty("total")} | {v.GetProperty("with_output_ok")} of {v.GetProperty("with_output")} | ");
            page.AppendJoin("; ", reasons.GetValueOrDefault(file.Name, []).GroupBy(r => r).OrderByDescending(g => g.Count()).Take(Reasons).Select(g => $"{g.Count()} × {g.Key}"));
            page.AppendLine(" |");
        }

        return page.ToString();
    }

    // "=== file.sql:line", the statement, "--- expected" and its lines, "--- actual" and its lines.
    private static Dictionary<string, List<string>> ReadReasons(string file)
    {
        var result = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        string? script = null;
        var (actual, found) = (false, true);
        foreach (var line in File.ReadLines(file).Append("=== end.sql:0"))
        {
            if (line.StartsWith("=== ", StringComparison.Ordinal))
            {
                if (!found && script is not null)
                {
                    Add(result, script, "other rows or notices");
                }

                script = line[4..line.LastIndexOf(".sql:", StringComparison.Ordinal)];
                (actual, found) = (false, false);
            }
            else if (line == "--- actual")
            {
                actual = true;
            }
            else if (actual && !found && line.StartsWith("ERROR:", StringComparison.Ordinal))
            {
                found = true;
                Add(result, script!, Shape(line["ERROR:".Length..].Trim()));
            }
        }

        return result;
    }

    private static void Add(Dictionary<string, List<string>> reasons, string script, string reason)
    {
        if (!reasons.TryGetValue(script, out var list))
        {
            reasons.Add(script, list = []);
        }

        list.Add(reason);
    }

    // Names differ from statement to statement; what is missing does not.
    private static string Shape(string message)
    {
        var text = new StringBuilder();
        var quoted = false;
        foreach (var c in message)
        {
            if (c == '"')
            {
                text.Append(quoted ? "…\"" : "\"");
                quoted = !quoted;
            }
            else if (!quoted)
            {
                text.Append(c is '|' ? "\\|" : c);
            }
        }

        return text.ToString();
    }
}
