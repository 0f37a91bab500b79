using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Subqueries within expressions.</summary>
internal static class SubLinks
{
    public static BoundSubLink Transform(ParseState pstate, Pg.SubLink node)
    {
        CheckPlacement(pstate, node.Location);
        pstate.HasSubLinks = true;
        var query = Scope(pstate).TransformSubquery(pstate, node.Subselect);
        var result = new BoundSubLink { Subselect = query, Location = node.Location };
        var columns = Columns(query);
        switch (node.SubLinkType)
        {
            case Pg.SubLinkType.ExistsSublink:
                result.SubLinkType = SubLinkType.Exists;
                result.Type = TypeOid.Bool;
                break;
            case Pg.SubLinkType.ExprSublink or Pg.SubLinkType.ArraySublink:
                if (columns.Count != 1)
                {
                    throw new PgException(SqlState.SyntaxError, "subquery must return only one column").At(node.Location);
                }

                var column = columns[0].Expr;
                result.SubLinkType = SubLinkType.Expr;
                result.Type = column.Type;
                result.Typmod = column.Typmod;
                result.Collation = column.Collation;
                if (node.SubLinkType == Pg.SubLinkType.ArraySublink)
                {
                    result.SubLinkType = SubLinkType.Array;

                    // An array of arrays is one array of more dimensions.
                    result.Type = TypeFacts.GetArrayType(pstate.Catalog, column.Type);
                    if (result.Type == 0 && TypeFacts.GetElementType(pstate.Catalog, column.Type) != 0)
                    {
                        result.Type = column.Type;
                    }

                    if (result.Type == 0)
                    {
                        throw new PgException(
                            SqlState.UndefinedObject, $"could not find array type for data type {FormatType.Format(column.Type, pstate)}")
                            .At(node.Location);
                    }
                }

                break;
            default:
                TransformComparison(pstate, node, result, columns);
                break;
        }

        return result;
    }

    /// <summary>The subquery that sets several columns of an UPDATE.</summary>
    public static BoundSubLink TransformMultiExpr(ParseState pstate, Pg.SubLink node)
    {
        CheckPlacement(pstate, node.Location);
        pstate.HasSubLinks = true;
        return new BoundSubLink
        {
            SubLinkType = SubLinkType.MultiExpr,
            Subselect = Scope(pstate).TransformSubquery(pstate, node.Subselect),
            Type = TypeOid.Record,
            Location = node.Location,
        };
    }

    /// <summary>The columns that a subquery returns.</summary>
    public static List<TargetEntry> Columns(BoundQuery query) => query.TargetList.FindAll(t => !t.ResJunk);

    private static void TransformComparison(ParseState pstate, Pg.SubLink node, BoundSubLink result, List<TargetEntry> columns)
    {
        result.SubLinkType = node.SubLinkType switch
        {
            Pg.SubLinkType.AllSublink => SubLinkType.All,
            Pg.SubLinkType.RowcompareSublink => SubLinkType.RowCompare,
            _ => SubLinkType.Any,
        };
        result.Type = TypeOid.Bool;
        var name = node.OperName.Count == 0 ? ["="] : NamespaceLookup.Strings(node.OperName);
        var left = ExpressionBinder.TransformRecurse(pstate, node.Testexpr)!;
        var lefts = left is BoundRowExpr row ? row.Args : [left];
        var rights = columns.ConvertAll(BoundExpr (c) => new BoundParam
        {
            Kind = ParamKind.SubLink,
            ParamId = c.ResNo,
            Type = c.Expr.Type,
            Typmod = c.Expr.Typmod,
            Collation = c.Expr.Collation,
        });
        if (lefts.Count != rights.Count)
        {
            throw new PgException(SqlState.SyntaxError, lefts.Count < rights.Count ? "subquery has too many columns" : "subquery has too few columns")
                .At(node.Location);
        }

        result.OperName = [.. name];
        result.Testexpr = RowComparison.Make(pstate, name, lefts, rights, node.Location);
    }

    private static IQueryScope Scope(ParseState pstate) =>
        pstate.Scope ?? throw new InvalidOperationException("A subquery needs a query scope.");

    private static void CheckPlacement(ParseState pstate, int location)
    {
        var place = pstate.ExprKind switch
        {
            ParseExprKind.CheckConstraint or ParseExprKind.DomainCheck => "check constraint",
            ParseExprKind.ColumnDefault or ParseExprKind.FunctionDefault => "DEFAULT expression",
            ParseExprKind.IndexExpression => "index expression",
            ParseExprKind.IndexPredicate => "index predicate",
            ParseExprKind.StatsExpression => "statistics expression",
            ParseExprKind.AlterColTransform => "transform expression",
            ParseExprKind.ExecuteParameter => "EXECUTE parameter",
            ParseExprKind.TriggerWhen => "trigger WHEN condition",
            ParseExprKind.PartitionBound => "partition bound",
            ParseExprKind.PartitionExpression => "partition key expression",
            ParseExprKind.CallArgument => "CALL argument",
            ParseExprKind.CopyWhere => "COPY FROM WHERE condition",
            ParseExprKind.GeneratedColumn => "column generation expression",
            _ => null,
        };
        if (place is not null)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot use subquery in {place}").At(location);
        }
    }
}
