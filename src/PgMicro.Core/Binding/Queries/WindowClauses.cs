using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>WINDOW definitions (the rules of transformWindowDefinitions).</summary>
internal static class WindowClauses
{
    internal static List<WindowClause> Transform(ParseState pstate, List<TargetEntry> targets)
    {
        var result = new List<WindowClause>();
        foreach (var definition in pstate.WindowDefs.ToArray())
        {
            if (definition.Name.Length > 0 && result.Exists(w => w.Name == definition.Name))
            {
                throw new PgException(SqlState.WindowingError, $"window \"{definition.Name}\" is already defined").At(definition.Location);
            }

            WindowClause? referenced = null;
            if (definition.Refname.Length > 0)
            {
                referenced = result.Find(w => w.Name == definition.Refname)
                    ?? throw new PgException(SqlState.UndefinedObject, $"window \"{definition.Refname}\" does not exist").At(definition.Location);
            }

            var order = SortGroup.Sort(pstate, definition.OrderClause, targets, ParseExprKind.WindowOrder, sql99: true);
            var partition = SortGroup.Group(
                pstate, definition.PartitionClause, targets, order, [], ParseExprKind.WindowPartition, sql99: true);
            var window = new WindowClause
            {
                Name = definition.Name.Length > 0 ? definition.Name : null,
                RefName = definition.Refname.Length > 0 ? definition.Refname : null,
                FrameOptions = (FrameOptions)definition.FrameOptions,
                WinRef = result.Count + 1,
                PartitionClause = partition,
                OrderClause = order,
            };
            if (referenced is not null)
            {
                if (partition.Count > 0)
                {
                    throw new PgException(SqlState.WindowingError, $"cannot override PARTITION BY clause of window \"{definition.Refname}\"").At(definition.Location);
                }

                window.PartitionClause = [.. referenced.PartitionClause];
                if (order.Count > 0 && referenced.OrderClause.Count > 0)
                {
                    throw new PgException(SqlState.WindowingError, $"cannot override ORDER BY clause of window \"{definition.Refname}\"").At(definition.Location);
                }

                if (order.Count == 0)
                {
                    window.OrderClause = [.. referenced.OrderClause];
                    window.CopiedOrder = true;
                }

                if (referenced.FrameOptions != FrameOptions.Defaults)
                {
                    var error = new PgException(
                        SqlState.WindowingError, $"cannot copy window \"{definition.Refname}\" because it has a frame clause").At(definition.Location);
                    throw definition.Name.Length == 0 && definition.OrderClause.Count == 0 && window.FrameOptions == FrameOptions.Defaults
                        ? error.WithHint("Omit the parentheses in this OVER clause.") : error;
                }
            }

            if (window.FrameOptions.HasFlag(FrameOptions.Groups) && window.OrderClause.Count == 0)
            {
                throw new PgException(SqlState.WindowingError, "GROUPS mode requires an ORDER BY clause").At(definition.Location);
            }

            if (window.FrameOptions.HasFlag(FrameOptions.Range) && (window.FrameOptions & (FrameOptions.StartOffset | FrameOptions.EndOffset)) != 0)
            {
                if (window.OrderClause.Count != 1)
                {
                    throw new PgException(
                        SqlState.WindowingError, "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column").At(definition.Location);
                }

                InRange(pstate, window, targets);
            }

            window.StartOffset = Offset(pstate, window, definition.StartOffset, targets);
            window.EndOffset = Offset(pstate, window, definition.EndOffset, targets);
            result.Add(window);
        }

        return result;
    }

    private static BoundExpr? Offset(ParseState pstate, WindowClause window, Pg.Node? node, List<TargetEntry> targets)
    {
        if (node is null)
        {
            return null;
        }

        var (kind, construct) = window.FrameOptions.HasFlag(FrameOptions.Rows) ? (ParseExprKind.WindowFrameRows, "ROWS")
            : window.FrameOptions.HasFlag(FrameOptions.Groups) ? (ParseExprKind.WindowFrameGroups, "GROUPS")
            : (ParseExprKind.WindowFrameRange, "RANGE");
        var expr = ExpressionBinder.Transform(pstate, node, kind);
        if (kind == ParseExprKind.WindowFrameRange)
        {
            var key = SortKey(window, targets);

            // The type that the operator class of the order compares.
            var compared = FormatType.Format(pstate.Catalog.Operator(window.OrderClause[0].SortOp)!.oprleft, pstate);
            var wanted = InRangeOffsetType(key.Type) ?? throw new PgException(
                SqlState.FeatureNotSupported,
                $"RANGE with offset PRECEDING/FOLLOWING is not supported for column type {compared}").At(ExprFacts.Location(expr));
            if (expr.Type != TypeOid.Unknown && !Coercion.CanCoerce(pstate.Catalog, expr.Type, wanted, CoercionContext.Implicit))
            {
                throw new PgException(
                    SqlState.FeatureNotSupported,
                    $"RANGE with offset PRECEDING/FOLLOWING is not supported for column type {compared} and offset type {FormatType.Format(expr.Type, pstate)}")
                    .WithHint("Cast the offset value to an appropriate type.").At(ExprFacts.Location(expr));
            }

            expr = Coercion.CoerceToSpecificType(pstate, expr, wanted, construct);
        }
        else
        {
            expr = Coercion.CoerceToSpecificType(pstate, expr, TypeOid.Int8, construct);
        }

        if (ExprFacts.Any(expr, static e => e is BoundVar { Varlevelsup: 0 }))
        {
            throw new PgException(SqlState.InvalidColumnReference, $"argument of {construct} must not contain variables").At(ExprFacts.Location(expr));
        }

        return expr;
    }

    private static void InRange(ParseState pstate, WindowClause window, List<TargetEntry> targets)
    {
        var key = SortKey(window, targets);
        var sort = window.OrderClause[0];
        SortTargets.EqualityOfOrdering(pstate.Catalog, sort.SortOp, out var reverse);
        window.InRangeAsc = !reverse;
        window.InRangeNullsFirst = sort.NullsFirst;
        window.InRangeColl = key.Collation;
    }

    private static BoundExpr SortKey(WindowClause window, List<TargetEntry> targets) =>
        targets.First(t => t.RessortGroupRef == window.OrderClause[0].TleSortGroupRef).Expr;

    /// <summary>The offset type of the in_range support function of a sort column's type.</summary>
    private static uint? InRangeOffsetType(uint type) => type switch
    {
        TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8 => TypeOid.Int8,
        TypeOid.Float4 or TypeOid.Float8 => TypeOid.Float8,
        TypeOid.Numeric => TypeOid.Numeric,
        TypeOid.Date or TypeOid.Time or TypeOid.Timetz or TypeOid.Timestamp or TypeOid.Timestamptz or TypeOid.Interval => TypeOid.Interval,
        _ => null,
    };
}
