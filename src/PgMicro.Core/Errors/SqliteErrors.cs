using PgMicro.Core.Storage;

namespace PgMicro.Core.Errors;

/// <summary>The one place where SQLite's result codes become SQLSTATEs.</summary>
internal static class SqliteErrors
{
    /// <summary>PostgreSQL's error for a SQLite one that no upper layer has turned into a better one.</summary>
    internal static PgException Map(SqliteException e) => e.Code switch
    {
        SqliteResultCode.Interrupt => new(SqlState.QueryCanceled, "canceling statement due to user request", e),
        SqliteResultCode.Busy or SqliteResultCode.Locked => new(SqlState.LockNotAvailable, "the database file is locked by another process", e),
        SqliteResultCode.ReadOnly => new(SqlState.ReadOnlySqlTransaction, "the database file is read-only", e),
        SqliteResultCode.Full => new(SqlState.DiskFull, "could not extend the database file: No space left on device", e),
        SqliteResultCode.NoMem => new(SqlState.OutOfMemory, "out of memory", e),
        SqliteResultCode.Corrupt when e.ExtendedCode == SqliteResultCode.CorruptIndex =>
            new PgException(SqlState.IndexCorrupted, $"an index of the database file is damaged: {e.Message}", e).WithHint("Please REINDEX it."),
        SqliteResultCode.Corrupt => new PgException(SqlState.DataCorrupted, $"the database file is damaged: {e.Message}", e)
            .WithHint("Restore a backup, or have \".recover\" of SQLite's shell read from a copy of the file what can be read."),
        SqliteResultCode.NotADb => new(SqlState.DataCorrupted, "the file is not a database", e),
        SqliteResultCode.CantOpen => new(SqlState.UndefinedFile, $"could not open the database file: {e.Message}", e),
        SqliteResultCode.IoErr => new(SqlState.IoError, $"input/output error on the database file: {e.Message}", e),
        SqliteResultCode.TooBig => new(SqlState.ProgramLimitExceeded, "string or blob too big", e),
        SqliteResultCode.Constraint => new(SqlState.IntegrityConstraintViolation, e.Message, e),
        SqliteResultCode.Error when IsTooComplex(e.Message) => new(SqlState.StatementTooComplex, "stack depth limit exceeded", e),
        _ => new(SqlState.SystemError, $"storage error {e.ExtendedCode}: {e.Message}", e),
    };

    // SQLite has one code for all that it cannot compile.
    private static bool IsTooComplex(string message) =>
        message is "Recursion limit" or "parser stack overflow" || message.StartsWith("Expression tree is too large", StringComparison.Ordinal);
}
