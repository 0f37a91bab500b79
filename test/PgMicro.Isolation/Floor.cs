using System.Globalization;
using PgMicro.Oracle.Scripts;

namespace PgMicro.Isolation;

/// <summary>
/// Steps of each script that are as PostgreSQL's. <c>PGMICRO_FLOOR=FILE dotnet test</c> writes what a run reached, to be sorted into
/// <c>isolation-floor.tsv</c>: name, steps that are the same, steps.
/// </summary>
internal static class Floor
{
    private static readonly Lock Writing = new();

    private static readonly Dictionary<string, int> Floors =
        File.ReadLines(Path.Combine(SharedFolder.RepositoryRoot, "test", "PgMicro.Isolation", "isolation-floor.tsv")).Select(static line => line.Split('\t'))
            .ToDictionary(static fields => fields[0], static fields => int.Parse(fields[1], CultureInfo.InvariantCulture));

    /// <summary>The least number of steps that must be the same.</summary>
    internal static int Of(string script) => Floors.GetValueOrDefault(script);

    /// <summary>Notes what a run reached.</summary>
    internal static void Report(string script, int same, int steps)
    {
        if (Environment.GetEnvironmentVariable("PGMICRO_FLOOR") is { Length: > 0 } file)
        {
            lock (Writing)
            {
                File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{script}\t{same}\t{steps}\n"));
            }
        }
    }
}
