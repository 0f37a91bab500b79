using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>ON CONFLICT (the rules of transformOnConflictClause).</summary>
internal static class OnConflictBinder
{
    internal static OnConflictExpr Transform(ParseState pstate, Pg.OnConflictClause clause, ParseNamespaceItem target)
    {
        var result = new OnConflictExpr
        {
            Action = clause.Action == Pg.OnConflictAction.OnconflictUpdate ? OnConflictAction.Update : OnConflictAction.Nothing,
        };
        if (result.Action == OnConflictAction.Update && clause.Infer is null)
        {
            throw new PgException(SqlState.SyntaxError, "ON CONFLICT DO UPDATE requires inference specification or constraint name")
                .WithHint("For example, ON CONFLICT (column_name).").At(clause.Location);
        }

        // DO UPDATE sees the proposed row as "excluded".
        ParseNamespaceItem? excluded = null;
        if (result.Action != OnConflictAction.Nothing)
        {
            excluded = RangeTableEntries.AddRelation(pstate, pstate.TargetRelation!, new Pg.Alias { Aliasname = "excluded" }, inFromCl: false);
            excluded.Rte.RelKind = 'c';
            result.ExclRelIndex = excluded.RtIndex;
        }

        if (clause.Infer is { } infer)
        {
            if (infer.Conname.Length > 0)
            {
                var relation = pstate.TargetRelation!;
                var constraint = pstate.Catalog.ConstraintsOf(relation.oid).FirstOrDefault(c => c.conname == infer.Conname)
                    ?? throw new PgException(SqlState.UndefinedObject, $"constraint \"{infer.Conname}\" for table \"{relation.relname}\" does not exist");
                result.Constraint = constraint.oid;
            }
            else
            {
                foreach (var node in infer.IndexElems)
                {
                    result.ArbiterElems.Add(Element(pstate, node.IndexElem, infer.Location));
                }

                result.ArbiterWhere = Where.Transform(pstate, infer.WhereClause, ParseExprKind.IndexPredicate, "WHERE");
                Collations.Assign(pstate, result.ArbiterWhere);
            }
        }

        if (excluded is null)
        {
            return result;
        }

        var saved = pstate.Namespace;
        pstate.Namespace = [target.With(true, true, false, true), excluded.With(true, true, false, true)];
        var isInsert = pstate.IsInsert;
        pstate.IsInsert = false;
        result.OnConflictSet = UpdateBinder.SetList(pstate, TargetLists.Transform(pstate, clause.TargetList, ParseExprKind.UpdateSource), clause.TargetList);
        foreach (var multi in pstate.MultiAssignExprs)
        {
            multi.ResNo = result.OnConflictSet.Max(t => t.ResNo) + 1;
            result.OnConflictSet.Add(multi);
        }

        pstate.MultiAssignExprs.Clear();
        result.OnConflictWhere = Where.Transform(pstate, clause.WhereClause, ParseExprKind.Where, "WHERE");
        pstate.IsInsert = isInsert;
        pstate.Namespace = saved;
        return result;
    }

    private static InferenceElem Element(ParseState pstate, Pg.IndexElem element, int location)
    {
        if (element.Ordering is not (Pg.SortByDir.SortbyDefault or Pg.SortByDir.Undefined))
        {
            throw new PgException(SqlState.InvalidColumnReference, "ASC/DESC is not allowed in ON CONFLICT clause").At(location);
        }

        if (element.NullsOrdering is not (Pg.SortByNulls.Default or Pg.SortByNulls.Undefined))
        {
            throw new PgException(SqlState.InvalidColumnReference, "NULLS FIRST/LAST is not allowed in ON CONFLICT clause").At(location);
        }

        var node = element.Expr ?? ColumnRef(element.Name, location);
        var expr = ExpressionBinder.Transform(pstate, node, ParseExprKind.IndexExpression);
        Collations.Assign(pstate, expr);
        var result = new InferenceElem { Expr = expr };
        if (element.Collation.Count > 0)
        {
            result.InferCollid = NamespaceLookup.CollationOid(pstate, NamespaceLookup.Strings(element.Collation), location);
        }

        if (element.Opclass.Count > 0)
        {
            var names = NamespaceLookup.Strings(element.Opclass);
            var schema = names.Length > 1 ? names[^2] : null;
            result.InferOpClass = pstate.Catalog.OpclassesByName(names[^1]).FirstOrDefault(
                o => o.opcmethod == BuiltInOids.BtreeAm && (schema is null || pstate.Catalog.Namespace(o.opcnamespace)?.nspname == schema))?.oid
                ?? throw new PgException(SqlState.UndefinedObject, $"operator class \"{string.Join('.', names)}\" does not exist for access method \"btree\"");
        }

        return result;
    }

    private static Pg.Node ColumnRef(string name, int location)
    {
        var reference = new Pg.ColumnRef { Location = location };
        reference.Fields.Add(new Pg.Node { String = new Pg.String { Sval = name } });
        return new Pg.Node { ColumnRef = reference };
    }
}
