using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// MERGE: one query joins target and source and decides each row's action; its rows stand in a temporary table, from which the
/// source of each action's statement reads. The actions are then applied row by row in the order of the join.
/// </summary>
internal sealed class MergeNode(
    TableLayout table, LoweredQuery join, string stagingTable, IReadOnlyList<ModifyTableNode?> actions, int returningWidth) : IWriteNode
{
    private readonly SqlText _join = new(join.Sql);

    public CommandType Command => CommandType.Merge;

    public TableLayout Table => table;

    public int ReturningWidth => returningWidth;

    public IReadOnlyList<uint> RelationOids { get; } = [.. join.RelationOids.Concat(actions.SelectMany(static a => a?.RelationOids ?? [])).Distinct()];

    public bool ReturnsOnlyAfterWriting => false;

    public long Run(DmlExecution execution, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning) =>
        Write(execution, Stage(execution, parameters), parameters, returning);

    public HashSet<long>? Targets(object staged) => null;

    public object Stage(DmlExecution execution, ReadOnlySpan<PgDatum> parameters, IReadOnlySet<long>? targets = null)
    {
        var connection = execution.Session.Connection;
        var width = join.ColumnCount + 1;
        var columns = string.Join(", ", Enumerable.Range(1, width).Select(static i => $"c{i}"));
        connection.Execute($"CREATE TEMP TABLE IF NOT EXISTS {stagingTable} ({columns}); DELETE FROM temp.{stagingTable}");
        var rows = new RowBuffer();
        rows.Clear(join.ColumnCount);
        foreach (var lateral in join.Laterals)
        {
            connection.EnsureLateralModule(lateral.Columns, lateral.Arguments);
        }

        var statement = connection.Rent(_join);
        using (var source = new SqliteRowSource(statement))
        {
            var count = Math.Min(statement.ParameterCount, parameters.Length);
            for (var i = 0; i < count; i++)
            {
                SqliteRowSource.Bind(statement, i + 1, parameters[i]);
            }

            while (source.Read())
            {
                if (source.Kind(0) != DatumKind.Null)
                {
                    rows.Append(source);
                }
            }
        }

        Store(connection, rows, width);
        var sources = new ActionRows?[actions.Count];
        for (var i = 0; i < sources.Length; i++)
        {
            if (actions[i] is { } node)
            {
                sources[i] = new ActionRows(node.ReadSource(execution, parameters), node.ExtraColumn);
            }
        }

        return new Staged(rows, sources);
    }

    public void ForeseeReturning(DmlExecution execution, object staged, RowBuffer returning)
    {
        var (rows, sources) = (Staged)staged;
        rows.Position = -1;
        for (var sequence = 0L; rows.Read(); sequence++)
        {
            var action = (int)rows.GetInt64(0) - 1;
            if (actions[action] is { } node)
            {
                node.ForeseeReturning(execution, sources[action]!.Row(sequence), returning);
            }
        }
    }

    public long Write(DmlExecution execution, object staged, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning)
    {
        var (rows, sources) = (Staged)staged;
        var changed = new HashSet<long>();
        var count = 0L;
        rows.Position = -1;
        for (var sequence = 0L; rows.Read(); sequence++)
        {
            var action = (int)rows.GetInt64(0) - 1;
            if (actions[action] is not { } node)
            {
                continue;
            }

            if (node.Command != CommandType.Insert && !changed.Add(rows.GetInt64(1)))
            {
                throw new PgException(SqlState.CardinalityViolation, "MERGE command cannot affect row a second time")
                    .WithHint("Ensure that not more than one source row matches any one target row.");
            }

            count += node.Apply(execution, sources[action]!.Row(sequence), parameters, returning);
        }

        return count;
    }

    // c1 is the action, c2 the row's number, c3 the target's rowid, then the source's columns.
    private void Store(SqliteConnectionHandle connection, RowBuffer rows, int width)
    {
        if (rows.RowCount == 0)
        {
            return;
        }

        var values = string.Join(", ", Enumerable.Range(1, width).Select(static i => $"?{i}"));
        var statement = connection.Rent($"INSERT INTO temp.{stagingTable} VALUES ({values})");
        try
        {
            rows.Position = -1;
            for (var sequence = 0L; rows.Read(); sequence++)
            {
                statement.BindInt64(1, rows.GetInt64(0));
                statement.BindInt64(2, sequence);
                for (var i = 1; i < width - 1; i++)
                {
                    SqliteRowSource.Bind(statement, i + 2, rows.GetDatum(i));
                }

                statement.ExecuteNonQuery();
            }
        }
        finally
        {
            connection.Return(statement);
        }
    }

    private sealed record Staged(RowBuffer Rows, ActionRows?[] Sources);

    /// <summary>The rows of one action's source, by the number of the joined row that they stem from.</summary>
    private sealed class ActionRows
    {
        private readonly RowBuffer _rows;
        private readonly Dictionary<long, int> _positions = [];

        internal ActionRows(RowBuffer rows, int sequenceColumn)
        {
            _rows = rows;
            rows.Position = -1;
            while (rows.Read())
            {
                _positions.Add(rows.GetInt64(sequenceColumn), rows.Position);
            }
        }

        internal OneRow Row(long sequence) => new(_rows, _positions[sequence]);
    }

    /// <summary>One row of a buffer as a source.</summary>
    private sealed class OneRow(RowBuffer rows, int position) : RowSource
    {
        private bool _read;

        internal override bool Read()
        {
            rows.Position = position;
            var first = !_read;
            _read = true;
            return first;
        }

        internal override DatumKind Kind(int column) => rows.Kind(column);

        internal override long GetInt64(int column) => rows.GetInt64(column);

        internal override double GetDouble(int column) => rows.GetDouble(column);

        internal override ReadOnlySpan<byte> GetBytes(int column) => rows.GetBytes(column);

        public override void Dispose()
        {
        }
    }
}
