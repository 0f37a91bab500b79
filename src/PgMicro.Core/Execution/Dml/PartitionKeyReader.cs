using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Partitioning;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Reads the partition key of one table from rows of another of its tree.</summary>
internal sealed class PartitionKeyReader
{
    private readonly int[] _columns;
    private readonly Lookup? _expressions;

    /// <param name="partitions">The partitions of the table that has the key.</param>
    /// <param name="rows">The table whose rows are read: an ancestor or a descendant of that, or itself.</param>
    internal PartitionKeyReader(PartitionDescriptor partitions, TableLayout rows)
    {
        Partitions = partitions;
        var partitioned = TableLayout.Get(rows.Catalog, partitions.Key.Table);
        _columns = [.. partitions.Key.Columns.Select(k => k.Number == 0 ? -1 : Position(k.Number))];
        var read = new SortedSet<int>(_columns.Where(static c => c >= 0));
        var expressions = partitions.Key.Columns.Where(static k => k.Number == 0).Select(static k => k.Expr).ToList();
        if (expressions.Count > 0)
        {
            read.UnionWith(expressions.SelectMany(VarCollector.Collect).Select(v => Position(v.Varattno)));
            _expressions = new Lookup(() => new BoundQuery
            {
                CommandType = CommandType.Select,
                JoinTree = new FromExpr(),
                TargetList = new VarReplacer(1, Parameter).RewriteList([.. expressions.Select(static (e, i) => BoundTrees.Target(e, i + 1))]),
            });
        }

        Columns = [.. read];

        int Position(int attnum)
        {
            var name = partitioned.ColumnOf(attnum).Name;
            return Array.FindIndex(rows.Columns, c => c.Name == name);
        }

        BoundParam Parameter(BoundVar column) => BoundTrees.Parameter(Position(column.Varattno) + 1, column.Type, column.Typmod, column.Collation);
    }

    internal PartitionDescriptor Partitions { get; }

    /// <summary>Positions of the columns that it reads.</summary>
    internal int[] Columns { get; }

    /// <summary>The key of a row, which has a value for each column.</summary>
    internal PgDatum[] Read(PgSession session, ReadOnlySpan<PgDatum> row)
    {
        var key = new PgDatum[_columns.Length];
        using var expressions = _expressions?.Open(session, row);
        expressions?.Read();
        for (int i = 0, next = 0; i < key.Length; i++)
        {
            key[i] = _columns[i] >= 0 ? row[_columns[i]] : expressions!.GetDatum(next++);
        }

        return key;
    }
}
