using System.Diagnostics.Metrics;

namespace PgMicro.Core.Transactions;

/// <summary>What the storage of a process's databases does, for those who listen to the meter "PgMicro".</summary>
internal static class StorageMeters
{
    private static readonly Meter Meter = new("PgMicro");

    /// <summary>Times that the disk was asked to take a log; each may serve several commits.</summary>
    internal static readonly Counter<long> Flushes = Meter.CreateCounter<long>("pgmicro.log.flushes");

    /// <summary>Times that a log was written back into its file.</summary>
    internal static readonly Counter<long> Checkpoints = Meter.CreateCounter<long>("pgmicro.log.checkpoints");

    /// <summary>Times that a log has grown large because a reader keeps it.</summary>
    internal static readonly Counter<long> LogAlarms = Meter.CreateCounter<long>("pgmicro.log.alarms");

    /// <summary>Bytes of the log after a commit that called for a checkpoint.</summary>
    internal static readonly Histogram<long> LogSize = Meter.CreateHistogram<long>("pgmicro.log.size", "By");
}
