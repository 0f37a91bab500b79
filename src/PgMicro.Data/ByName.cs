namespace PgMicro.Data.ByName;

/// <summary>
/// A PgMicroConnection for what asks a connection for its class name: Dapper passes arrays as arrays to an "NpgsqlConnection" and takes them
/// apart for any other. Data sources, the factory and EF make their connections of it.
/// </summary>
public sealed class NpgsqlConnection(string? connectionString) : PgMicroConnection(connectionString);
