namespace PgMicro.Oracle.Scripts;

/// <summary>The test scripts of the repository.</summary>
public static class ScriptFolder
{
    /// <summary>Where they are: <c>area/name.sql</c> below it, the recorded answers beside them.</summary>
    public static string Root { get; } = Path.Combine(SharedFolder.RepositoryRoot, "test", "PgMicro.Conformance", "Scripts");

    /// <summary>The names (<c>area/name</c>) of all scripts, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = !Directory.Exists(Root) ? [] :
        [.. Directory.EnumerateFiles(Root, "*.sql", SearchOption.AllDirectories).Select(NameOf).Order(StringComparer.Ordinal)];

    /// <summary>Reads the script of that name.</summary>
    public static ConformanceScript Read(string name) => ConformanceScript.Read(Path.Combine(Root, name + ".sql"));

    /// <summary>The scripts whose area or name is among the filters; all when there are none.</summary>
    public static IEnumerable<ConformanceScript> Find(IReadOnlyCollection<string> filters) =>
        Names.Where(name => filters.Count == 0
            || filters.Any(filter => name == filter || name.StartsWith(filter.TrimEnd('/') + "/", StringComparison.Ordinal))).Select(Read);

    /// <summary>The name of a script: its path below <see cref="Root"/> without the extension.</summary>
    public static string NameOf(ConformanceScript script) => NameOf(script.Path);

    private static string NameOf(string path) => Path.ChangeExtension(Path.GetRelativePath(Root, path), null).Replace('\\', '/');
}
