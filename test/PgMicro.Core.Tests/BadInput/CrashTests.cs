using System.Diagnostics;
using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Tests.Storage;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>A process that is killed: what it was told is committed is there, and nothing else.</summary>
public sealed class CrashTests
{
    [Fact]
    public void A_process_killed_in_mid_transaction_leaves_committed_rows_only()
    {
        using var file = new TemporaryDatabase();
        using (var child = CrashChild.Start("transaction", file.FileName))
        {
            Assert.Equal("in transaction", child.StandardOutput.ReadLine());
            child.Kill();
            child.WaitForExit();
        }

        using var database = Sessions.OpenFile(file.FileName, create: false);
        using var session = database.CreateSession();
        Assert.Equal(["2|before"], session.Run("SELECT count(*), min(v) FROM t"));
        Assert.Equal(SqlState.UndefinedTable, session.Fails("SELECT * FROM made_in_transaction").SqlState);
        session.Run("INSERT INTO t VALUES (3, 'after'); CREATE TABLE made_in_transaction (id int)");
        Assert.Equal(["3"], session.Run("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Acknowledged_commits_survive_a_kill_at_a_random_point()
    {
        const int Kills = 12;
        using var file = new TemporaryDatabase();
        var random = new Random(20251);
        var acknowledged = 0L;
        for (var kill = 0; kill < Kills; kill++)
        {
            using (var child = CrashChild.Start("commits", file.FileName))
            {
                // The point is random in the number of commits seen, which falls anywhere within the next one.
                for (var lines = random.Next(1, 60); lines > 0; lines--)
                {
                    acknowledged = Read(child.StandardOutput.ReadLine());
                }

                child.Kill();
                while (child.StandardOutput.ReadLine() is { } line && line.EndsWith('.'))
                {
                    acknowledged = Read(line);
                }

                child.WaitForExit();
            }

            using var database = Sessions.OpenFile(file.FileName, create: false);
            using var session = database.CreateSession();
            var rows = session.Run("SELECT max(id), count(*), count(DISTINCT id), (SELECT sum(balance) FROM account), nextval('t_id_seq') > max(id) FROM t")[0].Split('|');
            var last = long.Parse(rows[0], CultureInfo.InvariantCulture);
            Assert.InRange(last, acknowledged, long.MaxValue);
            Assert.Equal(rows[1], rows[2]);
            Assert.Equal("1000", rows[3]);
            Assert.Equal("t", rows[4]);
        }
    }

    private static long Read(string? line) => long.Parse(line!.TrimEnd('.'), CultureInfo.InvariantCulture);
}
