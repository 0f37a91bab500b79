using PgMicro.Oracle.Answers;

namespace PgMicro.Oracle.Targets;

/// <summary>A session that answers statements: a server over the wire, or the engine in process.</summary>
public interface IConformanceTarget : IAsyncDisposable
{
    /// <summary>
    /// Runs one statement. Without parameters as a simple query does (an implicit transaction), with them as Parse/Bind/Execute do.
    /// An error is part of the answer; only a lost session throws (<see cref="TargetLostException"/>).
    /// Columns of types from OID 16384 on have Oid 0 and the type's name (with its schema unless that is public).
    /// </summary>
    /// <param name="sql">The statement.</param>
    /// <param name="parameters">Its parameters; null for a simple query.</param>
    /// <param name="copyData">What COPY … FROM STDIN reads; null has it fail.</param>
    /// <param name="cancellationToken">Cancels the wait for the answer.</param>
    Task<StatementAnswer> ExecuteAsync(
        string sql, IReadOnlyList<StatementParameter>? parameters, string? copyData = null, CancellationToken cancellationToken = default);
}

/// <summary>A database made for a test; disposing drops it.</summary>
public interface IConformanceDatabase : IAsyncDisposable
{
    /// <summary>Opens a session. Settings (run-time parameters) come on top of <see cref="SessionSettings.Default"/>.</summary>
    Task<IConformanceTarget> ConnectAsync(IReadOnlyDictionary<string, string>? settings = null, CancellationToken cancellationToken = default);
}

/// <summary>Makes databases for tests.</summary>
public interface IConformanceHost
{
    /// <summary>Creates an empty database with UTF8 and the collation C.UTF-8, replacing one of that name.</summary>
    Task<IConformanceDatabase> CreateDatabaseAsync(string name, CancellationToken cancellationToken = default);
}

/// <summary>The session is gone, or did not answer in time.</summary>
public sealed class TargetLostException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The server's last words; null when it had none.</summary>
    public Answers.AnswerError? Error { get; init; }
}

/// <summary>The run-time parameters that every recorded session starts with.</summary>
public static class SessionSettings
{
    public static IReadOnlyDictionary<string, string> Default { get; } = new Dictionary<string, string>
    {
        ["client_encoding"] = "UTF8",
        ["TimeZone"] = "UTC",
        ["DateStyle"] = "ISO, MDY",
        ["IntervalStyle"] = "postgres",
        ["extra_float_digits"] = "1",
        ["bytea_output"] = "hex",
    };
}
