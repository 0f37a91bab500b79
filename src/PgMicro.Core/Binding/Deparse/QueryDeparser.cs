using System.Globalization;
using System.Text;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Deparse;

/// <summary>Analysed queries to SQL text exactly as PostgreSQL prints it (the query half of ruleutils.c).</summary>
public sealed partial class QueryDeparser
{
    private const int Standard = 8, JoinIndent = 4, VarIndent = 4, Limit = 40;

    private readonly CatalogSnapshot _catalog;
    private readonly TypeContext _types;
    private readonly IReadOnlyList<uint> _searchPath;
    private readonly bool _pretty;
    private readonly int _wrapColumn;
    private readonly List<DeparseNamespace> _namespaces;
    private readonly IReadOnlyList<string>? _resultNames;
    private readonly BoundQuery _query;
    private bool _varPrefix;
    private readonly RoutineScope? _routine;
    private StringBuilder _out;
    private int _indent;
    private bool _colNamesVisible;
    private bool _inGroupBy;
    private bool _varInOrderBy;

    private QueryDeparser(QueryDeparser parent, BoundQuery query, IReadOnlyList<string>? resultNames, bool colNamesVisible, StringBuilder output, int indent)
        : this(parent._catalog, parent._types, parent._searchPath, parent._pretty, parent._wrapColumn, query, parent._namespaces, resultNames, parent._routine)
    {
        _colNamesVisible = colNamesVisible;
        _out = output;
        _indent = indent;
    }

    private QueryDeparser(
        CatalogSnapshot catalog, TypeContext types, IReadOnlyList<uint> searchPath, bool pretty, int wrapColumn, BoundQuery query,
        IReadOnlyList<DeparseNamespace> parents, IReadOnlyList<string>? resultNames, RoutineScope? routine)
    {
        _catalog = catalog;
        _types = types;
        _searchPath = searchPath;
        _pretty = pretty;
        _wrapColumn = wrapColumn;
        _query = query;
        _resultNames = resultNames;
        _colNamesVisible = true;
        _out = new StringBuilder();
        _routine = routine;
        _varPrefix = parents.Count > 0 || routine is not null || query.RangeTable.Count != 1;
        _namespaces = [new DeparseNamespace(catalog, query, parents), .. parents];
    }

    /// <summary>The text of a query, without a semicolon.</summary>
    /// <param name="catalog">The catalog that OIDs are named from.</param>
    /// <param name="types">Settings that constants are printed by.</param>
    /// <param name="searchPath">Schemas whose objects need no qualification.</param>
    /// <param name="pretty">Whether to leave out parentheses that precedence makes unneeded.</param>
    /// <param name="wrapColumn">The column that lists of columns and FROM items are broken at; 0 puts each on its own line, -1 none.</param>
    /// <param name="query">The query.</param>
    /// <param name="resultNames">Names of the output columns, of a view.</param>
    public static string Deparse(
        CatalogSnapshot catalog, TypeContext types, IReadOnlyList<uint> searchPath, bool pretty, int wrapColumn, BoundQuery query,
        IReadOnlyList<string>? resultNames)
    {
        var deparser = new QueryDeparser(catalog, types, searchPath, pretty, wrapColumn, query, [], resultNames, null);
        deparser.Query();
        return deparser._out.ToString();
    }

    /// <summary>The text of a statement of a routine's body, without a semicolon.</summary>
    internal static string DeparseStatement(
        CatalogSnapshot catalog, TypeContext types, IReadOnlyList<uint> searchPath, BoundQuery query, RoutineScope routine, int indent)
    {
        var deparser = new QueryDeparser(catalog, types, searchPath, false, 0, query, [], null, routine) { _indent = indent };
        deparser.Query();
        return deparser._out.ToString();
    }

    /// <summary>The text of an expression with subqueries over one relation.</summary>
    internal static string DeparseExpr(CatalogSnapshot catalog, TypeContext types, IReadOnlyList<uint> searchPath, bool pretty, BoundExpr expr, PgClass relation)
    {
        var entry = new RangeTableEntry
        {
            RteKind = RteKind.Relation,
            Relid = relation.oid,
            RelKind = relation.relkind,
            Eref = new Alias { AliasName = relation.relname, ColNames = [.. catalog.Attributes(relation.oid).Select(static a => a.attisdropped ? "" : a.attname)] },
        };
        var query = new BoundQuery { CommandType = CommandType.Select, RangeTable = [entry], JoinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = 1 }] } };
        var deparser = new QueryDeparser(catalog, types, searchPath, pretty, 0, query, [], null, null);
        deparser.Expr(expr, false);
        return deparser._out.ToString();
    }

    private static string Q(string name) => Identifiers.Quote(name);

    private void Query()
    {
        switch (_query.CommandType)
        {
            case CommandType.Select:
                Select();
                break;
            case CommandType.Nothing:
                _out.Append("NOTHING");
                break;
            case CommandType.Utility:
                Notify(_query.Notify!);
                break;
            default:
                Modify();
                break;
        }
    }

    private void Select()
    {
        With();
        if (_query.SetOperations is { } operations)
        {
            SetOperation(operations);
        }
        else
        {
            BasicSelect();
        }

        if (_query.SortClause.Count > 0)
        {
            Keyword(" ORDER BY ", -Standard, Standard, 1);
            OrderBy(_query.SortClause, _query.TargetList, _query.SetOperations is not null);
        }

        if (_query.LimitOffset is { } offset)
        {
            Keyword(" OFFSET ", -Standard, Standard, 0);
            Expr(offset, false);
        }

        if (_query.LimitCount is { } count)
        {
            if (_query.LimitOption == LimitOption.WithTies)
            {
                // The grammar takes no cast there, and a constant may be printed as one.
                Keyword(" FETCH FIRST ", -Standard, Standard, 0);
                _out.Append('(');
                Expr(count, false);
                _out.Append(") ROWS WITH TIES");
            }
            else
            {
                Keyword(" LIMIT ", -Standard, Standard, 0);
                if (count is BoundConst { Value.IsNull: true })
                {
                    _out.Append("ALL");
                }
                else
                {
                    Expr(count, false);
                }
            }
        }

        if (_query.HasForUpdate)
        {
            RowMarks();
        }
    }

    private void RowMarks()
    {
        foreach (var mark in _query.RowMarks)
        {
            if (mark.PushedDown)
            {
                continue;
            }

            Keyword(
                mark.Strength switch
                {
                    LockClauseStrength.ForKeyShare => " FOR KEY SHARE",
                    LockClauseStrength.ForShare => " FOR SHARE",
                    LockClauseStrength.ForNoKeyUpdate => " FOR NO KEY UPDATE",
                    _ => " FOR UPDATE",
                },
                -Standard, Standard, 0);
            _out.Append(" OF ").Append(Q(_namespaces[0].RelationNames[mark.Rti - 1] ?? ""));
            _out.Append(mark.WaitPolicy switch { LockWaitPolicy.Error => " NOWAIT", LockWaitPolicy.Skip => " SKIP LOCKED", _ => "" });
        }
    }

    private void With()
    {
        if (_query.CteList.Count == 0)
        {
            return;
        }

        Begin();
        var separator = _query.HasRecursive ? "WITH RECURSIVE " : "WITH ";
        foreach (var cte in _query.CteList)
        {
            _out.Append(separator).Append(Q(cte.CteName));
            if (cte.AliasColNames.Count > 0)
            {
                _out.Append('(').AppendJoin(", ", cte.AliasColNames.Select(Q)).Append(')');
            }

            _out.Append(" AS ").Append(cte.CteMaterialized switch { CteMaterialize.Always => "MATERIALIZED ", CteMaterialize.Never => "NOT MATERIALIZED ", _ => "" });
            _out.Append('(');
            Keyword("", 0, 0, 0);
            Subquery(cte.CteQuery, null, true);
            Keyword("", 0, 0, 0);
            _out.Append(')');
            SearchAndCycle(cte);
            separator = ", ";
        }

        _indent -= Standard;
        Keyword("", 0, 0, 0);
    }

    private void SearchAndCycle(CommonTableExpr cte)
    {
        if (cte.SearchClause is { } search)
        {
            _out.Append(" SEARCH ").Append(search.SearchBreadthFirst ? "BREADTH" : "DEPTH").Append(" FIRST BY ")
                .AppendJoin(", ", search.SearchColList.Select(Q)).Append(" SET ").Append(Q(search.SearchSeqColumn));
        }

        if (cte.CycleClause is { } cycle)
        {
            _out.Append(" CYCLE ").AppendJoin(", ", cycle.CycleColList.Select(Q)).Append(" SET ").Append(Q(cycle.CycleMarkColumn));
            if (!(cycle.CycleMarkValue is BoundConst { Type: TypeOid.Bool, Value: { IsNull: false, Boolean: true } }
                && cycle.CycleMarkDefault is BoundConst { Type: TypeOid.Bool, Value: { IsNull: false, Boolean: false } }))
            {
                _out.Append(" TO ");
                Expr(cycle.CycleMarkValue, false);
                _out.Append(" DEFAULT ");
                Expr(cycle.CycleMarkDefault, false);
            }

            _out.Append(" USING ").Append(Q(cycle.CyclePathColumn));
        }
    }

    private void BasicSelect()
    {
        Begin();
        if (SimpleValues() is { } values)
        {
            Values(values.ValuesLists);
            return;
        }

        _out.Append(_query.IsReturn ? "RETURN" : "SELECT");
        if (_query.DistinctClause.Count > 0)
        {
            _out.Append(_query.HasDistinctOn ? " DISTINCT ON (" : " DISTINCT");
            if (_query.HasDistinctOn)
            {
                SortGroupList(_query.DistinctClause, _query.TargetList);
                _out.Append(')');
            }
        }

        TargetList();
        From();
        if (_query.JoinTree.Quals is { } where)
        {
            Keyword(" WHERE ", -Standard, Standard, 1);
            Expr(where, false);
        }

        if (_query.GroupClause.Count > 0 || _query.GroupingSets.Count > 0)
        {
            Keyword(" GROUP BY ", -Standard, Standard, 1);
            _out.Append(_query.GroupDistinct ? "DISTINCT " : "");
            _inGroupBy = true;
            if (_query.GroupingSets.Count == 0)
            {
                SortGroupList(_query.GroupClause, _query.TargetList);
            }
            else
            {
                for (var i = 0; i < _query.GroupingSets.Count; i++)
                {
                    _out.Append(i > 0 ? ", " : "");
                    Grouping(_query.GroupingSets[i], true);
                }
            }

            _inGroupBy = false;
        }

        if (_query.HavingQual is { } having)
        {
            Keyword(" HAVING ", -Standard, Standard, 0);
            Expr(having, false);
        }

        Windows();
    }

    // SELECT * FROM (VALUES …) is printed as the VALUES alone.
    private RangeTableEntry? SimpleValues()
    {
        RangeTableEntry? result = null;
        foreach (var entry in _query.RangeTable)
        {
            if (entry is { RteKind: RteKind.Values, InFromCl: true } && result is null)
            {
                result = entry;
            }
            else if (entry is not { RteKind: RteKind.Relation, InFromCl: false })
            {
                return null;
            }
        }

        if (result is null || _query.TargetList.Count != result.Eref.ColNames.Count)
        {
            return null;
        }

        for (var i = 0; i < _query.TargetList.Count; i++)
        {
            var target = _query.TargetList[i];
            if (target.ResJunk || ResultName(target, i) != result.Eref.ColNames[i])
            {
                return null;
            }
        }

        return result;
    }

    private string? ResultName(TargetEntry target, int index) => _resultNames is { } names && index < names.Count ? names[index] : target.ResName;

    private void Values(List<BoundExprList> rows)
    {
        _out.Append("VALUES ");
        for (var i = 0; i < rows.Count; i++)
        {
            _out.Append(i > 0 ? ", (" : "(");
            for (var j = 0; j < rows[i].Items.Count; j++)
            {
                _out.Append(j > 0 ? "," : "");
                TopLevel(rows[i].Items[j], false);
            }

            _out.Append(')');
        }
    }

    private void TargetList() => TargetList(_query.TargetList);

    private void TargetList(List<TargetEntry> targets)
    {
        var buffer = _out;
        var separator = " ";
        var number = 0;
        var lastWasMultiline = false;
        foreach (var target in targets)
        {
            if (target.ResJunk)
            {
                continue;
            }

            buffer.Append(separator);
            separator = ", ";
            number++;
            _out = new StringBuilder();
            string? shown;
            if (target.Expr is BoundVar variable)
            {
                shown = Variable(variable, true);
            }
            else
            {
                Expr(target.Expr, true);
                shown = _colNamesVisible ? null : "?column?";
            }

            if (ResultName(target, number - 1) is { } name && name != shown)
            {
                _out.Append(" AS ").Append(Q(name));
            }

            var text = _out.ToString();
            _out = buffer;
            if (_wrapColumn >= 0 && Indents)
            {
                var startsLine = text.Length > 0 && text[0] == '\n';
                if (startsLine)
                {
                    TrimSpaces();
                }
                else if (number > 1 && (LineLength() + Encoding.UTF8.GetByteCount(text) > _wrapColumn || lastWasMultiline))
                {
                    Keyword("", -Standard, Standard, VarIndent);
                }

                lastWasMultiline = text.IndexOf('\n', startsLine ? 1 : 0) >= 0;
            }

            buffer.Append(text);
        }
    }

    private void SetOperation(SetOperationNode node)
    {
        if (node is SetOperationRef leaf)
        {
            var query = _query.RangeTable[leaf.RtIndex - 1].Subquery!;
            var parens = query.CteList.Count > 0 || query.SortClause.Count > 0 || query.RowMarks.Count > 0 || query.LimitOffset is not null || query.LimitCount is not null;
            _out.Append(parens ? "(" : "");
            Subquery(query, _resultNames, _colNamesVisible);
            _out.Append(parens ? ")" : "");
            return;
        }

        var operation = (SetOperationStmt)node;
        var leftParens = operation.Larg is SetOperationStmt left && (left.Op != operation.Op || left.All != operation.All);
        var indent = leftParens ? Standard : 0;
        if (leftParens)
        {
            _out.Append('(');
            Keyword("", indent, 0, 0);
        }

        SetOperation(operation.Larg);
        Keyword(leftParens ? ") " : "", -indent, 0, 0);
        _out.Append(operation.Op switch { BoundTree.SetOperation.Union => "UNION ", BoundTree.SetOperation.Intersect => "INTERSECT ", _ => "EXCEPT " });
        _out.Append(operation.All ? "ALL " : "");
        var rightParens = operation.Rarg is SetOperationStmt;
        indent = rightParens ? Standard : 0;
        _out.Append(rightParens ? "(" : "");
        Keyword("", indent, 0, 0);

        // What the right side calls its columns does not matter.
        var saved = _colNamesVisible;
        _colNamesVisible = false;
        SetOperation(operation.Rarg);
        _colNamesVisible = saved;
        _indent -= indent;
        if (rightParens)
        {
            Keyword(")", 0, 0, 0);
        }
    }

    private void SortGroupList(List<SortGroupClause> clauses, List<TargetEntry> targets)
    {
        for (var i = 0; i < clauses.Count; i++)
        {
            _out.Append(i > 0 ? ", " : "");
            SortGroup(clauses[i].TleSortGroupRef, targets, false);
        }
    }

    private BoundExpr SortGroup(int reference, List<TargetEntry> targets, bool byNumber)
    {
        var target = targets.First(t => t.RessortGroupRef == reference);
        switch (target.Expr)
        {
            case var _ when byNumber:
                _out.Append(CultureInfo.InvariantCulture, $"{target.ResNo}");
                break;
            case BoundConst constant:
                // A bare number would mean an output column.
                _out.Append(ExpressionDeparser.Constant(constant, Context()));
                break;
            case BoundVar variable:
                var saved = _varInOrderBy;
                _varInOrderBy = true;
                Variable(variable, false);
                _varInOrderBy = saved;
                break;
            default:
                var parens = _pretty || target.Expr is BoundFuncExpr or BoundAggref or BoundWindowFunc or BoundJsonConstructorExpr;
                _out.Append(parens ? "(" : "");
                Expr(target.Expr, true);
                _out.Append(parens ? ")" : "");
                break;
        }

        return target.Expr;
    }

    private void Grouping(GroupingSet set, bool omitParens)
    {
        switch (set.Kind)
        {
            case GroupingSetKind.Empty:
                _out.Append("()");
                return;
            case GroupingSetKind.Simple:
                var parens = !omitParens || set.Refs.Count != 1;
                _out.Append(parens ? "(" : "");
                for (var i = 0; i < set.Refs.Count; i++)
                {
                    _out.Append(i > 0 ? ", " : "");
                    SortGroup(set.Refs[i], _query.TargetList, false);
                }

                _out.Append(parens ? ")" : "");
                return;
        }

        _out.Append(set.Kind switch { GroupingSetKind.Rollup => "ROLLUP(", GroupingSetKind.Cube => "CUBE(", _ => "GROUPING SETS (" });
        for (var i = 0; i < set.Content.Count; i++)
        {
            _out.Append(i > 0 ? ", " : "");
            Grouping(set.Content[i], set.Kind is GroupingSetKind.Rollup or GroupingSetKind.Cube);
        }

        _out.Append(')');
    }

    private void OrderBy(List<SortGroupClause> clauses, List<TargetEntry> targets, bool byNumber)
    {
        for (var i = 0; i < clauses.Count; i++)
        {
            var sort = clauses[i];
            _out.Append(i > 0 ? ", " : "");
            var expr = SortGroup(sort.TleSortGroupRef, targets, byNumber);
            var ops = OperatorResolution.FindSortGroupOperators(_catalog, expr.Type);
            if (sort.SortOp == ops.Lt)
            {
                _out.Append(sort.NullsFirst ? " NULLS FIRST" : "");
            }
            else if (sort.SortOp == ops.Gt)
            {
                _out.Append(sort.NullsFirst ? " DESC" : " DESC NULLS LAST");
            }
            else
            {
                _out.Append(" USING ").Append(ExpressionDeparser.Operator(sort.SortOp, expr.Type, expr.Type, Context()))
                    .Append(sort.NullsFirst ? " NULLS FIRST" : " NULLS LAST");
            }
        }
    }

    private void Windows()
    {
        var any = false;
        foreach (var window in _query.WindowClause)
        {
            if (window.Name is null)
            {
                continue;
            }

            if (any)
            {
                _out.Append(", ");
            }
            else
            {
                Keyword(" WINDOW ", -Standard, Standard, 1);
            }

            any = true;
            _out.Append(Q(window.Name)).Append(" AS ");
            Window(window);
        }
    }

    private void Window(WindowClause window)
    {
        _out.Append('(');
        var space = "";
        if (window.RefName is not null)
        {
            _out.Append(Q(window.RefName));
            space = " ";
        }

        if (window.PartitionClause.Count > 0 && window.RefName is null)
        {
            _out.Append(space).Append("PARTITION BY ");
            SortGroupList(window.PartitionClause, _query.TargetList);
            space = " ";
        }

        if (window.OrderClause.Count > 0 && !window.CopiedOrder)
        {
            _out.Append(space).Append("ORDER BY ");
            OrderBy(window.OrderClause, _query.TargetList, false);
            space = " ";
        }

        var options = window.FrameOptions;
        if (options.HasFlag(FrameOptions.NonDefault))
        {
            _out.Append(space).Append(options.HasFlag(FrameOptions.Range) ? "RANGE " : options.HasFlag(FrameOptions.Rows) ? "ROWS " : "GROUPS ");
            var between = options.HasFlag(FrameOptions.Between);
            _out.Append(between ? "BETWEEN " : "");
            FrameEnd(
                options.HasFlag(FrameOptions.StartUnboundedPreceding) ? "UNBOUNDED PRECEDING" : options.HasFlag(FrameOptions.StartCurrentRow) ? "CURRENT ROW" : null,
                window.StartOffset, options.HasFlag(FrameOptions.StartOffsetPreceding));
            if (between)
            {
                _out.Append(" AND ");
                FrameEnd(
                    options.HasFlag(FrameOptions.EndUnboundedFollowing) ? "UNBOUNDED FOLLOWING" : options.HasFlag(FrameOptions.EndCurrentRow) ? "CURRENT ROW" : null,
                    window.EndOffset, options.HasFlag(FrameOptions.EndOffsetPreceding));
            }

            _out.Append(options.HasFlag(FrameOptions.ExcludeCurrentRow) ? " EXCLUDE CURRENT ROW"
                : options.HasFlag(FrameOptions.ExcludeGroup) ? " EXCLUDE GROUP"
                : options.HasFlag(FrameOptions.ExcludeTies) ? " EXCLUDE TIES" : "");
        }

        _out.Append(')');
    }

    private void FrameEnd(string? fixedEnd, BoundExpr? offset, bool preceding)
    {
        if (fixedEnd is not null)
        {
            _out.Append(fixedEnd);
            return;
        }

        Expr(offset!, false);
        _out.Append(preceding ? " PRECEDING" : " FOLLOWING");
    }
}
