using Google.Protobuf.Collections;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Partitioning;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Partitions;

/// <summary>CREATE TABLE … PARTITION OF.</summary>
internal static class PartitionOf
{
    /// <summary>Gives a definition the columns and checks of its parent, with what WITH OPTIONS says of them.</summary>
    internal static void AddColumns(DdlContext ddl, TableDefinition table, IReadOnlyList<PgClass> parents, RepeatedField<Pg.Node> elements)
    {
        var options = new Dictionary<string, Pg.ColumnDef>();
        foreach (var definition in elements.Where(static e => e.NodeCase == Pg.Node.NodeOneofCase.ColumnDef).Select(static e => e.ColumnDef))
        {
            if (!options.TryAdd(definition.Colname, definition))
            {
                throw new PgException(SqlState.DuplicateColumn, $"column \"{definition.Colname}\" specified more than once");
            }
        }

        InheritedColumns.Merge(ddl, table, parents, isPartition: true);
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (options.Remove(table.Columns[i].Name, out var given))
            {
                table.Columns[i] = WithOptions(ddl, table, table.Columns[i], given.Clone());
            }
        }

        if (options.Count > 0)
        {
            throw new PgException(SqlState.UndefinedColumn, $"column \"{options.Keys.First()}\" does not exist");
        }
    }

    private static NewColumn WithOptions(DdlContext ddl, TableDefinition table, NewColumn column, Pg.ColumnDef definition)
    {
        if (definition.Constraints.Any(static c => c.Constraint.Contype == Pg.ConstrType.ConstrIdentity))
        {
            throw new PgException(SqlState.FeatureNotSupported, "identity columns are not supported on partitions");
        }

        definition.TypeName = new Pg.TypeName { TypeOid = column.Type, Typemod = column.Typmod, Location = -1 };
        var own = ColumnDefinitions.Transform(ddl, table, definition);
        var name = column.Name;
        if (column.Generated == 0 && own.Generated != 0)
        {
            throw new PgException(SqlState.InvalidColumnDefinition, $"child column \"{name}\" specifies generation expression")
                .WithHint("A child table column cannot be generated unless its parent column is.");
        }

        if (column.Generated != 0 && own.Generated == 0 && (own.Default is not null || own.Identity != 0))
        {
            throw new PgException(
                SqlState.InvalidColumnDefinition, $"column \"{name}\" inherits from generated column but specifies {(own.Default is not null ? "default" : "identity")}");
        }

        column.NotNull |= own.NotNull;
        if (own.Default is not null)
        {
            (column.Default, column.StoredDefault) = (own.Default, null);
        }

        return column;
    }

    /// <summary>Gives a new child of a table the bound that makes it a partition.</summary>
    internal static void Store(DdlContext ddl, PgClass relation, PgClass parent, Pg.PartitionBoundSpec spec)
    {
        if (PartitionKey.Of(ddl.Catalog, parent.oid) is not { } key)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, $"\"{parent.relname}\" is not partitioned");
        }

        var bound = new PartitionBoundBinding(ddl, key).Bind(spec);
        NewPartition.Check(ddl, relation.relname, parent.oid, bound);
        StoreBound(ddl, relation.oid, parent.oid, bound);
        if (PartitionDescriptor.Of(ddl.Catalog, parent.oid) is { Default: not 0 } descriptor && descriptor.Default != relation.oid)
        {
            PartitionRows.RequireDefault(ddl, descriptor.Default);
        }
    }

    /// <summary>Writes a partition's bound.</summary>
    internal static void StoreBound(DdlContext ddl, uint relation, uint parent, BoundPartitionBound bound)
    {
        ddl.Put(ddl.Catalog.Class(relation)! with { relispartition = true, relpartbound = BoundTreeSerializer.Serialize(bound) });
        if (bound.IsDefault)
        {
            ddl.Put(ddl.Catalog.Find(PgPartitionedTable.Relation, new(parent))! with { partdefid = relation });
        }
    }
}
