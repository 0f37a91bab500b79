using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>Reads whole stored rows of a table and puts them back, as SQLite has them, without a look at what they mean.</summary>
/// <param name="table">The table's name as SQL.</param>
/// <param name="rowid">A name of its rowid.</param>
/// <param name="rowidIsColumn">Whether a column is the rowid.</param>
internal sealed class RowImages(string table, string rowid, bool rowidIsColumn)
{
    private readonly SqlText _select = new($"SELECT * FROM {table} WHERE {rowid} = ?1");
    private readonly SqlText _delete = new($"DELETE FROM {table} WHERE {rowid} = ?1");
    private SqlText? _insert;

    /// <summary>The columns of a stored row, once one has been read.</summary>
    internal IReadOnlyList<string> Columns { get; private set; } = [];

    /// <summary>The same table for rows that were read with certain columns.</summary>
    internal RowImages WithColumns(IReadOnlyList<string> columns)
    {
        var images = new RowImages(table, rowid, rowidIsColumn) { Columns = columns };
        images._insert = images.Insertion(columns);
        return images;
    }

    /// <summary>The stored row; null when there is none.</summary>
    internal SqliteCell[]? Read(SqliteConnectionHandle connection, long id)
    {
        var statement = connection.Rent(_select);
        try
        {
            statement.BindInt64(1, id);
            if (!statement.Step())
            {
                return null;
            }

            _insert ??= Insertion(statement);
            var image = new SqliteCell[statement.CountColumns()];
            for (var i = 0; i < image.Length; i++)
            {
                image[i] = statement.ColumnType(i) switch
                {
                    SqliteValueKind.Integer => SqliteCell.FromInt64(statement.GetInt64(i)),
                    SqliteValueKind.Real => SqliteCell.FromDouble(statement.GetDouble(i)),
                    SqliteValueKind.Text => SqliteCell.FromText(statement.GetBytes(i).ToArray()),
                    SqliteValueKind.Blob => SqliteCell.FromBlob(statement.GetBytes(i).ToArray()),
                    _ => SqliteCell.Null,
                };
            }

            return image;
        }
        finally
        {
            connection.Return(statement);
        }
    }

    /// <summary>Takes a row away, if it is there.</summary>
    internal void Delete(SqliteConnectionHandle connection, long id)
    {
        var statement = connection.Rent(_delete);
        try
        {
            statement.BindInt64(1, id);
            statement.ExecuteNonQuery();
        }
        finally
        {
            connection.Return(statement);
        }
    }

    /// <summary>Puts back a row that <see cref="Read"/> gave.</summary>
    internal void Insert(SqliteConnectionHandle connection, long id, SqliteCell[] image)
    {
        var statement = connection.Rent(_insert!);
        try
        {
            for (var i = 0; i < image.Length; i++)
            {
                var cell = image[i];
                switch (cell.Kind)
                {
                    case SqliteValueKind.Integer:
                        statement.BindInt64(i + 1, cell.Integer);
                        break;
                    case SqliteValueKind.Real:
                        statement.BindDouble(i + 1, cell.Real);
                        break;
                    case SqliteValueKind.Text:
                        statement.BindText(i + 1, cell.Bytes);
                        break;
                    case SqliteValueKind.Blob:
                        statement.BindBlob(i + 1, cell.Bytes);
                        break;
                    default:
                        statement.BindNull(i + 1);
                        break;
                }
            }

            if (!rowidIsColumn)
            {
                statement.BindInt64(image.Length + 1, id);
            }

            statement.ExecuteNonQuery();
        }
        finally
        {
            connection.Return(statement);
        }
    }

    private SqlText Insertion(SqliteStatement statement)
    {
        var names = new List<string>();
        var count = statement.CountColumns();
        for (var i = 0; i < count; i++)
        {
            names.Add(statement.ColumnName(i));
        }

        Columns = names;
        return Insertion(names);
    }

    private SqlText Insertion(IReadOnlyList<string> columns)
    {
        var names = columns.Select(static n => "\"" + n.Replace("\"", "\"\"") + "\"").ToList();
        if (!rowidIsColumn)
        {
            names.Add(rowid);
        }

        return new SqlText($"INSERT INTO {table} ({string.Join(", ", names)}) VALUES ({string.Join(", ", names.Select((_, i) => $"?{i + 1}"))})");
    }
}
