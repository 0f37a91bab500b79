using PgMicro.Recording;

namespace PgMicro.Server.Tests.Wire;

[Collection("server")]
public sealed class StartupTests(TestServer server) : WireTest(server)
{
    private void Check(Action<Func<WireClient>, Transcript> conversation, [System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        var transcript = new Transcript();
        conversation(() => new WireClient(Server.Host, Server.Port, transcript), transcript);
        Recordings.Check("PgMicro.Server.Tests", $"{nameof(StartupTests)}.{test}", transcript);
    }

    [Fact]
    public void Parameters_are_reported() => Check((connect, _) =>
    {
        using var client = connect();
        client.ShowsParameters = true;
        client.Startup("user", "postgres", "database", "postgres", "TimeZone", "UTC", "application_name", "tests", "client_encoding", "UTF8");
        client.ReadUntilReady();
        client.Query("SET application_name = 'other'").Run("SET");
        client.Query("BEGIN; SET DateStyle = 'German'; SET IntervalStyle = 'iso_8601'").Run("SET twice in a block");
        client.Query("ROLLBACK").Run("and back");
        client.Query("SET TimeZone = 'America/New_York'; SET TimeZone = 'UTC'").Run("SET to and fro");
        client.Query("SET search_path = 'x'").Run("not reported");
        client.Query("RESET application_name").Run("RESET");
    });

    [Fact]
    public void Options_set_parameters() => Check((connect, _) =>
    {
        using var client = connect();
        client.Startup(
            "user", "postgres", "database", "postgres", "options", "-c statement_timeout=5s --application-name=a\\ b -cwork_mem=5MB", "DateStyle", "SQL, DMY", "my.own", "1");
        client.ReadUntilReady();
        client.Query("SHOW statement_timeout; SHOW application_name; SHOW work_mem; SHOW DateStyle; SHOW my.own").Run("SHOW");
        client.Query("SET statement_timeout = 0; RESET statement_timeout; SHOW statement_timeout").Run("RESET restores them");
    });

    [Fact]
    public void Refusals() => Check((connect, transcript) =>
    {
        void Refused(string title, params string[] parameters)
        {
            transcript.Line("== " + title);
            using var client = connect();
            client.Startup(parameters);
            client.ReadUntilReady();
        }

        Refused("no such database", "user", "postgres", "database", "no_such_database");
        Refused("template0", "user", "postgres", "database", "template0");
        Refused("no user", "database", "postgres");
        Refused("no such role", "user", "nobody_at_all", "database", "postgres");
        Refused("no such parameter", "user", "postgres", "database", "postgres", "no_such_parameter", "1");
        Refused("bad value", "user", "postgres", "database", "postgres", "statement_timeout", "soon");
        Refused("bad option", "user", "postgres", "database", "postgres", "options", "-?");
        Refused("internal parameter", "user", "postgres", "database", "postgres", "options", "-c server_version=9");
        Refused("parameter of the server", "user", "postgres", "database", "postgres", "options", "-c max_connections=9");
    });

    [Fact]
    public void Protocol_versions() => Check((connect, transcript) =>
    {
        foreach (var (title, version, option) in new[] { ("3.2", 0x30002, ""), ("an option", 0x30000, "_pq_.wish"), ("both", 0x30007, "_pq_.wish"), ("4.1", 0x40001, "") })
        {
            transcript.Line("== " + title);
            using var client = connect();
            client.StartupOf(version, option.Length > 0 ? ["user", "postgres", "database", "postgres", option, "x"] : ["user", "postgres", "database", "postgres"]);
            client.ReadUntilReady();
        }
    });

    [Fact]
    public void Encryption_is_declined() => Check((connect, transcript) =>
    {
        using var client = connect();
        client.StartupOf(80877104);
        transcript.Value("GSSENCRequest", client.ReadByte());
        client.StartupOf(80877103);
        transcript.Value("SSLRequest", client.ReadByte());
        client.Startup("user", "postgres", "database", "postgres");
        client.ReadUntilReady();
    });
}
