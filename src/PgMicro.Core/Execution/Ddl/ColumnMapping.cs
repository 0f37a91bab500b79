using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Expressions over one table's columns carried over to another's columns of the same names.</summary>
internal static class ColumnMapping
{
    internal static BoundExpr Map(CatalogSnapshot catalog, BoundExpr expr, uint source, uint target)
    {
        if (expr is not BoundVar { Varlevelsup: 0 } variable)
        {
            return expr.MapChildren(child => Map(catalog, child, source, target));
        }

        var copy = (BoundVar)variable.ShallowCopy();
        copy.Varattno = variable.Varattno <= 0 ? variable.Varattno : Number(catalog, source, variable.Varattno, target);
        return copy;
    }

    internal static short Number(CatalogSnapshot catalog, uint source, int attnum, uint target) =>
        catalog.FindAttribute(target, catalog.Attribute(source, attnum)!.attname)!.attnum;
}
