using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Locks;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// MERGE: one query joins target and source and decides each row's action; its rows stand in a temporary table, from which the
/// source of each action's statement reads. The actions are then applied row by row in the order of the join. Beside other writers the target rows are
/// locked in between, and the action is decided anew for those that have changed.
/// </summary>
/// <param name="table">The table that the statement names.</param>
/// <param name="join">The query.</param>
/// <param name="stagingTable">The temporary table.</param>
/// <param name="actions">For each action its statement, none for DO NOTHING; of several tables one for each, but for INSERT.</param>
/// <param name="members">The tables whose rows may be changed, where that is not just the named one: the join's last column says of which one a row is.</param>
/// <param name="returningWidth">Columns of RETURNING.</param>
internal sealed class MergeNode(
    TableLayout table, LoweredQuery join, string stagingTable, IReadOnlyList<IMergeAction[]> actions, IReadOnlyList<uint>? members, int returningWidth) : IWriteNode
{
    private readonly SqlText _join = new(join.Sql);

    /// <summary>Decides about a joined row whose target row has changed: at most two rows.</summary>
    internal required Lazy<RowRecheck> Recheck { get; init; }

    public CommandType Command => CommandType.Merge;

    public TableLayout Table => table;

    public int ReturningWidth => returningWidth;

    public IEnumerable<TableLayout> Tables => actions.SelectMany(static a => a).SelectMany(static n => n.Tables).Prepend(table).Distinct();

    public IReadOnlyList<uint> RelationOids { get; } = [.. join.RelationOids.Concat(actions.SelectMany(static a => a).SelectMany(static n => n.RelationOids)).Distinct()];

    public bool ReturnsOnlyAfterWriting => actions.Any(static a => Array.Exists(a, static n => n.ReturnsOnlyAfterWriting));

    /// <summary>What its actions do to tables.</summary>
    internal IEnumerable<CommandType> Commands => actions.SelectMany(static a => a).Select(static n => n.Command).Distinct();

    /// <summary>The triggers of the statement as a whole; null when there are none.</summary>
    internal StatementTriggers? StatementTriggers { get; init; }

    public long Run(DmlExecution execution, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning) =>
        Write(execution, Stage(execution, parameters), parameters, returning);

    public object Stage(DmlExecution execution, ReadOnlySpan<PgDatum> parameters)
    {
        var rows = ReadJoin(execution, parameters);
        List<RowVersion?>? versions = null;
        if (execution.Versions is not null)
        {
            rows = LockTargets(execution, rows, parameters, out versions);
        }

        Store(execution.Session.Connection, rows, versions);
        var staged = new StagedAction[actions.Count][];
        for (var i = 0; i < staged.Length; i++)
        {
            staged[i] = new StagedAction[actions[i].Length];
            for (var j = 0; j < staged[i].Length; j++)
            {
                var node = actions[i][j];
                if (versions is not null && node is ModifyTableNode { Contended: { } contended })
                {
                    node = contended.Value;
                }

                var read = node.ReadSource(execution, parameters);
                if (node is ModifyTableNode { Command: not CommandType.Insert } changing)
                {
                    ReadChanged(execution, parameters, rows, versions, changing, i + 1, j, read);
                }

                staged[i][j] = new StagedAction(node, new ActionRows(read, node.ExtraColumn));
            }
        }

        return new Staged(rows, staged, parameters.ToArray(), versions is not null);
    }

    // Which of an action's statements is about the current row of the join.
    private int MemberOf(RowSource rows, int action)
    {
        if (members is null || actions[action].Length <= 1)
        {
            return 0;
        }

        var oid = rows.GetInt64(join.ColumnCount - 1);
        for (var i = 0; i < members.Count; i++)
        {
            if (members[i] == oid)
            {
                return i;
            }
        }

        throw new InvalidOperationException($"MERGE has found a row of relation {oid}.");
    }

    // The table of the target row of the current row of the join.
    private TableLayout TableOf(RowSource rows) => members is null ? table : TableLayout.Get(table.Catalog, (uint)rows.GetInt64(join.ColumnCount - 1));

    private RowBuffer ReadJoin(DmlExecution execution, ReadOnlySpan<PgDatum> parameters)
    {
        var connection = execution.Session.Connection;
        var rows = new RowBuffer();
        rows.Clear(join.ColumnCount);
        foreach (var lateral in join.Laterals)
        {
            lateral.EnsureOn(connection);
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

        return rows;
    }

    // Locks the rows that are to be changed. A list of versions says which have changed since they were read, and what they are now.
    private RowBuffer LockTargets(DmlExecution execution, RowBuffer rows, ReadOnlySpan<PgDatum> parameters, out List<RowVersion?> versions)
    {
        var kept = new RowBuffer();
        kept.Clear(join.ColumnCount);
        versions = [];
        rows.Position = -1;
        while (rows.Read())
        {
            var action = (int)rows.GetInt64(0) - 1;
            if (actions[action] is not [{ Command: not CommandType.Insert }, ..])
            {
                kept.Append(rows);
                versions.Add(null);
                continue;
            }

            var rowid = rows.GetInt64(1);
            switch (Lock(execution, (ModifyTableNode)actions[action][MemberOf(rows, action)], ref rowid))
            {
                case RowLockOutcome.Locked:
                    kept.Append(rows);
                    versions.Add(null);
                    break;
                case RowLockOutcome.LockedButChanged:
                    Decide(execution, rows, parameters, execution.Versions!.Newest(TableOf(rows), rowid), kept, versions);
                    break;
                default:
                    Decide(execution, rows, parameters, null, kept, versions);
                    break;
            }
        }

        return kept;
    }

    private RowLockOutcome Lock(DmlExecution execution, ModifyTableNode node, ref long rowid) =>
        execution.Versions!.Lock(node.Table, ref rowid, node.Target.LockStrength, LockWaitPolicy.Block, node.Command == CommandType.Update ? "updating" : "deleting");

    // The source row is the one that was read, whatever it matches now; a target row that it does not match any more comes first.
    private void Decide(
        DmlExecution execution, RowBuffer first, ReadOnlySpan<PgDatum> parameters, RowVersion? version, RowBuffer kept, List<RowVersion?> versions)
    {
        var decided = new List<(long Action, bool HasTarget)>();
        var named = members is null || version is null ? version : version.AsRowOf(table, TableOf(first));
        using (var rows = Recheck.Value.Open(execution.Session, [.. parameters, PgDatum.FromInt64(execution.Xid)], first, [named]))
        {
            while (rows.Read())
            {
                if (rows.Kind(0) != DatumKind.Null)
                {
                    decided.Add((rows.GetInt64(0), rows.Kind(1) != DatumKind.Null));
                }
            }
        }

        foreach (var (action, hasTarget) in decided.OrderByDescending(static d => d.HasTarget))
        {
            var values = new PgDatum[join.ColumnCount];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = first.GetDatum(i);
            }

            values[0] = PgDatum.FromInt64(action);
            values[1] = hasTarget ? PgDatum.FromInt64(version!.Rowid) : PgDatum.Null;
            if (hasTarget && actions[(int)action - 1] is { Length: > 0 } nodes && nodes[MemberOf(first, (int)action - 1)] is ModifyTableNode node)
            {
                var rowid = version!.Rowid;
                Lock(execution, node, ref rowid);
            }

            kept.Append(new ValuesRow(values));
            versions.Add(hasTarget ? version : null);
        }
    }

    // An action's source reads the table as the statement sees it: rows that have changed since are added here.
    private void ReadChanged(
        DmlExecution execution, ReadOnlySpan<PgDatum> parameters, RowBuffer rows, List<RowVersion?>? versions, ModifyTableNode node, int action, int member, RowBuffer read)
    {
        for (var sequence = 0; sequence < versions?.Count; sequence++)
        {
            rows.Position = sequence;
            if (versions[sequence] is not { } version || rows.GetInt64(0) != action || MemberOf(rows, action - 1) != member)
            {
                continue;
            }

            var values = new PgDatum[node.Others.Count == 0 ? 0 : node.Others.Max(static o => o.Source) + 1];
            foreach (var (column, source) in node.Others)
            {
                values[source] = column.Varattno switch
                {
                    1 => PgDatum.FromInt64(action),
                    2 => PgDatum.FromInt64(sequence),
                    var number => rows.GetDatum(number - 2),
                };
            }

            node.TryRecheck(execution, parameters, new ValuesRow(values), version, read);
        }
    }

    public void ForeseeReturning(DmlExecution execution, object staged, RowBuffer returning)
    {
        var (rows, all, parameters, _) = (Staged)staged;
        rows.Position = -1;
        for (var sequence = 0L; rows.Read(); sequence++)
        {
            var action = (int)rows.GetInt64(0) - 1;
            if (all[action].Length > 0)
            {
                var (node, source) = all[action][MemberOf(rows, action)];
                node.ForeseeReturning(execution, source.Row(sequence), parameters, returning);
            }
        }
    }

    public long Write(DmlExecution execution, object staged, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning)
    {
        if (StatementTriggers is null && Tables.All(static t => t.Triggers is null))
        {
            return WriteRows(execution, staged, parameters, returning);
        }

        using var firing = execution.BeginFiring();
        StatementTriggers?.Before(execution);
        var count = WriteRows(execution, staged, parameters, returning);
        StatementTriggers?.After(execution);
        return count;
    }

    private long WriteRows(DmlExecution execution, object staged, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning)
    {
        var (rows, all, _, isLocked) = (Staged)staged;
        var changed = new HashSet<(uint Table, long Rowid)>();
        var count = 0L;
        rows.Position = -1;
        for (var sequence = 0L; rows.Read(); sequence++)
        {
            var action = (int)rows.GetInt64(0) - 1;
            if (all[action].Length == 0)
            {
                continue;
            }

            var (node, source) = all[action][MemberOf(rows, action)];
            if (node.Command != CommandType.Insert && !changed.Add((node.Table.Oid, rows.GetInt64(1))))
            {
                throw new PgException(SqlState.CardinalityViolation, "MERGE command cannot affect row a second time")
                    .WithHint("Ensure that not more than one source row matches any one target row.");
            }

            count += node.Apply(execution, source.Row(sequence), parameters, returning, isLocked);
        }

        return count;
    }

    // c1 is the action, c2 the row's number, c3 the target's rowid, then the join's other columns.
    private void Store(SqliteConnectionHandle connection, RowBuffer rows, List<RowVersion?>? versions)
    {
        var width = join.ColumnCount + 1;
        var columns = string.Join(", ", Enumerable.Range(1, width).Select(static i => $"c{i}"));
        connection.Execute($"CREATE TEMP TABLE IF NOT EXISTS {stagingTable} ({columns}); DELETE FROM temp.{stagingTable}");
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
                statement.BindInt64(1, versions?[(int)sequence] is null ? rows.GetInt64(0) : 0);
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

    private sealed record Staged(RowBuffer Rows, StagedAction[][] Actions, PgDatum[] Parameters, bool IsLocked);

    private sealed record StagedAction(IMergeAction Node, ActionRows Rows);

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
