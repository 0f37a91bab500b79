using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>
/// SEARCH and CYCLE as columns that the terms of the recursion compute (rewriteSearchAndCycle): each term becomes the FROM of a query
/// that adds the sequence, the cycle mark and the path.
/// </summary>
internal sealed class SearchCycleColumns
{
    private const uint RecordEqual = 2988, ArrayAppend = 378, Int8Inc = 1219;

    private readonly CatalogSnapshot _catalog;
    private readonly CommonTableExpr _cte;
    private readonly List<(string Name, uint Type, int Typmod, uint Collation)> _extra;

    private SearchCycleColumns(CommonTableExpr cte, CatalogSnapshot catalog)
    {
        _cte = cte;
        _catalog = catalog;
        _extra = [.. SearchCycle.ExtraColumns(cte)];
    }

    /// <summary>The WITH query with its extra columns computed; itself when it has none.</summary>
    /// <exception cref="PgException">0A000 when the recursive reference is not at the top level of the recursive term.</exception>
    internal static CommonTableExpr Expand(CommonTableExpr cte, CatalogSnapshot catalog) =>
        cte.SearchClause is null && cte.CycleClause is null ? cte : new SearchCycleColumns(cte, catalog).Expand();

    private CommonTableExpr Expand()
    {
        var query = (BoundQuery)_cte.CteQuery.ShallowCopy();
        var operation = (SetOperationStmt)query.SetOperations!.ShallowCopy();
        var (left, right) = (((SetOperationRef)operation.Larg).RtIndex, ((SetOperationRef)operation.Rarg).RtIndex);
        query.RangeTable = [.. query.RangeTable];
        query.RangeTable[left - 1] = With(query.RangeTable[left - 1], Start(query.RangeTable[left - 1].Subquery!));
        query.RangeTable[right - 1] = With(query.RangeTable[right - 1], Step(query.RangeTable[right - 1].Subquery!));
        operation.ColTypes = [.. operation.ColTypes, .. _extra.Select(static e => e.Type)];
        operation.ColTypmods = [.. operation.ColTypmods, .. _extra.Select(static e => e.Typmod)];
        operation.ColCollations = [.. operation.ColCollations, .. _extra.Select(static e => e.Collation)];
        query.SetOperations = operation;
        query.TargetList = [.. query.TargetList];
        foreach (var extra in _extra)
        {
            query.TargetList.Add(Target(Column(left, query.TargetList.Count + 1, extra.Type), query.TargetList.Count + 1, extra.Name));
        }

        var result = (CommonTableExpr)_cte.ShallowCopy();
        result.CteQuery = query;
        result.CteColNames = [.. _cte.CteColNames, .. _extra.Select(static e => e.Name)];
        result.CteColTypes = [.. operation.ColTypes];
        result.CteColTypmods = [.. operation.ColTypmods];
        result.CteColCollations = [.. operation.ColCollations];
        result.SearchClause = null;
        result.CycleClause = null;
        return result;
    }

    private BoundQuery Start(BoundQuery term)
    {
        var outer = Around(term);
        if (_cte.SearchClause is { } search)
        {
            Add(outer, search.SearchBreadthFirst
                ? RowOf(search.SearchColList, new BoundConst { Type = TypeOid.Int8, Value = PgDatum.FromInt64(0) })
                : ArrayOf(RowOf(search.SearchColList, null)));
        }

        if (_cte.CycleClause is { } cycle)
        {
            Add(outer, cycle.CycleMarkDefault);
            Add(outer, ArrayOf(RowOf(cycle.CycleColList, null)));
        }

        return outer;
    }

    private BoundQuery Step(BoundQuery term)
    {
        var self = term.RangeTable.FindIndex(r => r is { RteKind: RteKind.Cte, SelfReference: true } && r.CteName == _cte.CteName) + 1;
        if (self == 0)
        {
            throw new PgException(
                SqlState.FeatureNotSupported,
                $"with a SEARCH or CYCLE clause, the recursive reference to WITH query \"{_cte.CteName}\" must be at the top level of its right-hand SELECT");
        }

        var width = _cte.CteColNames.Count;
        term = (BoundQuery)term.ShallowCopy();
        term.TargetList = [.. term.TargetList];
        var visible = term.TargetList.Count(static t => !t.ResJunk);
        for (var i = 0; i < _extra.Count; i++)
        {
            term.TargetList.Insert(visible + i, Target(Column(self, width + 1 + i, _extra[i].Type), visible + i + 1, _extra[i].Name));
        }

        var at = visible + 1;
        if (_cte.CycleClause is { } guarded)
        {
            var mark = width + (_cte.SearchClause is null ? 1 : 2);
            var going = Compare(guarded.CycleMarkNeop, Column(self, mark, guarded.CycleMarkType), guarded.CycleMarkValue, guarded.CycleMarkCollation);
            var tree = (FromExpr)term.JoinTree.ShallowCopy();
            tree.Quals = tree.Quals is null ? going : new BoundBoolExpr { BoolOp = BoolExprType.And, Args = [tree.Quals, going] };
            term.JoinTree = tree;
        }

        var outer = Around(term);
        if (_cte.SearchClause is { } search)
        {
            var sequence = Column(1, at++, search.SearchBreadthFirst ? TypeOid.Record : TypeOid.RecordArray);
            if (search.SearchBreadthFirst)
            {
                var depth = new BoundFieldSelect { Arg = sequence, FieldNum = 1, Type = TypeOid.Int8 };
                Add(outer, RowOf(search.SearchColList, new BoundFuncExpr { FuncId = Int8Inc, Args = [depth], Type = TypeOid.Int8 }));
            }
            else
            {
                Add(outer, Append(sequence, RowOf(search.SearchColList, null)));
            }
        }

        if (_cte.CycleClause is { } cycle)
        {
            var path = Column(1, at + 1, TypeOid.RecordArray);
            var seen = new BoundScalarArrayOpExpr
            {
                OpNo = RecordEqual,
                OpFuncId = _catalog.Operator(RecordEqual)!.oprcode,
                UseOr = true,
                Args = [RowOf(cycle.CycleColList, null), path],
                Type = TypeOid.Bool,
            };
            Add(outer, new BoundCaseExpr
            {
                Type = cycle.CycleMarkType,
                Collation = cycle.CycleMarkCollation,
                Args = [new BoundCaseWhen { Expr = seen, Result = cycle.CycleMarkValue }],
                DefResult = cycle.CycleMarkDefault,
            });
            Add(outer, Append(path, RowOf(cycle.CycleColList, null)));
        }

        return outer;
    }

    /// <summary>SELECT the term's own columns FROM term.</summary>
    private BoundQuery Around(BoundQuery term) => new()
    {
        CommandType = CommandType.Select,
        RangeTable =
        [
            new RangeTableEntry
            {
                RteKind = RteKind.Subquery,
                Subquery = new LevelShift().RewriteTop(term),
                InFromCl = true,
                Eref = new Alias { AliasName = "*TERM*", ColNames = [.. _cte.CteColNames] },
            },
        ],
        JoinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = 1 }] },
        TargetList = [.. _cte.CteColNames.Select((n, i) => Target(Own(i), i + 1, n))],
    };

    private BoundVar Own(int index) => new()
    {
        Varno = 1,
        Varattno = index + 1,
        Type = _cte.CteColTypes[index],
        Typmod = _cte.CteColTypmods[index],
        Collation = _cte.CteColCollations[index],
    };

    private BoundRowExpr RowOf(List<string> columns, BoundExpr? first)
    {
        var row = new BoundRowExpr { Type = TypeOid.Record, RowFormat = CoercionForm.ExplicitCall };
        if (first is not null)
        {
            row.Args.Add(first);
            row.ColNames.Add("*DEPTH*");
        }

        row.Args.AddRange(columns.Select(c => Own(_cte.CteColNames.IndexOf(c))));
        row.ColNames.AddRange(columns);
        return row;
    }

    private static BoundArrayExpr ArrayOf(BoundExpr element) => new() { Type = TypeOid.RecordArray, ElementType = TypeOid.Record, Elements = [element] };

    private static BoundFuncExpr Append(BoundExpr array, BoundExpr element) =>
        new() { FuncId = ArrayAppend, Args = [array, element], Type = TypeOid.RecordArray };

    private BoundOpExpr Compare(uint operatorOid, BoundExpr left, BoundExpr right, uint collation) => new()
    {
        OpNo = operatorOid,
        OpFuncId = _catalog.Operator(operatorOid)!.oprcode,
        Type = TypeOid.Bool,
        InputCollation = collation,
        Args = [left, right],
    };

    private static BoundVar Column(int varno, int attno, uint type) => new() { Varno = varno, Varattno = attno, Type = type };

    private static void Add(BoundQuery query, BoundExpr expr) => query.TargetList.Add(Target(expr, query.TargetList.Count + 1, "extra"));

    private static TargetEntry Target(BoundExpr expr, int number, string name) => new() { Expr = expr, ResNo = number, ResName = name };

    private static RangeTableEntry With(RangeTableEntry entry, BoundQuery query)
    {
        var copy = (RangeTableEntry)entry.ShallowCopy();
        copy.Subquery = query;
        return copy;
    }
}
