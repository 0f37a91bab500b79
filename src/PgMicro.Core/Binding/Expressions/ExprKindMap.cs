using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Parse-tree enumerations to bound ones, and the names that messages give to places of expressions.</summary>
internal static class ExprKindMap
{
    public static CoercionForm Form(Pg.CoercionForm form) => form switch
    {
        Pg.CoercionForm.CoerceExplicitCast => CoercionForm.ExplicitCast,
        Pg.CoercionForm.CoerceImplicitCast => CoercionForm.ImplicitCast,
        Pg.CoercionForm.CoerceSqlSyntax => CoercionForm.SqlSyntax,
        _ => CoercionForm.ExplicitCall,
    };

    /// <summary>What messages call the place: ParseExprKindName.</summary>
    public static string Name(ParseExprKind kind) => kind switch
    {
        ParseExprKind.FromSubselect => "sub-SELECT in FROM",
        ParseExprKind.JoinOn => "JOIN/ON",
        ParseExprKind.JoinUsing => "JOIN/USING",
        ParseExprKind.FromFunction => "function in FROM",
        ParseExprKind.Where or ParseExprKind.CopyWhere => "WHERE",
        ParseExprKind.Policy => "POLICY",
        ParseExprKind.Having => "HAVING",
        ParseExprKind.Filter => "FILTER",
        ParseExprKind.WindowPartition => "window PARTITION BY",
        ParseExprKind.WindowOrder => "window ORDER BY",
        ParseExprKind.WindowFrameRange => "window RANGE",
        ParseExprKind.WindowFrameRows => "window ROWS",
        ParseExprKind.WindowFrameGroups => "window GROUPS",
        ParseExprKind.SelectTarget => "SELECT",
        ParseExprKind.InsertTarget => "INSERT",
        ParseExprKind.UpdateSource or ParseExprKind.UpdateTarget => "UPDATE",
        ParseExprKind.MergeWhen => "MERGE WHEN",
        ParseExprKind.GroupBy => "GROUP BY",
        ParseExprKind.OrderBy => "ORDER BY",
        ParseExprKind.DistinctOn => "DISTINCT ON",
        ParseExprKind.Limit => "LIMIT",
        ParseExprKind.Offset => "OFFSET",
        ParseExprKind.Returning or ParseExprKind.MergeReturning => "RETURNING",
        ParseExprKind.Values or ParseExprKind.ValuesSingle => "VALUES",
        ParseExprKind.CheckConstraint or ParseExprKind.DomainCheck => "CHECK",
        ParseExprKind.ColumnDefault or ParseExprKind.FunctionDefault => "DEFAULT",
        ParseExprKind.IndexExpression => "index expression",
        ParseExprKind.IndexPredicate => "index predicate",
        ParseExprKind.StatsExpression => "statistics expression",
        ParseExprKind.AlterColTransform => "USING",
        ParseExprKind.ExecuteParameter => "EXECUTE",
        ParseExprKind.TriggerWhen => "WHEN",
        ParseExprKind.PartitionBound => "partition bound",
        ParseExprKind.PartitionExpression => "PARTITION BY",
        ParseExprKind.CallArgument => "CALL",
        ParseExprKind.GeneratedColumn => "GENERATED AS",
        ParseExprKind.CycleMark => "CYCLE",
        _ => "unrecognized expression kind",
    };

    /// <summary>The place as "… are not allowed in PLACE" names it.</summary>
    /// <param name="kind">The place.</param>
    /// <param name="windows">Whether all parts of window definitions go by one name.</param>
    public static string Place(ParseExprKind kind, bool windows) => kind switch
    {
        ParseExprKind.JoinOn or ParseExprKind.JoinUsing => "JOIN conditions",
        ParseExprKind.FromFunction => "functions in FROM",
        ParseExprKind.Policy => "policy expressions",
        ParseExprKind.WindowPartition or ParseExprKind.WindowOrder or ParseExprKind.WindowFrameRange or ParseExprKind.WindowFrameRows
            or ParseExprKind.WindowFrameGroups when windows => "window definitions",
        ParseExprKind.MergeWhen => "MERGE WHEN conditions",
        ParseExprKind.CheckConstraint or ParseExprKind.DomainCheck => "check constraints",
        ParseExprKind.ColumnDefault or ParseExprKind.FunctionDefault => "DEFAULT expressions",
        ParseExprKind.IndexExpression => "index expressions",
        ParseExprKind.IndexPredicate => "index predicates",
        ParseExprKind.StatsExpression => "statistics expressions",
        ParseExprKind.AlterColTransform => "transform expressions",
        ParseExprKind.ExecuteParameter => "EXECUTE parameters",
        ParseExprKind.TriggerWhen => "trigger WHEN conditions",
        ParseExprKind.PartitionExpression => "partition key expressions",
        ParseExprKind.GeneratedColumn => "column generation expressions",
        ParseExprKind.CallArgument => "CALL arguments",
        ParseExprKind.CopyWhere => "COPY FROM WHERE conditions",
        _ => Name(kind),
    };
}
