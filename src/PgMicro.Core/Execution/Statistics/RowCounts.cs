using System.Collections.Concurrent;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>Rows of one table that were inserted, updated and deleted.</summary>
internal sealed class RowCounts
{
    internal long Inserted { get; set; }

    internal long Updated { get; set; }

    internal long Deleted { get; set; }

    /// <summary>Rows changed by committed transactions since the last ANALYZE.</summary>
    internal long SinceAnalyze { get; set; }

    /// <summary>Rows inserted since the last VACUUM.</summary>
    internal long SinceVacuum { get; set; }

    internal long Vacuums { get; set; }

    internal long Analyzes { get; set; }

    /// <summary>Microseconds since 1970, or null.</summary>
    internal long? LastVacuum { get; set; }

    internal long? LastAnalyze { get; set; }
}

/// <summary>What a database counts since it was opened (manual: "The Cumulative Statistics System"), in memory like a server's after a crash.</summary>
internal sealed class CumulativeStatistics
{
    private readonly ConcurrentDictionary<uint, RowCounts> _tables = new();
    private long _commits;
    private long _rollbacks;
    private long _inserted;
    private long _updated;
    private long _deleted;

    internal long Commits => Interlocked.Read(ref _commits);

    internal long Rollbacks => Interlocked.Read(ref _rollbacks);

    internal long Inserted => Interlocked.Read(ref _inserted);

    internal long Updated => Interlocked.Read(ref _updated);

    internal long Deleted => Interlocked.Read(ref _deleted);

    /// <summary>When pg_stat_reset was called; null when never.</summary>
    internal long? ResetTime { get; private set; }

    internal RowCounts? Find(uint table) => _tables.GetValueOrDefault(table);

    /// <summary>A transaction has ended.</summary>
    internal void Add(Dictionary<uint, RowCounts>? rows, bool committed)
    {
        Interlocked.Increment(ref committed ? ref _commits : ref _rollbacks);
        if (rows is null)
        {
            return;
        }

        foreach (var (table, counts) in rows)
        {
            var total = _tables.GetOrAdd(table, static _ => new RowCounts());
            lock (total)
            {
                total.Inserted += counts.Inserted;
                total.Updated += counts.Updated;
                total.Deleted += counts.Deleted;
                total.SinceVacuum += counts.Inserted;
                total.SinceAnalyze += committed ? counts.Inserted + counts.Updated + counts.Deleted : 0;
            }

            Interlocked.Add(ref _inserted, counts.Inserted);
            Interlocked.Add(ref _updated, counts.Updated);
            Interlocked.Add(ref _deleted, counts.Deleted);
        }
    }

    /// <summary>VACUUM or ANALYZE has dealt with a table.</summary>
    internal void Maintained(uint table, bool vacuum, bool analyze, long time)
    {
        var total = _tables.GetOrAdd(table, static _ => new RowCounts());
        lock (total)
        {
            if (vacuum)
            {
                (total.Vacuums, total.LastVacuum, total.SinceVacuum) = (total.Vacuums + 1, time, 0);
            }

            if (analyze)
            {
                (total.Analyzes, total.LastAnalyze, total.SinceAnalyze) = (total.Analyzes + 1, time, 0);
            }
        }
    }

    internal void Reset(long time)
    {
        _tables.Clear();
        _commits = _rollbacks = _inserted = _updated = _deleted = 0;
        ResetTime = time;
    }

    internal void Reset(uint table, long time)
    {
        _tables.TryRemove(table, out _);
        ResetTime = time;
    }
}
