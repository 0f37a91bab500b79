using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>An index without its name and table, over a table's columns: what CREATE INDEX says, or what another index is.</summary>
internal sealed record IndexDefinition
{
    internal required PgAm Am { get; init; }

    /// <summary>The index's own columns.</summary>
    internal required IReadOnlyList<NewColumn> Columns { get; init; }

    /// <summary>The table's columns, keys first; 0 for an expression.</summary>
    internal required short[] Numbers { get; init; }

    internal required int KeyCount { get; init; }

    internal required uint[] Collations { get; init; }

    internal required uint[] Classes { get; init; }

    internal required short[] Options { get; init; }

    /// <summary>The options of each key's operator class.</summary>
    internal required string[]?[] ColumnOptions { get; init; }

    /// <summary>The operators of an exclusion constraint.</summary>
    internal required uint[]? Operators { get; init; }

    internal required List<BoundExpr> Expressions { get; init; }

    internal required BoundExpr? Predicate { get; init; }

    internal required bool IsUnique { get; init; }

    internal required bool IsPrimary { get; init; }

    internal required bool IsConstraint { get; init; }

    internal required bool IsDeferrable { get; init; }

    internal required bool IsDeferred { get; init; }

    internal required bool NullsNotDistinct { get; init; }

    internal required string[]? Reloptions { get; init; }

    /// <summary>An index as one of another table, whose columns are found by name (generateClonedIndexStmt).</summary>
    internal static IndexDefinition Of(DdlContext ddl, PgIndex index, uint target)
    {
        var catalog = ddl.Catalog;
        var constraint = catalog.ConstraintOfIndex(index.indexrelid);
        var relation = catalog.Class(index.indexrelid)!;
        var attributes = catalog.Attributes(index.indexrelid);
        BoundExpr Map(BoundExpr expr) => ColumnMapping.Map(catalog, expr, index.indrelid, target);
        return new IndexDefinition
        {
            Am = catalog.Am(relation.relam)!,
            Columns = [.. attributes.Select(static a => new NewColumn(a.attname, a.atttypid, a.atttypmod, a.attcollation, 0))],
            Numbers = [.. index.indkey.Select(k => k == 0 ? (short)0 : ColumnMapping.Number(catalog, index.indrelid, k, target))],
            KeyCount = index.indnkeyatts,
            Collations = index.indcollation,
            Classes = index.indclass,
            Options = index.indoption,
            ColumnOptions = [.. attributes.Take(index.indnkeyatts).Select(static a => a.attoptions)],
            Operators = constraint?.conexclop,
            Expressions = DdlExpressions.IndexExpressions(index).ConvertAll(Map),
            Predicate = index.indpred is null ? null : Map(BoundTreeSerializer.DeserializeExpr(index.indpred)),
            IsUnique = index.indisunique,
            IsPrimary = index.indisprimary,
            IsConstraint = constraint is not null,
            IsDeferrable = constraint is { condeferrable: true },
            IsDeferred = constraint is { condeferred: true },
            NullsNotDistinct = index.indnullsnotdistinct,
            Reloptions = relation.reloptions,
        };
    }

    /// <summary>The name of such an index of a table when none is given.</summary>
    internal string ChooseName(DdlContext ddl, PgClass relation) => IsPrimary
        ? ObjectNames.ChooseRelationName(ddl.Catalog, relation.relname, null, "pkey", relation.relnamespace, true)
        : ObjectNames.ChooseRelationName(
            ddl.Catalog, relation.relname, ObjectNames.Addition(Columns.Select(static c => c.Name)), Operators is not null ? "excl" : IsConstraint ? "key" : "idx", relation.relnamespace, IsConstraint);

    /// <summary>Whether an index of the same table serves as well (CompareIndexInfo).</summary>
    internal bool Matches(CatalogSnapshot catalog, IndexDefinition other)
    {
        if (Am.oid != other.Am.oid || IsUnique != other.IsUnique || NullsNotDistinct != other.NullsNotDistinct || KeyCount != other.KeyCount
            || !Numbers.AsSpan().SequenceEqual(other.Numbers) || !Collations.AsSpan(0, KeyCount).SequenceEqual(other.Collations.AsSpan(0, KeyCount)))
        {
            return false;
        }

        for (var i = 0; i < KeyCount; i++)
        {
            if (catalog.Opclass(Classes[i])?.opcfamily != catalog.Opclass(other.Classes[i])?.opcfamily)
            {
                return false;
            }
        }

        return Expressions.Count == other.Expressions.Count && Expressions.Zip(other.Expressions).All(static e => BoundEquality.AreEqual(e.First, e.Second))
            && (Predicate is null ? other.Predicate is null : other.Predicate is not null && BoundEquality.AreEqual(Predicate, other.Predicate))
            && (Operators is null ? other.Operators is null : other.Operators is not null && Operators.AsSpan().SequenceEqual(other.Operators));
    }
}
