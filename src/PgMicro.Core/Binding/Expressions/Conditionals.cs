using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>CASE, COALESCE, GREATEST and LEAST.</summary>
internal static class Conditionals
{
    public static BoundCaseExpr TransformCase(ParseState pstate, Pg.CaseExpr node)
    {
        var lastSrf = pstate.LastSrf;
        var result = new BoundCaseExpr { Location = node.Location };
        BoundCaseTestExpr? placeholder = null;
        if (ExpressionBinder.TransformRecurse(pstate, node.Arg) is { } arg)
        {
            if (arg.Type == TypeOid.Unknown)
            {
                arg = Coercion.CoerceToCommonType(pstate, arg, TypeOid.Text, "CASE");
            }

            // The placeholder below repeats the collation, so it is wanted now.
            Collations.Assign(pstate, arg);
            placeholder = new BoundCaseTestExpr { Type = arg.Type, Typmod = arg.Typmod, Collation = arg.Collation };
            result.Arg = arg;
        }

        var branches = new List<BoundExpr>();
        foreach (var item in node.Args)
        {
            var when = item.CaseWhen;
            var condition = ExpressionBinder.TransformRecurse(pstate, when.Expr)!;
            if (placeholder is not null)
            {
                condition = OperatorResolution.MakeOp(
                    pstate, ["="], (BoundExpr)placeholder.ShallowCopy(), condition, pstate.LastSrf, when.Location);
            }

            var bound = new BoundCaseWhen
            {
                Expr = Coercion.CoerceToBoolean(pstate, condition, "CASE/WHEN"),
                Result = ExpressionBinder.TransformRecurse(pstate, when.Result)!,
                Location = when.Location,
            };
            result.Args.Add(bound);
            branches.Add(bound.Result);
        }

        result.DefResult = ExpressionBinder.TransformRecurse(pstate, node.Defresult) ?? Constants.Null(TypeOid.Unknown);

        // The ELSE branch counts first, as in PostgreSQL.
        branches.Insert(0, result.DefResult);
        var type = Coercion.SelectCommonType(pstate, branches, "CASE");
        result.Type = type;
        result.DefResult = Coercion.CoerceToCommonType(pstate, result.DefResult, type, "CASE/ELSE");
        branches.Clear();
        branches.Add(result.DefResult);
        foreach (var when in result.Args)
        {
            when.Result = Coercion.CoerceToCommonType(pstate, when.Result, type, "CASE/WHEN");
            branches.Add(when.Result);
        }

        result.Typmod = Coercion.SelectCommonTypmod(branches, type);
        RejectSrf(pstate, lastSrf, "CASE");
        return result;
    }

    public static BoundCoalesceExpr TransformCoalesce(ParseState pstate, Pg.CoalesceExpr node)
    {
        var lastSrf = pstate.LastSrf;
        var args = Branches(pstate, node.Args, "COALESCE", out var type);
        RejectSrf(pstate, lastSrf, "COALESCE");
        return new BoundCoalesceExpr { Args = args, Type = type, Typmod = Coercion.SelectCommonTypmod(args, type), Location = node.Location };
    }

    public static BoundMinMaxExpr TransformMinMax(ParseState pstate, Pg.MinMaxExpr node)
    {
        var greatest = node.Op == Pg.MinMaxOp.IsGreatest;
        var args = Branches(pstate, node.Args, greatest ? "GREATEST" : "LEAST", out var type);
        return new BoundMinMaxExpr
        {
            Op = greatest ? MinMaxOp.Greatest : MinMaxOp.Least,
            Args = args,
            Type = type,
            Typmod = Coercion.SelectCommonTypmod(args, type),
            Location = node.Location,
        };
    }

    private static List<BoundExpr> Branches(ParseState pstate, IReadOnlyList<Pg.Node> nodes, string construct, out uint type)
    {
        var args = new List<BoundExpr>(nodes.Count);
        foreach (var node in nodes)
        {
            args.Add(ExpressionBinder.TransformRecurse(pstate, node)!);
        }

        var common = type = Coercion.SelectCommonType(pstate, args, construct);
        return args.ConvertAll(a => Coercion.CoerceToCommonType(pstate, a, common, construct));
    }

    private static void RejectSrf(ParseState pstate, BoundExpr? lastSrf, string construct)
    {
        if (!ReferenceEquals(pstate.LastSrf, lastSrf))
        {
            throw new PgException(SqlState.FeatureNotSupported, $"set-returning functions are not allowed in {construct}")
                .WithHint("You might be able to move the set-returning function into a LATERAL FROM item.")
                .At(ExprFacts.Location(pstate.LastSrf));
        }
    }
}
