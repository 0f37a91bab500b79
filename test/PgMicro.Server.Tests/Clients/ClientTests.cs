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

    [Theory]
    [InlineData("knex.mjs")]
    [InlineData("drizzle.mjs")]
    [InlineData("sequelize.mjs")]
    [InlineData("typeorm.mjs")]
    [InlineData("prisma.mjs")]
    public Task Mappers(string program) => ClientProgram.CheckAsync(server, "node", program);

    [Fact]
    public Task Sqlalchemy() => ClientProgram.CheckAsync(server, "/usr/bin/python3", "sqlalchemy-client.py");

    [Fact]
    public Task Pgjdbc() => ClientProgram.CheckAsync(server, "java", "Jdbc.java", "-cp", "/usr/share/java/postgresql.jar");
}
