using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;
using Kind = PgQuery.Node.NodeOneofCase;

namespace PgMicro.Core.Binding.Queries;

/// <summary>WITH (the rules of parse_cte.c).</summary>
internal static class WithClauses
{
    internal static void Transform(ParseState pstate, Pg.WithClause? clause, BoundQuery query)
    {
        if (clause is null)
        {
            return;
        }

        query.HasRecursive = clause.Recursive;
        var parsed = clause.Ctes.Select(n => n.CommonTableExpr).ToList();
        foreach (var cte in parsed)
        {
            if (parsed.First(c => c.Ctename == cte.Ctename) != cte)
            {
                throw new PgException(SqlState.DuplicateAlias, $"WITH query name \"{cte.Ctename}\" specified more than once").At(cte.Location);
            }

            if (cte.Ctequery.NodeCase != Kind.SelectStmt)
            {
                if (pstate.ParentParseState is not null)
                {
                    throw new PgException(SqlState.FeatureNotSupported, "WITH clause containing a data-modifying statement must be at the top level")
                        .At(cte.Location);
                }

                pstate.HasModifyingCTE = true;
            }

        }

        if (!clause.Recursive)
        {
            pstate.FutureCtes.AddRange(parsed.Select(c => c.Ctename));
        }

        foreach (var cte in clause.Recursive ? InDependencyOrder(parsed) : parsed)
        {
            var bound = new CommonTableExpr
            {
                CteName = cte.Ctename,
                AliasColNames = [.. cte.Aliascolnames.Select(n => n.String.Sval)],
                Location = cte.Location,
                CteMaterialized = cte.Ctematerialized switch
                {
                    Pg.CTEMaterialize.Always => CteMaterialize.Always,
                    Pg.CTEMaterialize.Never => CteMaterialize.Never,
                    _ => CteMaterialize.Default,
                },
            };
            SearchCycle.Prepare(pstate, cte, bound);
            if (clause.Recursive && Mentions(cte.Ctequery, cte.Ctename))
            {
                CheckRecursive(cte);
                bound.CteRecursive = true;
                pstate.InRecursiveOf = bound;
                pstate.CteNamespace.Add(bound);
            }

            bound.CteQuery = Binder.TransformSubquery(pstate, cte.Ctequery, bound, lockedFromParent: false, resolveUnknowns: true);
            pstate.InRecursiveOf = null;
            pstate.FutureCtes.Remove(cte.Ctename);
            if (bound.CteRecursive)
            {
                CheckRecursiveTypes(pstate, bound);
            }
            else
            {
                var columns = bound.CteQuery.CommandType == CommandType.Select ? bound.CteQuery.TargetList : bound.CteQuery.ReturningList;
                DetermineColumns(bound, columns);
                pstate.CteNamespace.Add(bound);
            }

            SearchCycle.Check(bound);
            query.CteList.Add(bound);
        }

        query.HasModifyingCTE = pstate.HasModifyingCTE;
    }

    /// <summary>The columns that the recursive term sees: those of the other term, unknown ones as text.</summary>
    internal static void DetermineRecursiveColumns(CommonTableExpr cte, List<TargetEntry> columns) => DetermineColumns(cte, columns);

    private static void DetermineColumns(CommonTableExpr cte, List<TargetEntry> columns)
    {
        var visible = columns.FindAll(t => !t.ResJunk);
        if (cte.AliasColNames.Count > visible.Count)
        {
            throw new PgException(
                SqlState.InvalidColumnReference,
                $"WITH query \"{cte.CteName}\" has {visible.Count} columns available but {cte.AliasColNames.Count} columns specified").At(cte.Location);
        }

        cte.CteColNames.Clear();
        cte.CteColTypes.Clear();
        cte.CteColTypmods.Clear();
        cte.CteColCollations.Clear();
        for (var i = 0; i < visible.Count; i++)
        {
            var expr = visible[i].Expr;
            cte.CteColNames.Add(i < cte.AliasColNames.Count ? cte.AliasColNames[i] : visible[i].ResName!);
            var unknown = expr.Type == TypeOid.Unknown;
            cte.CteColTypes.Add(unknown ? TypeOid.Text : expr.Type);
            cte.CteColTypmods.Add(unknown ? -1 : expr.Typmod);
            cte.CteColCollations.Add(unknown ? Catalog.BuiltInOids.DefaultCollation : expr.Collation);
        }
    }

    private static void CheckRecursiveTypes(ParseState pstate, CommonTableExpr cte)
    {
        var columns = cte.CteQuery.TargetList.FindAll(t => !t.ResJunk);
        for (var i = 0; i < columns.Count; i++)
        {
            var expr = columns[i].Expr;
            if (expr.Type == cte.CteColTypes[i] && (expr.Typmod == cte.CteColTypmods[i] || cte.CteColTypmods[i] == -1))
            {
                continue;
            }

            throw new PgException(
                SqlState.DatatypeMismatch,
                $"recursive query \"{cte.CteName}\" column {i + 1} has type {FormatType.Format(cte.CteColTypes[i], cte.CteColTypmods[i], pstate.Catalog, pstate.SearchPath)} in non-recursive term but type {FormatType.Format(expr.Type, expr.Typmod, pstate.Catalog, pstate.SearchPath)} overall")
                .WithHint("Cast the output of the non-recursive term to the correct type.").At(ExprFacts.Location(expr));
        }
    }

    private static void CheckRecursive(Pg.CommonTableExpr cte)
    {
        var select = cte.Ctequery.SelectStmt;
        if (select is null)
        {
            throw new PgException(SqlState.InvalidRecursion, $"recursive query \"{cte.Ctename}\" must not contain data-modifying statements").At(cte.Location);
        }

        if (select.Op != Pg.SetOperation.SetopUnion)
        {
            throw new PgException(
                SqlState.InvalidRecursion,
                $"recursive query \"{cte.Ctename}\" does not have the form non-recursive-term UNION [ALL] recursive-term").At(cte.Location);
        }

        if (select.WithClause is { } inner && LocationOf(inner, cte.Ctename) is { } inside && !inner.Ctes.Any(c => c.CommonTableExpr.Ctename == cte.Ctename))
        {
            // The WITH of a recursive query is no part of its recursive term.
            throw new PgException(SqlState.InvalidRecursion, $"recursive reference to query \"{cte.Ctename}\" must not appear within a subquery").At(inside);
        }

        if (select.SortClause.Count > 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "ORDER BY in a recursive query is not implemented").At(RawLocation.Leftmost(select.SortClause));
        }

        if (select.LimitOffset is not null)
        {
            throw new PgException(SqlState.FeatureNotSupported, "OFFSET in a recursive query is not implemented").At(RawLocation.Of(select.LimitOffset));
        }

        if (select.LimitCount is not null)
        {
            throw new PgException(SqlState.FeatureNotSupported, "LIMIT in a recursive query is not implemented").At(RawLocation.Of(select.LimitCount));
        }

        if (select.LockingClause.Count > 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "FOR UPDATE/SHARE in a recursive query is not implemented");
        }

        if (Mentions(new Pg.Node { SelectStmt = select.Larg }, cte.Ctename))
        {
            throw new PgException(
                SqlState.InvalidRecursion, $"recursive reference to query \"{cte.Ctename}\" must not appear within its non-recursive term")
                .At(LocationOf(select.Larg, cte.Ctename));
        }

        RecursionCheck.Check(select.Rarg, cte.Ctename);
    }

    private static List<Pg.CommonTableExpr> InDependencyOrder(List<Pg.CommonTableExpr> ctes)
    {
        var left = new List<Pg.CommonTableExpr>(ctes);
        var result = new List<Pg.CommonTableExpr>();
        while (left.Count > 0)
        {
            var next = left.Find(c => left.TrueForAll(o => ReferenceEquals(o, c) || !Mentions(c.Ctequery, o.Ctename)))
                ?? throw new PgException(SqlState.FeatureNotSupported, "mutual recursion between WITH items is not implemented").At(left[0].Location);
            result.Add(next);
            left.Remove(next);
        }

        return result;
    }

    private static bool Mentions(Pg.Node node, string name) => LocationOf(node, name) is not null;

    private static int LocationOf(Pg.SelectStmt select, string name) => LocationOf((Google.Protobuf.IMessage)select, name) ?? -1;

    /// <summary>Where a tree names a relation without schema; inner WITH queries of that name hide it.</summary>
    private static int? LocationOf(Google.Protobuf.IMessage message, string name)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (message is Pg.RangeVar range)
        {
            return range.Relname == name && range.Schemaname.Length == 0 ? range.Location : null;
        }

        if (message is Pg.SelectStmt { WithClause: { } with } && with.Ctes.Any(c => c.CommonTableExpr.Ctename == name))
        {
            // What is written before the inner query of that name, and in it unless it is recursive, means the outer one.
            foreach (var cte in with.Recursive ? [] : with.Ctes)
            {
                if (LocationOf(cte.CommonTableExpr.Ctequery, name) is { } found)
                {
                    return found;
                }

                if (cte.CommonTableExpr.Ctename == name)
                {
                    break;
                }
            }

            return null;
        }

        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.FieldType != Google.Protobuf.Reflection.FieldType.Message)
            {
                continue;
            }

            if (field.IsRepeated)
            {
                foreach (var item in (System.Collections.IList)field.Accessor.GetValue(message))
                {
                    if (LocationOf((Google.Protobuf.IMessage)item!, name) is { } found)
                    {
                        return found;
                    }
                }
            }
            else if (field.Accessor.GetValue(message) is Google.Protobuf.IMessage child && LocationOf(child, name) is { } location)
            {
                return location;
            }
        }

        return null;
    }
}
