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
                : [Immediate(index)];
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

        return [.. found.Select(Immediate)];

        bool Matches(UniqueIndex index)
        {
            // The same set of columns and expressions, in any order.
            foreach (var (expr, collation, opclass) in wanted)
            {
                var at = FindKey(index, expr);
                if (at < 0 || (collation != 0 && index.Index.indcollation[at] != collation) || (opclass != 0 && index.Index.indclass[at] != opclass))
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

            return index.Predicate is not { } needed || (predicate is not null && Implies(predicate, needed));
        }
    }

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

    private static int FindKey(UniqueIndex index, BoundExpr expr)
    {
        for (var i = 0; i < index.Keys.Count; i++)
        {
            if (Same(index.Keys[i], expr))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool Same(BoundExpr a, BoundExpr b) =>
        a is BoundVar x && b is BoundVar y ? x.Varattno == y.Varattno && x.Varno == y.Varno : BoundEquality.AreEqual(a, b);

    // Each conjunct that the index needs stands among those given.
    private static bool Implies(BoundExpr given, BoundExpr needed)
    {
        var conjuncts = Conjuncts(given).ToList();
        return Conjuncts(needed).All(n => conjuncts.Exists(g => BoundEquality.AreEqual(g, n)));
    }

    private static IEnumerable<BoundExpr> Conjuncts(BoundExpr expr) =>
        expr is BoundBoolExpr { BoolOp: BoolExprType.And } and ? and.Args.SelectMany(Conjuncts) : [expr];
}
