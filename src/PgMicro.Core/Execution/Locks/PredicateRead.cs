using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>What a query reads of a table: all of it, the row of one key, or what an index finds.</summary>
/// <param name="Table">The table.</param>
/// <param name="Index">The index that leads to the rows; 0 for the whole table.</param>
/// <param name="Parameter">Number of the statement's parameter that is the key, where that is the rowid; 0 when it is a constant.</param>
/// <param name="Key">The constant.</param>
internal readonly record struct PredicateRead(uint Table, uint Index, int Parameter, PgDatum Key)
{
    /// <summary>Finds the rowids of the rows by the statement's parameters; null where the key is the rowid.</summary>
    internal Lookup? Rows { get; init; }

    /// <summary>Whether the index would find a row, whose values follow the statement's parameters.</summary>
    internal Lookup? Matches { get; init; }

    /// <summary>How many parameters the statement has.</summary>
    internal int ParameterCount { get; init; }
}
