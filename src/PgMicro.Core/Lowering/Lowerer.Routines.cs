using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <content>Calls of functions that users have made: each goes to the session by the id of its call site.</content>
internal sealed partial class Lowerer
{
    /// <summary>The row of a function that the session runs; null for one of another kind.</summary>
    private PgProc? RoutineOf(uint function) => Routines.Find(Catalog, function);

    private SqlCall RoutineCall(BoundFuncExpr call) =>
        new(EngineFunctions.Call, [RoutineSite(call), .. Args(call.FuncId, call.Args)]);

    /// <summary>The call site of a call.</summary>
    internal static CallSite SiteOf(CatalogSnapshot catalog, BoundFuncExpr call) =>
        CallSite.Get(call.FuncId, call.Type, ArgTypes(catalog, call), call.InputCollation);

    private SqlExpr RoutineSite(BoundFuncExpr call)
    {
        var site = SiteOf(Catalog, call);
        context.NoteRoutine(site);
        return SqlLiteral.Of(site.Id);
    }

    /// <summary>
    /// A set-returning function in FROM. Its columns are those of its result; what it gives does not depend on other rows unless its arguments do,
    /// and then it runs once, however often it is joined.
    /// </summary>
    private (SqlFrom From, ColumnSource Source) RoutineRows(
        RangeTblFunction function, RangeTableEntry entry, BoundFuncExpr call, PgProc routine, List<SqlExpr>? loweredArgs)
    {
        var attributes = CompositeOf(call.Type) is { } relation ? Catalog.Attributes(relation).ToArray() : null;
        var shape = function is { RowAsValue: false, FuncColNames: { } names } ? RecordShape.Get(function.FuncColTypes!, function.FuncColTypmods!, names) : null;
        var width = shape?.Types.Count ?? attributes?.Count(static a => !a.attisdropped)
            ?? (call.Type == TypeOid.Record && Routines.OutColumns(routine) is > 1 and var columns ? columns : 1);
        var isLateral = loweredArgs is null && call.Args.Exists(LevelReferences.Any);
        var alias = NewAlias();
        Laterals.Add(new LateralArity(width, call.Args.Count, IsRoutine: true));
        SqlFrom from = new SqlTableFunction(
            RoutineSetModule.NameOf(width, call.Args.Count), [RoutineSite(call), SqlLiteral.Of(shape?.Id ?? -1), .. loweredArgs ?? Args(call.FuncId, call.Args)], alias);
        var first = 0;
        if (!isLateral)
        {
            var all = Enumerable.Range(0, width).Select(i => (SqlExpr)new SqlColumn(alias, "c" + i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            var rows = new SqlSelect { Columns = [.. all, new SqlColumn(alias, "ord")], From = from };
            alias = NewAlias();
            (from, first) = (new SqlDerived(rows, alias, width + 1, true), 1);
        }

        SqlExpr Column(int index) => new SqlColumn(alias, "c" + (index + first).ToString(System.Globalization.CultureInfo.InvariantCulture));
        SqlExpr number = isLateral ? new SqlColumn(alias, "ord") : Column(width);
        List<SqlExpr> values;
        if (function.RowAsValue && attributes is not null)
        {
            var next = 0;
            values = [new SqlCall(EngineFunctions.Row, [SqlLiteral.Of(Catalog.GetBaseType(call.Type)), .. attributes.Select(a => a.attisdropped ? SqlLiteral.Null : Column(next++))])];
        }
        else
        {
            values = [.. Enumerable.Range(0, width).Select(Column)];
        }

        if (entry.FuncOrdinality && entry.Functions.Count == 1)
        {
            values.Add(number);
        }

        return (from, new ExpressionSource(values));
    }

    private uint? CompositeOf(uint type) => Catalog.Type(Catalog.GetBaseType(type)) is { typtype: 'c', typrelid: var relation } ? relation : null;
}
