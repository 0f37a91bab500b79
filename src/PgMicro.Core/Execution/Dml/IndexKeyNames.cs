using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Names of index keys as a DETAIL has them.</summary>
internal static class IndexKeyNames
{
    /// <summary>A column's name, quoted where SQL needs it.</summary>
    internal static string Column(TableColumn column) => Identifiers.Quote(column.Name);

    /// <summary>An expression: a function call as it stands, anything else in parentheses.</summary>
    /// <param name="expr">The expression.</param>
    /// <param name="table">The table.</param>
    /// <param name="session">The session.</param>
    /// <param name="isBuilding">Whether the index is being made, which PostgreSQL does with a search path of its own.</param>
    internal static string Expression(BoundExpr expr, TableLayout table, PgSession session, bool isBuilding = false)
    {
        var text = ExpressionDeparser.Deparse(expr, new DeparseContext
        {
            Catalog = table.Catalog,
            TypeContext = session,
            SearchPath = isBuilding ? [BuiltInOids.PgCatalogNamespace] : session.SearchPath(true),
            ColumnName = DeparseContext.ColumnsOf(table.Catalog, table.Oid),
            PrettyParens = true,
        });
        return expr is BoundFuncExpr { FuncFormat: CoercionForm.ExplicitCall } ? text : $"({text})";
    }
}
