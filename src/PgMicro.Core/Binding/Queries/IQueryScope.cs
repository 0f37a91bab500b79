using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>A column of a row type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">pg_type.oid; 0 for a dropped column.</param>
/// <param name="Typmod">The type modifier, or -1.</param>
/// <param name="Collation">pg_collation.oid, or 0.</param>
public readonly record struct RowField(string Name, uint Type, int Typmod, uint Collation);

/// <summary>What expressions ask of the query that they stand in: names in its range table, and its subqueries.</summary>
public interface IQueryScope
{
    /// <summary>The column that an unqualified name means; null when there is none.</summary>
    /// <exception cref="PgException">42702 when there are several.</exception>
    BoundExpr? ColNameToVar(ParseState pstate, string name, int location);

    /// <summary>The column of a named range table entry; null when the entry (see <paramref name="relationFound"/>) or the column does not exist.</summary>
    BoundExpr? ScanColumn(ParseState pstate, string? schema, string relation, string column, int location, out bool relationFound);

    /// <summary>A whole row of a named range table entry; null when there is no such entry.</summary>
    BoundExpr? WholeRow(ParseState pstate, string? schema, string relation, int location);

    /// <summary>The column of a range table entry that a whole-row reference stands for; null when it has none of the name.</summary>
    BoundExpr? FindWholeRowColumn(ParseState pstate, BoundVar whole, string name, int location);

    /// <summary>All columns of a whole-row reference.</summary>
    List<BoundExpr> ExpandWholeRow(ParseState pstate, BoundVar whole);

    /// <summary>The columns that <c>*</c> or <c>t.*</c> stands for.</summary>
    List<BoundExpr> ExpandColumnRefStar(ParseState pstate, Pg.ColumnRef node);

    /// <summary>The name by which a statement knows the range table entry of a reference.</summary>
    string? RelationNameOf(ParseState pstate, BoundVar variable);

    /// <summary>The columns of a reference of type record; null when they are not known.</summary>
    IReadOnlyList<RowField>? RecordFields(ParseState pstate, BoundVar variable);

    /// <summary>42P01 "missing FROM-clause entry …" or "invalid reference …".</summary>
    PgException MissingRelation(ParseState pstate, string? schema, string relation, int location);

    /// <summary>42703 "column … does not exist", with a hint where a similar name exists.</summary>
    PgException MissingColumn(ParseState pstate, string? relation, string column, int location);

    /// <summary>Analyses a subquery of an expression.</summary>
    BoundQuery TransformSubquery(ParseState pstate, Pg.Node node);
}
