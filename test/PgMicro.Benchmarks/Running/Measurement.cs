using System.Diagnostics;

namespace PgMicro.Benchmarks.Running;

/// <summary>What was measured of one case: time and allocation per operation, a value a round.</summary>
internal sealed class Measurement(string subject)
{
    private readonly List<double> _microseconds = [];
    private readonly List<double> _bytes = [];

    internal string Subject => subject;

    internal int Batch { get; set; } = 1;

    internal IReadOnlyList<double> Microseconds => _microseconds;

    internal double Median => Quantile(_microseconds, 0.5);

    internal double Low => Quantile(_microseconds, 0.25);

    internal double High => Quantile(_microseconds, 0.75);

    internal double Bytes => Quantile(_bytes, 0.5);

    internal void Measure(Case work)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        work.Run(Batch);
        var elapsed = Stopwatch.GetElapsedTime(start);
        _bytes.Add((double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Batch);
        _microseconds.Add(elapsed.TotalMicroseconds / Batch);
    }

    /// <summary>The median over the rounds of this one's time against another's in the same round: the machine's drift drops out.</summary>
    internal double RatioTo(Measurement other) =>
        Quantile([.. _microseconds.Zip(other._microseconds, static (a, b) => a / b)], 0.5);

    private static double Quantile(IReadOnlyCollection<double> values, double q)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Round((sorted.Length - 1) * q)];
    }
}
