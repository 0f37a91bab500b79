using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>SEARCH and CYCLE of a recursive WITH query (the rules of analyzeCTE).</summary>
internal static class SearchCycle
{
    /// <summary>Before the query is analysed: the columns that it may refer to, and the cycle mark's type.</summary>
    internal static void Prepare(ParseState pstate, Pg.CommonTableExpr cte, CommonTableExpr bound)
    {
        if (cte.SearchClause is { } search)
        {
            bound.SearchClause = new CteSearchClause
            {
                SearchColList = [.. search.SearchColList.Select(static n => n.String.Sval)],
                SearchBreadthFirst = search.SearchBreadthFirst,
                SearchSeqColumn = search.SearchSeqColumn,
                Location = search.Location,
            };
        }

        if (cte.CycleClause is not { } cycle)
        {
            return;
        }

        var value = ExpressionBinder.Transform(pstate, cycle.CycleMarkValue, ParseExprKind.CycleMark);
        var otherwise = ExpressionBinder.Transform(pstate, cycle.CycleMarkDefault, ParseExprKind.CycleMark);
        var type = Coercion.SelectCommonType(pstate, [value, otherwise], "CYCLE");
        value = Coercion.CoerceToCommonType(pstate, value, type, "CYCLE/SET/TO");
        otherwise = Coercion.CoerceToCommonType(pstate, otherwise, type, "CYCLE/SET/DEFAULT");
        var equality = OperatorResolution.GetSortGroupOperators(pstate.Catalog, type, needLt: false, needEq: true, needGt: false).Eq;
        var inequality = pstate.Catalog.Operator(equality)?.oprnegate ?? 0;
        if (inequality == 0)
        {
            throw new PgException(SqlState.UndefinedFunction, $"could not identify an inequality operator for type {FormatType.Format(type, pstate)}");
        }

        bound.CycleClause = new CteCycleClause
        {
            CycleColList = [.. cycle.CycleColList.Select(static n => n.String.Sval)],
            CycleMarkColumn = cycle.CycleMarkColumn,
            CycleMarkValue = value,
            CycleMarkDefault = otherwise,
            CyclePathColumn = cycle.CyclePathColumn,
            CycleMarkType = type,
            CycleMarkTypmod = Coercion.SelectCommonTypmod([value, otherwise], type),
            CycleMarkCollation = Collations.SelectCommon(pstate, [value, otherwise], noneOk: true),
            CycleMarkNeop = inequality,
            Location = cycle.Location,
        };
    }

    /// <summary>After it: whether the query has the form, and the names are right.</summary>
    internal static void Check(CommonTableExpr cte)
    {
        if (cte.SearchClause is null && cte.CycleClause is null)
        {
            return;
        }

        if (!cte.CteRecursive)
        {
            throw new PgException(SqlState.SyntaxError, "WITH query is not recursive").At(cte.Location);
        }

        var operation = (SetOperationStmt)cte.CteQuery.SetOperations!;
        foreach (var (side, node) in (ReadOnlySpan<(string, SetOperationNode)>)[("left", operation.Larg), ("right", operation.Rarg)])
        {
            if (node is not SetOperationRef leaf || cte.CteQuery.RangeTable[leaf.RtIndex - 1].Subquery!.SetOperations is not null)
            {
                throw new PgException(SqlState.FeatureNotSupported, $"with a SEARCH or CYCLE clause, the {side} side of the UNION must be a SELECT");
            }
        }

        var (search, cycle) = (cte.SearchClause, cte.CycleClause);
        if (search is not null)
        {
            CheckColumns(cte, search.SearchColList, "search", search.Location);
            CheckFree(cte, search.SearchSeqColumn, "search sequence column", search.Location);
        }

        if (cycle is not null)
        {
            CheckColumns(cte, cycle.CycleColList, "cycle", cycle.Location);
            CheckFree(cte, cycle.CycleMarkColumn, "cycle mark column", cycle.Location);
            CheckFree(cte, cycle.CyclePathColumn, "cycle path column", cycle.Location);
            CheckDifferent(cycle.CycleMarkColumn, cycle.CyclePathColumn, "cycle mark column", "cycle path column", cycle.Location);
        }

        if (search is not null && cycle is not null)
        {
            CheckDifferent(search.SearchSeqColumn, cycle.CycleMarkColumn, "search sequence column", "cycle mark column", search.Location);
            CheckDifferent(search.SearchSeqColumn, cycle.CyclePathColumn, "search sequence column", "cycle path column", search.Location);
        }
    }

    /// <summary>The columns that come after a WITH query's own.</summary>
    internal static IEnumerable<(string Name, uint Type, int Typmod, uint Collation)> ExtraColumns(CommonTableExpr cte)
    {
        if (cte.SearchClause is { } search)
        {
            yield return (search.SearchSeqColumn, search.SearchBreadthFirst ? TypeOid.Record : TypeOid.RecordArray, -1, 0);
        }

        if (cte.CycleClause is { } cycle)
        {
            yield return (cycle.CycleMarkColumn, cycle.CycleMarkType, cycle.CycleMarkTypmod, cycle.CycleMarkCollation);
            yield return (cycle.CyclePathColumn, TypeOid.RecordArray, -1, 0);
        }
    }

    private static void CheckColumns(CommonTableExpr cte, List<string> columns, string what, int location)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (!cte.CteColNames.Contains(columns[i]))
            {
                throw new PgException(SqlState.SyntaxError, $"{what} column \"{columns[i]}\" not in WITH query column list").At(location);
            }

            if (columns.IndexOf(columns[i]) < i)
            {
                throw new PgException(SqlState.DuplicateColumn, $"{what} column \"{columns[i]}\" specified more than once").At(location);
            }
        }
    }

    private static void CheckFree(CommonTableExpr cte, string name, string what, int location)
    {
        if (cte.CteColNames.Contains(name))
        {
            throw new PgException(SqlState.SyntaxError, $"{what} name \"{name}\" already used in WITH query column list").At(location);
        }
    }

    private static void CheckDifferent(string a, string b, string whatA, string whatB, int location)
    {
        if (a == b)
        {
            throw new PgException(SqlState.SyntaxError, $"{whatA} name and {whatB} name are the same").At(location);
        }
    }
}
