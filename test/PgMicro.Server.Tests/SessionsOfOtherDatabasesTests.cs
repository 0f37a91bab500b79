using Npgsql;
using PgMicro.Recording;

namespace PgMicro.Server.Tests;

/// <summary>What the sessions of one database see of those of another, as PostgreSQL answers.</summary>
[Collection("server")]
public sealed class SessionsOfOtherDatabasesTests(TestServer server)
{
    [Fact]
    public async Task Activity_locks_and_signals()
    {
        var transcript = new Transcript();
        await using (var one = await server.CreateDatabaseAsync("cluster_one"))
        await using (var two = await server.CreateDatabaseAsync("cluster_two"))
        {
            await using var here = new NpgsqlConnection(one.ConnectionString);
            await here.OpenAsync();
            await using var there = new NpgsqlConnection(two.ConnectionString);
            await there.OpenAsync();
            await ExecuteAsync(there, "CREATE TABLE t (a int)");
            await ExecuteAsync(there, "BEGIN");
            await ExecuteAsync(there, "LOCK TABLE t IN SHARE MODE");

            transcript.Line(await AskAsync("SELECT datname || ' ' || state || ' ' || query FROM pg_stat_activity WHERE datname LIKE 'cluster%' AND pid <> pg_backend_pid()"));
            transcript.Line(await AskAsync(
                "SELECT string_agg(d.datname || ' ' || coalesce(l.locktype, '') || ' ' || l.mode, ', ' ORDER BY l.mode) FROM pg_locks l JOIN pg_database d ON d.oid = l.database JOIN pg_stat_activity a ON a.pid = l.pid "
                + "WHERE a.datname = 'cluster_two'"));
            transcript.Line(await AskAsync("SELECT string_agg(datname || ' ' || numbackends, ', ' ORDER BY datname) FROM pg_stat_database WHERE datname LIKE 'cluster%'"));

            var sleeping = ExecuteAsync(there, "SELECT pg_sleep(60)");
            await UntilAsync("SELECT (count(*) > 0)::text FROM pg_stat_activity WHERE datname = 'cluster_two' AND wait_event = 'PgSleep'");
            transcript.Line(await AskAsync("SELECT string_agg(pg_cancel_backend(pid)::text, ',') FROM pg_stat_activity WHERE datname = 'cluster_two'"));
            transcript.Line(await ErrorAsync(sleeping));
            await ExecuteAsync(there, "ROLLBACK");

            transcript.Line(await AskAsync("SELECT string_agg(pg_terminate_backend(pid, 10000)::text, ',') FROM pg_stat_activity WHERE datname = 'cluster_two'"));
            transcript.Line(await ErrorAsync(ExecuteAsync(there, "SELECT 1")));
            transcript.Line(await AskAsync("SELECT count(*)::text FROM pg_stat_activity WHERE datname = 'cluster_two'"));

            async Task<string> AskAsync(string sql)
            {
                await using var command = new NpgsqlCommand(sql, here);
                return (string?)await command.ExecuteScalarAsync() ?? "NULL";
            }

            async Task UntilAsync(string sql)
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                while (await AskAsync(sql) != "true")
                {
                    patience.Token.ThrowIfCancellationRequested();
                }
            }
        }

        Recordings.Check("PgMicro.Server.Tests", "Sessions.other-databases", transcript);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> ErrorAsync(Task task)
    {
        try
        {
            await task;
            return "no error";
        }
        catch (PostgresException e)
        {
            return $"{e.Severity} {e.SqlState} {e.MessageText}";
        }
    }
}
