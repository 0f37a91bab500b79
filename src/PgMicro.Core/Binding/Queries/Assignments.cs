using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>Values assigned to columns (transformAssignedExpr, transformAssignmentIndirection).</summary>
internal static class Assignments
{
    /// <summary>Coerces a value to its column.</summary>
    internal static BoundExpr Transform(
        ParseState pstate, BoundExpr expr, PgAttribute column, IReadOnlyList<Pg.Node> indirection, int location, bool isInsert)
    {
        if (expr is BoundSetToDefault dflt)
        {
            dflt.Type = column.atttypid;
            dflt.Typmod = column.atttypmod;
            dflt.Collation = column.attcollation;
            if (indirection.Count > 0)
            {
                throw new PgException(
                    SqlState.FeatureNotSupported,
                    indirection[0].NodeCase == Pg.Node.NodeOneofCase.AIndices ? "cannot set an array element to DEFAULT" : "cannot set a subfield to DEFAULT").At(location);
            }

            return expr;
        }

        if (indirection.Count > 0)
        {
            // A row that is being inserted has no earlier value.
            BoundExpr start = isInsert
                ? new BoundConst { Type = column.atttypid, Typmod = column.atttypmod, Collation = column.attcollation, Value = PgDatum.Null }
                : NameResolution.MakeVar(
                    new NamespaceColumn(pstate.TargetItem!.RtIndex, column.attnum, column.atttypid, column.atttypmod, column.attcollation), 0, location);
            return AssignmentIndirection.Transform(pstate, start, column, indirection, expr, location);
        }

        return Coercion.CoerceToTargetType(
                pstate, expr, expr.Type, column.atttypid, column.atttypmod, CoercionContext.Assignment, CoercionForm.ImplicitCast, -1)
            ?? throw new PgException(
                SqlState.DatatypeMismatch,
                $"column \"{column.attname}\" is of type {FormatType.Format(column.atttypid, pstate)} but expression is of type {FormatType.Format(expr.Type, pstate)}")
                .WithHint("You will need to rewrite or cast the expression.").At(ExprFacts.Location(expr));
    }
}
