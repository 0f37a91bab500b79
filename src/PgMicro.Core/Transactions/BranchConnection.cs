using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>A connection to a private branch of the file (<see cref="BranchFile"/>).</summary>
internal sealed class BranchConnection : IDisposable
{
    private readonly BranchFile _file = new();

    private BranchConnection(SqliteConnectionHandle pin) => _file.SetBase(pin);

    internal SqliteConnectionHandle Connection { get; private set; } = null!;

    /// <summary>Whether it carries a session's temporary tables, and is of no use to another.</summary>
    internal bool HasTemporaryTables { get; private set; }

    /// <summary>Opens a branch at the snapshot of a connection's read transaction.</summary>
    internal static BranchConnection Open(string path, SqliteConnectionHandle pin, Action<SqliteConnectionHandle> configure)
    {
        var branch = new BranchConnection(pin);
        try
        {
            branch.Connection = BranchVfs.Open(path, branch._file);
            configure(branch.Connection);
            return branch;
        }
        catch
        {
            branch._file.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="BranchFile.SetBase"/>
    internal void SetBase(SqliteConnectionHandle pin) => _file.SetBase(pin);

    /// <inheritdoc cref="BranchFile.IsCurrent"/>
    internal bool IsCurrent(SqliteConnectionHandle pin) => _file.IsCurrent(pin);

    /// <summary>Copies the temporary tables of the session's own connection, which has rolled its transaction back.</summary>
    internal void CopyTemporaryTables(SqliteConnectionHandle from)
    {
        using var tables = from.Prepare("SELECT name, sql, type FROM temp.sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY type DESC");
        while (tables.Step())
        {
            HasTemporaryTables = true;
            var (name, sql) = (tables.GetString(0), tables.GetString(1));
            Connection.Execute(InTemporarySchema(sql, tables.GetString(2)));
            if (tables.GetString(2) == "table")
            {
                CopyRows(from, "temp." + Quoted(name));
            }
        }
    }

    public void Dispose()
    {
        Connection.Dispose();
        _file.Dispose();
    }

    private static string Quoted(string name) => "\"" + name.Replace("\"", "\"\"") + "\"";

    // SQLite keeps "CREATE TABLE name …" and "CREATE [UNIQUE] INDEX name …", without the schema.
    private static string InTemporarySchema(string sql, string type)
    {
        var name = sql.IndexOf(type, StringComparison.OrdinalIgnoreCase) + type.Length + 1;
        return sql[..name] + "temp." + sql[name..];
    }

    private void CopyRows(SqliteConnectionHandle from, string table)
    {
        var images = new RowImages(table, "_rowid_", rowidIsColumn: false);
        using var rowids = from.Prepare($"SELECT _rowid_ FROM {table}");
        while (rowids.Step())
        {
            var rowid = rowids.GetInt64(0);
            images.Insert(Connection, rowid, images.Read(from, rowid)!);
        }
    }
}
