namespace PgMicro.Server.Tests.Clients;

/// <summary>Programs in other languages see what they see with PostgreSQL.</summary>
[Collection("server")]
public sealed class ClientTests(TestServer server)
{
    [Fact]
    public Task Node_postgres() => ClientProgram.CheckAsync(server, "node", "node-postgres.mjs");

    [Fact]
    public Task Postgres_js() => ClientProgram.CheckAsync(server, "node", "postgres-js.mjs");

    [Fact]
    public Task Psycopg() => ClientProgram.CheckAsync(server, "/usr/bin/python3", "psycopg-client.py");
}
