using PgMicro.Core.Types;

namespace PgMicro.Core.SqliteSql;

/// <summary>An expression of SQLite's SQL.</summary>
/// <param name="HasCollation">
/// Whether SQLite finds a collation in it when it looks for the one to compare its value with. It looks below every operator and function, so it finds that of
/// <c>n = '1.5' COLLATE numeric</c> in <c>CASE WHEN … THEN 'x' ELSE s END</c> too.
/// </param>
internal abstract record SqlExpr(bool HasCollation = false)
{
    private protected static bool AnyCollation(IReadOnlyList<SqlExpr> items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].HasCollation)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A value in storage form.</summary>
internal sealed record SqlLiteral(PgDatum Value) : SqlExpr
{
    internal static readonly SqlLiteral Null = new(PgDatum.Null);
    internal static readonly SqlLiteral True = Of(1);
    internal static readonly SqlLiteral False = Of(0);

    internal static SqlLiteral Of(long value) => new(PgDatum.FromInt64(value));

    internal static SqlLiteral Of(string value) => new(PgDatum.FromText(value));
}

/// <summary>?n.</summary>
internal sealed record SqlParameter(int Number) : SqlExpr;

/// <summary>A column of a FROM item.</summary>
internal sealed record SqlColumn(string Table, string Name) : SqlExpr;

/// <summary>A prefix operator.</summary>
internal sealed record SqlUnary(string Operator, SqlExpr Operand) : SqlExpr(Operand.HasCollation);

/// <summary>An infix operator.</summary>
internal sealed record SqlBinary(string Operator, SqlExpr Left, SqlExpr Right) : SqlExpr(Left.HasCollation || Right.HasCollation);

/// <summary>AND or OR of any number, which the writer balances.</summary>
internal sealed record SqlChain(string Operator, IReadOnlyList<SqlExpr> Items) : SqlExpr(AnyCollation(Items))
{
    internal static SqlExpr And(IReadOnlyList<SqlExpr> items) => items.Count switch { 0 => SqlLiteral.True, 1 => items[0], _ => new SqlChain("AND", items) };
}

/// <summary>IS [NOT] NULL.</summary>
internal sealed record SqlIsNull(SqlExpr Operand, bool Not = false) : SqlExpr(Operand.HasCollation);

/// <summary>COLLATE.</summary>
internal sealed record SqlCollate(SqlExpr Operand, string Collation) : SqlExpr(true)
{
    /// <summary>SQLite's order of bytes.</summary>
    internal const string Binary = "BINARY";
}

/// <summary>CAST.</summary>
internal sealed record SqlCast(SqlExpr Operand, string Type) : SqlExpr(Operand.HasCollation);

/// <summary>A call, of an aggregate or window function too.</summary>
internal sealed record SqlCall(string Name, IReadOnlyList<SqlExpr> Args) : SqlExpr(AnyCollation(Args))
{
    internal bool Star { get; init; }

    internal bool Distinct { get; init; }

    internal IReadOnlyList<SqlOrder> OrderBy { get; init; } = [];

    internal SqlExpr? Filter { get; init; }

    internal SqlWindow? Over { get; init; }
}

/// <summary>SQL with {0}, {1} … for the arguments; an aggregate's may take FILTER and OVER after it.</summary>
internal sealed record SqlTemplate(string Text, IReadOnlyList<SqlExpr> Args) : SqlExpr(AnyCollation(Args))
{
    internal SqlExpr? Filter { get; init; }

    internal SqlWindow? Over { get; init; }
}

/// <summary>CASE WHEN.</summary>
internal sealed record SqlCase(IReadOnlyList<(SqlExpr When, SqlExpr Then)> Arms, SqlExpr? Else)
    : SqlExpr(Arms.Any(static a => a.When.HasCollation || a.Then.HasCollation) || Else is { HasCollation: true });

/// <summary>(a, b).</summary>
internal sealed record SqlRow(IReadOnlyList<SqlExpr> Items) : SqlExpr(AnyCollation(Items));

/// <summary>IN of a list.</summary>
internal sealed record SqlInList(SqlExpr Operand, IReadOnlyList<SqlExpr> Items, bool Not) : SqlExpr(Operand.HasCollation || AnyCollation(Items));

/// <summary>IN of a query.</summary>
internal sealed record SqlInQuery(SqlExpr Operand, SqlQuery Query, bool Not) : SqlExpr(Operand.HasCollation);

/// <summary>EXISTS.</summary>
internal sealed record SqlExists(SqlQuery Query) : SqlExpr;

/// <summary>A query as a value.</summary>
internal sealed record SqlScalar(SqlQuery Query) : SqlExpr;

/// <summary>An ORDER BY item; without a nulls order the expression is never NULL.</summary>
internal sealed record SqlOrder(SqlExpr Expr, bool Descending, bool? NullsFirst);

/// <summary>A window: its frame in SQLite's words.</summary>
internal sealed record SqlWindow(IReadOnlyList<SqlExpr> PartitionBy, IReadOnlyList<SqlOrder> OrderBy, SqlFrame? Frame);

/// <summary>A frame: "ROWS", its ends ("UNBOUNDED PRECEDING", or "PRECEDING" with an offset), and what it excludes.</summary>
internal sealed record SqlFrame(string Unit, SqlExpr? StartOffset, string Start, SqlExpr? EndOffset, string End, string? Exclude);
