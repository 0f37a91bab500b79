using System.IO.Compression;
using System.Text.RegularExpressions;
using PgMicro.Oracle.Scripts;

namespace PgMicro.Oracle.EfSql;

/// <summary>The recorded databases and statements of EF Core's functional tests, in the shared folder <c>efsql</c>.</summary>
public static partial class EfSqlSuite
{
    private static string Root => SharedFolder.Folder("efsql");

    /// <summary>Whether the folder is there.</summary>
    public static bool Exists => Directory.Exists(Root);

    /// <summary>The names of the databases, sorted; none without the folder.</summary>
    public static IReadOnlyList<string> Databases { get; } = !Directory.Exists(SharedFolder.Folder("efsql")) ? [] :
        [.. Directory.EnumerateFiles(Path.Combine(SharedFolder.Folder("efsql"), "queries"))
            .Select(static file => Path.GetFileName(file)!.Split(".jsonl")[0]).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The statements of a database.</summary>
    public static IReadOnlyList<EfQuery> Queries(string database) =>
        [.. Read(Path.Combine(Root, "queries", database + ".jsonl")).Split('\n').Where(static line => line.Length > 0).Select(EfQuery.Parse)];

    /// <summary>The scripts that make the database: one without a name, or one for each scenario.</summary>
    public static IReadOnlyDictionary<string, string> Scripts(string database)
    {
        var text = Read(Path.Combine(Root, "databases", database + ".sql"));
        var marks = Scenario().Matches(text);
        if (marks.Count == 0)
        {
            return new Dictionary<string, string> { [""] = text };
        }

        var scripts = new Dictionary<string, string>();
        for (var i = 0; i < marks.Count; i++)
        {
            var end = i + 1 < marks.Count ? marks[i + 1].Index : text.Length;
            scripts[marks[i].Groups[1].Value] = text[(marks[i].Index + marks[i].Length)..end];
        }

        return scripts;
    }

    private static string Read(string path)
    {
        if (File.Exists(path))
        {
            return File.ReadAllText(path);
        }

        using var reader = new StreamReader(new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^-- scenario (\S+)\n", RegexOptions.Multiline)]
    private static partial Regex Scenario();
}
