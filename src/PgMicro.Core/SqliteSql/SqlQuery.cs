namespace PgMicro.Core.SqliteSql;

/// <summary>A query with its WITH, ORDER BY and LIMIT.</summary>
internal abstract class SqlQuery
{
    internal List<SqlCte> With { get; } = [];

    internal bool Recursive { get; set; }

    internal List<SqlOrder> OrderBy { get; set; } = [];

    internal SqlExpr? Limit { get; set; }

    internal SqlExpr? Offset { get; set; }

    /// <summary>Whether it can stand as an arm of a compound as it is.</summary>
    internal bool IsBare => With.Count == 0 && OrderBy.Count == 0 && Limit is null && Offset is null;

    /// <summary>
    /// Whether SQLite must not merge it with the query that reads it. When it merges a UNION ALL one of whose arms has a RIGHT or FULL JOIN, it takes the WHERE
    /// of other arms for conditions of that join, and they exclude nothing any more.
    /// </summary>
    internal bool MustStandAlone => this is SqlCompound && HasOuterArm(this);

    private static bool HasOuterArm(SqlQuery query) => query switch
    {
        SqlCompound compound => HasOuterArm(compound.Left) || HasOuterArm(compound.Right),
        SqlSelect select => HasOuterJoin(select.From),
        _ => false,
    };

    private static bool HasOuterJoin(SqlFrom? from) =>
        from is SqlJoin join && (join.Kind is "RIGHT JOIN" or "FULL JOIN" || HasOuterJoin(join.Left) || HasOuterJoin(join.Right));
}

/// <summary>SELECT … FROM … .</summary>
internal sealed class SqlSelect : SqlQuery
{
    internal bool Distinct { get; set; }

    /// <summary>Output, named c1, c2 … in order.</summary>
    internal List<SqlExpr> Columns { get; set; } = [];

    internal SqlFrom? From { get; set; }

    internal SqlExpr? Where { get; set; }

    internal List<SqlExpr> GroupBy { get; set; } = [];

    internal SqlExpr? Having { get; set; }
}

/// <summary>VALUES.</summary>
internal sealed class SqlValues(IReadOnlyList<IReadOnlyList<SqlExpr>> rows) : SqlQuery
{
    internal IReadOnlyList<IReadOnlyList<SqlExpr>> Rows => rows;
}

/// <summary>left UNION ALL right, and its like; the arms are bare.</summary>
internal sealed class SqlCompound(SqlQuery left, string op, SqlQuery right) : SqlQuery
{
    internal SqlQuery Left => left;

    internal string Operator => op;

    internal SqlQuery Right => right;
}

/// <summary>A WITH query with columns c1 … .</summary>
internal sealed record SqlCte(string Name, int ColumnCount, SqlQuery Query, bool? Materialized)
{
    /// <summary>Whether it runs once and by itself, or is merged with what reads it; null when SQLite decides.</summary>
    internal bool? Materialized { get; } = Query.MustStandAlone ? true : Materialized;
}

/// <summary>An item of FROM.</summary>
internal abstract record SqlFrom;

/// <summary>A table; without its indexes its rows come in the order of the table itself.</summary>
internal sealed record SqlTable(string? Schema, string Name, string Alias, bool NotIndexed = false) : SqlFrom;

/// <summary>A table-valued function.</summary>
internal sealed record SqlTableFunction(string Name, IReadOnlyList<SqlExpr> Args, string Alias) : SqlFrom;

/// <summary>A derived table with columns c1 … ; a materialised one runs exactly once.</summary>
internal sealed record SqlDerived(SqlQuery Query, string Alias, int ColumnCount, bool Materialized) : SqlFrom
{
    private bool _hasPresence;

    /// <summary>Whether it runs exactly once, by itself.</summary>
    internal bool Materialized { get; } = Materialized || Query.MustStandAlone;

    /// <summary>The columns; one more once <see cref="Presence"/> was asked for.</summary>
    internal int ColumnCount { get; private set; } = ColumnCount;

    /// <summary>The query.</summary>
    internal SqlQuery Query { get; private set; } = Query;

    /// <summary>A column that is never NULL but where an outer join adds a row of nulls.</summary>
    internal SqlExpr Presence()
    {
        if (!_hasPresence)
        {
            var inner = Alias + "p";
            var outer = new SqlSelect { From = new SqlDerived(Query, inner, ColumnCount, Query is SqlValues) };
            for (var i = 1; i <= ColumnCount; i++)
            {
                outer.Columns.Add(new SqlColumn(inner, "c" + i));
            }

            outer.Columns.Add(SqlLiteral.True);
            Query = outer;
            ColumnCount++;
            _hasPresence = true;
        }

        return new SqlColumn(Alias, "c" + ColumnCount);
    }
}

/// <summary>A join: "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN".</summary>
internal sealed record SqlJoin(string Kind, SqlFrom Left, SqlFrom Right, SqlExpr? On) : SqlFrom;
