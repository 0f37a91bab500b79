using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Execution.Dml;

namespace PgMicro.Core.Execution.Locks;

/// <summary>A FROM item of which one row is looked at: one of a locked table, in its newest version, or one as it was read first.</summary>
internal sealed class OneRowItem
{
    private readonly List<(int Attno, uint Type, bool IsCondition)> _columns = [];
    private readonly Dictionary<(int Attno, uint Type), int> _sources = [];

    /// <summary>A row of a locked table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="ordinal">Its number among the locked ones.</param>
    /// <param name="mayBeAbsent">Whether an outer join may leave it without a row.</param>
    internal OneRowItem(TableLayout table, int ordinal, bool mayBeAbsent = false)
    {
        (Table, Ordinal) = (table, ordinal);
        Presence = mayBeAbsent ? new OneRowValue(OneRowValueKind.Presence, ordinal, 0) : null;
    }

    /// <summary>A row as it was read.</summary>
    /// <param name="columns">The columns that matter, and where the query's rows have them.</param>
    /// <param name="mayBeAbsent">Whether an outer join may leave it without a row.</param>
    internal OneRowItem(IReadOnlyList<(BoundVar Column, int Source)> columns, bool mayBeAbsent)
    {
        foreach (var (column, source) in columns)
        {
            _sources[(column.Varattno, column.Type)] = source;
        }

        // A row of nothing but NULLs is as good as none.
        Presence = mayBeAbsent && columns.Count > 0 ? new OneRowValue(OneRowValueKind.SourcePresence, columns[0].Source, columns.Count) : null;
    }

    /// <summary>The table; null for a row as it was read.</summary>
    internal TableLayout? Table { get; }

    internal int Ordinal { get; }

    /// <summary>Whether the row may be one of a table that inherits from it.</summary>
    internal bool HasMembers { get; init; }

    /// <summary>Whether it has a row; null when it always has.</summary>
    internal OneRowValue? Presence { get; init; }

    /// <summary>What has been read of it.</summary>
    internal List<TargetEntry> Targets { get; } = [];

    internal int SourceColumn(BoundVar column) => _sources[(column.Varattno, column.Type)];

    /// <summary>The column of <see cref="Targets"/> for a column of the item.</summary>
    internal int Position(BoundVar column, bool isCondition, Func<OneRowItem, BoundVar, bool, BoundExpr> value)
    {
        var key = (column.Varattno, column.Type, isCondition && column.Varattno == SystemAttribute.Ctid);
        var known = _columns.IndexOf(key);
        if (known < 0)
        {
            known = _columns.Count;
            _columns.Add(key);
            Targets.Add(BoundTrees.Target(value(this, column, isCondition), known + 1));
        }

        return known + 1;
    }
}

/// <summary>What a parameter of a <see cref="OneRowQuery"/> is.</summary>
internal enum OneRowValueKind
{
    /// <summary>A column of a locked table's row; the one after the last is its xmin.</summary>
    Column,

    /// <summary>A column of the version of it that the statement sees.</summary>
    Before,

    /// <summary>The rowid of that row.</summary>
    Rowid,

    /// <summary>The same for who asks for the row's place; NULL when it has changed.</summary>
    SeenRowid,

    /// <summary>The OID of the table that the row is of.</summary>
    TableOid,

    /// <summary>Whether there is such a row.</summary>
    Presence,

    /// <summary>A column of the row that the query gave first.</summary>
    Source,

    /// <summary>Whether one of so many columns of that row, from a certain one on, is not NULL.</summary>
    SourcePresence,
}

/// <summary>A parameter of a <see cref="OneRowQuery"/>: number of the locked table, or first column; column, or number of columns.</summary>
internal readonly record struct OneRowValue(OneRowValueKind Kind, int Item, int Column);

