using Npgsql;
using PgMicro.Core.Errors;

namespace PgMicro.Data;

/// <summary>The engine's errors as the exceptions that an Npgsql application catches.</summary>
internal static class Errors
{
    internal static PostgresException ToPostgresException(PgException e) => new(
        e.Message, e.Severity, e.Severity, e.SqlState, e.Detail, e.Hint, e.Position, e.InternalPosition, e.InternalQuery, e.Where,
        e.SchemaName, e.TableName, e.ColumnName, e.DataTypeName, e.ConstraintName, null, null, null);
}
