using System.Reflection;
using System.Runtime.InteropServices;

namespace PgMicro.PgQuery;

/// <summary>Finds a native library of this product: beside the application, or where a package unpacks it.</summary>
public static class NativeLibraryLocator
{
    /// <summary>Loads <paramref name="fileName"/> (such as <c>libe_sqlite3.so</c>) from the application's folder, from
    /// the folder of <paramref name="assembly"/>, from <c>runtimes/&lt;rid&gt;/native</c> of either, or by the
    /// runtime's own probing. Loading the same file again gives the same handle.</summary>
    /// <exception cref="DllNotFoundException">The library is in none of these places.</exception>
    public static nint Load(string fileName, Assembly assembly)
    {
        var native = Path.Combine("runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        var portable = Path.Combine("runtimes", $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", "native");
        var application = AppContext.BaseDirectory;
        // A single-file application has no folder for its assemblies.
#pragma warning disable IL3000
        var location = assembly.Location;
#pragma warning restore IL3000
        var beside = location.Length == 0 ? application : Path.GetDirectoryName(location)!;

        foreach (var root in beside == application ? [application] : new[] { application, beside })
        {
            foreach (var folder in new[] { root, Path.Combine(root, native), Path.Combine(root, portable) })
            {
                var path = Path.Combine(folder, fileName);
                if (File.Exists(path))
                {
                    return NativeLibrary.Load(path);
                }
            }
        }

        return NativeLibrary.Load(fileName, assembly, null);
    }
}
