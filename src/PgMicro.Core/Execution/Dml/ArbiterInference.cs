using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Finds the unique indexes that ON CONFLICT means (manual: INSERT, "ON CONFLICT Clause").</summary>
internal static class ArbiterInference
{
    /// <summary>The arbiters; empty for DO NOTHING without a target, which takes all, exclusion constraints too.</summary>
    /// <exception cref="PgException">42P10 when none fits; 55000 for a deferrable one.</exception>
    internal static UniqueIndex[] Find(TableLayout table, OnConflictExpr conflict, int resultRelation)
    {
        if (conflict.Constraint != 0)
        {
            var index = Array.Find(table.UniqueIndexes, u => u.Constraint?.oid == conflict.Constraint)
                ?? throw new PgException(SqlState.WrongObjectType, "constraint in ON CONFLICT clause has no associated index");
            return index.IsExclusion && conflict.Action == OnConflictAction.Update
                ? throw new PgException(SqlState.WrongObjectType, "ON CONFLICT DO UPDATE not supported with exclusion constraints")
                : [Own(index)];
        }

        if (conflict.ArbiterElems.Count == 0)
        {
            return [];
        }

        // Index expressions refer to their table as entry 1.
        var own = new VarReplacer(resultRelation, v =>
        {
            var copy = (BoundVar)v.ShallowCopy();
            copy.Varno = 1;
            return copy;
        });
        var wanted = conflict.ArbiterElems.ConvertAll(e => (Expr: own.Rewrite(e.Expr), e.InferCollid, e.InferOpClass));
        var predicate = conflict.ArbiterWhere is { } where ? own.Rewrite(where) : null;
        var found = table.UniqueIndexes.Where(u => !u.IsExclusion && Matches(u)).ToArray();
        if (found.Length == 0)
        {
            throw new PgException(
                SqlState.InvalidColumnReference, "there is no unique or exclusion constraint matching the ON CONFLICT specification");
        }

        return [.. found.Select(Own)];

        bool Matches(UniqueIndex index)
        {
            // Such as not all partitions have is none yet.
            if (!index.Index.indisvalid)
            {
                return false;
            }

            // The same set of columns and expressions, in any order.
            foreach (var (expr, collation, opclass) in wanted)
            {
                if (!HasKey(index, expr, collation, opclass))
                {
                    return false;
                }
            }

            foreach (var key in index.Keys)
            {
                if (!wanted.Exists(w => Same(w.Expr, key)))
                {
                    return false;
                }
            }

            return index.Predicate is not { } needed || (predicate is not null && PredicateProof.Implies(table.Catalog, predicate, needed));
        }
    }

    // Of a partitioned table the index of the partition that a row goes to is the arbiter.
    private static UniqueIndex Own(UniqueIndex index) => index.Table.Class.relkind == 'p' ? index : Immediate(index);

    /// <summary>An index if it can be an arbiter (55000).</summary>
    internal static UniqueIndex Immediate(UniqueIndex index) => index.IsImmediate
        ? index
        : throw new PgException(
            SqlState.ObjectNotInPrerequisiteState, "ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters")
        {
            SchemaName = index.Table.Schema,
            TableName = index.Table.Name,
            ConstraintName = index.Name,
        };

    // A key of the expression, with the collation and an equivalent of the operator class where they are given.
    private static bool HasKey(UniqueIndex index, BoundExpr expr, uint collation, uint opclass)
    {
        var catalog = index.Table.Catalog;
        var wanted = opclass == 0 ? null : catalog.Opclass(opclass);
        for (var i = 0; i < index.Keys.Count; i++)
        {
            if (Same(index.Keys[i], expr)
                && (collation == 0 || index.Index.indcollation[i] == collation)
                && (wanted is null || (catalog.Opclass(index.Index.indclass[i]) is { } own && own.opcfamily == wanted.opcfamily && own.opcintype == wanted.opcintype)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Same(BoundExpr a, BoundExpr b) =>
        a is BoundVar x && b is BoundVar y ? x.Varattno == y.Varattno && x.Varno == y.Varno : BoundEquality.AreEqual(a, b);
}
