using System.Text.Json;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Functions;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Definitions;

/// <summary>Definitions of extended statistics.</summary>
internal static class StatisticsDefinitions
{
    [PgFunction("pg_get_statisticsobjdef(oid)")]
    public static string? Definition(FunctionContext context, uint statistics)
    {
        if (Find(context, statistics) is not { } row)
        {
            return null;
        }

        var kinds = new List<string>();
        foreach (var (letter, name) in new[] { ('d', "ndistinct"), ('f', "dependencies"), ('m', "mcv") })
        {
            if (row.stxkind.Contains(letter))
            {
                kinds.Add(name);
            }
        }

        var count = row.stxkeys.Length + Expressions(row).Count;
        return $"CREATE STATISTICS {Identifiers.QuoteQualified(context.Catalog.Namespace(row.stxnamespace)?.nspname, row.stxname)}"
            + (kinds.Count < 3 && count > 1 ? $" ({string.Join(", ", kinds)})" : "")
            + $" ON {Columns(context, row)} FROM {CatalogNames.Relation(context.Catalog, context.Catalog.Class(row.stxrelid)!, context.SearchPath(includeImplicit: true))}";
    }

    [PgFunction("pg_get_statisticsobjdef_columns(oid)")]
    public static string? Columns(FunctionContext context, uint statistics) => Find(context, statistics) is { } row ? Columns(context, row) : null;

    [PgFunction("pg_get_statisticsobjdef_expressions(oid)")]
    public static PgDatum ExpressionList(FunctionContext context, uint statistics)
    {
        if (Find(context, statistics) is not { stxexprs: not null } row)
        {
            return PgDatum.Null;
        }

        return ArrayOperations.Store(context, new PgArray(TypeOid.Text, [.. Expressions(row).Select(e => PgDatum.FromText(Deparse(context, row, e, false)))]));
    }

    private static string Columns(FunctionContext context, PgStatisticExt row) => string.Join(", ", [
        .. row.stxkeys.Select(k => Identifiers.Quote(context.Catalog.Attribute(row.stxrelid, k)!.attname)),
        .. Expressions(row).Select(e => e is BoundFuncExpr { FuncFormat: CoercionForm.ExplicitCall or CoercionForm.SqlSyntax } or BoundCoalesceExpr or BoundMinMaxExpr
            or BoundSqlValueFunction or BoundNullIfExpr or BoundXmlExpr
                ? Deparse(context, row, e, true)
                : $"({Deparse(context, row, e, true)})"),
    ]);

    private static string Deparse(FunctionContext context, PgStatisticExt row, BoundExpr expr, bool pretty) =>
        new CatalogDeparser(context.Catalog, context, context.SearchPath(includeImplicit: true), pretty).Expr(expr, row.stxrelid);

    private static PgStatisticExt? Find(FunctionContext context, uint oid) => context.Catalog.Find(PgStatisticExt.Relation, new(oid));

    private static List<BoundExpr> Expressions(PgStatisticExt row) =>
        row.stxexprs is null ? [] : [.. JsonSerializer.Deserialize<string[]>(row.stxexprs)!.Select(BoundTreeSerializer.DeserializeExpr)];
}
