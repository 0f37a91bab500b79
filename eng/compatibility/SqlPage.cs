using System.Globalization;
using System.Text;
using PgMicro.Core.Parser;

namespace PgMicro.Compatibility;

/// <summary>What the feature gate lets through and what it refuses, statement by statement of PostgreSQL's parse tree.</summary>
internal static class SqlPage
{
    internal static string Write()
    {
        var page = new StringBuilder();
        var messages = FeatureTable.Messages.OrderBy(m => m.Key, StringComparer.Ordinal).ToList();
        var statements = messages.Where(m => m.Key.EndsWith("Stmt", StringComparison.Ordinal)).ToList();
        page.AppendLine("# SQL\n");
        page.AppendLine("Written by `eng/compatibility` from the feature gate's table (`Parser/FeatureTable.*.cs`), which lists every message and field of PostgreSQL 17's parse");
        page.AppendLine("tree. What is not listed here as refused is read by analysis or by its command, which may refuse a combination by name. Every refusal is `0A000`.\n");
        page.AppendLine(CultureInfo.InvariantCulture, $"## Statements ({statements.Count(s => s.Value.RejectedAs is null)} of {statements.Count})\n");
        page.AppendLine("Refused as a whole:\n");
        foreach (var (name, treatment) in statements.Where(s => s.Value.RejectedAs is not null))
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"- {treatment.RejectedAs} (`{name}`)");
        }

        page.AppendLine("\n## Clauses\n");
        page.AppendLine("| refused | in |\n|---|---|");
        foreach (var (name, treatment) in messages)
        {
            if (treatment.RejectedAs is { } whole)
            {
                if (!name.EndsWith("Stmt", StringComparison.Ordinal) && !IsAnalysis(whole))
                {
                    page.AppendLine(CultureInfo.InvariantCulture, $"| {Cell(whole)} | `{name}` |");
                }

                continue;
            }

            foreach (var (field, (fieldTreatment, clause)) in treatment.Fields.OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                if (fieldTreatment == FieldTreatment.Rejected && !IsAnalysis(clause!))
                {
                    page.AppendLine(CultureInfo.InvariantCulture, $"| {Cell(clause!)} | `{name}.{field}` |");
                }
            }
        }

        return page.ToString();
    }

    // What only PostgreSQL's own analysis fills in cannot come from a text.
    private static bool IsAnalysis(string clause) => clause.StartsWith("analysed ", StringComparison.Ordinal);

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
