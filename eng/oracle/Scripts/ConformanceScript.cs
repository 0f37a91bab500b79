using PgMicro.Oracle.Answers;

namespace PgMicro.Oracle.Scripts;

/// <summary>A step of a script: a statement, perhaps with parameters, or a data script to load.</summary>
public sealed record ScriptStep(string? Sql, IReadOnlyList<RecordedParameter>? Params, string? Load, string? CopyData = null);

/// <summary>A test script: statements, and two kinds of directives in line comments before them.</summary>
/// <remarks>
/// <c>-- params: int4=5, text='a, b', unknown=NULL</c> sends the next statement over the extended protocol with these parameters.
/// <c>-- data: 1\tone\n2\ttwo\n</c> is what the next statement, a COPY FROM STDIN, reads; \t, \n, \r and \\ are escapes, several such lines are joined.
/// <c>-- load: chinook.sql</c> loads a script of the shared data folder first, statement by statement.
/// </remarks>
public sealed class ConformanceScript
{
    private const string ParamsDirective = "-- params:";
    private const string DataDirective = "-- data:";
    private const string LoadDirective = "-- load:";

    private ConformanceScript(string path, IReadOnlyList<ScriptStep> steps)
    {
        Path = path;
        Steps = steps;
    }

    public string Path { get; }

    public IReadOnlyList<ScriptStep> Steps { get; }

    /// <summary>Whether the script needs the shared data folder.</summary>
    public bool LoadsData => Steps.Any(static step => step.Load is not null);

    /// <summary>Where the recorded answers of the script are.</summary>
    public string ExpectedPath => System.IO.Path.ChangeExtension(Path, ".expected.jsonl");

    /// <summary>Reads a script file.</summary>
    public static ConformanceScript Read(string path)
    {
        var steps = new List<ScriptStep>();
        foreach (var (sql, comments) in SqlSplitter.Split(File.ReadAllText(path)))
        {
            IReadOnlyList<RecordedParameter>? parameters = null;
            string? copyData = null;
            foreach (var comment in comments)
            {
                if (comment.StartsWith(LoadDirective, StringComparison.Ordinal))
                {
                    steps.Add(new ScriptStep(null, null, comment[LoadDirective.Length..].Trim()));
                }
                else if (comment.StartsWith(ParamsDirective, StringComparison.Ordinal))
                {
                    parameters = [.. Parameters(comment[ParamsDirective.Length..])];
                }
                else if (comment.StartsWith(DataDirective, StringComparison.Ordinal))
                {
                    copyData += Unescape(comment[DataDirective.Length..].TrimStart(' '));
                }
            }

            steps.Add(new ScriptStep(sql, parameters, null, copyData));
        }

        return new ConformanceScript(path, steps);
    }

    private static string Unescape(string text)
    {
        var result = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            result.Append(text[i] != '\\' || i + 1 == text.Length ? text[i] : text[++i] switch
            {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                var other => other,
            });
        }

        return result.ToString();
    }

    private static IEnumerable<RecordedParameter> Parameters(string text)
    {
        var position = 0;
        while (position < text.Length && text[position..].Trim().Length > 0)
        {
            var equals = text.IndexOf('=', position);
            if (equals < 0)
            {
                throw new FormatException($"a parameter is written type=value, not '{text[position..].Trim()}'");
            }

            var type = text[position..equals].Trim().TrimStart(',').Trim();
            position = equals + 1;
            string? value;
            if (position < text.Length && text[position] == '\'')
            {
                var end = position + 1;
                while (end < text.Length && (text[end] != '\'' || end + 1 < text.Length && text[end + 1] == '\''))
                {
                    end += text[end] == '\'' ? 2 : 1;
                }

                value = text[(position + 1)..end].Replace("''", "'", StringComparison.Ordinal);
                position = end + 1;
            }
            else
            {
                var end = text.IndexOf(',', position);
                end = end < 0 ? text.Length : end;
                value = text[position..end].Trim();
                value = value == "NULL" ? null : value;
                position = end;
            }

            yield return new RecordedParameter(type, value);
        }
    }
}
