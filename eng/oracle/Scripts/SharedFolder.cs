namespace PgMicro.Oracle.Scripts;

/// <summary>Finds the repository and the folder of shared test material beside it.</summary>
public static class SharedFolder
{
    private const string Solution = "EFCore.PgMicro.sln";

    /// <summary>The repository's root, from the running program's folder upwards.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The shared folder, <c>../shared</c> from the root unless PGMICRO_SHARED says otherwise.</summary>
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("PGMICRO_SHARED") ?? Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared"));

    /// <summary>A folder of it, which need not exist.</summary>
    public static string Folder(string name) => Path.Combine(Root, name);

    private static string FindRoot()
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
