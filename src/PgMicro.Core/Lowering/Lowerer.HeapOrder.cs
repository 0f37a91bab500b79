using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    /// <summary>
    /// WHERE of a query that leaves the order of its rows open and finds them by a range of an index. PostgreSQL reads those of a bitmap, in
    /// the order of the table; SQLite would give them in the index's. So the index gives rowids, and they the rows. Null when that is not so.
    /// </summary>
    private List<SqlExpr>? InHeapOrder(BoundQuery query)
    {
        if (_scope.Parent is not null || query.JoinTree is not { FromList: [RangeTblRef only], Quals: { } quals } || !LeavesOrderOpen(query)
            || query.RangeTable[only.RtIndex - 1] is not { RteKind: RteKind.Relation, RelKind: 'r', TableSample: null, Relid: >= BuiltInOids.FirstNormalObjectId } entry
            || _scope.Sources[only.RtIndex] is not RelationSource source)
        {
            return null;
        }

        var conjuncts = Conjunction.Flatten(quals);
        var columns = conjuncts.ConvertAll(c => RangeColumn(c, only.RtIndex));
        if (columns.TrueForAll(static c => c == 0) || conjuncts.Exists(c => IsIndexedEquality(query, c) || Volatility.Has(Catalog, c)))
        {
            return null;
        }

        // An index that has all columns is read alone, in its own order.
        var read = new ColumnsRead();
        read.VisitAll(query.TargetList);
        read.Visit(quals);
        var by = columns.Find(c => c != 0 && Catalog.IndexesOf(entry.Relid).Any(i => i.indkey.Length > 0 && i is { indisvalid: true, indpred: null }
            && i.indkey[0] == c && !(i.indisprimary && i.indnkeyatts == 1 && IsInteger(entry.Relid, c)) && !read.Found.IsSubsetOf(i.indkey)));
        if (by == 0)
        {
            return null;
        }

        var alias = NewAlias();
        var found = new RelationSource(Catalog, source.Relation, alias);
        _scope.Sources[only.RtIndex] = found;
        var ranges = conjuncts.Where((_, i) => columns[i] == by).Select(Condition).ToList();
        _scope.Sources[only.RtIndex] = source;
        var (schema, name) = RelationNames.Of(Catalog, source.Relation);
        var rowids = new SqlSelect { Columns = [found.Column(-1)], From = new SqlTable(schema, name, alias), Where = SqlChain.And(ranges) };
        return [new SqlInQuery(source.Column(-1), rowids, Not: false), .. Conjuncts(quals).Where((_, i) => columns[i] != by)];
    }

    private static bool LeavesOrderOpen(BoundQuery query) =>
        query is { CommandType: CommandType.Select, HasAggs: false, LimitCount: null, LimitOffset: null } && query.RowMarks.Count == 0
        && query.GroupClause.Count == 0 && query.GroupingSets.Count == 0 && query.DistinctClause.Count == 0
        && (query.HasWindowFuncs || query.SortClause.Count == 0);

    private bool IsInteger(uint relation, int column) => Catalog.Attribute(relation, column) is { atttypid: Types.TypeOid.Int2 or Types.TypeOid.Int4 or Types.TypeOid.Int8 };

    // The column that a comparison with something of no row, or a list of values, selects a range of; 0 when it is none.
    private int RangeColumn(BoundExpr conjunct, int rtIndex)
    {
        var (left, right, isRange) = conjunct switch
        {
            BoundOpExpr { Args: [var a, var b] } op => (a, b, ComparisonOperators.Native(Catalog, op.OpNo, a.Type, b.Type) is "<" or "<=" or ">" or ">="),
            BoundScalarArrayOpExpr { UseOr: true, Args: [var a, BoundArrayExpr { Elements.Count: > 1 } list] } op
                => (a, list, ComparisonOperators.Native(Catalog, op.OpNo, a.Type, list.ElementType) == "="),
            _ => (null, null, false),
        };
        return !isRange ? 0 : Column(left!, right!) is not 0 and var column ? column : conjunct is BoundOpExpr ? Column(right!, left!) : 0;

        int Column(BoundExpr side, BoundExpr other) =>
            side is BoundVar { Varlevelsup: 0, Varattno: > 0 } var && var.Varno == rtIndex && !LevelReferences.Any(other) && !QueryLayers.Contains(other, static e => e is BoundSubLink)
                ? var.Varattno : 0;
    }

    private bool IsIndexedEquality(BoundQuery query, BoundExpr conjunct) =>
        conjunct is BoundOpExpr { Args: [var a, var b] } op && ComparisonOperators.Native(Catalog, op.OpNo, a.Type, b.Type) == "="
        && (IndexedColumns.Any(Catalog, query, a) || IndexedColumns.Any(Catalog, query, b));

    private sealed class ColumnsRead : BoundTreeWalker
    {
        internal HashSet<short> Found { get; } = [];

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar var && var.Varlevelsup == SublevelsUp)
            {
                Found.Add((short)var.Varattno);
            }

            base.VisitExpr(expr);
        }
    }
}
