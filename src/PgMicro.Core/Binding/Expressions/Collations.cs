using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Which collation each expression has and each function works under (PostgreSQL's parse_collate.c).</summary>
public static class Collations
{
    private const uint DefaultCollation = 100;

    private enum Strength
    {
        None,
        Implicit,
        Conflict,
        Explicit,
    }

    private struct Context
    {
        public uint Collation;
        public Strength Strength;
        public int Location;
        public uint Collation2;
        public int Location2;
    }

    /// <summary>Assigns collations throughout an expression, in place.</summary>
    /// <exception cref="PgException">42P21 for two explicit collations.</exception>
    public static void Assign(ParseState pstate, BoundNode? expr)
    {
        var context = default(Context);
        Walk(pstate.Catalog, expr, ref context);
    }

    /// <summary>Assigns collations throughout each expression by itself.</summary>
    public static void AssignList(ParseState pstate, IEnumerable<BoundExpr> exprs)
    {
        foreach (var expr in exprs)
        {
            Assign(pstate, expr);
        }
    }

    /// <summary>The collation that several expressions have together.</summary>
    /// <param name="pstate">Where the catalog is.</param>
    /// <param name="exprs">The expressions.</param>
    /// <param name="noneOk">Whether a conflict of implicit collations gives 0 and not an error.</param>
    /// <exception cref="PgException">42P21.</exception>
    public static uint SelectCommon(ParseState pstate, IEnumerable<BoundExpr> exprs, bool noneOk)
    {
        var context = default(Context);
        foreach (var expr in exprs)
        {
            Walk(pstate.Catalog, expr, ref context);
        }

        if (context.Strength != Strength.Conflict)
        {
            return context.Collation;
        }

        return noneOk ? 0u : throw Mismatch(pstate.Catalog, context);
    }

    private static PgException Mismatch(CatalogSnapshot catalog, in Context context) =>
        new PgException(
            SqlState.CollationMismatch,
            $"collation mismatch between implicit collations \"{Name(catalog, context.Collation)}\" and \"{Name(catalog, context.Collation2)}\"")
            .WithHint("You can choose the collation by applying the COLLATE clause to one or both expressions.")
            .At(context.Location2);

    private static string Name(CatalogSnapshot catalog, uint collation) => catalog.Collation(collation)?.collname ?? "";

    private static void Walk(CatalogSnapshot catalog, BoundNode? node, ref Context context)
    {
        var mine = default(Context);
        uint collation;
        Strength strength;
        var location = -1;
        switch (node)
        {
            case null:
                return;
            case BoundCaseWhen or TargetEntry:
                {
                    // A condition's collation is not its result's.
                    if (node is BoundCaseWhen when)
                    {
                        var condition = default(Context);
                        Walk(catalog, when.Expr, ref condition);
                        Walk(catalog, when.Result, ref context);
                    }
                    else
                    {
                        var entry = (TargetEntry)node;
                        if (entry.RessortGroupRef != 0)
                        {
                            // What is sorted or grouped by needs one.
                            Walk(catalog, entry.Expr, ref mine);
                            if (mine.Strength == Strength.Conflict)
                            {
                                throw Mismatch(catalog, mine);
                            }
                        }

                        Walk(catalog, entry.Expr, ref context);
                    }

                    return;
                }

            case BoundCollateExpr collate:
                Walk(catalog, collate.Arg, ref mine);
                collation = collate.Collation;
                strength = Strength.Explicit;
                location = collate.Location;
                break;
            case BoundFieldSelect field:
                Walk(catalog, field.Arg, ref mine);
                collation = field.Collation;
                strength = collation != 0 ? Strength.Implicit : Strength.None;
                location = ExprFacts.Location(field);
                break;
            case BoundRowExpr row:
                foreach (var arg in row.Args)
                {
                    var one = default(Context);
                    Walk(catalog, arg, ref one);
                }

                return;
            case BoundRowCompareExpr compare:
                compare.InputCollations.Clear();
                for (var i = 0; i < compare.LArgs.Count; i++)
                {
                    var pair = default(Context);
                    Walk(catalog, compare.LArgs[i], ref pair);
                    Walk(catalog, compare.RArgs[i], ref pair);
                    if (pair.Strength == Strength.Conflict)
                    {
                        throw Mismatch(catalog, pair);
                    }

                    compare.InputCollations.Add(pair.Collation);
                }

                return;
            case BoundVar or BoundConst or BoundParam or BoundCoerceToDomainValue or BoundCaseTestExpr or BoundSetToDefault or BoundCurrentOfExpr
                or BoundSqlValueFunction or BoundMergeSupportFunc or BoundNextValueExpr or BoundGroupingFunc:
                {
                    if (node is BoundGroupingFunc)
                    {
                        ((BoundExpr)node).ForEachChild(child =>
                        {
                            var one = default(Context);
                            Walk(catalog, child, ref one);
                        });
                    }

                    var leaf = (BoundExpr)node;
                    collation = leaf.Collation;
                    strength = collation != 0 ? Strength.Implicit : Strength.None;
                    location = leaf.Location;
                    if (leaf is BoundConst && collation == 0)
                    {
                        // A constant of a collatable type that was made without one.
                        collation = leaf.Collation = TypeFacts.Collation(catalog, leaf.Type);
                        strength = collation != 0 ? Strength.Implicit : Strength.None;
                    }

                    break;
                }

            case BoundSubLink sublink:
                Walk(catalog, sublink.Testexpr, ref mine);
                collation = sublink.Collation;
                strength = collation != 0 ? Strength.Implicit : Strength.None;
                location = sublink.Location;
                break;
            case BoundCaseExpr { Arg: not null } or BoundScalarArrayOpExpr or BoundExpr:
                {
                    var expr = (BoundExpr)node;
                    Children(catalog, expr, ref mine);
                    SetInputCollation(expr, mine);
                    var typeCollation = TypeFacts.Collation(catalog, expr.Type);
                    if (typeCollation != 0)
                    {
                        if (mine.Strength == Strength.None)
                        {
                            // Nothing collatable went in: the type's own collation.
                            (collation, strength, location) = (typeCollation, Strength.Implicit, ExprFacts.Location(expr));
                        }
                        else
                        {
                            (collation, strength, location) = (mine.Collation, mine.Strength, mine.Location);
                        }
                    }
                    else
                    {
                        (collation, strength, location) = (0, Strength.None, -1);
                    }

                    expr.Collation = strength == Strength.Conflict ? 0 : collation;
                    context = Merge(catalog, context, collation, strength, location, mine);
                    return;
                }

            default:
                return;
        }

        context = Merge(catalog, context, collation, strength, location, mine);
    }

    private static void Children(CatalogSnapshot catalog, BoundExpr expr, ref Context mine)
    {
        switch (expr)
        {
            case BoundAggref aggref:
                Aggregate(catalog, aggref, ref mine);
                return;
            case BoundWindowFunc window:
                foreach (var arg in window.Args)
                {
                    Walk(catalog, arg, ref mine);
                }

                Alone(catalog, window.AggFilter);
                return;
            case BoundCaseExpr @case:
                // The tested value has had its collation assigned already.
                foreach (var when in @case.Args)
                {
                    Walk(catalog, when, ref mine);
                }

                Walk(catalog, @case.DefResult, ref mine);
                return;
            case BoundSubscriptingRef subscript:
                foreach (var index in subscript.UpperIndexes)
                {
                    Alone(catalog, index);
                }

                foreach (var index in subscript.LowerIndexes ?? [])
                {
                    Alone(catalog, index);
                }

                Walk(catalog, subscript.RefExpr, ref mine);
                Walk(catalog, subscript.RefAssignExpr, ref mine);
                return;
            case BoundArrayCoerceExpr coerce:
                Walk(catalog, coerce.Arg, ref mine);
                return;
        }

        var context = mine;
        expr.ForEachChild(child => Walk(catalog, child, ref context));
        mine = context;
    }

    private static void Alone(CatalogSnapshot catalog, BoundNode? expr)
    {
        var context = default(Context);
        Walk(catalog, expr, ref context);
    }

    private static void Aggregate(CatalogSnapshot catalog, BoundAggref aggref, ref Context mine)
    {
        // Ordered-set aggregates with several sort columns compare each under its own collation.
        var variadic = catalog.Proc(aggref.AggFnOid)!.provariadic != 0;
        var merge = aggref.AggKind == 'n' || (aggref.Args.Count == 1 && !(aggref.AggKind != 'n' && variadic));
        foreach (var direct in aggref.AggDirectArgs)
        {
            if (aggref.AggKind == 'h')
            {
                Alone(catalog, direct);
            }
            else
            {
                Walk(catalog, direct, ref mine);
            }
        }

        foreach (var target in aggref.Args)
        {
            if (target.ResJunk || !merge)
            {
                Alone(catalog, target);
            }
            else
            {
                Walk(catalog, target, ref mine);
            }
        }

        Alone(catalog, aggref.AggFilter);
    }

    private static void SetInputCollation(BoundExpr expr, in Context inputs)
    {
        var collation = inputs.Strength == Strength.Conflict ? 0 : inputs.Collation;
        switch (expr)
        {
            case BoundFuncExpr x:
                x.InputCollation = collation;
                break;
            case BoundOpExpr x:
                x.InputCollation = collation;
                break;
            case BoundDistinctExpr x:
                x.InputCollation = collation;
                break;
            case BoundNullIfExpr x:
                x.InputCollation = collation;
                break;
            case BoundScalarArrayOpExpr x:
                x.InputCollation = collation;
                break;
            case BoundMinMaxExpr x:
                x.InputCollation = collation;
                break;
            case BoundAggref x:
                x.InputCollation = collation;
                break;
            case BoundWindowFunc x:
                x.InputCollation = collation;
                break;
        }
    }

    private static Context Merge(CatalogSnapshot catalog, Context context, uint collation, Strength strength, int location, in Context child)
    {
        if (strength > context.Strength)
        {
            context.Collation = collation;
            context.Strength = strength;
            context.Location = location;
            if (strength == Strength.Conflict)
            {
                context.Collation2 = child.Collation2;
                context.Location2 = child.Location2;
            }

            return context;
        }

        if (strength != context.Strength || collation == context.Collation)
        {
            return context;
        }

        switch (strength)
        {
            case Strength.Implicit:
                if (context.Collation == DefaultCollation)
                {
                    context.Collation = collation;
                    context.Location = location;
                }
                else if (collation != DefaultCollation)
                {
                    context.Strength = Strength.Conflict;
                    context.Collation2 = collation;
                    context.Location2 = location;
                }

                break;
            case Strength.Explicit:
                throw new PgException(
                    SqlState.CollationMismatch,
                    $"collation mismatch between explicit collations \"{Name(catalog, context.Collation)}\" and \"{Name(catalog, collation)}\"").At(location);
        }

        return context;
    }
}
