using System.Net;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Core.Tests.BadInput;

namespace PgMicro.Core.Tests.Functions;

/// <summary>Sessions that see and signal each other, with the messages that PostgreSQL 17 gave.</summary>
public sealed class BackendTests
{
    [Fact]
    public void A_session_is_listed_with_what_it_does()
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = nameof(BackendTests), InMemory = true });
        using var one = database.CreateSession(new PgSessionOptions { ClientEndPoint = new IPEndPoint(IPAddress.Loopback, 4711) });
        using var two = database.CreateSession();
        one.Run("SET application_name = 'first'");
        one.Run("BEGIN; CREATE TABLE t (id int)");
        Assert.Equal(
            [$"{one.BackendPid}|first|idle in transaction|BEGIN; CREATE TABLE t (id int)|ClientRead|127.0.0.1|4711|t|t|client backend|postgres"],
            two.Run($"SELECT pid, application_name, state, query, wait_event, client_addr, client_port, xact_start IS NOT NULL, xact_start <= query_start, backend_type, usename FROM pg_stat_activity WHERE pid = {one.BackendPid}"));
        const string Own = "SELECT state, query, pid = pg_backend_pid() FROM pg_stat_activity WHERE pid = pg_backend_pid()";
        Assert.Equal([$"active|{Own}|t"], two.Run(Own));
        one.Run("ROLLBACK");
        Assert.Equal(["idle"], two.Run($"SELECT state FROM pg_stat_get_activity({one.BackendPid})"));
        Assert.Equal(["127.0.0.1|4711|"], one.Run("SELECT inet_client_addr(), inet_client_port(), inet_server_addr()"));
    }

    [Fact]
    public void A_session_terminates_another_and_is_told_of_unknown_ones()
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = nameof(BackendTests) + "2", InMemory = true });
        using var one = database.CreateSession();
        using var two = database.CreateSession();
        var notices = new List<PgNotice>();
        two.NoticeReceived += notices.Add;
        Assert.Equal(["f"], two.Run("SELECT pg_cancel_backend(99999)"));
        Assert.Equal(("WARNING", "PID 99999 is not a PostgreSQL backend process"), (notices[0].Severity, notices[0].Message));
        two.Run("CREATE ROLE somebody");
        two.Run("SET ROLE somebody");
        var error = two.Fails($"SELECT pg_terminate_backend({one.BackendPid})");
        Assert.Equal((SqlState.InsufficientPrivilege, "permission denied to terminate process"), (error.SqlState, error.Message));
        two.Run("RESET ROLE");
        Assert.Equal(["t"], two.Run($"SELECT pg_terminate_backend({one.BackendPid})"));
        Assert.Equal(SqlState.AdminShutdown, one.Fails("SELECT 1").SqlState);
    }

    [Fact]
    public void Skip_locked_passes_a_table_that_another_session_writes()
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = nameof(BackendTests) + "4", InMemory = true });
        using var one = database.CreateSession();
        using var two = database.CreateSession();
        one.Run("CREATE TABLE t (id int)");
        one.Run("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
        var notices = new List<PgNotice>();
        two.NoticeReceived += notices.Add;
        two.Run("VACUUM (SKIP_LOCKED) t; ANALYZE (SKIP_LOCKED) t");
        Assert.Equal(
            [("WARNING", "55P03", "skipping vacuum of \"t\" --- lock not available"), ("WARNING", "55P03", "skipping analyze of \"t\" --- lock not available")],
            notices.Select(n => (n.Severity, n.SqlState, n.Message)));
        one.Run("ROLLBACK");
    }

    [Fact]
    public void A_sleeping_session_is_cancelled_at_once()
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = nameof(BackendTests) + "5", InMemory = true });
        using var session = database.CreateSession();
        session.Run("SET statement_timeout = 250");
        Assert.Equal(SqlState.QueryCanceled, session.Fails("SELECT pg_sleep(3600)").SqlState);
        Assert.Equal(["1"], session.Run("SELECT 1 FROM pg_sleep(0.001)"));
    }

    [Fact]
    public void Every_available_extension_can_be_made()
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = nameof(BackendTests) + "3", InMemory = true });
        using var session = database.CreateSession();
        var names = session.Run("SELECT name FROM pg_available_extensions WHERE installed_version IS NULL ORDER BY 1");
        Assert.Contains("citext", names);
        foreach (var name in names)
        {
            session.Run($"CREATE EXTENSION \"{name}\"");
        }

        Assert.Equal(["0"], session.Run("SELECT count(*) FROM pg_available_extensions WHERE installed_version IS NULL"));
    }
}
