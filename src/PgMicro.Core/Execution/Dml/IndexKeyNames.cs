using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Names of index keys as a DETAIL has them.</summary>
internal static class IndexKeyNames
{
    /// <summary>A column's name, quoted where SQL needs it.</summary>
    internal static string Column(TableColumn column) => Identifiers.Quote(column.Name);

    /// <summary>An expression: a function call as it stands, anything else in parentheses.</summary>
    internal static string Expression(BoundExpr expr, TableLayout table, PgSession session)
    {
        var text = ExpressionDeparser.Deparse(expr, new DeparseContext
        {
            Catalog = table.Catalog,
            TypeContext = session,
            SearchPath = session.SearchPath(true),
            ColumnName = DeparseContext.ColumnsOf(table.Catalog, table.Oid),
            PrettyParens = true,
        });
        return expr is BoundFuncExpr { FuncFormat: CoercionForm.ExplicitCall } ? text : $"({text})";
    }
}
