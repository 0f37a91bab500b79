using System.Globalization;

namespace PgMicro.Conformance;

/// <summary>
/// Steps of each conformance script that are answered as PostgreSQL answers them. <c>PGMICRO_FLOOR=FILE dotnet test</c> writes what a run
/// reached, to be sorted into <c>conformance-floor.tsv</c>.
/// </summary>
internal static class ConformanceFloor
{
    private static readonly Lock Writing = new();
    private static readonly Dictionary<string, int> Floors = Read();

    /// <summary>The least number of steps that must match.</summary>
    internal static int Of(string script) => Floors.GetValueOrDefault(script);

    /// <summary>Notes what a run reached.</summary>
    internal static void Report(string script, int matched, int steps)
    {
        if (Environment.GetEnvironmentVariable("PGMICRO_FLOOR") is { } file)
        {
            lock (Writing)
            {
                File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{script}\t{matched}\t{steps}\n"));
            }
        }
    }

    private static Dictionary<string, int> Read()
    {
        var path = Path.Combine(PgMicro.Oracle.Scripts.SharedFolder.RepositoryRoot, "test", "PgMicro.Conformance", "conformance-floor.tsv");
        return File.ReadLines(path).Select(line => line.Split('\t'))
            .ToDictionary(fields => fields[0], fields => int.Parse(fields[1], CultureInfo.InvariantCulture));
    }
}
