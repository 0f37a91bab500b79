using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PgMicro.Core.Storage;

/// <summary>
/// The SQLite C interface. <c>SuppressGCTransition</c> stands only on leaf calls that neither block nor call back.
/// </summary>
internal static partial class NativeMethods
{
    private const string Library = "e_sqlite3";

    /// <summary>A destructor argument: SQLite copies the bytes during the call.</summary>
    internal const nint Transient = -1;

    /// <summary>A destructor argument: the bytes outlive their use and are never moved.</summary>
    internal const nint Static = 0;

#pragma warning disable CA2255 // The resolver has to stand before the first native call of the assembly.
    [ModuleInitializer]
    internal static void Initialize() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);
#pragma warning restore CA2255

    /// <summary>
    /// Finds the one copy of SQLite: beside the application, beside this assembly, or under runtimes/&lt;rid&gt;/native of
    /// either. Two copies on one file would break its POSIX locks, so the same path is what other bindings load too.
    /// </summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Library)
        {
            return 0;
        }

        string file = OperatingSystem.IsWindows() ? "e_sqlite3.dll"
            : OperatingSystem.IsMacOS() ? "libe_sqlite3.dylib"
            : "libe_sqlite3.so";
        ReadOnlySpan<string?> roots = [AppContext.BaseDirectory, Path.GetDirectoryName(assembly.Location)];
        foreach (string? root in roots)
        {
            if (string.IsNullOrEmpty(root))
            {
                continue;
            }

            if (NativeLibrary.TryLoad(Path.Combine(root, file), out nint library)
                || NativeLibrary.TryLoad(
                    Path.Combine(root, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", file), out library)
                || NativeLibrary.TryLoad(Path.Combine(root, "runtimes", PortableRid(), "native", file), out library))
            {
                return library;
            }
        }

        return NativeLibrary.TryLoad(Library, assembly, searchPath, out nint found) ? found : 0;
    }

    private static string PortableRid()
    {
        string os = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return os + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
    }
}
