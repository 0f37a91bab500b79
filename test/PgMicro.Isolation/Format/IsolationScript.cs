using PgMicro.Oracle.Scripts;

namespace PgMicro.Isolation.Format;

/// <summary>
/// A script of sessions × steps (README.md of this folder's project tells the format): what it sets up, and its steps, once for every
/// combination of its variations.
/// </summary>
internal sealed class IsolationScript
{
    private IsolationScript(string path, IReadOnlyList<IsolationCase> cases)
    {
        Path = path;
        Cases = cases;
    }

    internal string Path { get; }

    /// <summary>Where PostgreSQL's answers are.</summary>
    internal string RecordedPath => System.IO.Path.ChangeExtension(Path, ".out");

    internal IReadOnlyList<IsolationCase> Cases { get; }

    internal static IsolationScript Read(string path)
    {
        var variations = new List<(string Name, string[] Values)>();
        var setup = new List<string>();
        var orders = new List<(string Label, List<string> Lines)>();
        List<string>? section = null;
        foreach (var line in File.ReadLines(path))
        {
            var text = line.Trim();
            if (text.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.StartsWith("vary ", StringComparison.Ordinal))
            {
                var equals = line.IndexOf('=', StringComparison.Ordinal);
                variations.Add((line[5..equals].Trim(), line[(equals + 1)..].Split('|', StringSplitOptions.TrimEntries)));
            }
            else if (line == "setup")
            {
                section = setup;
            }
            else if (line == "steps" || line.StartsWith("steps ", StringComparison.Ordinal))
            {
                orders.Add((line[5..].Trim(), section = []));
            }
            else if (section is null)
            {
                throw new FormatException($"{path}: \"{line}\" stands before setup and steps");
            }
            else if (section != setup && char.IsWhiteSpace(line[0]))
            {
                section[^1] += " " + text;
            }
            else
            {
                section.Add(section == setup ? line : text);
            }
        }

        if (orders.Count == 0 || orders.Exists(static o => o.Lines.Count == 0))
        {
            throw new FormatException($"{path} has no steps");
        }

        var cases = new List<IsolationCase>();
        foreach (var (label, lines) in orders)
        {
            foreach (var choice in Choices(variations, 0))
            {
                string Fill(string text) => choice.Aggregate(text, static (t, c) => t.Replace($"{{{c.Name}}}", c.Value, StringComparison.Ordinal));
                var name = string.Join(", ", choice.Select(static c => $"{c.Name} = {c.Value}").Prepend(label).Where(static p => p.Length > 0));
                var statements = SqlSplitter.Split(Fill(string.Join('\n', setup))).Select(static p => p.Sql).ToArray();
                cases.Add(new IsolationCase(name.Length == 0 ? "steps" : name, statements, [.. lines.Select((line, i) => Step(path, i + 1, Fill(line)))]));
            }
        }

        return new IsolationScript(path, cases);
    }

    private static IEnumerable<(string Name, string Value)[]> Choices(List<(string Name, string[] Values)> variations, int from)
    {
        if (from == variations.Count)
        {
            return [[]];
        }

        return variations[from].Values.SelectMany(value => Choices(variations, from + 1).Select(rest => rest.Prepend((variations[from].Name, value)).ToArray()));
    }

    private static ScriptStep Step(string path, int number, string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var words = colon < 0 ? [] : line[..colon].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is not (1 or 3))
        {
            throw new FormatException($"{path}: \"{line}\" does not begin with a session");
        }

        string? ends = null, keeps = null;
        if (words.Length == 3)
        {
            (ends, keeps) = words[1] switch
            {
                "->" => (words[2], (string?)null),
                "=>" => (null, words[2]),
                _ => throw new FormatException($"{path}: \"{words[1]}\" is neither -> nor =>"),
            };
        }

        var sql = line[(colon + 1)..].Trim().TrimEnd(';');
        return new ScriptStep(number, words[0].TrimEnd('!'), sql, words[0].EndsWith('!'), ends, keeps);
    }
}
