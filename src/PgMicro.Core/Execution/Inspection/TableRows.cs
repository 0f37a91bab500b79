using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;
using PgMicro.Core.Transactions.Prepared;

namespace PgMicro.Core.Execution.Inspection;

/// <summary>A version of a row as it is stored somewhere.</summary>
/// <param name="Rowid">The row.</param>
/// <param name="Xmin">The transaction that has written it.</param>
/// <param name="Xmax">The transaction that has replaced or deleted it, 0 for none.</param>
/// <param name="Bytes">What its record takes.</param>
/// <param name="IsLive">Whether the asking statement sees it.</param>
internal readonly record struct StoredRow(long Rowid, long Xmin, long Xmax, long Bytes, bool IsLive);

/// <summary>
/// All versions of a table's rows that are stored: what the session sees, what running transactions have written and nobody else sees yet,
/// what their own changes hide from them, and superseded versions that are kept.
/// </summary>
internal static class TableRows
{
    private const string XminColumn = "xmin";

    // A statement of another session that runs longer keeps what its transaction has written to itself.
    private const int PatienceMilliseconds = 100;

    /// <summary>The table of an OID.</summary>
    /// <exception cref="PgException">42P01, 42809.</exception>
    internal static PgClass Resolve(PgSession session, uint relation)
    {
        var table = session.Catalog.Class(relation) ?? throw new PgException(SqlState.UndefinedTable, $"relation with OID {relation} does not exist");
        return table.relkind is 'r' or 'm' && table.oid >= BuiltInOids.FirstNormalObjectId
            ? table
            : throw new PgException(SqlState.WrongObjectType, $"cannot inspect relation \"{table.relname}\"").WithDetail(Kind(table) switch
            {
                null => "This operation is not supported for system catalogs.",
                var kind => $"This operation is not supported for {kind}.",
            });
    }

    /// <summary>Reads the versions of a table's rows.</summary>
    internal static IEnumerable<StoredRow> Read(PgSession session, PgClass table)
    {
        var replacedBy = new Dictionary<long, long>();
        var others = new List<StoredRow>();
        foreach (var other in table.relpersistence == 't' ? [] : session.Database.Sessions())
        {
            if (other != session)
            {
                AddOthers(other, table, replacedBy, others);
            }
        }

        foreach (var prepared in session.Database.Transactions.Prepared.All)
        {
            AddPrepared(prepared, TableLayout.Get(session.Catalog, table.oid), replacedBy, others);
        }

        // Before a cursor stands on the connection that the same rows are read from.
        var own = table.relpersistence == 't' ? [] : Hidden(session, table);
        foreach (var row in Visible(session, table))
        {
            yield return replacedBy.TryGetValue(row.Rowid, out var xmax) ? row with { Xmax = xmax } : row;
        }

        foreach (var row in own)
        {
            yield return row;
        }

        foreach (var row in others)
        {
            yield return row;
        }

        foreach (var row in Superseded(session, table))
        {
            yield return row;
        }
    }

    /// <summary>Counts the superseded versions that are kept.</summary>
    internal static long CountSuperseded(PgSession session, PgClass table) =>
        table.relpersistence != 't' && RowVersions.Exist(session.Connection, table.oid)
            ? session.Connection.QueryInt64("SELECT count(*) FROM " + RowVersions.NameOf(table.oid))
            : 0;

    /// <summary>Counts the rows that the session sees.</summary>
    internal static long CountLive(PgSession session, PgClass table) =>
        session.Connection.QueryInt64("SELECT count(*) FROM " + RelationNames.Quoted(session.Catalog, table));

    private static string? Kind(PgClass relation) => relation.relkind switch
    {
        'i' => "indexes",
        'I' => "partitioned indexes",
        'v' => "views",
        'S' => "sequences",
        'c' => "composite types",
        'p' => "partitioned tables",
        'f' => "foreign tables",
        't' => "TOAST tables",
        _ => null,
    };

    private static IEnumerable<StoredRow> Visible(PgSession session, PgClass table)
    {
        using var statement = session.Connection.Prepare(
            $"SELECT {RelationNames.RowId(session.Catalog, table.oid)}, * FROM {RelationNames.Quoted(session.Catalog, table)}");
        var (xmin, rowid) = Columns(statement, TableLayout.Get(session.Catalog, table.oid));
        while (statement.Step())
        {
            yield return new StoredRow(statement.GetInt64(0), statement.GetInt64(xmin), 0, RecordSize.Of(statement, 1, rowid), IsLive: true);
        }
    }

    // What has been committed and the transaction itself has replaced or deleted.
    private static List<StoredRow> Hidden(PgSession session, PgClass table)
    {
        var rows = new List<StoredRow>();
        var manager = session.Database.Transactions;
        var changes = session.Transaction.ReadChanges(table.oid);
        if (changes.Count == 0 || manager.Catalog.Class(table.oid) is not { } committed)
        {
            return rows;
        }

        var connection = manager.RentConnection();
        connection.Owner = session;
        try
        {
            using var statement = connection.Prepare(
                $"SELECT * FROM {RelationNames.Quoted(manager.Catalog, committed)} WHERE {RelationNames.RowId(manager.Catalog, table.oid)} = ?1");
            var (xmin, rowid) = Columns(statement, TableLayout.Get(manager.Catalog, table.oid));
            foreach (var id in changes.Keys.Order())
            {
                statement.Reset();
                statement.BindInt64(1, id);
                if (statement.Step())
                {
                    rows.Add(new StoredRow(id, statement.GetInt64(xmin), session.Transaction.AssignedXid, RecordSize.Of(statement, 0, rowid), IsLive: false));
                }
            }
        }
        finally
        {
            manager.ReturnConnection(connection);
        }

        return rows;
    }

    private static IEnumerable<StoredRow> Superseded(PgSession session, PgClass table)
    {
        if (table.relpersistence == 't' || !RowVersions.Exist(session.Connection, table.oid))
        {
            yield break;
        }

        using var statement = session.Connection.Prepare("SELECT * FROM " + RowVersions.NameOf(table.oid));
        while (statement.Step())
        {
            yield return new StoredRow(statement.GetInt64(0), statement.GetInt64(1), statement.GetInt64(2), RecordSize.Of(statement, 0, -1), IsLive: false);
        }
    }

    private static void AddOthers(PgSession other, PgClass table, Dictionary<long, long> replacedBy, List<StoredRow> rows)
    {
        if (other.RunningXid == 0 || !other.Latch.TryEnter(PatienceMilliseconds))
        {
            return;
        }

        try
        {
            var rowid = TableLayout.Get(other.Catalog, table.oid).RowidColumn;
            foreach (var (id, row) in other.ReadChanges(table.oid).OrderBy(static c => c.Key))
            {
                replacedBy[id] = other.RunningXid;
                if (row is not null)
                {
                    rows.Add(new StoredRow(id, other.RunningXid, 0, RecordSize.Of(row, rowid), IsLive: false));
                }
            }
        }
        finally
        {
            other.Latch.Exit();
        }
    }

    private static void AddPrepared(PreparedTransaction prepared, TableLayout table, Dictionary<long, long> replacedBy, List<StoredRow> rows)
    {
        foreach (var change in prepared.Changes.Where(c => c.Oid == table.Oid).SelectMany(static c => c.Rows).OrderBy(static r => r.Rowid))
        {
            replacedBy[change.Rowid] = prepared.Xid;
            if (change.Row is not null)
            {
                rows.Add(new StoredRow(change.Rowid, prepared.Xid, 0, RecordSize.Of(change.Row, table.RowidColumn), IsLive: false));
            }
        }
    }

    private static (int Xmin, int Rowid) Columns(SqliteStatement statement, TableLayout layout)
    {
        var (xmin, rowid) = (-1, -1);
        var name = layout.RowidColumn < 0 ? null : layout.Columns[layout.RowidColumn].Name;

        // From behind: in front there may be the rowid under a name of its own.
        for (var i = statement.ColumnCount - 1; i >= 0; i--)
        {
            var column = statement.ColumnName(i);
            xmin = xmin < 0 && column == XminColumn ? i : xmin;
            rowid = rowid < 0 && column == name ? i : rowid;
        }

        return (xmin, rowid);
    }
}
