using System.Collections.Concurrent;

namespace PgMicro.Core.Storage;

/// <summary>
/// Rows that never change, held in memory, with a hash index on any set of its first 64 columns, built when first asked
/// for. May be read by any number of threads.
/// </summary>
internal abstract class MemoryRelation
{
    private readonly ConcurrentDictionary<ulong, EqualityIndex> _indexes = new();

    internal abstract int RowCount { get; }

    internal abstract SqliteCell Cell(int row, int column);

    /// <summary>The index on the columns whose bits are set.</summary>
    internal EqualityIndex IndexOn(ulong columns) =>
        _indexes.TryGetValue(columns, out EqualityIndex? index)
            ? index
            : _indexes.GetOrAdd(columns, static (set, self) => new EqualityIndex(self, set), this);
}
