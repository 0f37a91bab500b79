using System.Globalization;
using System.Text;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Explain;

/// <summary>
/// The plan that SQLite has made for a query, told in PostgreSQL's words: what SQLite scans, searches, sorts and materialises, from its
/// EXPLAIN QUERY PLAN, with what the bound query says of the rest.
/// </summary>
internal sealed class ExplainTree
{
    private const double CpuTupleCost = 0.01;
    private readonly PgSession _session;
    private readonly BoundQuery _query;
    private readonly Dictionary<string, PgClass> _relations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> _appends;
    private readonly Dictionary<string, ExplainNode> _appended = [];
    private readonly (uint Relation, string Alias) _target;
    private readonly ILookup<long, Row> _rows;

    private ExplainTree(PgSession session, BoundQuery query, LoweredQuery lowered, (uint Relation, string Alias) target)
    {
        _session = session;
        _query = query;
        _target = target;
        _appends = lowered.Appends ?? new Dictionary<string, string>();
        foreach (var oid in lowered.RelationOids)
        {
            _relations[SqliteTables.Name(session.Catalog, oid)] = session.Catalog.Class(oid)!;
        }

        FindAliases(lowered.Sql);
        foreach (var lateral in lowered.Laterals)
        {
            lateral.EnsureOn(session.Connection);
        }

        var rows = new List<Row>();
        var statement = session.Connection.Rent("EXPLAIN QUERY PLAN " + lowered.Sql);
        try
        {
            while (statement.Step())
            {
                rows.Add(new Row(statement.GetInt64(0), statement.GetInt64(1), Encoding.UTF8.GetString(statement.GetBytes(3))));
            }
        }
        finally
        {
            session.Connection.Return(statement);
        }

        _rows = rows.ToLookup(r => r.Parent);
    }

    /// <summary>The plan of a query.</summary>
    /// <param name="session">The session.</param>
    /// <param name="query">The query.</param>
    /// <param name="lowered">The same for SQLite.</param>
    /// <param name="target">The table that a statement changes in the place of the one that it names, and what it is called.</param>
    internal static ExplainNode Build(PgSession session, BoundQuery query, LoweredQuery lowered, (uint Relation, string Alias) target = default)
    {
        var tree = new ExplainTree(session, query, lowered, target);
        var node = tree.Siblings(0, isTop: true);
        if (query.LimitCount is not null || query.LimitOffset is not null)
        {
            node = Cost(new ExplainNode("Limit").Over(node), node, 0);
            if (query.LimitCount is BoundConst { Value: { Kind: DatumKind.Integer } limit })
            {
                node.Rows = Math.Min(node.Rows, limit.Int64);
            }
        }

        node.Width = Width(session, query);
        return node;
    }

    /// <summary>Columns of a query as a node's width: fixed lengths, and 32 for others.</summary>
    internal static int Width(PgSession session, BoundQuery query) =>
        query.TargetList.Where(static t => !t.ResJunk).Sum(t => session.Catalog.Type(t.Expr.Type) is { typlen: > 0 } type ? type.typlen : 32);

    private static ExplainNode Cost(ExplainNode node, ExplainNode child, double extra)
    {
        node.Rows = child.Rows;
        node.StartupCost = child.StartupCost;
        node.TotalCost = child.TotalCost + extra;
        node.Width = child.Width;
        return node;
    }

    // Our own SQL names every source: "table" AS t1, "module"(…) AS t2, (…) AS t3.
    private void FindAliases(string sql)
    {
        for (var at = sql.IndexOf(" AS t", StringComparison.Ordinal); at >= 0; at = sql.IndexOf(" AS t", at + 1, StringComparison.Ordinal))
        {
            var end = at + 5;
            while (end < sql.Length && char.IsAsciiDigit(sql[end]))
            {
                end++;
            }

            if (end > at + 5)
            {
                _sources[sql[(at + 4)..end]] = Source(sql, at);
            }
        }
    }

    private static string Source(string sql, int end)
    {
        var start = end - 1;
        if (sql[start] == ')')
        {
            for (var depth = 0; start >= 0; start--)
            {
                depth += sql[start] switch { ')' => 1, '(' => -1, _ => 0 };
                if (depth == 0)
                {
                    break;
                }
            }

            end = start--;
            if (start < 0 || sql[start] != '"')
            {
                return "";
            }
        }

        while (start > 0 && sql[start] is not (' ' or '(' or ','))
        {
            start--;
        }

        return sql[(start + 1)..end];
    }

    private ExplainNode Siblings(long parent, bool isTop, bool isArm = false)
    {
        ExplainNode? node = null;
        var subplans = new List<ExplainNode>();
        var groups = false;
        foreach (var row in _rows[parent])
        {
            var text = row.Detail;
            if (text.EndsWith("CONSTANT ROW", StringComparison.Ordinal))
            {
                node = node is null ? Result() : node;
            }
            else if (text.StartsWith("SCAN ", StringComparison.Ordinal) || text.StartsWith("SEARCH ", StringComparison.Ordinal))
            {
                var scan = Scan(text, isTop || isArm);
                node = node is null ? scan : Join(node, scan, text.EndsWith("LEFT-JOIN", StringComparison.Ordinal));
            }
            else if (text.StartsWith("USE TEMP B-TREE FOR ", StringComparison.Ordinal))
            {
                groups |= text.EndsWith("GROUP BY", StringComparison.Ordinal);
                node = Sorted(node ?? Result(), text["USE TEMP B-TREE FOR ".Length..], isTop);
            }
            else if (isTop && node is not null && Bitmap(node, text, row.Id) is { } bitmap)
            {
                node = bitmap;
            }
            else if (text.Contains("SUBQUERY", StringComparison.Ordinal))
            {
                var subplan = Siblings(row.Id, isTop: false);
                subplan.Relationship = "SubPlan";
                subplan.SubplanName = "SubPlan " + (subplans.Count + 1).ToString(CultureInfo.InvariantCulture);
                subplans.Add(subplan);
            }
            else if (text.StartsWith("MULTI-INDEX OR", StringComparison.Ordinal))
            {
                var or = new ExplainNode("Append");
                foreach (var branch in _rows[row.Id])
                {
                    or.Over(Siblings(branch.Id, isTop: false), "Member");
                }

                node = node is null ? or : Join(node, or, isLeft: false);
            }
            else if (text.StartsWith("COMPOUND", StringComparison.Ordinal) || text.StartsWith("MERGE", StringComparison.Ordinal))
            {
                var append = new ExplainNode("Append");
                foreach (var branch in _rows[row.Id])
                {
                    var member = Siblings(branch.Id, isTop: false, isArm: isTop || isArm);

                    // Arms that are to be merged by their order come in pairs, of which one may be a pair again.
                    foreach (var one in member.Type is "Append" && text.StartsWith("MERGE", StringComparison.Ordinal) ? member.Children.ToArray() : [member])
                    {
                        append.Over(one, "Member");
                        append.TotalCost += one.TotalCost;
                        append.Rows += one.Rows;
                    }
                }

                node = append;
                if (isTop && _query.SortClause.Count > 0 && append.Children.TrueForAll(static c => c is { Type: "Sort", Children: [_] }))
                {
                    // PostgreSQL sorts all of them together.
                    var arms = append.Children.ConvertAll(static c => c.Children[0]);
                    append.Children.Clear();
                    arms.ForEach(a => append.Over(a, "Member"));
                    node = Sorted(append, "ORDER BY", isTop);
                }
            }
            else if (_rows[row.Id].Any())
            {
                // CO-ROUTINE x, MATERIALIZE x, RECURSIVE STEP: the scan of x comes as a row of its own.
                var inner = Siblings(row.Id, isTop: false, isArm: isTop);
                if (_appends.GetValueOrDefault(text[(text.LastIndexOf(' ') + 1)..]) is "")
                {
                    _appended[text[(text.LastIndexOf(' ') + 1)..]] = inner;
                    continue;
                }

                inner.Relationship = text.StartsWith("RECURSIVE", StringComparison.Ordinal) ? "Inner" : "InitPlan";
                inner.SubplanName = Title(text);
                subplans.Add(inner);
            }
        }

        node ??= Result();
        if (isTop)
        {
            node = Aggregated(node, groups);
        }

        node.Children.AddRange(subplans);
        return node;
    }

    private static string Title(string text)
    {
        if (!text.StartsWith("MATERIALIZE", StringComparison.Ordinal) && !text.StartsWith("CO-ROUTINE", StringComparison.Ordinal))
        {
            return text.ToLowerInvariant();
        }

        return $"CTE {text[(text.LastIndexOf(' ') + 1)..].Trim('(', ')')}";
    }

    private ExplainNode Result()
    {
        var node = new ExplainNode("Result") { TotalCost = CpuTupleCost };
        if (_query.CommandType == CommandType.Select && _query.JoinTree.FromList.Count == 0 && _query.JoinTree.Quals is { } quals && Text(quals) is { } filter)
        {
            node.Details.Add(("One-Time Filter", [filter], false));
        }

        return node;
    }

    private static ExplainNode Join(ExplainNode outer, ExplainNode inner, bool isLeft)
    {
        var join = new ExplainNode("Nested Loop") { Label = isLeft ? "Nested Loop Left Join" : "Nested Loop" };
        join.Properties.Add(("Join Type", isLeft ? "Left" : "Inner"));
        join.Over(outer).Over(inner, "Inner");
        join.Rows = Math.Max(1, outer.Rows * inner.Rows);
        join.TotalCost = outer.TotalCost + (outer.Rows * inner.TotalCost);
        return join;
    }

    private ExplainNode Sorted(ExplainNode child, string purpose, bool isTop)
    {
        if (purpose.EndsWith("DISTINCT", StringComparison.Ordinal))
        {
            var unique = new ExplainNode("Aggregate") { Label = "HashAggregate" };
            unique.Properties.Add(("Strategy", "Hashed"));
            AddKeys(unique, "Group Key", isTop ? _query.DistinctClause : []);
            return Cost(unique.Over(child), child, child.Rows * CpuTupleCost);
        }

        var sort = new ExplainNode("Sort");
        AddKeys(sort, "Sort Key", !isTop ? [] : purpose.EndsWith("GROUP BY", StringComparison.Ordinal) ? _query.GroupClause : _query.SortClause);
        Cost(sort.Over(child), child, child.Rows * Math.Log2(Math.Max(2, child.Rows)) * CpuTupleCost);
        sort.StartupCost = sort.TotalCost;
        return sort;
    }

    private ExplainNode Aggregated(ExplainNode child, bool sorted)
    {
        if (!_query.HasAggs && _query.GroupClause.Count == 0)
        {
            return child;
        }

        // Where SQLite sorts the groups' output, the aggregate lies below the sort.
        if (child.Type == "Sort" && _query.SortClause.Count > 0 && child.Children is [var below] && (!sorted || below.Type == "Sort" || _query.GroupClause.Count == 0))
        {
            child.Children.Clear();
            return child.Over(Aggregated(below, sorted));
        }

        var isPlain = _query.GroupClause.Count == 0;
        var node = new ExplainNode("Aggregate") { Label = isPlain ? "Aggregate" : "GroupAggregate" };
        node.Properties.Add(("Strategy", isPlain ? "Plain" : "Sorted"));
        node.Properties.Add(("Partial Mode", "Simple"));
        AddKeys(node, "Group Key", _query.GroupClause);
        if (_query.HavingQual is { } having && Text(having) is { } filter)
        {
            node.Details.Add(("Filter", [filter], false));
        }

        Cost(node.Over(child), child, child.Rows * CpuTupleCost);
        node.Rows = isPlain ? 1 : Math.Max(1, Math.Floor(child.Rows / 10));
        return node;
    }

    private void AddKeys(ExplainNode node, string name, List<SortGroupClause> clauses)
    {
        var keys = new List<string>();
        foreach (var clause in clauses)
        {
            if (_query.TargetList.Find(t => t.RessortGroupRef == clause.TleSortGroupRef) is not { } target || Text(target.Expr) is not { } text)
            {
                return;
            }

            var descending = name == "Sort Key" && _session.Catalog.Operator(clause.SortOp) is { oprname: ">" };
            var nulls = name != "Sort Key" || clause.NullsFirst == descending ? "" : clause.NullsFirst ? " NULLS FIRST" : " NULLS LAST";
            keys.Add(text + (descending ? " DESC" : "") + nulls);
        }

        if (keys.Count > 0)
        {
            node.Details.Add((name, [.. keys], true));
        }
    }

    private ExplainNode Scan(string detail, bool isTop)
    {
        var words = detail.Split(' ');
        var alias = words[1].Trim('(', ')');
        if (_appended.TryGetValue(alias, out var append))
        {
            return append;
        }

        var source = _sources.GetValueOrDefault(alias) ?? (_relations.ContainsKey($"\"{alias}\"") ? $"\"{alias}\"" : "");
        if (!_relations.TryGetValue(source, out var relation) && !_relations.TryGetValue(source.Trim('"'), out relation))
        {
            return Other(alias, source);
        }

        var shown = _appends.GetValueOrDefault(alias) ?? AliasOf(relation);
        var rows = Math.Max(1, _session.Connection.QueryInt64($"SELECT coalesce(max(rowid), 0) FROM {source}"));
        var using_ = detail.IndexOf("USING ", StringComparison.Ordinal);
        var node = new ExplainNode("Seq Scan");
        var on = shown == relation.relname ? Identifiers.Quote(relation.relname) : $"{Identifiers.Quote(relation.relname)} {Identifiers.Quote(shown)}";
        var searches = words[0] == "SEARCH";
        if (using_ >= 0 && IndexOf(relation, detail[(using_ + 6)..]) is { } index)
        {
            var isOnly = detail.Contains("COVERING INDEX", StringComparison.Ordinal);
            node = new ExplainNode(isOnly ? "Index Only Scan" : "Index Scan");
            node.Label = $"{node.Type} using {Identifiers.Quote(index)} on {on}";
            node.Properties.Add(("Scan Direction", "Forward"));
            node.Properties.Add(("Index Name", index));
        }
        else
        {
            node.Label = $"Seq Scan on {on}";
        }

        node.Properties.Add(("Relation Name", relation.relname));
        node.Properties.Add(("Alias", shown));
        node.Rows = searches ? Math.Max(1, Math.Round(detail.Contains("=?", StringComparison.Ordinal) ? rows * 0.005 : rows / 3.0)) : rows;
        node.TotalCost = searches ? (Math.Log2(rows + 1) * CpuTupleCost) + (node.Rows * CpuTupleCost) : rows * CpuTupleCost;
        if (isTop && _query.JoinTree is { FromList: [RangeTblRef], Quals: { } quals })
        {
            AddConditions(node, quals, detail);
        }

        return node;
    }

    // Rows by the rowids that an index gives.
    private ExplainNode? Bitmap(ExplainNode scan, string text, long id)
    {
        if (scan.Type is not ("Seq Scan" or "Index Scan") || !text.StartsWith("LIST SUBQUERY", StringComparison.Ordinal)
            || _query.JoinTree is not { FromList: [RangeTblRef only], Quals: { } quals } || ExprFacts.Any(quals, static e => e is BoundSubLink)
            || _session.Catalog.Class(_query.RangeTable[only.RtIndex - 1].Relid) is not { } relation
            || _rows[id].ToList() is not [var search] || search.Detail.IndexOf("USING ", StringComparison.Ordinal) is var at && at < 0
            || IndexOf(relation, search.Detail[(at + 6)..]) is not { } index)
        {
            return null;
        }

        var heap = new ExplainNode("Bitmap Heap Scan") { Label = "Bitmap Heap Scan" + scan.Label[scan.Label.IndexOf(" on ", StringComparison.Ordinal)..], Rows = scan.Rows, TotalCost = scan.TotalCost };
        heap.Properties.AddRange(scan.Properties.Where(static p => p.Name is "Relation Name" or "Alias"));
        var bitmap = new ExplainNode("Bitmap Index Scan") { Label = "Bitmap Index Scan on " + Identifiers.Quote(index), Rows = scan.Rows, TotalCost = scan.TotalCost };
        bitmap.Properties.Add(("Index Name", index));
        AddConditions(heap, quals, search.Detail, "Recheck Cond");
        AddConditions(bitmap, quals, search.Detail);
        bitmap.Details.RemoveAll(static d => d.Name == "Filter");
        return heap.Over(bitmap);
    }

    // Which terms an index answers: those whose columns SQLite names in its detail.
    private void AddConditions(ExplainNode node, BoundExpr quals, string detail, string condition = "Index Cond")
    {
        List<BoundExpr> terms = quals is BoundBoolExpr { BoolOp: BoolExprType.And } and ? and.Args : [quals];
        var byIndex = new List<BoundExpr>();
        var others = new List<BoundExpr>();
        foreach (var term in terms)
        {
            var column = ExprFacts.Any(term, e => e is BoundVar v && _session.Catalog.Attribute(_query.RangeTable[v.Varno - 1].Relid, v.Varattno) is { } a
                && (detail.Contains($"({a.attname}", StringComparison.Ordinal) || detail.Contains($" {a.attname}", StringComparison.Ordinal)));
            (node.Type != "Seq Scan" && (column || detail.Contains("(rowid", StringComparison.Ordinal)) ? byIndex : others).Add(term);
        }

        foreach (var (name, list) in new[] { (condition, byIndex), ("Filter", others) })
        {
            var expr = list.Count switch { 0 => null, 1 => list[0], _ => new BoundBoolExpr { BoolOp = BoolExprType.And, Args = list } };
            if (expr is not null && Text(expr) is { } text)
            {
                node.Details.Add((name, [text], false));
            }
        }
    }

    private ExplainNode Other(string alias, string source)
    {
        var entry = _query.RangeTable.Find(static r => r.RteKind is RteKind.Function);
        if (entry is not null && source.Length > 0)
        {
            var function = new ExplainNode("Function Scan") { Rows = 1000, TotalCost = 10 };
            function.Label = $"Function Scan on {Identifiers.Quote(entry.Eref.AliasName)}";
            function.Properties.Add(("Alias", entry.Eref.AliasName));
            return function;
        }

        var subquery = new ExplainNode(source.Length > 0 ? "CTE Scan" : "Subquery Scan") { TotalCost = CpuTupleCost };
        subquery.Label = $"{subquery.Type} on {alias}";
        subquery.Properties.Add(("Alias", alias));
        return subquery;
    }

    private string AliasOf(PgClass relation) => relation.oid == _target.Relation ? _target.Alias :
        _query.RangeTable.Find(r => r.RteKind == RteKind.Relation && r.Relid == relation.oid)?.Eref.AliasName ?? relation.relname;

    private string? IndexOf(PgClass relation, string text)
    {
        if (text.StartsWith("INTEGER PRIMARY KEY", StringComparison.Ordinal))
        {
            foreach (var index in _session.Catalog.IndexesOf(relation.oid))
            {
                if (index.indisprimary)
                {
                    return _session.Catalog.Class(index.indexrelid)!.relname;
                }
            }

            return null;
        }

        var name = text.Replace("COVERING ", "", StringComparison.Ordinal).Replace("INDEX ", "", StringComparison.Ordinal).Split(' ')[0];
        foreach (var index in _session.Catalog.IndexesOf(relation.oid))
        {
            if (SqliteTables.Name(_session.Catalog, index.indexrelid).Trim('"') == name)
            {
                return _session.Catalog.Class(index.indexrelid)!.relname;
            }
        }

        return null;
    }

    private string? Text(BoundExpr expr)
    {
        if (ExprFacts.Any(expr, static e => e is BoundSubLink or BoundWindowFunc))
        {
            return null;
        }

        var qualified = _query.RangeTable.Count(static r => r.RteKind != RteKind.Join) > 1;
        return ExpressionDeparser.Deparse(expr, new DeparseContext
        {
            Catalog = _session.Catalog,
            TypeContext = _session,
            SearchPath = _session.SearchPath(includeImplicit: true),
            ColumnName = v =>
            {
                var entry = _query.RangeTable[v.Varno - 1];
                var column = v.Varattno > 0 && v.Varattno <= entry.Eref.ColNames.Count ? Identifiers.Quote(entry.Eref.ColNames[v.Varattno - 1]) : "ctid";
                return qualified ? $"{Identifiers.Quote(entry.Eref.AliasName)}.{column}" : column;
            },
        });
    }

    private readonly record struct Row(long Id, long Parent, string Detail);
}
