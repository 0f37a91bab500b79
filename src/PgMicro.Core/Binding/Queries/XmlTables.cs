using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>XMLTABLE in FROM (the rules of transformRangeTableFunc in parse_clause.c).</summary>
internal static class XmlTables
{
    private const string Construct = "XMLTABLE";

    internal static ParseNamespaceItem Transform(ParseState pstate, Pg.RangeTableFunc range)
    {
        var function = new TableFunc { Location = range.Location };
        pstate.LateralActive = true;
        function.RowExpr = Argument(pstate, range.Rowexpr, TypeOid.Text);
        function.DocExpr = Argument(pstate, range.Docexpr, TypeOid.Xml);
        foreach (var node in range.Columns)
        {
            AddColumn(pstate, function, node.RangeTableFuncCol);
        }

        foreach (var target in range.Namespaces.Select(static n => n.ResTarget))
        {
            function.NsUris.Add(Argument(pstate, target.Val, TypeOid.Text));
            if (function.NsNames.Contains(target.Name))
            {
                throw new PgException(
                    SqlState.SyntaxError,
                    target.Name.Length == 0 ? "only one default namespace is allowed" : $"namespace name \"{target.Name}\" is not unique").At(target.Location);
            }

            function.NsNames.Add(target.Name);
        }

        pstate.LateralActive = false;
        var lateral = range.Lateral || Parts(function).Any(static e => ExprFacts.Any(e, static x => x is BoundVar { Varlevelsup: 0 } or BoundSubLink));
        return RangeTableEntries.AddTableFunction(pstate, function, "xmltable", Construct, range.Alias, lateral);
    }

    private static void AddColumn(ParseState pstate, TableFunc function, Pg.RangeTableFuncCol column)
    {
        var (type, typmod) = (TypeOid.Int4, -1);
        if (column.ForOrdinality)
        {
            if (function.OrdinalityCol >= 0)
            {
                throw new PgException(SqlState.SyntaxError, "only one FOR ORDINALITY column is allowed").At(column.Location);
            }

            function.OrdinalityCol = function.ColNames.Count;
        }
        else
        {
            if (column.TypeName.Setof)
            {
                throw new PgException(SqlState.InvalidTableDefinition, $"column \"{column.Colname}\" cannot be declared SETOF").At(column.Location);
            }

            (type, typmod) = TypeNames.Resolve(pstate, column.TypeName);
        }

        function.ColExprs.Add(column.Colexpr is null ? null : Argument(pstate, column.Colexpr, TypeOid.Text));
        function.ColDefExprs.Add(column.Coldefexpr is null ? null : Default(pstate, column.Coldefexpr, type, typmod));
        if (column.IsNotNull)
        {
            function.NotNulls.Add(function.ColNames.Count);
        }

        if (function.ColNames.Contains(column.Colname))
        {
            throw new PgException(SqlState.SyntaxError, $"column name \"{column.Colname}\" is not unique").At(column.Location);
        }

        function.ColNames.Add(column.Colname);
        function.ColTypes.Add(type);
        function.ColTypmods.Add(typmod);
        function.ColCollations.Add(TypeFacts.Collation(pstate.Catalog, type));
    }

    private static BoundExpr Argument(ParseState pstate, Pg.Node node, uint type)
    {
        var expr = ExpressionBinder.Transform(pstate, node, ParseExprKind.FromFunction);
        expr = Coercion.CoerceToSpecificType(pstate, expr, type, Construct);
        Collations.Assign(pstate, expr);
        return expr;
    }

    private static BoundExpr Default(ParseState pstate, Pg.Node node, uint type, int typmod)
    {
        var expr = ExpressionBinder.Transform(pstate, node, ParseExprKind.FromFunction);
        var coerced = Coercion.CoerceToTargetType(pstate, expr, expr.Type, type, typmod, CoercionContext.Assignment, CoercionForm.ImplicitCast, -1)
            ?? throw new PgException(
                SqlState.DatatypeMismatch,
                $"argument of {Construct} must be type {FormatType.Format(type, pstate)}, not type {FormatType.Format(expr.Type, pstate)}").At(ExprFacts.Location(expr));
        Collations.Assign(pstate, coerced);
        return coerced;
    }

    private static IEnumerable<BoundExpr> Parts(TableFunc function) =>
        function.NsUris.Append(function.RowExpr).Append(function.DocExpr).Concat(function.ColExprs.Concat(function.ColDefExprs).OfType<BoundExpr>());
}
