using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

/// <summary>Bound queries and expressions to SQLite's SQL.</summary>
internal static class QueryLowering
{
    /// <summary>Lowers a SELECT.</summary>
    /// <exception cref="Errors.PgException">0A000 for what SQLite cannot say, and for functions without an implementation.</exception>
    internal static LoweredQuery Lower(BoundQuery query, LoweringContext context)
    {
        query = context.Inline?.Invoke(query) ?? query;
        BoundTreeValidator.Check(query);
        var lowerer = new Lowerer(context);
        var sql = SqliteSqlWriter.Write(lowerer.LowerTop(query));
        return new LoweredQuery(sql, query.TargetList.Count(static t => !t.ResJunk), [.. lowerer.Relations], [.. lowerer.Laterals]) { Appends = lowerer.Appends };
    }

    /// <summary>Lowers an expression outside a query (a check, a default, a RETURNING or SET expression).</summary>
    /// <param name="expr">The expression; sublinks are allowed.</param>
    /// <param name="context">The context.</param>
    /// <param name="column">SQL of a column of the outermost level, by range table index and attribute number.</param>
    internal static LoweredExpression LowerExpression(BoundExpr expr, LoweringContext context, Func<int, int, string> column)
    {
        var lowerer = new Lowerer(context);
        lowerer.EnterColumns(column);
        var sql = SqliteSqlWriter.Write(lowerer.Expr(expr));
        return new LoweredExpression(sql, [.. lowerer.Relations], [.. lowerer.Laterals]);
    }
}

/// <summary>An expression of SQLite's SQL.</summary>
/// <param name="Sql">The text.</param>
/// <param name="RelationOids">Relations that its sublinks read.</param>
/// <param name="Laterals">The pgmicro_lateral modules that it uses.</param>
internal sealed record LoweredExpression(string Sql, IReadOnlyList<uint> RelationOids, IReadOnlyList<LateralArity> Laterals);
