using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Execution.Locks;

/// <summary>A table of a query that locks rows; where the query's rows have the rowid of the table's row.</summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column.</param>
/// <param name="Strength">How its rows are locked.</param>
/// <param name="Policy">What to do about a row that another transaction has.</param>
internal sealed record LockedTable(TableLayout Table, int Column, RowLockStrength Strength, LockWaitPolicy Policy)
{
    /// <summary>Whether rows of its descendants are among them: the next column has the OID of each row's own table.</summary>
    internal bool HasMembers { get; init; }

    /// <summary>The table of a row of the query.</summary>
    internal TableLayout Of(RowSource row) => HasMembers ? TableLayout.Get(Table.Catalog, (uint)row.GetInt64(Column + 1)) : Table;

    /// <summary>The version of a row of one of its tables as a row of the named one.</summary>
    internal RowVersion? AsNamed(RowVersion? version, TableLayout member) => version is null || !HasMembers ? version : version.AsRowOf(Table, member);
}
