using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;
using PgMicro.Core.Partitioning;

namespace PgMicro.Core.Execution.Ddl.Partitions;

/// <summary>Looks at the rows that tables have when partitions come and go.</summary>
internal static class PartitionRows
{
    /// <summary>A table as a source of SQLite rows with its columns' names: itself, or its partitions together.</summary>
    internal static string Source(CatalogSnapshot catalog, uint table, IReadOnlyList<short> columns)
    {
        if (catalog.Class(table)!.relkind != 'p')
        {
            return SqliteTables.Name(catalog, table);
        }

        string Column(uint relation, short number) => RelationNames.QuotedColumn(catalog, catalog.Attribute(relation, number)!);
        var arms = Leaves(catalog, table).Select(leaf =>
        {
            var map = Inheritance.Map(catalog, table, leaf);
            return $"SELECT {string.Join(", ", columns.Select(c => $"{Column(leaf, map[c])} AS {Column(table, c)}"))} FROM {SqliteTables.Name(catalog, leaf)}";
        }).ToList();
        return arms.Count > 0 ? $"({string.Join(" UNION ALL ", arms)})" : $"(SELECT {string.Join(", ", columns.Select(c => $"NULL AS {Column(table, c)}"))} WHERE 0)";
    }

    /// <summary>The tables that have the rows of a table.</summary>
    internal static IEnumerable<uint> Leaves(CatalogSnapshot catalog, uint table) =>
        Inheritance.Descendants(catalog, table).Where(oid => catalog.Class(oid)!.relkind != 'p');

    /// <summary>Raises 23514 when a table that becomes a partition has a row that its bound does not let in.</summary>
    internal static void RequireConstraint(DdlContext ddl, uint partition)
    {
        if (PartitionConstraint.Of(ddl.Catalog, partition) is { } constraint)
        {
            Require(ddl, partition, constraint, static name => $"partition constraint of relation \"{name}\" is violated by some row");
        }
    }

    /// <summary>Raises 23514 when the default partition has a row that belongs to a new one.</summary>
    internal static void RequireDefault(DdlContext ddl, uint partition)
    {
        if (PartitionConstraint.Of(ddl.Catalog, partition) is { } constraint)
        {
            Require(ddl, partition, constraint, static name => $"updated partition constraint for default partition \"{name}\" would be violated by some row");
        }
    }

    private static void Require(DdlContext ddl, uint table, BoundExpr constraint, Func<string, string> message)
    {
        var catalog = ddl.Catalog;
        foreach (var leaf in Leaves(catalog, table))
        {
            var own = ColumnMapping.Map(catalog, constraint, table, leaf);
            if (SqliteTables.Exists(ddl, leaf, $"NOT ({DdlExpressions.Lower(ddl, own, catalog, leaf)})"))
            {
                var relation = catalog.Class(leaf)!;
                throw new PgException(SqlState.CheckViolation, message(relation.relname))
                {
                    SchemaName = catalog.Namespace(relation.relnamespace)!.nspname,
                    TableName = relation.relname,
                };
            }
        }
    }

    /// <summary>Raises 23503 when rows refer to a partition that is to go (RI_PartitionRemove_Check).</summary>
    internal static void RequireUnreferenced(DdlContext ddl, uint partition, PgConstraint key)
    {
        var catalog = ddl.Catalog;
        var (relation, referenced) = (catalog.Class(key.conrelid)!, catalog.Class(partition)!);
        string Quoted(string alias, uint table, short number) => $"{alias}.{RelationNames.QuotedColumn(catalog, catalog.Attribute(table, number)!)}";
        var columns = key.conkey!.Select(c => Quoted("f", relation.oid, c)).ToList();
        var match = columns.Select((c, i) => $"{Quoted("p", partition, key.confkey![i])} = {c}"
            + (catalog.GetCodec(catalog.Attribute(partition, key.confkey![i])!.atttypid).Collation is { } collation ? " COLLATE " + SqliteTables.Quote(collation) : ""));
        using var statement = ddl.Connection.Prepare(
            $"SELECT {string.Join(", ", columns)} FROM {Source(catalog, relation.oid, key.conkey!)} AS f JOIN {Source(catalog, partition, key.confkey!)} AS p ON {string.Join(" AND ", match)} LIMIT 1");
        if (!statement.Step())
        {
            return;
        }

        var attributes = key.conkey!.Select(c => catalog.Attribute(relation.oid, c)!).ToList();
        var values = attributes.Select((c, i) => catalog.GetCodec(c.atttypid).OutputString(StoredValues.Read(statement, i), ddl.Session));
        throw new PgException(SqlState.ForeignKeyViolation, $"removing partition \"{referenced.relname}\" violates foreign key constraint \"{key.conname}\"")
        {
            Detail = $"Key ({string.Join(", ", attributes.Select(static c => c.attname))})=({string.Join(", ", values)}) is still referenced from table \"{relation.relname}\".",
            SchemaName = catalog.Namespace(relation.relnamespace)!.nspname,
            TableName = relation.relname,
            ConstraintName = key.conname,
        };
    }
}
