namespace PgMicro.Core.Transactions.Serializable;

/// <summary>How much a read covers.</summary>
internal enum PredicateGranularity : byte
{
    /// <summary>All rows of a table, those to come included.</summary>
    Relation,

    /// <summary>Rows that lie together.</summary>
    Page,

    /// <summary>One row.</summary>
    Tuple,

    /// <summary>Keys that lie together in an index, those to come included.</summary>
    IndexPage,
}

/// <summary>What a serializable transaction has read (manual: "Serializable Isolation Level", SIReadLock).</summary>
/// <param name="Relation">The table, or the index.</param>
/// <param name="Granularity">How much of it.</param>
/// <param name="Id">The page's number or the rowid.</param>
internal readonly record struct PredicateTarget(uint Relation, PredicateGranularity Granularity, long Id)
{
    private const int RowsOfPage = 128;

    // A full leaf of a B-tree over integers that were entered in order.
    private const int KeysOfPage = 366;

    internal static PredicateTarget OfRelation(uint table) => new(table, PredicateGranularity.Relation, 0);

    internal static PredicateTarget OfPage(uint table, long rowid) => new(table, PredicateGranularity.Page, Part(rowid, RowsOfPage));

    internal static PredicateTarget OfTuple(uint table, long rowid) => new(table, PredicateGranularity.Tuple, rowid);

    internal static PredicateTarget OfKey(uint index, long key) => new(index, PredicateGranularity.IndexPage, Part(key, KeysOfPage));

    private static long Part(long number, int size) => number > 0 ? (number - 1) / size : number / size - 1;
}
