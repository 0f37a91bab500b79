using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>A column of a table and the one that its superseded values are kept in.</summary>
/// <param name="Name">Its name as SQL.</param>
/// <param name="Kept">The name where it is kept: by number and type, so that another name changes nothing and other values do not mix with it.</param>
internal readonly record struct KeptColumn(string Name, string Kept);

/// <summary>
/// The superseded versions of a table's rows: a table beside it that a commit adds to, in the same transaction. A version has its row, the transaction that
/// has written it, the one that has replaced or deleted it, when that was committed (microseconds since 1970), and its columns.
/// </summary>
/// <param name="table">OID of the table.</param>
/// <param name="name">Its name as SQL.</param>
/// <param name="rowid">A name of its rowid.</param>
/// <param name="columns">Its columns.</param>
internal sealed class RowVersions(uint table, string name, string rowid, IReadOnlyList<KeptColumn> columns)
{
    /// <summary>The columns that every such table has, before those of the table.</summary>
    internal const string OwnColumns = "row, xmin, xmax, superseded";

    private const int OwnCount = 4;
    private readonly SqlText _read = new($"SELECT xmin{string.Concat(columns.Select(static c => ", " + c.Name))} FROM {name} WHERE {rowid} = ?1");
    private readonly SqlText _add = new(
        $"INSERT INTO {NameOf(table)} ({OwnColumns}{string.Concat(columns.Select(static c => ", " + c.Kept))}) VALUES ({string.Join(", ", Enumerable.Range(1, OwnCount + columns.Count).Select(static i => $"?{i}"))})");

    /// <summary>The table that has a table's versions.</summary>
    internal static string NameOf(uint table) => $"pgmicro_versions_{table}";

    /// <summary>Whether a table has, or has had, superseded versions.</summary>
    internal static bool Exist(SqliteConnectionHandle connection, uint table) =>
        connection.QueryInt64($"SELECT count(*) FROM sqlite_schema WHERE name = '{NameOf(table)}'") > 0;

    /// <summary>The names of its columns; none when it does not exist.</summary>
    internal static List<string> ColumnsOf(SqliteConnectionHandle connection, uint table)
    {
        var names = new List<string>();
        using var statement = connection.Prepare($"SELECT name FROM pragma_table_info('{NameOf(table)}')");
        while (statement.Step())
        {
            names.Add(statement.GetString(0));
        }

        return names;
    }

    /// <summary>Keeps rows as they are committed.</summary>
    /// <param name="committed">A connection that sees them so.</param>
    /// <param name="file">The connection that is about to commit.</param>
    /// <param name="rows">The rows that have been changed; what is not there has been inserted.</param>
    /// <param name="xmax">The transaction that has changed them.</param>
    /// <param name="time">When.</param>
    internal void Keep(SqliteConnectionHandle committed, SqliteConnectionHandle file, IEnumerable<long> rows, long xmax, long time)
    {
        Prepare(file);
        var read = committed.Rent(_read);
        var add = file.Rent(_add);
        try
        {
            foreach (var row in rows)
            {
                read.Reset();
                read.BindInt64(1, row);
                if (!read.Step())
                {
                    continue;
                }

                add.Reset();
                add.BindInt64(1, row);
                add.BindInt64(2, read.GetInt64(0));
                add.BindInt64(3, xmax);
                add.BindInt64(OwnCount, time);
                for (var i = 0; i < columns.Count; i++)
                {
                    add.BindValue(OwnCount + 1 + i, read.GetValue(i + 1));
                }

                add.ExecuteNonQuery();
            }
        }
        finally
        {
            committed.Return(read);
            file.Return(add);
        }
    }

    /// <summary>Takes away what has been superseded before a time; how many versions that were.</summary>
    internal static long Prune(SqliteConnectionHandle file, uint table, long time)
    {
        using var statement = file.Prepare($"DELETE FROM {NameOf(table)} WHERE superseded < ?1");
        statement.BindInt64(1, time);
        return statement.ExecuteNonQuery();
    }

    private void Prepare(SqliteConnectionHandle file)
    {
        var known = ColumnsOf(file, table);
        if (known.Count == 0)
        {
            file.Execute($"CREATE TABLE {NameOf(table)} (row INTEGER NOT NULL, xmin INTEGER, xmax INTEGER NOT NULL, superseded INTEGER NOT NULL{string.Concat(columns.Select(static c => ", " + c.Kept))})");
            return;
        }

        foreach (var column in columns)
        {
            if (!known.Contains(column.Kept))
            {
                file.Execute($"ALTER TABLE {NameOf(table)} ADD COLUMN {column.Kept}");
            }
        }
    }
}
