using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>VALUES as a query.</summary>
internal static class ValuesBinder
{
    internal static BoundQuery Transform(ParseState pstate, Pg.SelectStmt statement)
    {
        var query = new BoundQuery { CommandType = CommandType.Select };
        WithClauses.Transform(pstate, statement.WithClause, query);
        var rows = Rows(pstate, statement, ParseExprKind.Values, allowDefault: false);
        var width = rows[0].Items.Count;
        var types = new List<uint>();
        var typmods = new List<int>();
        var collations = new List<uint>();
        for (var c = 0; c < width; c++)
        {
            var column = rows.ConvertAll(r => r.Items[c]);
            var type = Coercion.SelectCommonType(pstate, column, "VALUES");
            for (var r = 0; r < rows.Count; r++)
            {
                column[r] = rows[r].Items[c] = Coercion.CoerceToCommonType(pstate, column[r], type, "VALUES");
            }

            types.Add(type);
            typmods.Add(Coercion.SelectCommonTypmod(column, type));
            foreach (var expr in column)
            {
                Collations.Assign(pstate, expr);
            }

            collations.Add(Collations.SelectCommon(pstate, column, noneOk: true));
        }

        var lateral = rows.Exists(r => r.Items.Exists(e => ExprFacts.Any(e, static x => x is BoundVar { Varlevelsup: 0 })));
        var item = RangeTableEntries.AddValues(pstate, rows, types, typmods, collations, lateral);
        pstate.AddItem(item, addToJoinList: true, addToRelNamespace: true, addToVarNamespace: true);
        TargetLists.ExpandItem(pstate, item, 0, query.TargetList, -1);
        query.SortClause = SortGroup.Sort(pstate, statement.SortClause, query.TargetList, ParseExprKind.OrderBy);
        SelectBinder.Limits(pstate, statement, query);
        if (statement.LockingClause.Count > 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "FOR UPDATE cannot be applied to VALUES");
        }

        query.RangeTable = pstate.RangeTable;
        query.JoinTree = new FromExpr { FromList = pstate.JoinList };
        SelectBinder.Finish(pstate, query);
        QueryCollations.Assign(pstate, query);
        return query;
    }

    /// <summary>The rows of VALUES, all of one width.</summary>
    internal static List<BoundExprList> Rows(ParseState pstate, Pg.SelectStmt statement, ParseExprKind kind, bool allowDefault)
    {
        var rows = new List<BoundExprList>();
        foreach (var node in statement.ValuesLists)
        {
            var items = ExpressionBinder.TransformList(pstate, node.List.Items, kind, allowDefault);
            if (rows.Count > 0 && rows[0].Items.Count != items.Count)
            {
                throw new PgException(SqlState.SyntaxError, "VALUES lists must all be the same length").At(ExprFacts.Location(items));
            }

            rows.Add(new BoundExprList { Items = items });
        }

        return rows;
    }
}
