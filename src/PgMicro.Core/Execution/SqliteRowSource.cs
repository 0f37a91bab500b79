using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>Rows of a live SQLite statement; the statement goes back to its connection's cache at the end.</summary>
internal sealed class SqliteRowSource(SqliteStatement statement) : RowSource
{
    private SqliteStatement? _statement = statement;

    internal override bool Read()
    {
        if (_statement is null)
        {
            return false;
        }

        if (_statement.Step())
        {
            return true;
        }

        Dispose();
        return false;
    }

    internal override DatumKind Kind(int column) => _statement!.ColumnType(column) switch
    {
        SqliteValueKind.Integer => DatumKind.Integer,
        SqliteValueKind.Real => DatumKind.Real,
        SqliteValueKind.Text => DatumKind.Text,
        SqliteValueKind.Blob => DatumKind.Blob,
        _ => DatumKind.Null,
    };

    internal override long GetInt64(int column) => _statement!.GetInt64(column);

    internal override double GetDouble(int column) => _statement!.GetDouble(column);

    internal override ReadOnlySpan<byte> GetBytes(int column) => _statement!.GetBytes(column);

    public override void Dispose()
    {
        if (_statement is { } statement)
        {
            _statement = null;
            statement.Connection.Return(statement);
        }
    }

    /// <summary>Binds a datum to a parameter of a statement.</summary>
    internal static void Bind(SqliteStatement statement, int index, in PgDatum value)
    {
        switch (value.Kind)
        {
            case DatumKind.Null:
                statement.BindNull(index);
                break;
            case DatumKind.Integer:
                statement.BindInt64(index, value.Int64);
                break;
            case DatumKind.Real:
                statement.BindDouble(index, value.Double);
                break;
            case DatumKind.Text:
                statement.BindText(index, value.Bytes);
                break;
            default:
                statement.BindBlob(index, value.Bytes);
                break;
        }
    }
}
