using System.Diagnostics;

namespace PgMicro.Benchmarks.Running;

/// <summary>What was measured of one case: time and allocation per operation, a value a round.</summary>
internal sealed class Measurement(string subject, bool byClock)
{
    private readonly List<double> _microseconds = [];
    private readonly List<double> _processor = [];
    private readonly List<double> _bytes = [];

    internal string Subject => subject;

    internal int Batch { get; set; } = 1;

    internal double Median => Quantile(_microseconds, 0.5);

    internal double Processor => Quantile(_processor, 0.5);

    internal double Low => Quantile(_microseconds, 0.25);

    internal double High => Quantile(_microseconds, 0.75);

    internal double Bytes => Quantile(_bytes, 0.5);

    internal void Measure(Case work)
    {
        work.Begin();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var processor = ProcessorTime.Microseconds();
        var start = Stopwatch.GetTimestamp();
        work.Run(Batch);
        var elapsed = Stopwatch.GetElapsedTime(start);
        _processor.Add((ProcessorTime.Microseconds() - processor) / Batch);
        _bytes.Add((double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Batch);
        _microseconds.Add(elapsed.TotalMicroseconds / Batch);
        work.End();
    }

    /// <summary>Whether others do part of the work, so that only the clock counts it.</summary>
    internal bool HasServer => byClock || subject.Contains("npgsql", StringComparison.Ordinal);

    /// <summary>
    /// The median over the rounds of this one's time against another's in the same round: the machine's drift drops out. It is
    /// processor time where both do all their work here.
    /// </summary>
    internal double RatioTo(Measurement other)
    {
        var (own, others) = HasServer || other.HasServer ? (_microseconds, other._microseconds) : (_processor, other._processor);
        return Quantile([.. own.Zip(others, static (a, b) => a / b)], 0.5);
    }

    private static double Quantile(IReadOnlyCollection<double> values, double q)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Round((sorted.Length - 1) * q)];
    }
}
