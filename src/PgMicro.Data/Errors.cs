using Npgsql;
using PgMicro.Core.Errors;

namespace PgMicro.Data;

/// <summary>The engine's errors as the exceptions that an Npgsql application catches.</summary>
internal static class Errors
{
    private const string Redacted =
        "Detail redacted as it may contain sensitive data. Specify 'Include Error Detail' in the connection string to include this information.";

    /// <summary>A DETAIL, or what Npgsql has in place of one that the connection string does not want told.</summary>
    internal static string? Detail(string? detail, bool include) => detail is null || include ? detail : Redacted;

    internal static PostgresException ToPostgresException(PgException e, bool includeDetail = true) => new(
        e.Message, e.Severity, e.Severity, e.SqlState, Detail(e.Detail, includeDetail), e.Hint, e.Position, e.InternalPosition, e.InternalQuery, e.Where,
        e.SchemaName, e.TableName, e.ColumnName, e.DataTypeName, e.ConstraintName, null, null, null);
}
