using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>The FOR EACH ROW triggers of a statement, and where its source has the rows that they see.</summary>
internal sealed class RowTriggers
{
    // Foreign keys are triggers of this name in PostgreSQL: others of the same row come before or after them.
    private const string OfConstraints = "RI_ConstraintTrigger";
    private readonly TableLayout _table;
    private readonly TableLayout _named;
    private readonly AttributeMap? _map;
    private readonly Trigger[] _before;
    private readonly Trigger[] _early;
    private readonly Trigger[] _late;
    private readonly bool _keepsOld;
    private readonly bool _keepsNew;
    private readonly TriggerType _keptFor;

    private RowTriggers(TableLayout table, TableLayout named, TriggerType command, Trigger[] before, Trigger[] after, Trigger[] seeing, TriggerType keptFor)
    {
        (_table, _named, _keptFor) = (table, named, keptFor);
        _map = named.Oid == table.Oid ? null : Inheritance.Map(table.Catalog, named.Oid, table.Oid);
        Command = command;
        _before = before;
        _early = Array.FindAll(after, static t => string.CompareOrdinal(t.Row.tgname, OfConstraints) < 0);
        _late = Array.FindAll(after, static t => string.CompareOrdinal(t.Row.tgname, OfConstraints) >= 0);
        _keepsOld = Array.Exists(seeing, static t => t.Row.tgoldtable is not null);
        _keepsNew = Array.Exists(seeing, static t => t.Row.tgnewtable is not null);
    }

    /// <summary>Those of a statement, and those that see its rows in transition tables; null when there are none.</summary>
    /// <param name="table">The table that is written.</param>
    /// <param name="command">What is done to it.</param>
    /// <param name="assigned">The table's columns that an UPDATE assigns to.</param>
    /// <param name="named">The table that the statement names: the transition tables are of its triggers, and of its row type.</param>
    /// <param name="statement">The statement where it is another one: an UPDATE moves rows between partitions by DELETE and INSERT.</param>
    internal static RowTriggers? Of(
        TableLayout table, CommandType command, IReadOnlySet<int>? assigned, TableLayout named, CommandType statement = CommandType.Unknown)
    {
        if (table.Triggers is null && named.Triggers is null)
        {
            return null;
        }

        var fired = TableTriggers.Event(command);
        var keptFor = statement == CommandType.Unknown ? fired : TableTriggers.Event(statement);
        var before = table.Triggers?.For(TriggerType.Row, table.IsView ? TriggerType.InsteadOf : TriggerType.Before, fired, assigned) ?? [];
        var after = table.Triggers?.For(TriggerType.Row, TriggerType.None, fired, assigned) ?? [];
        var mine = named.Oid == table.Oid ? assigned : null;
        Trigger[] seeing =
        [
            .. (named.Triggers?.For(TriggerType.Row, TriggerType.None, keptFor, mine) ?? []).Concat(named.Triggers?.For(TriggerType.None, TriggerType.None, keptFor, mine) ?? [])
                .Where(static t => t.HasTransitionTables),
        ];
        return before.Length + after.Length + seeing.Length == 0 ? null : new RowTriggers(table, named, fired, before, after, seeing, keptFor);
    }

    internal TriggerType Command { get; }

    /// <summary>Whether BEFORE or INSTEAD OF triggers may change the row that is to be written.</summary>
    internal bool MayChange => _before.Length > 0 && Command != TriggerType.Delete;

    /// <summary>Whether there are BEFORE or INSTEAD OF triggers.</summary>
    internal bool HasBefore => _before.Length > 0;

    /// <summary>Source column of each table column's value before the change; empty for INSERT.</summary>
    internal int[] Old { get; set; } = [];

    /// <summary>Source column of each table column's value as the statement gives it, -1 for generated ones; empty unless <see cref="MayChange"/>.</summary>
    internal int[] Given { get; set; } = [];

    /// <summary>What is computed of a row that BEFORE triggers have changed; null when there is nothing.</summary>
    internal RowCompletion? Completion { get; set; }

    /// <summary>Fires BEFORE or INSTEAD OF triggers in turn.</summary>
    /// <param name="execution">The run.</param>
    /// <param name="old">OLD, or null.</param>
    /// <param name="new">NEW, or null; afterwards the row as it is to be.</param>
    /// <param name="partition">Which rows may be inserted; null when all may.</param>
    /// <returns>False when one of them returned NULL: nothing more is done about the row.</returns>
    internal bool FireBefore(DmlExecution execution, PgDatum[]? old, ref PgDatum[]? @new, PartitionCheck? partition = null)
    {
        foreach (var trigger in _before)
        {
            if (!trigger.IsEnabled(execution.Session) || !trigger.Holds(execution.Session, old, @new))
            {
                continue;
            }

            if (trigger.Fire(execution.Session, Command, old, @new) is not { } returned)
            {
                return false;
            }

            if (@new is not null)
            {
                var given = @new;
                @new = returned;
                RequirePartition(execution, trigger, given, returned, partition);
            }
        }

        return true;
    }

    // A trigger of the partitioned table must not turn the row into one of another partition. Where it has changed nothing, the row was none of this one before.
    private void RequirePartition(DmlExecution execution, Trigger trigger, PgDatum[] given, PgDatum[] row, PartitionCheck? partition)
    {
        if (partition is not null && trigger.Row.tgparentid != 0 && Array.Exists(_table.Columns, c => !row[c.Attnum - 1].HasImageOf(given[c.Attnum - 1]))
            && !partition.Holds(execution.Session, Array.ConvertAll(_table.Columns, c => row[c.Attnum - 1])))
        {
            throw new PgException(SqlState.FeatureNotSupported, "moving row to another partition during a BEFORE FOR EACH ROW trigger is not supported")
                .WithDetail($"Before executing trigger \"{trigger.Row.tgname}\", the row was to be in partition \"{_table.Schema}.{_table.Name}\".");
        }
    }

    /// <summary>A row has been written: AFTER triggers that come before a foreign key's check.</summary>
    internal void AddEarly(DmlExecution execution, PgDatum[]? old, PgDatum[]? @new)
    {
        if (_keepsOld || _keepsNew)
        {
            var changes = execution.Changes(_named.Oid, _keptFor);
            if (_keepsOld && old is not null)
            {
                changes.Old.Add(AsNamed(old));
            }

            if (_keepsNew && @new is not null)
            {
                changes.New.Add(AsNamed(@new));
            }
        }

        Add(_early, execution, old, @new);
    }

    // A row of the table that the statement names.
    private PgDatum[] AsNamed(PgDatum[] row)
    {
        if (_map is null)
        {
            return row;
        }

        var result = new PgDatum[_named.AllNames.Count];
        foreach (var column in _named.Columns)
        {
            result[column.Attnum - 1] = row[_map[column.Attnum] - 1];
        }

        return result;
    }

    /// <summary>The other AFTER triggers of the row.</summary>
    internal void AddLate(DmlExecution execution, PgDatum[]? old, PgDatum[]? @new) => Add(_late, execution, old, @new);

    private void Add(Trigger[] triggers, DmlExecution execution, PgDatum[]? old, PgDatum[]? @new)
    {
        foreach (var trigger in triggers)
        {
            if (trigger.IsEnabled(execution.Session) && trigger.Holds(execution.Session, old, @new))
            {
                var changes = trigger.HasTransitionTables ? execution.Changes(_table.Oid, Command) : null;
                execution.Add(new TriggerEvent(trigger, _table.Oid, Command, old, @new, changes));
            }
        }
    }
}
