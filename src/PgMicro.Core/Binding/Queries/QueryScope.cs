using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>Names and subqueries of the query levels that a <see cref="ParseState"/> stands in.</summary>
internal sealed class QueryScope : IQueryScope
{
    internal static QueryScope Instance { get; } = new();

    public BoundExpr? ColNameToVar(ParseState pstate, string name, int location) =>
        NameResolution.FindColumn(pstate, name, localOnly: false, location);

    public BoundExpr? ScanColumn(ParseState pstate, string? schema, string relation, string column, int location, out bool relationFound)
    {
        var item = NameResolution.FindItem(pstate, schema, relation, location, out var levelsUp);
        relationFound = item is not null;
        return item is null ? null : NameResolution.ScanItemForColumn(pstate, item, levelsUp, column, location);
    }

    public BoundExpr? WholeRow(ParseState pstate, string? schema, string relation, int location) =>
        NameResolution.FindItem(pstate, schema, relation, location, out var levelsUp) is { } item
            ? NameResolution.MakeWholeRow(pstate, item, levelsUp, location)
            : null;

    public BoundExpr? FindWholeRowColumn(ParseState pstate, BoundVar whole, string name, int location) =>
        pstate.FindWholeRowColumn(whole, name, location);

    public List<BoundExpr> ExpandWholeRow(ParseState pstate, BoundVar whole) => pstate.ExpandWholeRow(whole);

    public List<BoundExpr> ExpandColumnRefStar(ParseState pstate, Pg.ColumnRef node)
    {
        var targets = TargetLists.Transform(
            pstate, [new Pg.Node { ResTarget = new Pg.ResTarget { Val = new Pg.Node { ColumnRef = node } } }],
            pstate.ExprKind == ParseExprKind.UpdateSource ? ParseExprKind.SelectTarget : pstate.ExprKind);
        return targets.ConvertAll(t => t.Expr);
    }

    public string? RelationNameOf(ParseState pstate, BoundVar variable) => pstate.GetRte(variable.Varno, variable.Varlevelsup).Eref.AliasName;

    public IReadOnlyList<RowField>? RecordFields(ParseState pstate, BoundVar variable)
    {
        if (variable.Varattno == 0)
        {
            var rte = pstate.GetRte(variable.Varno, variable.Varlevelsup);
            return NameResolution.ExpandRte(pstate, rte, variable.Varno)
                .ConvertAll(c => new RowField(c.Name, c.Column.Type, c.Column.Typmod, c.Column.Collation));
        }

        return ColumnRecordFields(pstate, variable);
    }

    // PostgreSQL's expandRecordVariable: where the column of type record comes from tells its fields.
    private static IReadOnlyList<RowField>? ColumnRecordFields(ParseState pstate, BoundVar variable)
    {
        var state = pstate;
        for (var i = 0; i < variable.Varlevelsup; i++)
        {
            state = state.ParentParseState!;
        }

        var rte = state.RangeTable[variable.Varno - 1];
        switch (rte.RteKind)
        {
            case RteKind.Join:
                return Expressions.RowShape.Of(state, rte.JoinAliasVars[variable.Varattno - 1]);
            case RteKind.Subquery:
                return InQuery(state, rte.Subquery!, variable.Varattno);
            case RteKind.Cte when !rte.SelfReference:
                for (var i = 0; i < rte.CteLevelsUp; i++)
                {
                    state = state.ParentParseState!;
                }

                return state.CteNamespace.Find(c => c.CteName == rte.CteName)?.CteQuery is { } query ? InQuery(state, query, variable.Varattno) : null;
            default:
                return null;
        }
    }

    private static IReadOnlyList<RowField>? InQuery(ParseState outer, BoundQuery query, int column)
    {
        var list = query.CommandType == CommandType.Select ? query.TargetList : query.ReturningList;
        if (list.Find(t => t.ResNo == column && !t.ResJunk)?.Expr is not { } expr)
        {
            return null;
        }

        var inner = outer.Subquery();
        inner.RangeTable.AddRange(query.RangeTable);
        inner.CteNamespace = query.CteList;
        return Expressions.RowShape.Of(inner, expr);
    }

    public PgException MissingRelation(ParseState pstate, string? schema, string relation, int location) =>
        NameResolution.MissingTable(pstate, schema, relation, location);

    public PgException MissingColumn(ParseState pstate, string? relation, string column, int location) =>
        NameResolution.MissingColumn(pstate, relation, column, location);

    public BoundQuery TransformSubquery(ParseState pstate, Pg.Node node) =>
        Binder.TransformSubquery(pstate, node, null, lockedFromParent: false, resolveUnknowns: true);
}
