using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PgMicro.Benchmarks.Running;

/// <summary>
/// The processor time of the calling thread. What runs in this process alone is compared by it: unlike the time of the clock, it does
/// not count what other processes take of the machine. Where the system does not tell it, it is the time of the clock.
/// </summary>
internal static partial class ProcessorTime
{
    private const int ThreadClock = 3;

    internal static double Microseconds()
    {
        if (OperatingSystem.IsLinux() && clock_gettime(ThreadClock, out var time) == 0)
        {
            return (time.Seconds * 1e6) + (time.Nanoseconds / 1e3);
        }

        return Stopwatch.GetTimestamp() * 1e6 / Stopwatch.Frequency;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Timespec time);

    private struct Timespec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
