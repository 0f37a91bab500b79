using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>What a query reads of a table: all of it, or the row of one key.</summary>
/// <param name="Table">The table.</param>
/// <param name="Index">The index of a key that is the rowid; 0 for the whole table.</param>
/// <param name="Parameter">Number of the statement's parameter that is the key; 0 when it is a constant.</param>
/// <param name="Key">The constant.</param>
internal readonly record struct PredicateRead(uint Table, uint Index, int Parameter, PgDatum Key);
