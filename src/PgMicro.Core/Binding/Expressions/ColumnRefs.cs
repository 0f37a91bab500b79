using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Column references: <c>c</c>, <c>t.c</c>, <c>s.t.c</c>, <c>d.s.t.c</c>, and whole rows.</summary>
internal static class ColumnRefs
{
    public static BoundExpr Transform(ParseState pstate, Pg.ColumnRef node)
    {
        switch (pstate.ExprKind)
        {
            case ParseExprKind.ColumnDefault:
                throw new PgException(SqlState.FeatureNotSupported, "cannot use column reference in DEFAULT expression").At(node.Location);
            case ParseExprKind.PartitionBound:
                throw new PgException(SqlState.FeatureNotSupported, "cannot use column reference in partition bound expression").At(node.Location);
        }

        if (pstate.PreColumnRef?.Invoke(pstate, node) is { } early)
        {
            return early;
        }

        var found = Resolve(pstate, node, out var schema, out var relation, out var column, out var relationFound);
        if (pstate.PostColumnRef is { } post)
        {
            found = post(pstate, node, found);
        }

        if (found is not null)
        {
            return found;
        }

        if (relation is not null && !relationFound)
        {
            throw pstate.Scope?.MissingRelation(pstate, schema, relation, node.Location)
                ?? new PgException(SqlState.UndefinedTable, $"missing FROM-clause entry for table \"{relation}\"").At(node.Location);
        }

        throw pstate.Scope?.MissingColumn(pstate, relation, column, node.Location)
            ?? new PgException(SqlState.UndefinedColumn, relation is null ? $"column \"{column}\" does not exist" : $"column {relation}.{column} does not exist")
                .At(node.Location);
    }

    /// <summary>What a <c>*</c> or <c>t.*</c> without a FROM clause raises.</summary>
    public static PgException NoTables(Pg.ColumnRef node) => node.Fields.Count == 1
        ? new PgException(SqlState.SyntaxError, "SELECT * with no tables specified is not valid").At(node.Location)
        : new PgException(SqlState.UndefinedTable, $"missing FROM-clause entry for table \"{node.Fields[^2].String.Sval}\"").At(node.Location);

    private static BoundExpr? Resolve(
        ParseState pstate, Pg.ColumnRef node, out string? schema, out string? relation, out string column, out bool relationFound)
    {
        var fields = node.Fields;
        var location = node.Location;
        schema = relation = null;
        relationFound = false;
        var star = fields[^1].NodeCase == Pg.Node.NodeOneofCase.AStar;
        column = star ? "*" : fields[^1].String.Sval;
        switch (fields.Count)
        {
            case 1:
                // A name that is no column may be that of a table, whose whole row it then means.
                return pstate.Scope?.ColNameToVar(pstate, column, location) ?? pstate.Scope?.WholeRow(pstate, null, column, location);
            case 2:
                relation = fields[0].String.Sval;
                break;
            case 3:
                schema = fields[0].String.Sval;
                relation = fields[1].String.Sval;
                break;
            case 4:
                if (fields[0].String.Sval != pstate.Catalog.DatabaseName)
                {
                    throw new PgException(SqlState.FeatureNotSupported, $"cross-database references are not implemented: {Shown(node)}").At(location);
                }

                schema = fields[1].String.Sval;
                relation = fields[2].String.Sval;
                break;
            default:
                throw new PgException(SqlState.SyntaxError, $"improper qualified name (too many dotted names): {Shown(node)}").At(location);
        }

        if (pstate.Scope is not { } scope)
        {
            return null;
        }

        if (star)
        {
            var row = scope.WholeRow(pstate, schema, relation, location);
            relationFound = row is not null;
            return row;
        }

        if (scope.ScanColumn(pstate, schema, relation, column, location, out relationFound) is { } found)
        {
            return found;
        }

        // t.f may be the function call f(t).
        return relationFound && scope.WholeRow(pstate, schema, relation, location) is { } whole
            ? FunctionResolution.ParseFuncOrColumn(pstate, [column], [whole], pstate.LastSrf, null, false, location)
            : null;
    }

    private static string Shown(Pg.ColumnRef node) => string.Join('.', NamespaceLookup.Strings(node.Fields));
}
