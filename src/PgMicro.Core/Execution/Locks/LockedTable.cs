using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Execution.Locks;

/// <summary>A table of a query that locks rows; where the query's rows have the rowid of the table's row.</summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column.</param>
/// <param name="Strength">How its rows are locked.</param>
/// <param name="Policy">What to do about a row that another transaction has.</param>
internal sealed record LockedTable(TableLayout Table, int Column, RowLockStrength Strength, LockWaitPolicy Policy);
