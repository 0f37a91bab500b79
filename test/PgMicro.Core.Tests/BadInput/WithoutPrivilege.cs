using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>
/// Makes file permissions count for this thread even when the tests run as root: takes the capabilities that override them
/// (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH) out of the thread's effective set, and gives them back.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class WithoutPrivilege : IDisposable
{
    private const uint Version3 = 0x20080522;
    private const uint FileOverrides = (1 << 1) | (1 << 2);
    private readonly uint[] _before = new uint[6];

    internal WithoutPrivilege()
    {
        uint[] header = [Version3, 0];
        Check(capget(header, _before));
        var without = (uint[])_before.Clone();
        without[0] &= ~FileOverrides;
        Check(capset(header, without));
    }

    public void Dispose() => Check(capset([Version3, 0], _before));

    private static void Check(int result) => Assert.True(result == 0, $"capset: error {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capget(uint[] header, [Out] uint[] data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capset(uint[] header, uint[] data);
}
