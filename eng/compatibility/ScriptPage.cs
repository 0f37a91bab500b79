using System.Globalization;
using System.Text;

namespace PgMicro.Compatibility;

/// <summary>How far the recorded scripts and the SQL of EF Core match: the floors that the tests hold.</summary>
internal static class ScriptPage
{
    internal static string Write(string conformance)
    {
        var page = new StringBuilder();
        var scripts = Rows(Path.Combine(conformance, "conformance-floor.tsv"));
        page.AppendLine("# Recorded scripts\n");
        page.AppendLine("Written by `eng/compatibility` from the floors that `test/PgMicro.Conformance` holds: a test fails when a script falls below its own.\n");
        page.AppendLine("## Conformance scripts\n");
        page.AppendLine("A step matches when its rows, column types, command tag, notices and every field of its error are what a PostgreSQL 17.10 gave.\n");
        var (matched, steps) = (scripts.Sum(s => s[1]), scripts.Sum(s => s[2]));
        page.AppendLine(CultureInfo.InvariantCulture, $"{matched} of {steps} steps match ({100.0 * matched / steps:F1} %).\n");
        page.AppendLine("| script | matching | steps |\n|---|---|---|");
        foreach (var script in scripts)
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"| {script.Name} | {script[1]} | {script[2]} |");
        }

        var databases = Rows(Path.Combine(conformance, "efsql-floor.tsv"));
        page.AppendLine("\n## SQL that EF Core and Npgsql generate\n");
        page.AppendLine("Statements of `efsql`, by the database they run on, that get PostgreSQL's answer.\n");
        page.AppendLine("| database | matching |\n|---|---|");
        foreach (var database in databases)
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"| {database.Name} | {database[1]} |");
        }

        page.AppendLine(CultureInfo.InvariantCulture, $"| **all** | **{databases.Sum(d => d[1])}** |");
        return page.ToString();
    }

    private static List<Row> Rows(string file) => [.. File.ReadLines(file).Select(l => new Row(l.Split('\t')))];

    private sealed class Row(string[] fields)
    {
        internal string Name => fields[0];

        internal int this[int field] => int.Parse(fields[field], CultureInfo.InvariantCulture);
    }
}
