using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Expressions over one table's columns carried over to another's columns of the same names.</summary>
internal static class ColumnMapping
{
    internal static BoundExpr Map(CatalogSnapshot catalog, BoundExpr expr, uint source, uint target) => Map(expr, number => Number(catalog, source, number, target));

    /// <summary>The same with the numbers given.</summary>
    internal static BoundExpr Map(BoundExpr expr, Func<int, short> number)
    {
        if (expr is not BoundVar { Varlevelsup: 0 } variable)
        {
            return expr.MapChildren(child => Map(child, number));
        }

        var copy = (BoundVar)variable.ShallowCopy();
        copy.Varattno = variable.Varattno <= 0 ? variable.Varattno : number(variable.Varattno);
        return copy;
    }

    /// <summary>The expression of a CHECK for another table.</summary>
    /// <exception cref="PgException">0A000 when it refers to the row as a whole, which has another type there.</exception>
    internal static BoundExpr MapCheck(PgClass source, PgConstraint check, Func<int, short> number)
    {
        var expr = BoundTreeSerializer.DeserializeExpr(check.conbin!);
        return DdlExpressions.Columns(expr).Contains(0)
            ? throw new PgException(SqlState.FeatureNotSupported, "cannot convert whole-row table reference")
                .WithDetail($"Constraint \"{check.conname}\" contains a whole-row reference to table \"{source.relname}\".")
            : Map(expr, number);
    }

    internal static short Number(CatalogSnapshot catalog, uint source, int attnum, uint target) =>
        catalog.FindAttribute(target, catalog.Attribute(source, attnum)!.attname)!.attnum;
}
