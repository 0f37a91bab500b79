using Npgsql;

namespace PgMicro.Server.Tests;

/// <summary>The files of a folder: each has a copy of the roles that all share.</summary>
public sealed class SharedRolesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pgmicro-roles-").FullName;

    [Fact]
    public async Task Roles_last_and_go_with_each_file()
    {
        await using (var server = await StartAsync("cluster"))
        {
            await RunAsync(server, "postgres", "CREATE DATABASE one; CREATE DATABASE two");
            await RunAsync(server, "one", "CREATE ROLE alice LOGIN CONNECTION LIMIT 1; CREATE ROLE staff; GRANT staff TO alice; ALTER ROLE alice SET work_mem = '7MB'");
            await RunAsync(server, "two", "CREATE TABLE t (a int); ALTER TABLE t OWNER TO alice; CREATE TABLE u (a int); GRANT SELECT ON u TO alice");
        }

        await using (var server = await StartAsync("cluster"))
        {
            Assert.Equal("alice 7MB staff", await AskAsync(server, "two", "SELECT current_user || ' ' || current_setting('work_mem') || ' ' || (SELECT string_agg(roleid::regrole::text, ',') FROM pg_auth_members WHERE roleid >= 16384)", "alice"));

            // The lists of a file that is closed name roles, too.
            await RunAsync(server, "one", "ALTER ROLE alice RENAME TO alicia");
            Assert.Equal("alicia {postgres=arwdDxtm/postgres,alicia=r/postgres}", await AskAsync(server, "two", "SELECT (SELECT relowner::regrole::text FROM pg_class WHERE relname = 't') || ' ' || (SELECT relacl::text FROM pg_class WHERE relname = 'u')"));
            Assert.Equal(
                "2BP01 role \"alicia\" cannot be dropped because some objects depend on it",
                await ErrorAsync(RunAsync(server, "postgres", "DROP ROLE alicia")));
        }

        // Alone the file knows all that it has to.
        Directory.CreateDirectory(Path.Combine(_folder, "alone"));
        File.Copy(Path.Combine(_folder, "cluster", "two.db"), Path.Combine(_folder, "alone", "two.db"));
        await using (var server = await StartAsync(Path.Combine("alone", "two.db")))
        {
            Assert.Equal("alicia {postgres=arwdDxtm/postgres,alicia=r/postgres}", await AskAsync(server, "two", "SELECT (SELECT relowner::regrole::text FROM pg_class WHERE relname = 't') || ' ' || (SELECT relacl::text FROM pg_class WHERE relname = 'u')"));
            await RunAsync(server, "two", "CREATE ROLE carol; ALTER TABLE u OWNER TO carol");
        }

        // What it has learnt there it brings along.
        File.Copy(Path.Combine(_folder, "alone", "two.db"), Path.Combine(_folder, "cluster", "three.db"));
        await using (var server = await StartAsync("cluster"))
        {
            Assert.Equal("carol", await AskAsync(server, "three", "SELECT relowner::regrole::text FROM pg_class WHERE relname = 'u'"));
            Assert.Equal("alicia,carol,staff", await AskAsync(server, "one", "SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles WHERE oid >= 16384"));
        }
    }

    [Fact]
    public async Task A_file_with_another_role_of_the_same_name_is_refused()
    {
        await using (var server = await StartAsync("alone.db"))
        {
            // The second role of a name has another OID than the first.
            await RunAsync(server, "alone", "CREATE ROLE bob; ALTER ROLE bob RENAME TO robert; CREATE ROLE bob");
        }

        await using (var server = await StartAsync("cluster"))
        {
            await RunAsync(server, "postgres", "CREATE ROLE bob");
            File.Copy(Path.Combine(_folder, "alone.db"), Path.Combine(_folder, "cluster", "guest.db"));
            Assert.Equal(
                "55000 role \"robert\" of database \"guest\" is not that of the other databases",
                await ErrorAsync(RunAsync(server, "guest", "SELECT 1")));
        }
    }

    [Fact]
    public async Task Changes_of_roles_wait_for_each_other()
    {
        await using var server = await StartAsync("cluster");
        await RunAsync(server, "postgres", "CREATE DATABASE one");
        await using var first = await ConnectAsync(server, "postgres");
        await using var second = await ConnectAsync(server, "one");
        await ExecuteAsync(first, "BEGIN");
        await ExecuteAsync(first, "CREATE ROLE dave");
        Assert.Equal(
            "55P03 canceling statement due to lock timeout",
            await ErrorAsync(ExecuteAsync(second, "SET lock_timeout = 50; CREATE ROLE dave")));
        await ExecuteAsync(second, "SET lock_timeout = 0");
        var waiting = ExecuteAsync(second, "CREATE ROLE dave");
        await ExecuteAsync(first, "COMMIT");
        Assert.Equal("42710 role \"dave\" already exists", await ErrorAsync(waiting));
        await ExecuteAsync(first, "BEGIN");
        await ExecuteAsync(first, "CREATE ROLE erin");
        await ExecuteAsync(first, "ROLLBACK");
        await ExecuteAsync(second, "CREATE ROLE erin");
    }

    [Fact]
    public async Task Who_has_been_dropped_is_nobody()
    {
        await using var server = await StartAsync("cluster");
        await RunAsync(server, "postgres", "CREATE DATABASE one; CREATE ROLE fay LOGIN; CREATE ROLE gus LOGIN CONNECTION LIMIT 1");
        await using var fay = await ConnectAsync(server, "one", "fay");
        await RunAsync(server, "postgres", "ALTER ROLE fay RENAME TO faye");
        await using (var command = new NpgsqlCommand("SELECT current_user::text || ' ' || session_user", fay))
        {
            Assert.Equal("faye faye", await command.ExecuteScalarAsync());
        }

        await RunAsync(server, "postgres", "DROP ROLE faye");
        Assert.StartsWith("42704 invalid role OID: ", await ErrorAsync(ExecuteAsync(fay, "SELECT current_user")));

        await using var gus = await ConnectAsync(server, "one", "gus");
        Assert.Equal("53300 too many connections for role \"gus\"", await ErrorAsync(ConnectAsync(server, "postgres", "gus")));
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> ErrorAsync(Task task)
    {
        try
        {
            await task;
            return "no error";
        }
        catch (PostgresException e)
        {
            return $"{e.SqlState} {e.MessageText}";
        }
    }

    private static async Task<NpgsqlConnection> ConnectAsync(PgMicroServer server, string database, string user = "postgres")
    {
        var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={server.Port};Database={database};Username={user};Pooling=false;Server Compatibility Mode=NoTypeLoading");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task RunAsync(PgMicroServer server, string database, string sql)
    {
        await using var connection = await ConnectAsync(server, database);
        foreach (var statement in sql.Split("; "))
        {
            await ExecuteAsync(connection, statement);
        }
    }

    private static async Task<string?> AskAsync(PgMicroServer server, string database, string sql, string user = "postgres")
    {
        await using var connection = await ConnectAsync(server, database, user);
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync();
    }

    private Task<PgMicroServer> StartAsync(string path) => PgMicroServer.StartAsync(new PgMicroServerOptions { Path = Path.Combine(_folder, path) });
}
