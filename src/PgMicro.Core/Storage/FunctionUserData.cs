using System.Runtime.InteropServices;

namespace PgMicro.Core.Storage;

/// <summary>What SQLite hands every function of ours as its user data.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FunctionUserData
{
    /// <summary>GC handle of the <see cref="SqliteConnectionHandle"/>.</summary>
    internal nint Connection;

    /// <summary>The registrant's own value; 0 if it gave none.</summary>
    internal nint Tag;
}
