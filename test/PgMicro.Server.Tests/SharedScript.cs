namespace PgMicro.Server.Tests;

/// <summary>Scripts that others wrote for PostgreSQL, from the folder of shared data beside the repository.</summary>
internal static class SharedScript
{
    /// <summary>A script from its tables on, without psql's own lines.</summary>
    internal static string Read(string name)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "EFCore.PgMicro.sln")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("The repository is in no folder above the tests.");
        }

        var folder = Environment.GetEnvironmentVariable("PGMICRO_SHARED") ?? Path.Combine(root.FullName, "..", "shared");
        if (!Path.Exists(folder) && root.Parent?.Parent is { } other)
        {
            folder = Path.Combine(other.FullName, "shared");
        }

        var lines = File.ReadAllLines(Path.Combine(folder, "data", name));
        var start = Array.FindIndex(lines, l => l.StartsWith('\\')) + 1;
        return string.Join('\n', lines[start..]);
    }
}
