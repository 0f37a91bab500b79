using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Sort and group items over a target list (the SQL99 half of PostgreSQL's parse_clause.c).</summary>
public static class SortTargets
{
    private const uint BtreeAm = 403;

    /// <summary>The target list entry equal to an expression; a junk entry is appended when there is none.</summary>
    public static TargetEntry Find(ParseState pstate, Pg.Node node, List<TargetEntry> targets, ParseExprKind kind)
    {
        var expr = ExpressionBinder.Transform(pstate, node, kind);
        foreach (var target in targets)
        {
            // An implicit conversion that an argument got does not make it another expression.
            if (BoundEquality.AreEqual(expr, target.Expr) || BoundEquality.AreEqual(expr, StripImplicit(target.Expr)))
            {
                return target;
            }
        }

        var added = new TargetEntry { Expr = expr, ResNo = targets.Count + 1, ResJunk = true };
        targets.Add(added);
        return added;
    }

    /// <summary>The expression under implicit conversions.</summary>
    public static BoundExpr StripImplicit(BoundExpr expr)
    {
        while (true)
        {
            switch (expr)
            {
                case BoundFuncExpr { FuncFormat: CoercionForm.ImplicitCast, Args.Count: > 0 } x:
                    expr = x.Args[0];
                    continue;
                case BoundRelabelType { RelabelFormat: CoercionForm.ImplicitCast } x:
                    expr = x.Arg;
                    continue;
                case BoundCoerceViaIO { CoerceFormat: CoercionForm.ImplicitCast } x:
                    expr = x.Arg;
                    continue;
                case BoundArrayCoerceExpr { CoerceFormat: CoercionForm.ImplicitCast } x:
                    expr = x.Arg;
                    continue;
                case BoundCoerceToDomain { CoercionFormat: CoercionForm.ImplicitCast } x:
                    expr = x.Arg;
                    continue;
                default:
                    return expr;
            }
        }
    }

    /// <summary>Adds an ORDER BY item unless the same one stands already.</summary>
    public static void AddToSortList(ParseState pstate, TargetEntry target, List<SortGroupClause> list, List<TargetEntry> targets, Pg.SortBy sortBy)
    {
        ResolveUnknown(pstate, target);
        var type = target.Expr.Type;
        var location = sortBy.SortbyDir == Pg.SortByDir.SortbyUsing && sortBy.Location >= 0 ? sortBy.Location : RawLocation.Of(sortBy.Node);

        uint sortOp, eqOp;
        bool hashable, reverse;
        try
        {
            switch (sortBy.SortbyDir)
            {
                case Pg.SortByDir.SortbyDesc:
                    var descending = OperatorResolution.GetSortGroupOperators(pstate.Catalog, type, false, true, true);
                    (sortOp, eqOp, hashable, reverse) = (descending.Gt, descending.Eq, descending.Hashable, true);
                    break;
                case Pg.SortByDir.SortbyUsing:
                    var name = NamespaceLookup.Strings(sortBy.UseOp);
                    sortOp = (OperatorResolution.CompatibleOper(pstate, name, type, type, sortBy.Location)
                        ?? throw new PgException(
                            SqlState.UndefinedFunction,
                            $"operator does not exist: {FormatType.Format(type, pstate)} {string.Join('.', name)} {FormatType.Format(type, pstate)}")
                        .WithHint("No operator matches the given name and argument types. You might need to add explicit type casts.")).oid;
                    eqOp = EqualityOfOrdering(pstate.Catalog, sortOp, out reverse);
                    if (eqOp == 0)
                    {
                        throw new PgException(SqlState.WrongObjectType, $"operator {string.Join('.', name)} is not a valid ordering operator")
                            .WithHint("Ordering operators must be \"<\" or \">\" members of btree operator families.");
                    }

                    hashable = pstate.Catalog.Operator(eqOp)!.oprcanhash;
                    break;
                default:
                    var ascending = OperatorResolution.GetSortGroupOperators(pstate.Catalog, type, true, true, false);
                    (sortOp, eqOp, hashable, reverse) = (ascending.Lt, ascending.Eq, ascending.Hashable, false);
                    break;
            }
        }
        catch (PgException e) when (e.Location < 0)
        {
            e.At(location);
            throw;
        }

        if (IsInList(target, sortOp, list, pstate.Catalog))
        {
            return;
        }

        list.Add(new SortGroupClause
        {
            TleSortGroupRef = AssignRef(target, targets),
            EqOp = eqOp,
            SortOp = sortOp,
            Hashable = hashable,
            NullsFirst = sortBy.SortbyNulls switch
            {
                Pg.SortByNulls.First => true,
                Pg.SortByNulls.Last => false,
                _ => reverse,
            },
        });
    }

    /// <summary>Adds a GROUP BY or DISTINCT item unless the same one stands already.</summary>
    public static void AddToGroupList(ParseState pstate, TargetEntry target, List<SortGroupClause> list, List<TargetEntry> targets, int location)
    {
        ResolveUnknown(pstate, target);
        if (IsInList(target, 0, list, pstate.Catalog))
        {
            return;
        }

        SortGroupOperators ops;
        try
        {
            ops = OperatorResolution.GetSortGroupOperators(pstate.Catalog, target.Expr.Type, false, true, false);
        }
        catch (PgException e) when (e.Location < 0)
        {
            e.At(location);
            throw;
        }

        list.Add(new SortGroupClause { TleSortGroupRef = AssignRef(target, targets), EqOp = ops.Eq, SortOp = ops.Lt, Hashable = ops.Hashable });
    }

    /// <summary>Whether the list has an item for the entry (with the sort operator or its commutator, unless that is 0).</summary>
    public static bool IsInList(TargetEntry target, uint sortOp, List<SortGroupClause> list, CatalogSnapshot catalog)
    {
        if (target.RessortGroupRef == 0)
        {
            return false;
        }

        foreach (var clause in list)
        {
            if (clause.TleSortGroupRef == target.RessortGroupRef
                && (sortOp == 0 || sortOp == clause.SortOp || sortOp == (catalog.Operator(clause.SortOp)?.oprcom ?? 0)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The entry's sort-group reference, given one when it has none.</summary>
    public static int AssignRef(TargetEntry target, List<TargetEntry> targets)
    {
        if (target.RessortGroupRef == 0)
        {
            var max = 0;
            foreach (var other in targets)
            {
                max = Math.Max(max, other.RessortGroupRef);
            }

            target.RessortGroupRef = max + 1;
        }

        return target.RessortGroupRef;
    }

    /// <summary>The equality operator of the btree family in which the operator is "&lt;" or "&gt;", else 0.</summary>
    public static uint EqualityOfOrdering(CatalogSnapshot catalog, uint op, out bool reverse)
    {
        foreach (var amop in catalog.AmopsOfOperator(op))
        {
            if (amop.amopmethod == BtreeAm && amop.amopstrategy is 1 or 5 && amop.amoplefttype == amop.amoprighttype)
            {
                reverse = amop.amopstrategy == 5;
                return catalog.OperatorOfStrategy(amop.amopfamily, amop.amoplefttype, amop.amoprighttype, 3);
            }
        }

        reverse = false;
        return 0;
    }

    private static void ResolveUnknown(ParseState pstate, TargetEntry target)
    {
        if (target.Expr.Type == TypeOid.Unknown)
        {
            target.Expr = Coercion.CoerceType(
                pstate, target.Expr, TypeOid.Unknown, TypeOid.Text, -1, CoercionContext.Implicit, CoercionForm.ImplicitCast, ExprFacts.Location(target.Expr));
        }
    }
}
