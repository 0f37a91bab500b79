using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    private SqlFrom LateralSubquery(int rtIndex, RangeTableEntry entry, List<SqlExpr> lifted, bool nullable)
    {
        var query = entry.Subquery!;
        if (IsPlainJoin(query))
        {
            if (SingleTable(query) is { } leaf)
            {
                return PulledUp(rtIndex, query, leaf, lifted, nullable);
            }

            if (LateralDecorrelation.Rewrite(Catalog, query) is { } apart)
            {
                return Apart(rtIndex, query, apart, lifted, nullable);
            }
        }

        var boundary = new LateralBoundary();
        var inner = Query(query, boundary);
        return Lateral(rtIndex, inner, query.TargetList.Count(static t => !t.ResJunk), boundary);
    }

    /// <summary>A table function that runs a statement of its own for each outer row.</summary>
    private SqlTableFunction Lateral(int rtIndex, SqlQuery inner, int columns, LateralBoundary boundary)
    {
        var alias = NewAlias();
        _scope.Sources[rtIndex] = new DerivedSource(alias, first: 0);
        return LateralCall(inner, columns, boundary, alias);
    }

    private SqlTableFunction LateralCall(SqlQuery inner, int columns, LateralBoundary boundary, string alias)
    {
        var arity = new LateralArity(columns, boundary.Arguments.Count);
        Laterals.Add(arity);
        var id = LateralPlans.Register(SqliteSqlWriter.Write(inner), columns);
        return new SqlTableFunction($"pgmicro_lateral_{columns}_{boundary.Arguments.Count}", [SqlLiteral.Of(id), .. boundary.Arguments], alias);
    }

    // SELECT … FROM … WHERE …: the same as a join with FROM on the condition.
    private bool IsPlainJoin(BoundQuery query) =>
        query is { CommandType: CommandType.Select, HasAggs: false, HasWindowFuncs: false, HasTargetSRFs: false, HavingQual: null, SetOperations: null, LimitCount: null, LimitOffset: null }
        && query.DistinctClause.Count == 0 && query.GroupClause.Count == 0 && query.GroupingSets.Count == 0 && query.CteList.Count == 0 && query.RowMarks.Count == 0
        && !query.TargetList.Exists(t => Volatility.Has(Catalog, t.Expr)) && (query.JoinTree.Quals is not { } q || !Volatility.Has(Catalog, q));

    private static int? SingleTable(BoundQuery query)
    {
        if (query.JoinTree.FromList is not [RangeTblRef only] || query.RangeTable[only.RtIndex - 1] is not { TableSample: null } entry)
        {
            return null;
        }

        return entry is { RteKind: RteKind.Relation, RelKind: 'r' }
            || (entry is { RteKind: RteKind.Subquery } && !LevelReferences.Any(entry.Subquery!) && !OuterReferences(entry.Subquery!)) ? only.RtIndex : null;
    }

    private static bool OuterReferences(BoundQuery query) => new DeepReferences().Check(query);

    private SqlFrom PulledUp(int rtIndex, BoundQuery query, int leaf, List<SqlExpr> lifted, bool nullable)
    {
        var outer = _scope;
        _scope = new QueryScope(query, outer);
        var from = Leaf(leaf, lifted, nullable: false);
        Pull(rtIndex, query, query.JoinTree.Quals, lifted, nullable ? Source(_scope, leaf).Presence : null, outer);
        return from;
    }

    // FROM becomes a derived table of its own, which SQLite can give an index; what refers to the outer row is evaluated outside of it.
    private SqlDerived Apart(int rtIndex, BoundQuery query, LateralDecorrelation apart, List<SqlExpr> lifted, bool nullable)
    {
        var outer = _scope;
        var rows = Query(apart.Rows, null);
        var alias = NewAlias();
        var derived = new SqlDerived(rows, alias, apart.Columns.Count, false);
        _scope = new QueryScope(query, outer);
        foreach (var group in apart.Columns.Select(static (c, i) => (c.Varno, c.Varattno, Column: i + 1)).GroupBy(static c => c.Varno))
        {
            _scope.Sources[group.Key] = new SelectedColumns(alias, group.ToDictionary(static c => c.Varattno, static c => c.Column));
        }

        Pull(rtIndex, query, apart.Condition, lifted, nullable && !query.TargetList.TrueForAll(IsColumn) ? derived.Presence() : null, outer);
        return derived;
    }

    private static bool IsColumn(TargetEntry entry) => entry.ResJunk || entry.Expr is BoundVar { Varlevelsup: 0, Varattno: > 0 };

    // The scope is the subquery's; its columns and condition become expressions of the query around.
    private void Pull(int rtIndex, BoundQuery query, BoundExpr? condition, List<SqlExpr> lifted, SqlExpr? presence, QueryScope outer)
    {
        if (condition is not null)
        {
            lifted.AddRange(Conjuncts(condition));
        }

        var columns = query.TargetList.Where(static t => !t.ResJunk)
            .Select(t => Expr(t.Expr) is var value && presence is not null && !IsColumn(t) ? new SqlCase([(new SqlIsNull(presence, Not: true), value)], null) : value)
            .ToList();
        _scope = outer;
        outer.Sources[rtIndex] = new ExpressionSource(columns);
    }

    private SqlFrom Functions(int rtIndex, RangeTableEntry entry)
    {
        if (entry.Functions.Count == 1)
        {
            var (from, source) = Function(entry.Functions[0], entry);
            if (from is SqlTableFunction once && Volatility.Has(Catalog, entry.Functions[0].FuncExpr) && !LevelReferences.Any(entry.Functions[0].FuncExpr))
            {
                // Joined with other rows, SQLite would evaluate the arguments for each of them.
                List<SqlExpr> all = [.. Enumerable.Range(1, entry.Functions[0].FuncColCount).Select(source.Column)];
                if (entry.FuncOrdinality)
                {
                    all.Add(new SqlColumn(once.Alias, "rowid"));
                }

                return Derived(rtIndex, new SqlSelect { Columns = all, From = from }, all.Count, true);
            }

            _scope.Sources[rtIndex] = entry.FuncOrdinality && source is ExpressionSource columnsOf && from is SqlTableFunction call
                ? columnsOf.With(new SqlColumn(call.Alias, "rowid"))
                : source;
            return from;
        }

        // ROWS FROM: side by side, the shorter ones padded with nulls.
        var boundary = new LateralBoundary();
        var outer = _scope;
        _scope = new QueryScope(new BoundQuery { CommandType = CommandType.Select }, outer) { Boundary = boundary };
        var columns = new List<SqlExpr>();
        SqlFrom? joined = null;
        SqlExpr? number = null;
        foreach (var function in entry.Functions)
        {
            var args = ((BoundFuncExpr)function.FuncExpr).Args.Select(a => At(outer, a)).ToList();
            var (from, source) = Function(function, entry, args);
            for (var i = 1; i <= function.FuncColCount; i++)
            {
                columns.Add(source.Column(i));
            }

            var row = from switch
            {
                SqlTableFunction table => new SqlColumn(table.Alias, "rowid"),

                // Its last column is the number of the row.
                SqlDerived derived => new SqlColumn(derived.Alias, "c" + derived.ColumnCount.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                _ => (SqlExpr)SqlLiteral.Of(1),
            };
            joined = joined is null ? from : new SqlJoin("FULL JOIN", joined, from, new SqlBinary("=", row, number!));
            number = number is null ? row : new SqlCall("coalesce", [number, row]);
        }

        if (entry.FuncOrdinality)
        {
            columns.Add(number!);
        }

        _scope = outer;
        var select = new SqlSelect { Columns = columns, From = joined, OrderBy = [new SqlOrder(number!, false, null)] };
        return boundary.Arguments.Count > 0 ? Lateral(rtIndex, select, columns.Count, boundary) : Derived(rtIndex, select, columns.Count, true);
    }

    private (SqlFrom From, ColumnSource Source) Function(RangeTblFunction function, RangeTableEntry entry, List<SqlExpr>? loweredArgs = null)
    {
        if (function.FuncExpr is not BoundFuncExpr call)
        {
            return ScalarInFrom(function);
        }
        if (RecordFunctions.Find(Catalog, call) is { } record && function.FuncColNames is not null)
        {
            return RecordColumns(function, call, record, loweredArgs);
        }

        var implementation = Implemented(call.FuncId);
        if (Catalog.Proc(call.FuncId) is { proretset: false } && implementation is { Kind: FunctionKind.Scalar })
        {
            return ScalarInFrom(function);
        }

        if (implementation is null && RoutineOf(call.FuncId) is { } routine)
        {
            return routine.proretset ? RoutineRows(function, entry, call, routine, loweredArgs) : ScalarInFrom(function);
        }

        if (implementation is not { Kind: FunctionKind.Set, SqliteName: { } name })
        {
            throw PgErrors.FunctionNotImplemented(Signature(call.FuncId), call.Location);
        }

        var args = CallArgs(call, implementation, loweredArgs);
        var alias = NewAlias();
        var ordinality = entry.FuncOrdinality && entry.Functions.Count == 1 ? function.FuncColCount + 1 : -1;
        var table = new SqlTableFunction(name, args, alias);
        return IsRowValued(function, implementation)
            ? (table, Columns(function, new SqlColumn(alias, "c0")))
            : function.FuncColNames is null ? (table, new DerivedSource(alias, first: 0, ordinality))
            : throw PgErrors.FeatureNotSupported("a column definition list for this function", call.Location);
    }

    // A function whose values are rows, in one column; json_each and its like give their columns side by side.
    private bool IsRowValued(RangeTblFunction function, FunctionImplementation implementation) =>
        !function.RowAsValue && (Catalog.Type(Catalog.GetBaseType(function.FuncExpr.Type)) is { typtype: 'c' }
        || (function.FuncExpr.Type == Types.TypeOid.Record && (function.FuncColNames is not null || implementation.Kind == FunctionKind.Scalar)));

    /// <summary>The columns of a function in FROM that gives a row as one value.</summary>
    private ExpressionSource Columns(RangeTblFunction function, SqlExpr row)
    {
        var type = function.FuncExpr.Type;
        if (function.FuncColNames is { } names)
        {
            var shape = Types.RecordShape.Get(function.FuncColTypes!, function.FuncColTypmods!, names);
            row = new SqlCall(EngineFunctions.RecordCheck, [SqlLiteral.Of(shape.Id), row]);
        }

        var numbers = Catalog.Type(Catalog.GetBaseType(type)) is { typtype: 'c' } composite
            ? Catalog.Attributes(composite.typrelid).Where(static a => !a.attisdropped).Select(static a => (int)a.attnum)
            : Enumerable.Range(1, function.FuncColCount);
        return new ExpressionSource([.. numbers.Select(n => (SqlExpr)Field(type, row, n))]);
    }

    private (SqlFrom From, ColumnSource Source) ScalarInFrom(RangeTblFunction function)
    {
        if (function.RowAsValue)
        {
            return ScalarInFromAsValue(function);
        }

        if (function.FuncColNames is not null || Catalog.Type(Catalog.GetBaseType(function.FuncExpr.Type)) is { typtype: 'c' }
            || function.FuncExpr.Type == Types.TypeOid.Record)
        {
            var plain = new RangeTblFunction { FuncExpr = function.FuncExpr, FuncColCount = 1 };
            var (row, source) = ScalarInFromAsValue(plain);
            return (row, Columns(function, source.Column(1)));
        }

        return ScalarInFromAsValue(function);
    }

    private (SqlFrom From, ColumnSource Source) ScalarInFromAsValue(RangeTblFunction function)
    {
        var alias = NewAlias();
        var boundary = new LateralBoundary();
        var outer = _scope;
        _scope = new QueryScope(new BoundQuery { CommandType = CommandType.Select }, outer) { Boundary = boundary };
        var value = LevelReferences.Any(function.FuncExpr) ? At(outer, function.FuncExpr) : null;
        _scope = outer;
        if (value is null)
        {
            var derived = new SqlSelect { Columns = [Expr(function.FuncExpr), SqlLiteral.Of(1)] };
            return (new SqlDerived(derived, alias, 2, Volatility.Has(Catalog, function.FuncExpr)), new DerivedSource(alias));
        }

        var select = new SqlSelect { Columns = [value, SqlLiteral.Of(1)] };
        return (LateralCall(select, 2, boundary, alias), new DerivedSource(alias, first: 0));
    }

    // json_to_record[set](x) AS (a int, b text): x or its elements, each column made of its member.
    private (SqlFrom From, ColumnSource Source) RecordColumns(RangeTblFunction function, BoundFuncExpr call, RecordFunctions record, List<SqlExpr>? loweredArgs)
    {
        SqlFrom from;
        SqlExpr json;
        if (record.Elements == 0)
        {
            var plain = new RangeTblFunction { FuncExpr = call.Args[record.Argument], FuncColCount = 1 };
            (from, var source) = ScalarInFromAsValue(plain);
            json = source.Column(1);
        }
        else
        {
            var alias = NewAlias();
            var elements = FunctionTable.Find(record.Elements) is { Kind: FunctionKind.Set } f ? f : throw PgErrors.FunctionNotImplemented(Signature(record.Elements), call.Location);
            from = new SqlTableFunction(elements.SqliteName!, [(loweredArgs ?? call.Args.Select(Expr).ToList())[record.Argument]], alias);
            json = new SqlColumn(alias, "c0");
        }

        var columns = new List<SqlExpr>();
        for (var i = 0; i < function.FuncColNames!.Count; i++)
        {
            columns.Add(new SqlCall(EngineFunctions.JsonMember, [SqlLiteral.Of(function.FuncColTypes![i]), SqlLiteral.Of(function.FuncColTypmods![i]),
                SqlLiteral.Of(record.IsBinary ? 1 : 0), SqlLiteral.Of(record.Name), json, SqlLiteral.Of(function.FuncColNames[i])]));
        }

        return (from, new ExpressionSource(columns));
    }

    /// <summary>Whether a subquery refers to any level above the one where it stands.</summary>
    private sealed class DeepReferences : BoundTreeWalker
    {
        internal bool Check(BoundQuery query)
        {
            Visit(query);
            return Stopped;
        }

        protected override void VisitExpr(BoundExpr expr)
        {
            Stopped |= expr is BoundVar var && var.Varlevelsup > SublevelsUp;
            base.VisitExpr(expr);
        }
    }
}
