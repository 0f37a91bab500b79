using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    // pg_largeobject: its pages stand in a table of the file.
    private const uint LargeObjectRelation = 2613;

    private SqlFrom? From(FromExpr tree, out List<SqlExpr> lifted)
    {
        lifted = [];
        MarkNullable(tree, false);
        SqlFrom? from = null;
        foreach (var item in tree.FromList)
        {
            var lowered = JoinTree(item, lifted, ref from, nullable: false);
            from = from is null ? lowered : lowered is null ? from : Append(from, lowered);
        }

        return from;
    }

    // SQLite's comma joins from the left. A chain of inner and left joins can follow as it is.
    private static SqlFrom Append(SqlFrom left, SqlFrom item)
    {
        if (item is SqlJoin { Kind: "JOIN" or "LEFT JOIN" } join && OnlyInnerAndLeft(join))
        {
            return new SqlJoin(join.Kind, Append(left, join.Left), join.Right, join.On);
        }

        return new SqlJoin("JOIN", left, item, null);
    }

    private static bool OnlyInnerAndLeft(SqlFrom from) =>
        from is not SqlJoin join || (join.Kind is "JOIN" or "LEFT JOIN" && OnlyInnerAndLeft(join.Left));

    private void MarkNullable(JoinTreeNode node, bool nullable)
    {
        switch (node)
        {
            case RangeTblRef leaf when nullable:
                _scope.Nullable.Add(leaf.RtIndex);
                break;
            case JoinExpr join:
                MarkNullable(join.Larg, nullable || join.JoinType is JoinType.Right or JoinType.Full);
                MarkNullable(join.Rarg, nullable || join.JoinType is JoinType.Left or JoinType.Full);
                break;
            case FromExpr from:
                from.FromList.ForEach(f => MarkNullable(f, nullable));
                break;
        }
    }

    private SqlFrom? JoinTree(JoinTreeNode node, List<SqlExpr> lifted, ref SqlFrom? before, bool nullable)
    {
        switch (node)
        {
            case RangeTblRef leaf:
                return Leaf(leaf.RtIndex, lifted, nullable);
            case JoinExpr join:
                if (join.JoinType == JoinType.Full)
                {
                    FullJoins.Check(join, Catalog);
                }

                SqlFrom? none = null;
                var left = JoinTree(join.Larg, lifted, ref before, nullable || join.JoinType is JoinType.Right or JoinType.Full)!;
                var extra = new List<SqlExpr>();
                var right = JoinTree(join.Rarg, extra, ref none, nullable || join.JoinType is JoinType.Left or JoinType.Full)!;
                if (join.Quals is not null)
                {
                    extra.AddRange(Conjuncts(join.Quals));
                }

                var kind = join.JoinType switch
                {
                    JoinType.Inner => "JOIN",
                    JoinType.Left => "LEFT JOIN",
                    JoinType.Right => "RIGHT JOIN",
                    JoinType.Full => "FULL JOIN",
                    _ => throw new InvalidOperationException(join.JoinType.ToString()),
                };
                var on = extra.Count > 0 ? SqlChain.And(extra) : kind == "JOIN" ? null : SqlLiteral.True;
                return new SqlJoin(kind, left, right, on);
            case FromExpr from:
                SqlFrom? result = null;
                foreach (var item in from.FromList)
                {
                    var lowered = JoinTree(item, lifted, ref result, nullable);
                    result = result is null ? lowered : Append(result, lowered!);
                }

                if (from.Quals is not null)
                {
                    lifted.AddRange(Conjuncts(from.Quals));
                }

                return result;
            default:
                throw new InvalidOperationException(node.GetType().Name);
        }
    }

    private SqlFrom Leaf(int rtIndex, List<SqlExpr> lifted, bool nullable)
    {
        var entry = _scope.Query.RangeTable[rtIndex - 1];
        switch (entry.RteKind)
        {
            case RteKind.Relation:
                return Relation(rtIndex, entry);
            case RteKind.Subquery:
                return entry.Lateral && LevelReferences.Any(entry.Subquery!)
                    ? LateralSubquery(rtIndex, entry, lifted, nullable)
                    : Derived(rtIndex, Query(entry.Subquery!, null), entry.Subquery!.TargetList.Count(static t => !t.ResJunk), Volatility.Has(Catalog, entry.Subquery!));
            case RteKind.Function:
                return Functions(rtIndex, entry);
            case RteKind.TableFunc when entry.TableFunc is { IsJson: false } function:
                return XmlTable(rtIndex, function);
            case RteKind.Values:
                return Values(rtIndex, entry);
            case RteKind.Cte:
                return CteReference(rtIndex, entry);
            case RteKind.Result:
                _scope.Sources[rtIndex] = new ExpressionSource([]);
                return new SqlDerived(new SqlSelect { Columns = [SqlLiteral.Null] }, NewAlias(), 1, false);
            default:
                throw PgErrors.FeatureNotSupported("this FROM item", entry.Location);
        }
    }

    private SqlDerived Derived(int rtIndex, SqlQuery query, int columns, bool materialized)
    {
        var alias = NewAlias();
        var derived = new SqlDerived(query, alias, columns, materialized);
        _scope.Sources[rtIndex] = new DerivedSource(alias) { Table = derived };
        return derived;
    }

    private SqlFrom Relation(int rtIndex, RangeTableEntry entry)
    {
        var relation = Catalog.Class(entry.Relid)
            ?? throw new PgException(SqlState.UndefinedTable, $"could not open relation with OID {entry.Relid}");
        Relations.Add(entry.Relid);
        switch (relation.relkind)
        {
            case 'v':
                var query = ViewExpansion.QueryOf(context, relation);
                var saved = _scope;
                // A view's query stands alone: it sees nothing of where it is used.
                var lowered = Query(query, null);
                _scope = saved;
                return Derived(rtIndex, lowered, query.TargetList.Count(static t => !t.ResJunk), Volatility.Has(Catalog, query));
            case 'S':
                var state = NewAlias();
                return Derived(rtIndex, new SqlSelect
                {
                    Columns = [new SqlColumn(state, "last_value"), new SqlColumn(state, "log_cnt"), new SqlColumn(state, "is_called")],
                    From = new SqlTable(null, "pgmicro_sequence_state", state),
                    Where = new SqlBinary("=", new SqlColumn(state, "seqrelid"), SqlLiteral.Of(relation.oid)),
                }, 3, false);
            case 'r' when relation.oid == LargeObjectRelation:
                var pages = NewAlias();
                return Derived(rtIndex, new SqlSelect
                {
                    Columns = [new SqlColumn(pages, "loid"), new SqlColumn(pages, "pageno"), new SqlColumn(pages, "data")],
                    From = new SqlTable(null, "pgmicro_largeobject", pages),
                }, 3, false);
            case 'm' when !relation.relispopulated:
                throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"materialized view \"{relation.relname}\" has not been populated")
                    .WithHint("Use the REFRESH MATERIALIZED VIEW command.");
            case 'r' or 'm' or 't' or 'p':
                break;
            case 'f' when TableMembers.Of(Catalog, entry) is null:
                throw ForeignData.NoHandler(Catalog, relation.oid);
            case 'f':
                break;
            default:
                throw PgErrors.FeatureNotSupported($"reading relation \"{relation.relname}\" of kind \"{relation.relkind}\"", entry.Location);
        }

        if (TableMembers.Of(Catalog, entry) is { } members)
        {
            return Append(rtIndex, relation, members, entry.TableSample);
        }

        var alias = NewAlias();
        var (schema, name) = RelationNames.Of(Catalog, relation);
        var table = new SqlTable(schema, name, alias);
        var source = new RelationSource(Catalog, relation, alias);
        _scope.Sources[rtIndex] = source;
        if (ComputedColumns.Of(Catalog, relation.oid, rtIndex, alias) is { } computed)
        {
            (_scope.Computed ??= [])[rtIndex] = computed;
        }

        return entry.TableSample is { } sample ? Sample(rtIndex, table, source, sample) : table;
    }

    private SqlDerived Sample(int rtIndex, SqlTable table, RelationSource source, TableSampleClause sample)
    {
        var attributes = Catalog.Attributes(source.Relation.oid);
        var rows = new SqlSelect
        {
            Columns = [source.Column(-1), source.Column(-2), .. attributes.Select(a => a.attisdropped ? SqlLiteral.Null : source.Column(a.attnum))],
            From = table,
            Where = IsSampled(source, sample),
        };
        var alias = NewAlias();
        _scope.Sources[rtIndex] = new SampledSource(alias, source.Relation.oid);
        return new SqlDerived(rows, alias, rows.Columns.Count, false);
    }

    private SqlCall IsSampled(RelationSource source, TableSampleClause sample)
    {
        const uint System = 3314;
        var seed = sample.Repeatable is null
            ? new SqlScalar(new SqlSelect { Columns = [new SqlCall("random", [])] })
            : Expr(sample.Repeatable);
        return new SqlCall(EngineFunctions.Sample, [source.Column(-1), SqlLiteral.Of(sample.TsmHandler == System ? 1 : 0), Expr(sample.Args[0]), seed]);
    }

    private SqlFrom Values(int rtIndex, RangeTableEntry entry)
    {
        // SQLite has no row without a column.
        List<SqlExpr> Row(List<BoundExpr> items, Func<BoundExpr, SqlExpr> lower) => items.Count == 0 ? [SqlLiteral.Null] : items.ConvertAll(i => lower(i));
        var columns = Math.Max(1, entry.ValuesLists[0].Items.Count);
        if (entry.Lateral && entry.ValuesLists.Any(row => row.Items.Any(item => LevelReferences.Any(item))))
        {
            // Each value refers to this level: one more level down it is the same query's.
            var boundary = new LateralBoundary();
            var inner = new QueryScope(new BoundQuery { CommandType = CommandType.Select }, _scope) { Boundary = boundary };
            var outer = _scope;
            _scope = inner;
            var lifted = new SqlValues(entry.ValuesLists.Select(row => (IReadOnlyList<SqlExpr>)Row(row.Items, i => At(outer, i))).ToList());
            _scope = outer;
            return Lateral(rtIndex, lifted, columns, boundary);
        }

        var rows = entry.ValuesLists.Select(row => (IReadOnlyList<SqlExpr>)Row(row.Items, Expr)).ToList();
        var isVolatile = entry.ValuesLists.Any(row => row.Items.Any(item => Volatility.Has(Catalog, item)));
        return Derived(rtIndex, new SqlValues(rows), columns, isVolatile);
    }
}
