using System.Globalization;
using System.Text;

namespace PgMicro.Isolation.Format;

/// <summary>What one case gave, step by step.</summary>
internal sealed record CaseTranscript(string Label, IReadOnlyList<StepOutcome> Steps)
{
    private const string Heading = "=== ";
    private const string Indent = "    ";
    private const string Continues = " continues";

    /// <summary>Writes transcripts in the order of what happened.</summary>
    internal static string Write(IEnumerable<CaseTranscript> transcripts)
    {
        var text = new StringBuilder();
        foreach (var transcript in transcripts)
        {
            text.Append(text.Length == 0 ? "" : "\n").Append(Heading).Append(transcript.Label).Append('\n');
            foreach (var step in transcript.Steps)
            {
                Append(text, $"{step.Number} {step.Session}: {step.Sql}", step.Answer);
                foreach (var other in transcript.Steps.Where(s => s.ContinuesAfter == step.Number))
                {
                    Append(text, $"{other.Number} {other.Session}{Continues}", other.Continuation!);
                }
            }
        }

        return text.ToString();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    internal static IReadOnlyList<CaseTranscript> Read(string path)
    {
        var transcripts = new List<CaseTranscript>();
        var steps = new List<StepOutcome>();
        var lines = File.ReadAllLines(path);
        var last = 0;
        for (var i = 0; i < lines.Length;)
        {
            var line = lines[i++];
            if (line.Length == 0)
            {
                continue;
            }

            if (line.StartsWith(Heading, StringComparison.Ordinal))
            {
                transcripts.Add(new CaseTranscript(line[Heading.Length..], steps = []));
                continue;
            }

            var body = new List<string>();
            for (; i < lines.Length && lines[i].StartsWith(Indent, StringComparison.Ordinal); i++)
            {
                body.Add(lines[i][Indent.Length..]);
            }

            var answer = string.Join('\n', body);
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var number = int.Parse(line.AsSpan(0, space), CultureInfo.InvariantCulture);
            if (line.EndsWith(Continues, StringComparison.Ordinal) && steps.Find(s => s.Number == number) is { } waiting)
            {
                steps[steps.IndexOf(waiting)] = waiting with { ContinuesAfter = last, Continuation = answer };
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            steps.Add(new StepOutcome(number, line[(space + 1)..colon], line[(colon + 2)..]) { Answer = answer });
            last = number;
        }

        return transcripts;
    }

    /// <summary>The steps that were answered otherwise than recorded, one text for each.</summary>
    internal IReadOnlyList<string> DifferencesFrom(CaseTranscript recorded)
    {
        var report = new List<string>();
        for (var i = 0; i < recorded.Steps.Count; i++)
        {
            var (want, got) = (recorded.Steps[i], Steps[i]);
            if (want != got)
            {
                report.Add($"[{Label}] step {want.Number} {want.Session}: {want.Sql}\n{Describe("PostgreSQL", want)}{Describe("here", got)}");
            }
        }

        return report;
    }

    private static string Describe(string who, StepOutcome step)
    {
        var text = new StringBuilder();
        Append(text, $"  {who}:", step.Answer);
        if (step.ContinuesAfter != 0)
        {
            Append(text, $"  {who}, after step {step.ContinuesAfter}:", step.Continuation!);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string heading, string body)
    {
        text.Append(heading).Append('\n');
        foreach (var line in body.Split('\n'))
        {
            text.Append(Indent).Append(line).Append('\n');
        }
    }
}
