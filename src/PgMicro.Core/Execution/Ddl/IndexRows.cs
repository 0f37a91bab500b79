using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Writes the catalog rows that make an index (index_create).</summary>
internal static class IndexRows
{
    /// <summary>Makes an index of a table.</summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="relation">The table.</param>
    /// <param name="name">Its name.</param>
    /// <param name="definition">What it is.</param>
    /// <param name="parent">The index of the partitioned table that it is a partition of, or 0.</param>
    internal static PgClass Create(DdlContext ddl, PgClass relation, string name, IndexDefinition definition, uint parent = 0)
    {
        if (definition.IsPrimary)
        {
            if (ddl.Catalog.PrimaryKey(relation.oid) is not null)
            {
                throw new PgException(SqlState.InvalidTableDefinition, $"multiple primary keys for table \"{relation.relname}\" are not allowed");
            }

            foreach (var number in definition.Numbers.Take(definition.KeyCount))
            {
                var column = ddl.Catalog.Attribute(relation.oid, number)!;
                if (!column.attnotnull)
                {
                    ddl.Put(column with { attnotnull = true });
                }
            }
        }

        var index = RelationRows.CreateBare(
            ddl, name, relation.relnamespace, relation.relkind == 'p' ? 'I' : 'i', relation.relpersistence, definition.Am.oid, definition.Columns, relation.relowner, definition.Reloptions);
        for (var i = 0; i < definition.ColumnOptions.Length; i++)
        {
            if (definition.ColumnOptions[i] is { } given)
            {
                ddl.Put(ddl.Catalog.Attribute(index.oid, i + 1)! with { attoptions = given });
            }
        }

        ddl.Put(new PgIndex
        {
            indexrelid = index.oid,
            indrelid = relation.oid,
            indnatts = (short)definition.Numbers.Length,
            indnkeyatts = (short)definition.KeyCount,
            indisunique = definition.IsUnique,
            indnullsnotdistinct = definition.NullsNotDistinct,
            indisprimary = definition.IsPrimary,
            indisexclusion = definition.Operators is not null,
            indimmediate = !definition.IsDeferrable,
            indkey = definition.Numbers,
            indcollation = definition.Collations,
            indclass = definition.Classes,
            indoption = definition.Options,
            indexprs = DdlExpressions.SerializeList(definition.Expressions),
            indpred = definition.Predicate is null ? null : BoundTreeSerializer.Serialize(definition.Predicate),
        });
        if (!ddl.Catalog.Class(relation.oid)!.relhasindex)
        {
            ddl.Put(ddl.Catalog.Class(relation.oid)! with { relhasindex = true });
        }

        if (definition.IsConstraint)
        {
            var parentConstraint = parent == 0 ? null : ddl.Catalog.ConstraintOfIndex(parent);
            Constraints.AddIndexConstraint(ddl, relation, index, definition, parentConstraint?.oid ?? 0);
        }

        AddDependencies(ddl, ObjectAddress.Relation(index.oid), relation.oid, definition);
        return index;
    }

    private static void AddDependencies(DdlContext ddl, ObjectAddress index, uint table, IndexDefinition definition)
    {
        List<BoundExpr> expressions = [.. definition.Expressions, .. definition.Predicate is null ? [] : (BoundExpr[])[definition.Predicate]];
        if (!definition.IsConstraint)
        {
            var columns = definition.Numbers.Distinct().Where(static n => n > 0).ToList();
            foreach (var number in columns)
            {
                ddl.Depend(index, ObjectAddress.Relation(table, number), 'a');
            }

            if (columns.Count == 0)
            {
                ddl.Depend(index, ObjectAddress.Relation(table), 'a');
            }
        }

        foreach (var collation in definition.Collations.Distinct())
        {
            ddl.DependOnCollation(index, collation);
        }

        foreach (var opclass in definition.Classes.Distinct())
        {
            ddl.Depend(index, new(PgOpclass.RelationOid, opclass));
        }

        foreach (var expr in expressions)
        {
            DdlExpressions.Depend(ddl, index, expr, table, 'a');
        }
    }
}
