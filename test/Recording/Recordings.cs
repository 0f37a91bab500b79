using Xunit;

namespace PgMicro.Recording;

/// <summary>
/// Transcripts that PostgreSQL 17 gave, kept in the test project's <c>Recordings</c> folder. When PGMICRO_ORACLE is the connection string
/// of a server (<c>Host=127.0.0.1;Port=5432;Username=postgres</c>), tests run against it and write them; else they run on the engine and
/// must give the same. PGMICRO_TRANSCRIPTS names a folder to keep what the engine gave, for a diff.
/// </summary>
public static class Recordings
{
    private const string Solution = "EFCore.PgMicro.sln";

    /// <summary>The server to record from; null to replay.</summary>
    public static string? Oracle { get; } = Environment.GetEnvironmentVariable("PGMICRO_ORACLE") is { Length: > 0 } text ? text : null;

    /// <summary>Writes a transcript, or compares it with the recorded one.</summary>
    public static void Check(string project, string test, Transcript transcript)
    {
        var file = Path.Combine(Root(), "test", project, "Recordings", test + ".txt");
        if (Oracle is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, transcript.ToString());
            return;
        }

        if (Environment.GetEnvironmentVariable("PGMICRO_TRANSCRIPTS") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, test + ".txt"), transcript.ToString());
        }

        Assert.True(File.Exists(file), $"{test} was never recorded: run it once with PGMICRO_ORACLE set.");
        var expected = File.ReadAllLines(file);
        var actual = transcript.ToString().TrimEnd('\n').Split('\n');
        for (var i = 0; i < Math.Max(expected.Length, actual.Length); i++)
        {
            var (want, got) = (Line(expected, i), Line(actual, i));
            if (want != got)
            {
                Assert.Fail($"{test}, line {i + 1}\n  PostgreSQL: {want}\n  here:       {got}\n{Around(expected, actual, i)}");
            }
        }
    }

    private static string Line(string[] lines, int i) => i < lines.Length ? lines[i] : "(end)";

    private static string Around(string[] expected, string[] actual, int i) =>
        $"-- before: {string.Join("\n   ", expected[Math.Max(0, i - 6)..Math.Min(i, expected.Length)])}\n-- here next: {string.Join("\n   ", actual[Math.Min(i, actual.Length)..Math.Min(i + 6, actual.Length)])}";

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"{Solution} is in no folder above {AppContext.BaseDirectory}");
    }
}
