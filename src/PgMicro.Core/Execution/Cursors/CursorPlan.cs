using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Cursors;

/// <summary>DECLARE: a query analysed, and how its rows may be read.</summary>
/// <param name="query">The query; the rowids of its tables follow its own columns.</param>
/// <param name="name">The cursor's name.</param>
/// <param name="text">The DECLARE statement.</param>
/// <param name="columns">The query's columns.</param>
/// <param name="targets">Tables whose rows WHERE CURRENT OF can find.</param>
internal sealed class CursorPlan(SelectPlan query, string name, string text, IReadOnlyList<ColumnDescription> columns, IReadOnlyList<CursorTarget> targets)
    : ExecutablePlan
{
    internal string Text => text;

    /// <summary>The columns that FETCH returns.</summary>
    internal IReadOnlyList<ColumnDescription> RowColumns => columns;

    /// <summary>Columns of a row with the rowids.</summary>
    internal int Width => columns.Count + targets.Sum(static t => t.Members is null ? 1 : 2);

    internal IReadOnlyList<CursorTarget> Targets => targets;

    internal bool IsHoldable { get; init; }

    internal bool IsBinary { get; init; }

    internal bool IsScrollable { get; init; }

    /// <summary>Whether FOR UPDATE or the like names tables; WHERE CURRENT OF is limited to them.</summary>
    internal bool HasRowMarks { get; init; }

    internal override string? WriteCommand => query.WriteCommand;

    internal override bool IsLogged => query.IsLogged;

    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        if (!session.InTransactionBlock && !IsHoldable)
        {
            throw new Errors.PgException(Errors.SqlState.NoActiveSqlTransaction, "DECLARE CURSOR can only be used in transaction blocks");
        }

        Open(session, name, parameters);
        return new StatementRun("DECLARE CURSOR");
    }

    /// <summary>Opens a cursor of this query under a name.</summary>
    internal Cursor Open(PgSession session, string cursorName, ReadOnlySpan<PgDatum> parameters)
    {
        if (targets.Count > 0)
        {
            session.Transaction.FollowRows();
        }

        var cursor = new Cursor(this, cursorName, session, query.Open(session, parameters));
        session.AddCursor(cursor);
        return cursor;
    }
}

/// <summary>A table of a cursor's query.</summary>
/// <param name="TableOid">pg_class.oid.</param>
/// <param name="Column">Position of the rowid in a row of the cursor.</param>
/// <param name="IsLocked">Whether FOR UPDATE or the like names it.</param>
/// <param name="Members">The tables whose rows it has, where that is not just this one: the next column says of which one a row is.</param>
internal sealed record CursorTarget(uint TableOid, int Column, bool IsLocked, IReadOnlyList<uint>? Members)
{
    /// <summary>Whether rows of a table are among its rows.</summary>
    internal bool Has(uint table) => Members is null ? table == TableOid : Members.Contains(table);

    /// <summary>The rowid of a row of the cursor when it is one of a table.</summary>
    internal long? RowidIn(uint table, ReadOnlySpan<PgDatum> row) =>
        row[Column] is { Kind: DatumKind.Integer } rowid && (Members is null || row[Column + 1].Int64 == table) ? rowid.Int64 : null;
}
