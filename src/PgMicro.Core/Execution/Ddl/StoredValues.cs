using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Values of a SQLite row for messages.</summary>
internal static class StoredValues
{
    internal static PgDatum Read(SqliteStatement statement, int column) => statement.ColumnType(column) switch
    {
        SqliteValueKind.Integer => PgDatum.FromInt64(statement.GetInt64(column)),
        SqliteValueKind.Real => PgDatum.FromDouble(statement.GetDouble(column)),
        SqliteValueKind.Text => PgDatum.FromText(statement.GetBytes(column).ToArray()),
        SqliteValueKind.Blob => PgDatum.FromBlob(statement.GetBytes(column).ToArray()),
        _ => PgDatum.Null,
    };
}
