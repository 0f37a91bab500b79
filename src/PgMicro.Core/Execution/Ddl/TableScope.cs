using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>The names that an expression of a table's definition may use: the columns of the table, which is range table entry 1.</summary>
internal sealed class TableScope(DdlContext ddl, PgClass relation, ParseExprKind kind) : IQueryScope
{
    /// <inheritdoc/>
    public BoundExpr? ColNameToVar(ParseState pstate, string name, int location)
    {
        if (ddl.Catalog.FindAttribute(relation.oid, name) is not { } column)
        {
            return null;
        }

        if (column.attgenerated != 0 && kind == ParseExprKind.GeneratedColumn)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, $"cannot use generated column \"{name}\" in column generation expression")
                .WithDetail("A generated column cannot reference another generated column.").At(location);
        }

        if (column is { attnum: < 0, attname: not "tableoid" } && kind is ParseExprKind.CheckConstraint or ParseExprKind.GeneratedColumn && column.attnum < 0)
        {
            throw new PgException(
                kind == ParseExprKind.CheckConstraint ? SqlState.InvalidColumnReference : SqlState.InvalidColumnReference,
                kind == ParseExprKind.CheckConstraint
                    ? $"system column \"{name}\" reference in check constraint is invalid"
                    : $"cannot use system column \"{name}\" in column generation expression").At(location);
        }

        return Column(column, location);
    }

    /// <summary>A reference to a column.</summary>
    internal BoundVar Column(PgAttribute column, int location) => new()
    {
        Varno = 1,
        Varattno = column.attnum,
        Type = column.atttypid,
        Typmod = column.atttypmod,
        Collation = column.attcollation,
        Location = location,
    };

    /// <inheritdoc/>
    public BoundExpr? ScanColumn(ParseState pstate, string? schema, string name, string column, int location, out bool relationFound)
    {
        relationFound = name == relation.relname && (schema is null || ddl.Catalog.Namespace(relation.relnamespace)!.nspname == schema);
        return relationFound ? ColNameToVar(pstate, column, location) : null;
    }

    /// <inheritdoc/>
    public BoundExpr? WholeRow(ParseState pstate, string? schema, string name, int location) =>
        name != relation.relname ? null
        : kind != ParseExprKind.GeneratedColumn ? new BoundVar { Varno = 1, Varattno = 0, Type = relation.reltype, Location = location }
        : throw new PgException(SqlState.InvalidObjectDefinition, "cannot use whole-row variable in column generation expression")
            .WithDetail("This would cause the generated column to depend on its own value.").At(location);

    /// <inheritdoc/>
    public BoundExpr? FindWholeRowColumn(ParseState pstate, BoundVar whole, string name, int location) => ColNameToVar(pstate, name, location);

    /// <inheritdoc/>
    public List<BoundExpr> ExpandWholeRow(ParseState pstate, BoundVar whole) =>
        [.. ddl.Catalog.Attributes(relation.oid).Where(static a => !a.attisdropped).Select(a => Column(a, -1))];

    /// <inheritdoc/>
    public List<BoundExpr> ExpandColumnRefStar(ParseState pstate, Pg.ColumnRef node) =>
        throw new PgException(SqlState.SyntaxError, "row expansion via \"*\" is not supported here").At(node.Location);

    /// <inheritdoc/>
    public string? RelationNameOf(ParseState pstate, BoundVar variable) => relation.relname;

    /// <inheritdoc/>
    public IReadOnlyList<RowField>? RecordFields(ParseState pstate, BoundVar variable) => null;

    /// <inheritdoc/>
    public PgException MissingRelation(ParseState pstate, string? schema, string name, int location) =>
        new PgException(SqlState.UndefinedTable, $"missing FROM-clause entry for table \"{name}\"").At(location);

    /// <inheritdoc/>
    public PgException MissingColumn(ParseState pstate, string? name, string column, int location) =>
        new PgException(SqlState.UndefinedColumn, name is null ? $"column \"{column}\" does not exist" : $"column {name}.{column} does not exist").At(location);

    /// <inheritdoc/>
    public BoundQuery TransformSubquery(ParseState pstate, Pg.Node node) => throw new PgException(SqlState.FeatureNotSupported, kind switch
    {
        ParseExprKind.CheckConstraint => "cannot use subquery in check constraint",
        ParseExprKind.IndexExpression => "cannot use subquery in index expression",
        ParseExprKind.IndexPredicate => "cannot use subquery in index predicate",
        ParseExprKind.AlterColTransform => "cannot use subquery in transform expression",
        _ => "cannot use subquery in column generation expression",
    });
}
