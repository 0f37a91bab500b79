using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PgMicro.Benchmarks.Running;

/// <summary>One run: its options, its folder, its results.</summary>
internal sealed class BenchmarkRun : IDisposable
{
    private readonly HashSet<string> _scenarios = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _subjects = new(StringComparer.OrdinalIgnoreCase);
    private readonly StringBuilder _report = new();
    private readonly List<(string Scenario, string Target, double Value, bool Passed)> _verdicts = [];
    private int _rounds = 15;
    private double _batchMilliseconds = 40;
    private double _warmUpMilliseconds = 4000;
    private string? _reportFile;
    private int _databases;

    internal BenchmarkRun(string[] args)
    {
        Postgres = Environment.GetEnvironmentVariable("PGMICRO_BENCH_POSTGRES");
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--only":
                    _scenarios.UnionWith(args[++i].Split(','));
                    break;
                case "--subjects":
                    _subjects.UnionWith(args[++i].Split(','));
                    break;
                case "--postgres":
                    Postgres = args[++i];
                    break;
                case "--rounds":
                    _rounds = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--rows":
                    AggregateRows = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--quick":
                    (_rounds, _batchMilliseconds, _warmUpMilliseconds, AggregateRows) = (5, 15, 1500, 200_000);
                    break;
                case "--durable":
                    Durable = true;
                    break;
                case "--report":
                    _reportFile = args[++i];
                    break;
                default:
                    throw new ArgumentException($"unknown option {args[i]}");
            }
        }

        Folder = Directory.CreateTempSubdirectory("pgmicro-bench-").FullName;
    }

    /// <summary>How to reach a PostgreSQL; null when there is none.</summary>
    internal string? Postgres { get; }

    /// <summary>Whether a commit waits for the disk; otherwise the latest commits may be lost to a power failure, in all subjects.</summary>
    internal bool Durable { get; }

    /// <summary>Rows of the aggregates' table.</summary>
    internal int AggregateRows { get; } = 1_000_000;

    /// <summary>Where the files are.</summary>
    internal string Folder { get; }

    /// <summary>Whether a subject takes part.</summary>
    internal bool Wants(string subject) =>
        (_subjects.Count == 0 || _subjects.Contains(subject)) && (Postgres is not null || !subject.Contains("npgsql", StringComparison.Ordinal));

    /// <summary>A new file name.</summary>
    internal string NewFile(string name) => Path.Combine(Folder, $"{name}{Interlocked.Increment(ref _databases)}.db");

    internal void Run(IEnumerable<Scenario> scenarios)
    {
        Write($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, commits {(Durable ? "wait for the disk" : "do not wait for the disk")}");
        foreach (var scenario in scenarios)
        {
            if (_scenarios.Count == 0 || _scenarios.Contains(scenario.Name))
            {
                Run(scenario);
            }
        }

        if (_verdicts.Count > 0)
        {
            Write("");
            Write("| scenario | target | measured | |");
            Write("|---|---|---:|---|");
            foreach (var (scenario, target, value, passed) in _verdicts)
            {
                Write(string.Create(CultureInfo.InvariantCulture, $"| {scenario} | {target} | {value:0.00} | {(passed ? "pass" : "FAIL")} |"));
            }
        }

        if (_reportFile is not null)
        {
            File.WriteAllText(_reportFile, _report.ToString());
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Run(Scenario scenario)
    {
        // A case without a subject stands for what the others share: it is only disposed of.
        var all = scenario.Cases(this).ToArray();
        var cases = Array.FindAll(all, static c => c.Subject.Length > 0);
        try
        {
            var results = cases.Select(c => new Measurement(c.Subject, scenario.ByClock)).ToArray();
            for (var i = 0; i < cases.Length; i++)
            {
                cases[i].Begin();
                results[i].Batch = WarmUp(cases[i], scenario.Rounds > 0);
                cases[i].End();
            }

            var rounds = scenario.Rounds > 0 ? Math.Min(scenario.Rounds, _rounds) : _rounds;
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < cases.Length; i++)
                {
                    // Each round starts with another one.
                    var at = (i + round) % cases.Length;
                    results[at].Measure(cases[at]);
                }
            }

            if (results.Length > 0)
            {
                Report(scenario, results);
            }
        }
        finally
        {
            foreach (var work in all)
            {
                work.Dispose();
            }
        }
    }

    // Runs a case until it is compiled and cached, and tells how many operations fill a round. What is rare enough to be measured
    // in a few rounds is warmed up by one.
    private int WarmUp(Case work, bool isLong)
    {
        var watch = Stopwatch.StartNew();
        var count = 1;
        work.Run(1);
        if (isLong && watch.ElapsedMilliseconds > _batchMilliseconds)
        {
            work.Run(1);
            return 1;
        }

        // The first time is for compilation, and may take longer than all that follow.
        watch.Restart();
        var last = TimeSpan.Zero;
        while (watch.Elapsed.TotalMilliseconds < _warmUpMilliseconds)
        {
            var start = Stopwatch.GetTimestamp();
            work.Run(count);
            last = Stopwatch.GetElapsedTime(start);
            if (last.TotalMilliseconds < _batchMilliseconds / 2)
            {
                count *= 2;
            }
        }

        return last == TimeSpan.Zero ? 1 : Math.Max(1, (int)(count * _batchMilliseconds / last.TotalMilliseconds));
    }

    private void Report(Scenario scenario, Measurement[] results)
    {
        Write("");
        Write($"## {scenario.Name}: {scenario.Title}");
        Write($"| subject | µs of processor | µs (median) | 25 % – 75 % | bytes allocated | × {results[0].Subject} |");
        Write("|---|---:|---:|---:|---:|---:|");
        foreach (var result in results)
        {
            Write(string.Create(
                CultureInfo.InvariantCulture,
                $"| {result.Subject} | {(result.HasServer ? "" : result.Processor.ToString("0.0", CultureInfo.InvariantCulture))} | {result.Median:0.0} | {result.Low:0.0} – {result.High:0.0} | {result.Bytes:0} | {result.RatioTo(results[0]):0.00} |"));
        }

        foreach (var target in scenario.Targets)
        {
            var subject = Array.Find(results, r => r.Subject == target.Subject);
            var reference = Array.Find(results, r => r.Subject == target.Reference);
            if (subject is null || (target.Reference is not null && reference is null))
            {
                continue;
            }

            // A bound in milliseconds is for a machine that does nothing else: the quarter of rounds that were least disturbed.
            var value = reference is null ? subject.Low : subject.RatioTo(reference);
            _verdicts.Add((scenario.Name, target.Text, reference is null ? value / 1000 : value, value <= target.Most));
        }
    }

    private void Write(string line)
    {
        Console.WriteLine(line);
        _report.AppendLine(line);
    }
}
