using System.Data.Common;
using System.Globalization;
using PgMicro.Oracle.Targets;

namespace PgMicro.Isolation;

/// <summary>The PostgreSQL to record from: PGMICRO_ORACLE, a connection string such as <c>Host=127.0.0.1;Port=5432;Username=postgres</c>.</summary>
internal static class OracleServer
{
    /// <summary>The server; null when scripts are to be replayed.</summary>
    internal static IConformanceHost? Host { get; } = Environment.GetEnvironmentVariable("PGMICRO_ORACLE") is { Length: > 0 } text ? Of(text) : null;

    private static WireHost Of(string connectionString)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        string Part(string name, string otherwise) => parts.TryGetValue(name, out var value) ? (string)value : otherwise;
        return new WireHost(Part("Host", "127.0.0.1"), int.Parse(Part("Port", "5432"), CultureInfo.InvariantCulture), Part("Username", "postgres"));
    }
}
