using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Execution.Inspection;
using PgMicro.Core.Execution.Roles;
using PgMicro.Core.Functions;
using PgMicro.Core.Functions.Json;
using PgMicro.Core.Lowering;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Execution.Versions;

/// <summary>pgmicro_history: what the rows of a table were, with their columns.</summary>
internal static class HistoryFunction
{
    private const int OwnColumns = 4;

    [PgSetFunction("pgmicro_history(regclass)")]
    public static IEnumerable<PgDatum[]> History(FunctionContext context, uint relation)
    {
        var session = (PgSession)context;
        var table = TableRows.Resolve(session, relation);
        if (!MayRead(session, table))
        {
            throw QueryPermissions.Denied(table);
        }

        return Rows(session, table);
    }

    // Policies are made for the rows that there are: who is subject to them does not see those that there were.
    private static bool MayRead(PgSession session, PgClass table) =>
        session.IsSuperuser
        || (session.Catalog.FindRole(session.CurrentRole) is { } role && !table.relrowsecurity
            && PrivilegeCheck.OnClass(session.Catalog, table, role.oid, AclMode.Select) != 0);

    private static IEnumerable<PgDatum[]> Rows(PgSession session, PgClass table)
    {
        var layout = TableLayout.Get(session.Catalog, table.oid);
        var kept = table.relpersistence == 't' ? [] : RowVersions.ColumnsOf(session.Connection, table.oid);
        if (kept.Count > 0)
        {
            var columns = string.Concat(layout.Columns.Select(c =>
                TableVersions.Kept(session.Catalog, table.oid, c.Attnum) is var name && kept.Contains(name) ? ", " + name : ", NULL"));
            foreach (var row in Read(session, layout, $"SELECT {RowVersions.OwnColumns}{columns} FROM {RowVersions.NameOf(table.oid)} ORDER BY rowid"))
            {
                yield return row;
            }
        }

        var all = string.Concat(layout.Columns.Select(static c => ", " + SqliteSqlWriter.Quote(c.Name)));
        foreach (var row in Read(
            session, layout, $"SELECT {RelationNames.RowId(session.Catalog, table.oid)}, xmin, 0, NULL{all} FROM {RelationNames.Quoted(session.Catalog, table)}"))
        {
            yield return row;
        }
    }

    private static IEnumerable<PgDatum[]> Read(PgSession session, TableLayout layout, string sql)
    {
        using var statement = session.Connection.Prepare(sql);
        var keys = layout.Columns.Select(static c => System.Text.Encoding.UTF8.GetBytes(c.Name)).ToArray();
        while (statement.Step())
        {
            var members = new (byte[], JsonbValue)[keys.Length];
            for (var i = 0; i < keys.Length; i++)
            {
                var value = Datum(statement, OwnColumns + i);
                members[i] = (keys[i], value.IsNull ? JsonbValue.Null : JsonWriter.ToJsonb(session, layout.Columns[i].Type, value));
            }

            yield return [Datum(statement, 0), Datum(statement, 1), Datum(statement, 2), Datum(statement, 3), JsonbValue.FromMembers(members).ToDatum()];
        }
    }

    private static PgDatum Datum(SqliteStatement row, int column) => row.ColumnType(column) switch
    {
        SqliteValueKind.Integer => PgDatum.FromInt64(row.GetInt64(column)),
        SqliteValueKind.Real => PgDatum.FromDouble(row.GetDouble(column)),
        SqliteValueKind.Text => PgDatum.FromText(row.GetBytes(column).ToArray()),
        SqliteValueKind.Blob => PgDatum.FromBlob(row.GetBytes(column).ToArray()),
        _ => PgDatum.Null,
    };
}
