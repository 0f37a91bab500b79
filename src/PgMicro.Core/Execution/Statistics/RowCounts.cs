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

    /// <summary>Rows updated and deleted by committed transactions since the last VACUUM.</summary>
    internal long DeadSinceVacuum { get; set; }

    internal long Vacuums { get; set; }

    internal long Analyzes { get; set; }

    /// <summary>Microseconds since 1970, or null.</summary>
    internal long? LastVacuum { get; set; }

    internal long? LastAnalyze { get; set; }

    internal long AutoVacuums { get; set; }

    internal long AutoAnalyzes { get; set; }

    internal long? LastAutoVacuum { get; set; }

    internal long? LastAutoAnalyze { get; set; }
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

    /// <summary>What has been counted of each table.</summary>
    internal IEnumerable<KeyValuePair<uint, RowCounts>> Tables => _tables;

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
                total.DeadSinceVacuum += committed ? counts.Updated + counts.Deleted : 0;
                total.SinceAnalyze += committed ? counts.Inserted + counts.Updated + counts.Deleted : 0;
            }

            Interlocked.Add(ref _inserted, counts.Inserted);
            Interlocked.Add(ref _updated, counts.Updated);
            Interlocked.Add(ref _deleted, counts.Deleted);
        }
    }

    /// <summary>VACUUM or ANALYZE has dealt with a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="vacuum">Whether VACUUM has.</param>
    /// <param name="analyze">Whether ANALYZE has.</param>
    /// <param name="auto">Whether nobody has asked for it.</param>
    /// <param name="time">Now.</param>
    internal void Maintained(uint table, bool vacuum, bool analyze, bool auto, long time)
    {
        var total = _tables.GetOrAdd(table, static _ => new RowCounts());
        lock (total)
        {
            if (vacuum)
            {
                (total.SinceVacuum, total.DeadSinceVacuum) = (0, 0);
                (total.Vacuums, total.LastVacuum) = auto ? (total.Vacuums, total.LastVacuum) : (total.Vacuums + 1, time);
                (total.AutoVacuums, total.LastAutoVacuum) = auto ? (total.AutoVacuums + 1, time) : (total.AutoVacuums, total.LastAutoVacuum);
            }

            if (analyze)
            {
                total.SinceAnalyze = 0;
                (total.Analyzes, total.LastAnalyze) = auto ? (total.Analyzes, total.LastAnalyze) : (total.Analyzes + 1, time);
                (total.AutoAnalyzes, total.LastAutoAnalyze) = auto ? (total.AutoAnalyzes + 1, time) : (total.AutoAnalyzes, total.LastAutoAnalyze);
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
