using PgMicro.Core.Partitioning;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Whether a row belongs to a partition: whether it would be put there from the root of its tree.</summary>
internal sealed class PartitionCheck
{
    private readonly List<(PartitionKeyReader Reader, uint Partition)> _levels = [];

    /// <param name="table">A partition.</param>
    internal PartitionCheck(TableLayout table)
    {
        var catalog = table.Catalog;
        for (var partition = table.Class; partition.relispartition;)
        {
            var parent = catalog.ParentsOf(partition.oid)[0].inhparent;
            _levels.Insert(0, (new PartitionKeyReader(PartitionDescriptor.Of(catalog, parent)!, table), partition.oid));
            partition = catalog.Class(parent)!;
        }

        Columns = [.. _levels.SelectMany(static l => l.Reader.Columns).Distinct().Order()];
    }

    /// <summary>Positions of the columns that decide.</summary>
    internal int[] Columns { get; }

    /// <summary>Whether it does.</summary>
    /// <param name="session">The session.</param>
    /// <param name="row">A value for each column of the partition; only those of <see cref="Columns"/> matter.</param>
    internal bool Holds(PgSession session, ReadOnlySpan<PgDatum> row)
    {
        foreach (var (reader, partition) in _levels)
        {
            if (reader.Partitions.Find(session, reader.Read(session, row)) != partition)
            {
                return false;
            }
        }

        return true;
    }
}
