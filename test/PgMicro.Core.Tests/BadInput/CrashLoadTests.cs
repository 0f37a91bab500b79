using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>
/// A process with eight writers ends at a random point, again and again. Most ends are made by stopping it, all its threads, and copying its
/// files and its acknowledgements: what a kill at that instant leaves. Every so often it is killed indeed, and goes on with what it left.
/// PGMICRO_CRASH_POINTS sets how many.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed partial class CrashLoadTests
{
    private const int PointsInAProcess = 30;
    private const int Stop = 19;
    private const int Continue = 18;

    [Fact]
    public void Whatever_the_instant_all_that_was_acknowledged_is_there_and_nothing_else()
    {
        var points = int.Parse(Environment.GetEnvironmentVariable("PGMICRO_CRASH_POINTS") ?? "300", CultureInfo.InvariantCulture);
        var random = new Random(7);
        var opening = new List<double>();
        var committed = 0L;
        for (var done = 0; done < points;)
        {
            // A new file from time to time, so that it stays small.
            using var file = new TemporaryDatabase();
            CrashLoad.Create(file.FileName);
            for (var run = 0; run < 3 && done < points; run++)
            {
                using var child = CrashChild.Start("load", file.FileName);
                Assert.Equal("runs", child.StandardOutput.ReadLine());
                for (var i = 1; i < PointsInAProcess && done < points - 1; i++, done++)
                {
                    // An instant at random is what is wanted: nothing is waited for.
                    Thread.Sleep(random.Next(25));
                    using var copy = new TemporaryDatabase();
                    StopAndCopy(child, file.FileName, copy.FileName);
                    opening.Add(Check(copy.FileName));
                }

                Thread.Sleep(random.Next(25));
                child.Kill();
                child.WaitForExit();
                opening.Add(Check(file.FileName));
                done++;
            }

            committed += CrashLoad.ReadAcknowledged(file.FileName).Sum();
        }

        Assert.True(committed > points, $"Only {committed} transactions were committed.");
        opening.Sort();
        Assert.InRange(opening[opening.Count / 2], 0, 100);
    }

    private static void StopAndCopy(Process child, string file, string copy)
    {
        Assert.True(Kill(child.Id, Stop) == 0 && !child.HasExited, child.HasExited ? child.StandardError.ReadToEnd() : "It has not been stopped.");
        try
        {
            Assert.True(SpinWait.SpinUntil(() => Directory.GetDirectories($"/proc/{child.Id}/task").All(IsStopped), TimeSpan.FromSeconds(30)));
            File.Copy(file, copy);
            File.Copy(file + "-wal", copy + "-wal");
            File.Copy(CrashLoad.Acknowledged(file), CrashLoad.Acknowledged(copy));
        }
        finally
        {
            Assert.Equal(0, Kill(child.Id, Continue));
        }
    }

    private static bool IsStopped(string task)
    {
        try
        {
            var status = File.ReadAllText(task + "/stat");
            return status[status.LastIndexOf(')') + 2] is 'T' or 'Z' or 'X';
        }
        catch (IOException)
        {
            // It has ended.
            return true;
        }
    }

    // Milliseconds until the first answer.
    private static double Check(string file)
    {
        var acknowledged = CrashLoad.ReadAcknowledged(file);
        var start = Stopwatch.GetTimestamp();
        using var database = Sessions.OpenFile(file, create: false);
        using var session = database.CreateSession();
        Assert.Equal([(CrashLoad.Accounts * CrashLoad.Balance).ToString(CultureInfo.InvariantCulture)], session.Run("SELECT sum(balance) FROM account"));
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var prepared = Finish(session, acknowledged);

        var rows = session.Run("SELECT writer, max(n), count(DISTINCT n), min(n), count(*), sum(part) FROM entry GROUP BY writer").ToDictionary(static r => int.Parse(r.Split('|')[0], CultureInfo.InvariantCulture));
        for (var writer = 0; writer < CrashLoad.Writers; writer++)
        {
            var values = rows.TryGetValue(writer, out var row) ? row.Split('|').Select(static v => long.Parse(v, CultureInfo.InvariantCulture)).ToArray() : [writer, 0, 0, 1, 0, 0];
            var last = values[1];
            Assert.InRange(last, acknowledged[writer], acknowledged[writer] + 1);

            // What was acknowledged as prepared has been committed, or was there to be finished.
            Assert.True(CrashLoad.ReadPrepared(file)[writer] <= acknowledged[writer] || last > acknowledged[writer] || prepared.Contains(writer));
            Assert.Equal([last, 1, 2 * last, 3 * last], values[2..]);
        }

        Assert.Equal(["0"], session.Run("SELECT count(*) FROM entry WHERE label LIKE 'undone%'"));
        Assert.Equal(["t"], session.Run("SELECT count(*) = count(DISTINCT label) FROM entry"));
        Assert.Equal(["0|t"], session.Run("SELECT count(*) FILTER (WHERE e.n IS NULL), count(*) = (SELECT count(*) FROM entry) FROM detail d LEFT JOIN entry e USING (writer, n, part)"));
        Assert.Equal("ok", session.Connection.QueryText("PRAGMA integrity_check"));

        // The catalog and the file tell of the same tables, and their rows can be read.
        var tables = session.Run("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1");
        Assert.Equal(tables, session.Connection.QueryText("SELECT group_concat(name, ',' ORDER BY name) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'pgmicro%' AND name NOT LIKE 'sqlite%'")!.Split(','));
        foreach (var made in tables.Where(static t => t.StartsWith("made_", StringComparison.Ordinal)))
        {
            Assert.Equal([made["made_".Length..]], session.Run("SELECT id FROM " + made));
        }

        // And it goes on.
        session.Run("INSERT INTO entry VALUES (100, 1, 1, 'after'); INSERT INTO detail (writer, n, part) VALUES (100, 1, 1); DELETE FROM detail WHERE writer = 100; DELETE FROM entry WHERE writer = 100");
        return milliseconds;
    }

    // The prepared transactions that were left, of which every other one is committed: their writers.
    private static HashSet<int> Finish(PgSession session, long[] acknowledged)
    {
        var writers = new HashSet<int>();
        foreach (var gid in session.Run("SELECT gid FROM pg_prepared_xacts ORDER BY gid"))
        {
            if (gid.StartsWith("undone", StringComparison.Ordinal))
            {
                session.Run($"ROLLBACK PREPARED '{gid}'");
                continue;
            }

            var parts = gid.Split(' ').Select(static p => long.Parse(p, CultureInfo.InvariantCulture)).ToArray();
            var (writer, n) = ((int)parts[0], parts[1]);
            Assert.Equal(acknowledged[writer] + 1, n);
            Assert.Equal(["0"], session.Run($"SELECT count(*) FROM entry WHERE writer = {writer} AND n = {n}"));
            session.Run("SET lock_timeout = '10ms'");
            Assert.Equal(SqlState.LockNotAvailable, session.Fails($"INSERT INTO entry VALUES ({writer}, {n}, 1, 'again')").SqlState);
            session.Run($"RESET lock_timeout; {(n % 2 == 0 ? "COMMIT" : "ROLLBACK")} PREPARED '{gid}'");
            Assert.True(writers.Add(writer));
        }

        Assert.Equal(["0"], session.Run("SELECT count(*) FROM pg_locks WHERE pid IS NULL"));
        return writers;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
