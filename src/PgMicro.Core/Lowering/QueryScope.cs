using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

/// <summary>One query being lowered: where its columns come from.</summary>
internal sealed class QueryScope(BoundQuery query, QueryScope? parent)
{
    internal BoundQuery Query => query;

    internal QueryScope? Parent => parent;

    /// <summary>Set when the query is lowered into a statement of its own, so that outer values must be passed to it.</summary>
    internal LateralBoundary? Boundary { get; init; }

    /// <summary>Sources by range table index.</summary>
    internal Dictionary<int, ColumnSource> Sources { get; } = [];

    /// <summary>Stored columns that hold what expressions over a table would compute, by range table index; null for none.</summary>
    internal Dictionary<int, ComputedColumns>? Computed { get; set; }

    /// <summary>Range table indexes that an outer join may extend with nulls.</summary>
    internal HashSet<int> Nullable { get; } = [];

    /// <summary>WITH queries by name.</summary>
    internal Dictionary<string, CteBinding> Ctes { get; } = [];

    /// <summary>Grouping expressions that are NULL in the grouping set at hand.</summary>
    internal List<BoundExpr> NullGroups { get; set; } = [];

    /// <summary>Grouping expressions of the grouping set at hand: what they hold is not NULL within them.</summary>
    internal List<BoundExpr> KeptGroups { get; set; } = [];

    /// <summary>Windows whose frames are found by comparing rows, by window reference.</summary>
    internal Dictionary<int, ComparedFrame>? Frames { get; set; }

    /// <summary>Tables of groups to join; null where FROM cannot take any.</summary>
    internal GroupJoins? Groups { get; set; }

    /// <summary>Aggregates that are computed already.</summary>
    internal Dictionary<BoundAggref, SqlExpr>? Aggregates { get; init; }

    /// <summary>Group references of the grouping set at hand.</summary>
    internal HashSet<int>? GroupingSet { get; set; }
}

/// <summary>A WITH query's name in SQL, or, while its own recursive term is lowered, its working table.</summary>
internal sealed record CteBinding(CommonTableExpr Cte, string SqlName, bool Staged, WorkTableBinding? WorkTable = null);

/// <summary>The working table of the recursion whose statements stand behind a boundary.</summary>
internal sealed record WorkTableBinding(LateralBoundary Boundary, int ColumnCount);

/// <summary>Where the rows of a window with such frames stand: a WITH query, and this row's alias, partition, number, rank and peer group.</summary>
internal sealed record ComparedFrame(string Rows, string Row, SqlColumn Partition, SqlColumn Number, SqlColumn Peers, SqlColumn Group);

/// <summary>The edge of a separate statement: outer values become its parameters, and it repeats the WITH queries that it reads.</summary>
internal sealed class LateralBoundary
{
    internal List<SqlExpr> Arguments { get; } = [];

    internal List<SqlCte> With { get; } = [];

    internal Dictionary<CommonTableExpr, string> CteNames { get; } = [];

    /// <summary>Parameters of the statement before the captured ones.</summary>
    internal int ReservedParameters { get; init; }

    internal SqlExpr Capture(SqlExpr outer)
    {
        var at = Arguments.IndexOf(outer);
        if (at < 0)
        {
            at = Arguments.Count;
            Arguments.Add(outer);
        }

        return new SqlParameter(at + 1 + ReservedParameters);
    }
}

/// <summary>Where the columns of a range table entry come from.</summary>
internal abstract class ColumnSource
{
    /// <summary>A column by attribute number.</summary>
    internal abstract SqlExpr Column(int attno);

    /// <summary>An expression that is NULL just when the whole row comes from an outer join's other side; null when there is none.</summary>
    internal virtual SqlExpr? Presence => null;

    /// <summary>Any column, for what must be computed anew for each row; null when there is none at hand.</summary>
    internal virtual SqlColumn? Anchor => null;
}

/// <summary>A table.</summary>
internal sealed class RelationSource(CatalogSnapshot catalog, PgClass relation, string alias) : ColumnSource
{
    private bool IsVirtual => relation.oid < BuiltInOids.FirstNormalObjectId;

    internal PgClass Relation => relation;

    internal override SqlExpr Presence => RowId;

    internal override SqlColumn Anchor => RowId;

    private SqlColumn RowId => new(alias, IsVirtual ? "rowid" : RelationNames.RowId(catalog, relation.oid));

    internal override SqlExpr Column(int attno) => attno switch
    {
        > 0 => new SqlColumn(alias, IsVirtual ? catalog.Attribute(relation.oid, attno)!.attname : RelationNames.Column(catalog, catalog.Attribute(relation.oid, attno)!)),
        -1 => RowId,
        -2 => IsVirtual ? WhenPresent(1) : new SqlColumn(alias, "xmin"),
        -3 or -4 or -5 => WhenPresent(0),
        -6 => WhenPresent(relation.oid),
        _ => throw new InvalidOperationException("attribute " + attno),
    };

    private SqlCase WhenPresent(long value) => new([(new SqlIsNull(RowId, Not: true), SqlLiteral.Of(value))], null);
}

/// <summary>A derived table of columns c1, c2 …, or a table function of columns c0, c1 … .</summary>
internal sealed class DerivedSource(string alias, int first = 1, int ordinality = 0) : ColumnSource
{
    internal string Alias => alias;

    /// <summary>The derived table, when it is one that can give one more column.</summary>
    internal SqlDerived? Table { get; init; }

    internal override SqlColumn? Anchor => first == 0 ? new SqlColumn(alias, "rowid") : Table is { ColumnCount: 0 } ? null : new SqlColumn(alias, "c1");

    internal override SqlExpr? Presence => first == 0 ? new SqlColumn(alias, "rowid") : Table?.Presence();

    internal override SqlExpr Column(int attno) => attno == ordinality ? new SqlColumn(alias, "rowid") : new SqlColumn(alias, "c" + (attno - 1 + first));
}

/// <summary>A sample of a table: rowid, xmin, then the table's columns as c1 … .</summary>
internal sealed class SampledSource(string alias, uint relation) : ColumnSource
{
    internal override SqlExpr Presence => Column(-1);

    internal override SqlColumn Anchor => new(alias, "c1");

    internal override SqlExpr Column(int attno) => attno switch
    {
        > 0 => new SqlColumn(alias, "c" + (attno + 2)),
        -1 => new SqlColumn(alias, "c1"),
        -2 => new SqlColumn(alias, "c2"),
        _ => new SqlCase([(new SqlIsNull(Presence, Not: true), SqlLiteral.Of(attno == -6 ? relation : 0))], null),
    };
}

/// <summary>A table with its descendants: rowid, xmin and tableoid of each row, then the table's columns.</summary>
internal sealed class AppendSource(string alias) : ColumnSource
{
    /// <summary>How many columns stand before the table's.</summary>
    internal const int SystemColumns = 3;

    internal override SqlExpr Presence => Column(-1);

    internal override SqlColumn Anchor => new(alias, "c1");

    internal override SqlExpr Column(int attno) => attno switch
    {
        > 0 => new SqlColumn(alias, "c" + (attno + SystemColumns)),
        -1 => new SqlColumn(alias, "c1"),
        -2 => new SqlColumn(alias, "c2"),
        -6 => new SqlColumn(alias, "c3"),
        _ => new SqlCase([(new SqlIsNull(Presence, Not: true), SqlLiteral.Of(0))], null),
    };
}

/// <summary>Columns that are expressions over other sources (a lateral that became a join).</summary>
internal sealed class ExpressionSource(IReadOnlyList<SqlExpr> columns) : ColumnSource
{
    internal override SqlColumn? Anchor => columns.OfType<SqlColumn>().FirstOrDefault();

    internal override SqlExpr Column(int attno) => columns[attno - 1];

    internal ExpressionSource With(SqlExpr last) => new([.. columns, last]);
}

/// <summary>Columns of a derived table by the attribute numbers that they have in what it reads.</summary>
internal sealed class SelectedColumns(string alias, IReadOnlyDictionary<int, int> columns) : ColumnSource
{
    internal override SqlExpr Column(int attno) => new SqlColumn(alias, "c" + columns[attno]);
}

/// <summary>Columns that the caller of <see cref="QueryLowering.LowerExpression"/> names.</summary>
internal sealed class CallerSource(Func<int, int, string> column, int varno) : ColumnSource
{
    internal override SqlExpr Column(int attno) => new SqlTemplate(column(varno, attno), []);
}
