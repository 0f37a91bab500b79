using System.Globalization;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    private List<SqlCte> With(BoundQuery query, out bool recursive)
    {
        recursive = false;
        var result = new List<SqlCte>();
        foreach (var written in query.CteList)
        {
            var cte = SearchCycleColumns.Expand(written, Catalog);
            if (cte.StoredIn is { } table || context.StagedCtes.TryGetValue(cte, out table))
            {
                _scope.Ctes[cte.CteName] = new CteBinding(cte, table, true);
                continue;
            }

            if (cte.CteQuery.CommandType != CommandType.Select)
            {
                throw PgErrors.FeatureNotSupported("a data-modifying statement in WITH", cte.Location);
            }

            if (cte.CteRefCount == 0)
            {
                continue;
            }

            var name = NewAlias();
            recursive |= cte.CteRecursive;
            result.Add(Cte(cte, name));
            _scope.Ctes[cte.CteName] = new CteBinding(cte, name, false);
        }

        return result;
    }

    private SqlCte Cte(CommonTableExpr cte, string name)
    {
        if (cte.CteRecursive)
        {
            var recursive = Recursive(cte, name);
            return new SqlCte(name, cte.CteColNames.Count, recursive, recursive is SqlSelect && cte.CteRefCount > 1 ? true : null);
        }

        var isVolatile = Volatility.Has(Catalog, cte.CteQuery);
        var materialized = isVolatile || cte.CteMaterialized == CteMaterialize.Always
            || (cte.CteMaterialized == CteMaterialize.Default && cte.CteRefCount > 1);
        return new SqlCte(name, cte.CteColNames.Count, Query(cte.CteQuery, null), materialized);
    }

    private SqlQuery Recursive(CommonTableExpr cte, string name)
    {
        var query = cte.CteQuery;
        if (query.SetOperations is not SetOperationStmt { Op: SetOperation.Union, Larg: SetOperationRef left, Rarg: SetOperationRef right } operation)
        {
            // It is called recursive by WITH RECURSIVE and refers to itself nowhere.
            throw PgErrors.FeatureNotSupported("a recursive WITH query of this form", cte.Location);
        }

        if (!operation.All && !operation.GroupClauses.TrueForAll(static c => c.Hashable))
        {
            throw new PgException(SqlState.FeatureNotSupported, "could not implement recursive UNION")
                .WithDetail("All column datatypes must be hashable.");
        }

        var start = query.RangeTable[left.RtIndex - 1].Subquery!;
        var step = query.RangeTable[right.RtIndex - 1].Subquery!;
        return IsNativeRecursion(query, operation, step) && _scope.Boundary is null
            ? NativeRecursion(cte, name, operation, start, step) ?? (SqlQuery)WorkTableRecursion(cte, operation, start, step)
            : WorkTableRecursion(cte, operation, start, step);
    }

    // SQLite's recursion takes row after row from a queue: the same where the step is a plain join with the recursive table.
    private bool IsNativeRecursion(BoundQuery query, SetOperationStmt operation, BoundQuery step) =>
        query.CteList.Count == 0
        && (operation.All || !Enumerable.Range(0, operation.ColTypes.Count).Any(i => CollationOf(operation.ColTypes[i], operation.ColCollations[i]) is not null))
        && !step.HasAggs && !step.HasWindowFuncs && step.DistinctClause.Count == 0 && step.GroupClause.Count == 0 && step.SetOperations is null
        && step.SortClause.Count == 0 && step.LimitCount is null && step.CteList.Count == 0 && !step.HasTargetSRFs
        && step.RangeTable.Count(static r => r is { RteKind: RteKind.Cte, SelfReference: true }) == 1
        && step.JoinTree.FromList.All(IsInnerJoin);

    private static bool IsInnerJoin(JoinTreeNode node) =>
        node is RangeTblRef || (node is JoinExpr { JoinType: JoinType.Inner } join && IsInnerJoin(join.Larg) && IsInnerJoin(join.Rarg));

    private SqlCompound? NativeRecursion(CommonTableExpr cte, string name, SetOperationStmt operation, BoundQuery start, BoundQuery step)
    {
        var outer = _scope;
        _scope = new QueryScope(cte.CteQuery, outer);
        var first = Bare(Query(start, null), operation.ColTypes.Count);
        outer.Ctes[cte.CteName] = new CteBinding(cte, name, false);
        var next = Query(step, null);
        _scope = outer;
        return next.IsBare ? new SqlCompound(first, operation.All ? "UNION ALL" : "UNION", next) : null;
    }

    // Any other recursion runs as PostgreSQL's does: the recursive term over the rows of the iteration before, until there are none.
    private SqlSelect WorkTableRecursion(CommonTableExpr cte, SetOperationStmt operation, BoundQuery start, BoundQuery step)
    {
        var outer = _scope;
        var columns = operation.ColTypes.Count;
        var boundary = new LateralBoundary { ReservedParameters = 1 };
        var scope = new QueryScope(cte.CteQuery, outer);
        foreach (var own in cte.CteQuery.CteList)
        {
            scope.Ctes[own.CteName] = new CteBinding(own, "", false);
        }

        _scope = scope;
        var first = Coerced(Query(start, boundary), TypesOf(operation.Larg), operation);
        outer.Ctes[cte.CteName] = new CteBinding(cte, "", false, new WorkTableBinding(boundary, columns));
        var next = Coerced(Query(step, boundary), TypesOf(operation.Rarg), operation);
        outer.Ctes.Remove(cte.CteName);
        _scope = outer;
        var collations = operation.All ? null : operation.ColTypes.Select((t, i) => CollationOf(t, operation.ColCollations[i])).ToList();
        var id = LateralPlans.RegisterRecursion(SqliteSqlWriter.Write(first), SqliteSqlWriter.Write(next), columns, collations);
        Laterals.Add(new LateralArity(columns, boundary.Arguments.Count));
        var alias = NewAlias();
        return new SqlSelect
        {
            From = new SqlTableFunction($"pgmicro_lateral_{columns}_{boundary.Arguments.Count}", [SqlLiteral.Of(id), .. boundary.Arguments], alias),
            Columns = [.. Enumerable.Range(0, columns).Select(i => new SqlColumn(alias, "c" + i))],
        };
    }

    private SqlTableFunction WorkTableReference(int rtIndex, WorkTableBinding work)
    {
        // Its number is the first parameter of the statements behind the boundary.
        var from = _scope;
        while (from.Boundary != work.Boundary)
        {
            from = from.Parent!;
        }

        var alias = NewAlias();
        _scope.Sources[rtIndex] = new DerivedSource(alias, first: 0);
        Laterals.Add(new LateralArity(work.ColumnCount, 1));
        return new SqlTableFunction($"pgmicro_lateral_{work.ColumnCount}_1", [SqlLiteral.Of(0), Import(new SqlParameter(1), from)], alias);
    }

    private SqlFrom CteReference(int rtIndex, RangeTableEntry entry)
    {
        var defining = ScopeAt(entry.CteLevelsUp);
        var binding = defining.Ctes[entry.CteName!];
        if (binding.WorkTable is { } work)
        {
            return WorkTableReference(rtIndex, work);
        }

        var alias = NewAlias();
        _scope.Sources[rtIndex] = new DerivedSource(alias);
        return new SqlTable(null, binding.Staged ? binding.SqlName : CteNameHere(binding, defining), alias);
    }

    // A separate statement does not see the WITH queries of the statement around it: it gets its own copy.
    private string CteNameHere(CteBinding binding, QueryScope defining)
    {
        LateralBoundary? boundary = null;
        for (var scope = _scope; scope != defining; scope = scope.Parent!)
        {
            if (scope.Boundary is not null && boundary is null)
            {
                boundary = scope.Boundary;
            }
        }

        if (boundary is null)
        {
            return binding.SqlName;
        }

        if (boundary.CteNames.TryGetValue(binding.Cte, out var known))
        {
            return known;
        }

        var name = NewAlias();
        if (Volatility.Has(Catalog, binding.Cte.CteQuery))
        {
            boundary.CteNames[binding.Cte] = name;
            boundary.With.Add(new SqlCte(name, binding.Cte.CteColNames.Count, RowsOf(binding, defining), true));
            return name;
        }

        var saved = _scope;
        // Lowered where it was defined, but on this side of the edge.
        _scope = new QueryScope(defining.Query, defining.Parent) { Boundary = boundary };
        foreach (var (key, value) in defining.Ctes)
        {
            if (!ReferenceEquals(value.Cte, binding.Cte))
            {
                _scope.Ctes[key] = value.Staged ? value : value with { SqlName = "" };
            }
        }

        var copy = new SqlCte(name, binding.Cte.CteColNames.Count, CopyOf(binding.Cte, boundary, defining), null);
        _scope = saved;
        boundary.CteNames[binding.Cte] = name;
        boundary.With.Add(copy);
        return name;
    }

    // It runs once, where it was defined: its rows are handed in as JSON. Blobs and their like go as hexadecimal digits.
    private SqlSelect RowsOf(CteBinding binding, QueryScope defining)
    {
        var (source, element) = (NewAlias(), NewAlias());
        var blobs = binding.Cte.CteColTypes.ConvertAll(t => context.Types.GetCodec(Catalog.GetBaseType(t)).ColumnType == SqliteColumnType.Blob);
        var columns = blobs.Select(SqlExpr (blob, i) =>
        {
            var column = new SqlColumn(source, "c" + (i + 1));
            return blob ? new SqlCase([(new SqlIsNull(column, Not: true), new SqlCall("hex", [column]))], null) : column;
        });
        var collected = new SqlScalar(new SqlSelect
        {
            Columns = [new SqlCall("json_group_array", [new SqlCall("json_array", [.. columns])])],
            From = new SqlTable(null, binding.SqlName, source),
        });
        return new SqlSelect
        {
            From = new SqlTableFunction("json_each", [Import(collected, defining)], element),
            Columns = [.. blobs.Select(SqlExpr (blob, i) =>
            {
                SqlExpr item = new SqlCall("json_extract", [new SqlColumn(element, "value"), SqlLiteral.Of("$[" + i.ToString(CultureInfo.InvariantCulture) + "]")]);
                return blob ? new SqlCall("unhex", [item]) : item;
            })],
        };
    }

    private SqlQuery CopyOf(CommonTableExpr cte, LateralBoundary boundary, QueryScope defining)
    {
        foreach (var (key, value) in _scope.Ctes.ToList())
        {
            if (value.SqlName.Length == 0 && CteUse.Any(cte.CteQuery, key))
            {
                // Earlier ones that it reads come with it.
                var saved = _scope;
                var marker = new QueryScope(defining.Query, defining) { Boundary = boundary };
                _scope = marker;
                var name = CteNameHere(defining.Ctes[key], defining);
                _scope = saved;
                _scope.Ctes[key] = value with { SqlName = name };
            }
        }

        return cte.CteRecursive && cte.CteQuery.SetOperations is SetOperationStmt { Larg: SetOperationRef left, Rarg: SetOperationRef right } operation
            ? WorkTableRecursion(cte, operation, cte.CteQuery.RangeTable[left.RtIndex - 1].Subquery!, cte.CteQuery.RangeTable[right.RtIndex - 1].Subquery!)
            : Query(cte.CteQuery, null);
    }

    /// <summary>Whether a query reads a WITH query of a name.</summary>
    private sealed class CteUse(string name) : BoundTreeWalker
    {
        internal static bool Any(BoundQuery query, string name)
        {
            var walker = new CteUse(name);
            walker.Visit(query);
            return walker.Stopped;
        }

        protected override void VisitOther(BoundNode node)
        {
            Stopped |= node is RangeTableEntry { RteKind: RteKind.Cte } entry && entry.CteName == name;
            base.VisitOther(node);
        }
    }
}
