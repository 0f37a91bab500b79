using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    private const uint Unnest = 2331, ArrayAggNonArray = 2335, ArrayAggArray = 4053;

    /// <summary>A subquery in an expression.</summary>
    /// <param name="link">The subquery.</param>
    /// <param name="condition">Whether only truth matters, so that NULL may come out as false.</param>
    private SqlExpr SubLink(BoundSubLink link, bool condition = false)
    {
        if ((Hashed(link, condition) ?? FromGroups(link)) is { } hashed)
        {
            return hashed;
        }

        switch (link.SubLinkType)
        {
            case SubLinkType.Exists:
                return new SqlExists(Query(link.Subselect, null));
            case SubLinkType.Expr:
                var query = Query(link.Subselect, null);
                return new SqlScalar(IsSingleRow(link.Subselect) ? query : SingleRow(query));
            case SubLinkType.Array:
                return ArraySubLink(link);
            case SubLinkType.RowCompare:
                return new SqlScalar(OverSubselect(link, static test => test, singleRow: true));
            case SubLinkType.Any or SubLinkType.All:
                return NativeIn(link) ?? (SqlExpr)new SqlScalar(OverSubselect(link, test => Quantified(test, link.SubLinkType == SubLinkType.Any), singleRow: false));
            default:
                throw PgErrors.FeatureNotSupported("a multi-column subquery here", link.Location);
        }
    }

    // Without an index a correlated subquery reads its tables anew for each outer row; so it is looked up in what it gives once.
    private SqlExpr? Hashed(BoundSubLink link, bool condition)
    {
        var isConjunct = _isConjunct;
        _isConjunct = false;
        if (link.SubLinkType is not (SubLinkType.Exists or SubLinkType.Any) || IsSingleRowScope())
        {
            return null;
        }

        if (link.SubLinkType == SubLinkType.Any)
        {
            return condition && SubLinkDecorrelation.In(Catalog, link) is { } rows ? NativeIn(rows) : null;
        }

        if (SubLinkDecorrelation.Exists(Catalog, link, mayFail: isConjunct) is not { } any || NativeIn(any) is not { } found)
        {
            return null;
        }

        return condition ? found : new SqlCase([(found, SqlLiteral.True)], SqlLiteral.False);
    }

    // At most one row asks.
    private bool IsSingleRowScope()
    {
        var query = _scope.Query;
        return query.JoinTree.FromList.Count == 0 || (query.JoinTree.FromList is [RangeTblRef only] && query.JoinTree.Quals is { } quals
            && query.RangeTable[only.RtIndex - 1] is { RteKind: RteKind.Relation, RelKind: 'r' } entry && IsByUniqueKey(entry, only.RtIndex, quals));
    }

    /// <summary>x = ANY (SELECT …) is IN, x &lt;&gt; ALL (SELECT …) is NOT IN; also by rows.</summary>
    private SqlInQuery? NativeIn(BoundSubLink link)
    {
        var any = link.SubLinkType == SubLinkType.Any;
        var tests = new List<BoundExpr>();
        if (any)
        {
            Conjunction.Flatten(link.Testexpr!, tests);
        }
        else
        {
            tests.Add(link.Testexpr!);
        }

        var left = new List<SqlExpr>();
        for (var i = 0; i < tests.Count; i++)
        {
            if (tests[i] is not BoundOpExpr { Args: [var operand, BoundParam { Kind: ParamKind.SubLink } param] } op || param.ParamId != i + 1
                || ComparisonOperators.Native(Catalog, op.OpNo, operand.Type, param.Type) != (any ? "=" : "<>"))
            {
                return null;
            }

            left.Add(Collated(Expr(operand), operand.Type, op.InputCollation));
        }

        return new SqlInQuery(left.Count == 1 ? left[0] : new SqlRow(left), Query(link.Subselect, null), Not: !any);
    }

    private SqlSelect OverSubselect(BoundSubLink link, Func<SqlExpr, SqlExpr> result, bool singleRow)
    {
        var count = link.Subselect.TargetList.Count(static t => !t.ResJunk);
        var alias = NewAlias();
        var inner = Query(link.Subselect, null);
        var saved = _execParams;
        _execParams = Enumerable.Range(1, count).Select(i => (SqlExpr)new SqlColumn(alias, "c" + i)).ToList();
        var test = Expr(link.Testexpr!);
        _execParams = saved;
        var select = new SqlSelect { Columns = [result(test)], From = new SqlDerived(inner, alias, count, false) };
        return singleRow && !IsSingleRow(link.Subselect) ? SingleRow(select) : select;
    }

    // Three-valued: a true (for ANY) or false (for ALL) decides, else a NULL does, else the other.
    private static SqlExpr Quantified(SqlExpr test, bool any)
    {
        var known = new SqlBinary("=", new SqlCall("count", []) { Star = true }, new SqlCall("count", [test]));
        return any
            ? new SqlCase([(new SqlCall("max", [test]), SqlLiteral.True), (known, SqlLiteral.False)], null)
            : new SqlCase([(new SqlBinary("=", new SqlCall("min", [test]), SqlLiteral.False), SqlLiteral.False), (known, SqlLiteral.True)], null);
    }

    private SqlSelect SingleRow(SqlQuery query)
    {
        var alias = NewAlias();
        return new SqlSelect
        {
            Columns = [new SqlCall(EngineFunctions.SingleRow, [new SqlColumn(alias, "c1")])],
            From = new SqlDerived(query, alias, 1, false),
        };
    }

    private bool IsSingleRow(BoundQuery query)
    {
        if (query.HasTargetSRFs)
        {
            return false;
        }

        if (query.LimitOption == LimitOption.Count && query.LimitCount is BoundConst { Value: { IsNull: false, Int64: <= 1 } })
        {
            return true;
        }

        if (query.SetOperations is not null || query.GroupClause.Count > 0 || query.GroupingSets.Count > 0)
        {
            return false;
        }

        return query.HasAggs || query.JoinTree.FromList.Count == 0
            || (query.JoinTree.FromList is [RangeTblRef only] && query.RangeTable[only.RtIndex - 1] is { RteKind: RteKind.Relation, RelKind: 'r' } entry
                && query.JoinTree.Quals is { } quals && IsByUniqueKey(entry, only.RtIndex, quals));
    }

    private bool IsByUniqueKey(RangeTableEntry entry, int rtIndex, BoundExpr quals)
    {
        // An index is unique within its table.
        if (TableMembers.Of(Catalog, entry) is not null)
        {
            return false;
        }

        var conjuncts = new List<BoundExpr>();
        Conjunction.Flatten(quals, conjuncts);
        var fixedColumns = new HashSet<int>();
        foreach (var conjunct in conjuncts)
        {
            if (conjunct is BoundOpExpr { Args: [var a, var b] } op && ComparisonOperators.Native(Catalog, op.OpNo, a.Type, b.Type) == "=")
            {
                Note(a, b);
                Note(b, a);
            }
        }

        return Catalog.IndexesOf(entry.Relid).Any(i => i is { indisunique: true, indpred: null, indexprs: null }
            && i.indkey.Take(i.indnkeyatts).All(k => fixedColumns.Contains(k)));

        void Note(BoundExpr column, BoundExpr other)
        {
            if (column is BoundVar { Varlevelsup: 0 } var && var.Varno == rtIndex && !LevelReferences.Any(other) && !Volatility.Has(Catalog, other))
            {
                fixedColumns.Add(var.Varattno);
            }
        }
    }

    private SqlExpr ArraySubLink(BoundSubLink link)
    {
        var element = link.Subselect.TargetList.First(static t => !t.ResJunk).Expr.Type;
        var function = link.Type == element ? ArrayAggArray : ArrayAggNonArray;
        var inner = Query(link.Subselect, null);
        var alias = NewAlias();
        var aggregate = Invoke(Implementation(function, link.Location), function, link.Type, [element], 0, [new SqlColumn(alias, "c1")]);
        return new SqlCall("coalesce",
        [
            new SqlScalar(new SqlSelect { Columns = [aggregate], From = new SqlDerived(inner, alias, 1, false) }),
            SqlLiteral.Of("{}"),
        ]);
    }

    private SqlExpr ArrayOperator(BoundScalarArrayOpExpr op, bool condition)
    {
        return op.Args[1] is BoundArrayExpr { MultiDims: false } list
            ? Once([op.Args[0], .. list.Elements], values => ListOperator(op, op.Args[0], values[0], list, [.. values.Skip(1)]))
            : Once(op.Args, values => ArrayOperator(op, condition, values[0], values[1]));
    }

    private SqlExpr ArrayOperator(BoundScalarArrayOpExpr op, bool condition, SqlExpr scalar, SqlExpr array)
    {
        var (scalarExpr, arrayExpr) = (op.Args[0], op.Args[1]);
        var elementType = Catalog.ArrayElementType(Catalog.GetBaseType(arrayExpr.Type)) is not 0 and var found ? found
            : arrayExpr.Type == TypeOid.OidVector ? TypeOid.Oid : arrayExpr.Type == TypeOid.Int2Vector ? TypeOid.Int2
            : throw PgErrors.FeatureNotSupported("ANY of this type", op.Location);
        if (FunctionTable.Find(Unnest) is not { Kind: FunctionKind.Set, SqliteName: { } unnest } implementation)
        {
            throw PgErrors.FunctionNotImplemented("unnest(anyarray)", op.Location);
        }

        var alias = NewAlias();
        IReadOnlyList<SqlExpr> args = implementation.NeedsCallSite
            ? [SqlLiteral.Of(CallSite.Get(Unnest, elementType, [arrayExpr.Type]).Id), array]
            : [array];
        var element = new SqlColumn(alias, "c0");
        var elementExpr = new BoundConst { Type = elementType };
        var select = new SqlSelect { From = new SqlTableFunction(unnest, args, alias) };
        var native = ComparisonOperators.Native(Catalog, op.OpNo, scalarExpr.Type, elementType);
        SqlExpr result;
        if ((native, op.UseOr) is ("=", true) or ("<>", false))
        {
            select.Columns = [element];
            result = new SqlInQuery(Collated(scalar, scalarExpr.Type, op.InputCollation), select, Not: !op.UseOr);
        }
        else
        {
            var test = Compare(op.OpNo, op.OpFuncId, scalarExpr, elementExpr, scalar, element, op.InputCollation, TypeOid.Bool);
            select.Columns = [Quantified(test, op.UseOr)];
            result = new SqlScalar(select);
        }

        // A NULL array gives NULL; where that means false, ANY over no elements gives it already.
        return (condition && op.UseOr) || arrayExpr is BoundConst { Value.IsNull: false }
            ? result
            : new SqlCase([(new SqlIsNull(array, Not: true), result)], null);
    }

    private SqlExpr ListOperator(BoundScalarArrayOpExpr op, BoundExpr scalarExpr, SqlExpr scalar, BoundArrayExpr list, List<SqlExpr> elements)
    {
        if (list.Elements.Count == 0)
        {
            return op.UseOr ? SqlLiteral.False : SqlLiteral.True;
        }

        var native = list.Elements.Select(e => ComparisonOperators.Native(Catalog, op.OpNo, scalarExpr.Type, e.Type)).Distinct().ToList();
        if (native is ["="] && op.UseOr || native is ["<>"] && !op.UseOr)
        {
            return new SqlInList(Collated(scalar, scalarExpr.Type, op.InputCollation), elements, Not: !op.UseOr);
        }

        return new SqlChain(op.UseOr ? "OR" : "AND", list.Elements.Select((e, i) =>
            Compare(op.OpNo, op.OpFuncId, scalarExpr, e, scalar, elements[i], op.InputCollation, TypeOid.Bool)).ToList());
    }
}
