namespace PgMicro.Benchmarks.Running;

/// <summary>One way to do a scenario's work.</summary>
/// <param name="subject">Who does it.</param>
/// <param name="run">Does it a number of times.</param>
/// <param name="dispose">Ends it.</param>
/// <param name="begin">Called before each time that it is done, and not measured: what goes on beside the work.</param>
/// <param name="end">Ends that.</param>
internal sealed class Case(string subject, Action<int> run, Action? dispose = null, Action? begin = null, Action? end = null) : IDisposable
{
    internal string Subject => subject;

    internal void Run(int count) => run(count);

    internal void Begin() => begin?.Invoke();

    internal void End() => end?.Invoke();

    public void Dispose() => dispose?.Invoke();
}

/// <summary>A piece of work that every subject does, side by side.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Title">What it is.</param>
/// <param name="Cases">Makes the ways to do it that the run asks for.</param>
/// <param name="Targets">What is asked of them.</param>
/// <param name="Rounds">Measured rounds; 0 for the run's own number.</param>
internal sealed record Scenario(string Name, string Title, Func<BenchmarkRun, IEnumerable<Case>> Cases, IReadOnlyList<Target> Targets, int Rounds = 0)
{
    /// <summary>Whether several threads, or the disk, do the work, so that the clock is what counts.</summary>
    internal bool ByClock { get; init; }
}

/// <summary>A bound: one subject's time against another's, or against a time.</summary>
/// <param name="Subject">Who has to be fast.</param>
/// <param name="Reference">Against whom; null for a bound in microseconds.</param>
/// <param name="Most">Largest ratio, or most microseconds.</param>
internal sealed record Target(string Subject, string? Reference, double Most)
{
    internal string Text => Reference is null ? $"{Subject} ≤ {Most / 1000:0.##} ms" : $"{Subject} ≤ {Most:0.##} × {Reference}";
}
