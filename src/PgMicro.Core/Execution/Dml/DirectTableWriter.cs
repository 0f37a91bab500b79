using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Writes through the connection that the transaction stands on: to the file or to its branch. Triggers' statements may make it stand on another one.</summary>
internal sealed class DirectTableWriter(Transaction transaction, RowidCounters rowids, long xid) : ITableWriter
{
    private SqliteConnectionHandle _connection = transaction.Connection;
    private readonly List<(SqlText Sql, SqliteStatement Statement)> _rented = new(1);
    private RowidCounter? _counter;

    public bool Insert(WriteTarget target, RowSource row, bool skipConflicts, out long rowid)
    {
        var statement = Rent(target, skipConflicts ? target.SkippingSql! : target.Sql);
        BindRow(statement, target, row);
        statement.BindInt64(target.Sources.Length + 1, xid);
        if (target.Counted is { } counted)
        {
            rowid = Counter(counted).Allocate();
            statement.BindInt64(target.Sources.Length + 2, rowid);
            if (statement.ExecuteNonQuery() == 0)
            {
                return false;
            }
        }
        else
        {
            rowid = statement.ExecuteNonQuery() != 0 ? _connection.LastInsertRowid : 0;
            if (rowid == 0 && _connection.Changes == 0)
            {
                return false;
            }
        }

        transaction.Note(target.Table, rowid, ChangeKind.Inserted);
        return true;
    }

    public long Update(WriteTarget target, RowSource row, long rowid)
    {
        var statement = Rent(target, target.Sql);
        BindRow(statement, target, row);
        statement.BindInt64(target.Sources.Length + 1, xid);
        statement.BindInt64(target.Sources.Length + 2, rowid);
        statement.ExecuteNonQuery();
        if (target.RowidSource >= 0 && row.GetInt64(target.RowidSource) is var moved && moved != rowid)
        {
            transaction.Note(target.Table, rowid, ChangeKind.Moved);
            transaction.Note(target.Table, moved, ChangeKind.Inserted);
            return moved;
        }

        transaction.Note(target.Table, rowid, target.LockStrength == RowLockStrength.Update ? ChangeKind.KeyUpdated : ChangeKind.Updated);
        return rowid;
    }

    public void Delete(WriteTarget target, long rowid)
    {
        var statement = Rent(target, target.Sql);
        statement.BindInt64(1, rowid);
        statement.ExecuteNonQuery();
        transaction.Note(target.Table, rowid, target.IsMoving ? ChangeKind.Left : ChangeKind.Deleted);
    }

    public void Dispose() => ReturnRented();

    private void ReturnRented()
    {
        foreach (var (_, statement) in _rented)
        {
            _connection.Return(statement);
        }

        _rented.Clear();
    }

    private static void BindRow(SqliteStatement statement, WriteTarget target, RowSource row)
    {
        var sources = target.Sources;
        for (var i = 0; i < sources.Length; i++)
        {
            var column = sources[i];
            switch (row.Kind(column))
            {
                case DatumKind.Null:
                    statement.BindNull(i + 1);
                    break;
                case DatumKind.Integer:
                    statement.BindInt64(i + 1, row.GetInt64(column));
                    break;
                case DatumKind.Real:
                    statement.BindDouble(i + 1, row.GetDouble(column));
                    break;
                case DatumKind.Text:
                    statement.BindText(i + 1, row.GetBytes(column));
                    break;
                default:
                    statement.BindBlob(i + 1, row.GetBytes(column));
                    break;
            }
        }
    }

    private RowidCounter Counter(CountedTable table) =>
        _counter?.Table == table.Oid ? _counter : _counter = rowids.Get(_connection, table);

    private SqliteStatement Rent(WriteTarget target, SqlText sql)
    {
        if (!ReferenceEquals(_connection, transaction.Connection))
        {
            ReturnRented();
            (_connection, _counter) = (transaction.Connection, null);
        }

        foreach (var (known, statement) in _rented)
        {
            if (ReferenceEquals(known, sql))
            {
                return statement;
            }
        }

        foreach (var lateral in target.Laterals)
        {
            lateral.EnsureOn(_connection);
        }

        var rented = _connection.Rent(sql);
        _rented.Add((sql, rented));
        return rented;
    }
}
