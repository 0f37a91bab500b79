using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Functions.Xml;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    // XMLTABLE: a table function gives the texts of each row's columns in one value; here they become values of their types, or the defaults.
    private SqlTableFunction XmlTable(int rtIndex, TableFunc function)
    {
        var alias = NewAlias();
        var spec = XmlTableSpec.Intern(
            [.. function.NsNames], [.. function.ColNames], [.. function.ColTypes.Select(t => XmlTableSpec.TargetOf(Catalog, t))], function.OrdinalityCol);
        var args = new List<SqlExpr> { Expr(function.DocExpr), Expr(function.RowExpr) };
        args.AddRange(function.NsUris.Select(Expr));
        args.AddRange(function.ColExprs.Select((path, i) => path is null ? SqlLiteral.Of(function.ColNames[i]) : Expr(path)));
        var row = new SqlColumn(alias, "c0");
        var columns = new List<SqlExpr>();
        for (var i = 0; i < function.ColNames.Count; i++)
        {
            if (i == function.OrdinalityCol)
            {
                columns.Add(new SqlColumn(alias, "ord"));
                continue;
            }

            SqlExpr value = new SqlCall("pgmicro_xml_field", [row, SqlLiteral.Of(i), SqlLiteral.Of(function.ColTypes[i]), SqlLiteral.Of(function.ColTypmods[i])]);
            var (fallback, required) = (function.ColDefExprs[i], function.NotNulls.Contains(i));
            if (fallback is not null)
            {
                value = new SqlCall("coalesce", [value, Expr(fallback)]);
            }

            if (required)
            {
                value = new SqlCall("pgmicro_xml_required", [value, SqlLiteral.Of(function.ColNames[i])]);
            }

            // An outer join's missing row has neither.
            columns.Add(fallback is null && !required ? value : new SqlCase([(new SqlIsNull(row, Not: true), value)], null));
        }

        _scope.Sources[rtIndex] = new ExpressionSource(columns);
        return new SqlTableFunction(XmlTableModule.Name, [SqlLiteral.Of(spec.Id), new SqlCall("pgmicro_xml_pack", args)], alias);
    }
}
