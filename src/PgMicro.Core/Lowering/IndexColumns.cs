using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>
/// A stored column of a table that holds what a unique index computes by functions of ours. An index over the expression itself
/// would make the file's schema unreadable to a SQLite that lacks them.
/// </summary>
/// <param name="Index">The index's OID.</param>
/// <param name="Name">The column's name in the file.</param>
/// <param name="Expr">What it holds, over the table as range table entry 1.</param>
internal sealed record IndexColumn(uint Index, string Name, BoundExpr Expr);

/// <summary>Which such columns the tables of a catalog have: our statements write them, and read them where they compute the same.</summary>
internal static class IndexColumns
{
    private static readonly ConditionalWeakTable<CatalogSnapshot, ConcurrentDictionary<uint, IndexColumn[]>> PerSnapshot = [];

    /// <summary>The columns of a table; of most tables none.</summary>
    internal static IReadOnlyList<IndexColumn> Of(CatalogSnapshot catalog, uint relation)
    {
        if (relation >= BuiltInOids.FirstNormalObjectId)
        {
            foreach (var index in catalog.IndexesOf(relation))
            {
                if (IsCandidate(index))
                {
                    return PerSnapshot.GetOrCreateValue(catalog).GetOrAdd(relation, static (r, c) => Find(c, r), catalog);
                }
            }
        }

        return [];
    }

    /// <summary>The column of an index's key expression, counted from 0, or of its predicate (-1); null when the index computes it by itself.</summary>
    internal static string? Find(CatalogSnapshot catalog, PgIndex index, int expression)
    {
        var name = Name(index, expression);
        return Of(catalog, index.indrelid).FirstOrDefault(c => c.Name == name)?.Name;
    }

    /// <summary>An expression over a table's columns as SQLite SQL.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="relation">The table.</param>
    /// <param name="expr">The expression.</param>
    /// <param name="column">SQL of a column by attribute number; its name if not given.</param>
    internal static LoweredExpression Lower(CatalogSnapshot catalog, uint relation, BoundExpr expr, Func<int, string?>? column = null) =>
        QueryLowering.LowerExpression(expr, new LoweringContext(catalog, new SnapshotTypes(catalog)), (_, attnum) => column?.Invoke(attnum)
            ?? attnum switch
            {
                > 0 => RelationNames.QuotedColumn(catalog, catalog.Attribute(relation, attnum)!),
                -1 => RelationNames.RowId(catalog, relation),
                -6 => relation.ToString(CultureInfo.InvariantCulture),
                _ => "xmin",
            });

    private static bool IsCandidate(PgIndex index) => index is { indisunique: true, indimmediate: true } && (index.indexprs ?? index.indpred) is not null;

    private static IndexColumn[] Find(CatalogSnapshot catalog, uint relation)
    {
        var result = new List<IndexColumn>();
        foreach (var index in catalog.IndexesOf(relation).Where(IsCandidate))
        {
            var expressions = index.indexprs is null ? [] : JsonSerializer.Deserialize<string[]>(index.indexprs)!;
            for (var i = 0; i < expressions.Length; i++)
            {
                Add(index, i, expressions[i]);
            }

            if (index.indpred is not null)
            {
                Add(index, -1, index.indpred);
            }
        }

        return [.. result];

        void Add(PgIndex index, int number, string text)
        {
            var expr = BoundTreeSerializer.DeserializeExpr(text);
            if (NeedsFunctions(catalog, relation, expr))
            {
                result.Add(new IndexColumn(index.indexrelid, Name(index, number), expr));
            }
        }
    }

    private static string Name(PgIndex index, int expression) => expression < 0
        ? string.Create(CultureInfo.InvariantCulture, $"pgmicro_index_{index.indexrelid}_where")
        : string.Create(CultureInfo.InvariantCulture, $"pgmicro_index_{index.indexrelid}_{expression + 1}");

    // Asks a stock SQLite.
    private static bool NeedsFunctions(CatalogSnapshot catalog, uint relation, BoundExpr expr)
    {
        using var stock = SqliteConnectionHandle.Open(":memory:");
        var columns = catalog.Attributes(relation).Where(static a => !a.attisdropped).Select(a => RelationNames.QuotedColumn(catalog, a) + ", ");
        stock.Execute($"CREATE TABLE t ({string.Concat(columns)}xmin)");
        try
        {
            stock.Prepare($"SELECT {Lower(catalog, relation, expr).Sql} FROM t").Dispose();
            return false;
        }
        catch (SqliteException)
        {
            return true;
        }
    }
}

/// <summary>The columns of that kind of a table in FROM.</summary>
internal sealed class ComputedColumns
{
    private readonly List<(BoundExpr Expr, SqlColumn Column)> _columns = [];

    private ComputedColumns(IReadOnlyList<IndexColumn> columns, int rtIndex, string alias)
    {
        var place = new Place(rtIndex);
        foreach (var column in columns)
        {
            _columns.Add((place.Rewrite(column.Expr), new SqlColumn(alias, column.Name)));
        }
    }

    /// <summary>Those of a table, or null.</summary>
    internal static ComputedColumns? Of(CatalogSnapshot catalog, uint relation, int rtIndex, string alias) =>
        IndexColumns.Of(catalog, relation) is { Count: > 0 } columns ? new ComputedColumns(columns, rtIndex, alias) : null;

    /// <summary>The column that holds an expression's value.</summary>
    internal SqlColumn? Find(BoundExpr expr)
    {
        foreach (var (computed, column) in _columns)
        {
            if (computed.GetType() == expr.GetType() && BoundEquality.AreEqual(computed, expr))
            {
                return column;
            }
        }

        return null;
    }

    private sealed class Place(int rtIndex) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundVar { Varlevelsup: 0 } column)
            {
                return base.RewriteExpr(expr);
            }

            var copy = (BoundVar)column.ShallowCopy();
            copy.Varno = rtIndex;
            return copy;
        }
    }
}

/// <summary>Codecs of one state of the catalog.</summary>
internal sealed class SnapshotTypes(CatalogSnapshot catalog) : ITypeResolver
{
    public PgTypeCodec GetCodec(uint typeOid) => catalog.GetCodec(typeOid);

    public PgTypeCodec? FindCodec(uint typeOid) => catalog.FindCodec(typeOid);
}
