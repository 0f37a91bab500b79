using System.Globalization;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Functions;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>Puts the rows of transition tables where queries of a trigger's function find them: into temporary tables of SQLite, two for each depth of calls.</summary>
internal sealed class TransitionStorage
{
    // What each holds, so that the triggers of a statement, and of its rows, have it filled once.
    private readonly Dictionary<string, (SqliteConnectionHandle Connection, int Moves, IReadOnlyList<PgDatum[]> Rows, int Count)> _filled = [];

    /// <summary>The tables that a call's function sees; nothing is done where they stand already.</summary>
    internal IReadOnlyList<EphemeralTable> Store(PgSession session, TriggerCall call, int depth)
    {
        if (call.OldTable is null && call.NewTable is null)
        {
            return [];
        }

        var layout = TableLayout.Get(session.Catalog, call.Table.oid);
        var result = new List<EphemeralTable>(2);
        foreach (var (kind, table) in new[] { ("old", call.OldTable), ("new", call.NewTable) })
        {
            if (table is not null)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"pgmicro_transition_{kind}_{depth}_{layout.Columns.Length}");
                Fill(session.Connection, session.Transaction.Moves, layout, name, table.Rows);
                result.Add(new EphemeralTable(table.Name, layout.Oid, name));
            }
        }

        return result;
    }

    private void Fill(SqliteConnectionHandle connection, int moves, TableLayout layout, string name, IReadOnlyList<PgDatum[]> rows)
    {
        if (_filled.TryGetValue(name, out var held) && (held.Connection, held.Moves, held.Rows, held.Count) == (connection, moves, rows, rows.Count))
        {
            return;
        }

        var width = layout.Columns.Length;
        var columns = string.Join(", ", Enumerable.Range(1, Math.Max(1, width)).Select(static i => $"c{i}"));
        connection.Execute($"CREATE TEMP TABLE IF NOT EXISTS {name} ({columns}); DELETE FROM temp.{name}");
        var statement = connection.Rent($"INSERT INTO temp.{name} VALUES ({string.Join(", ", Enumerable.Range(1, Math.Max(1, width)).Select(static i => $"?{i}"))})");
        try
        {
            foreach (var row in rows)
            {
                for (var i = 0; i < width; i++)
                {
                    SqliteRowSource.Bind(statement, i + 1, row[layout.Columns[i].Attnum - 1]);
                }

                statement.ExecuteNonQuery();
            }
        }
        finally
        {
            connection.Return(statement);
        }

        _filled[name] = (connection, moves, rows, rows.Count);
    }

    /// <summary>A statement has ended.</summary>
    internal void Forget() => _filled.Clear();
}
