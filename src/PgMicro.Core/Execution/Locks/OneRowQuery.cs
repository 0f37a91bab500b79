using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>
/// Makes of a query the same query over one row of each of its FROM items, whose values are parameters: what is asked about a row that has changed
/// since the query found it (PostgreSQL's EvalPlanQual). What its subqueries read, they read as the statement does.
/// </summary>
internal sealed class OneRowQuery(int firstParameter, CatalogSnapshot catalog)
{
    private readonly List<OneRowValue> _values = [];

    /// <summary>What the parameters are, from the first one on.</summary>
    internal IReadOnlyList<OneRowValue> Values => _values;

    /// <summary>Join columns replaced by what they stand for, so that columns belong to FROM items only.</summary>
    internal static BoundQuery Flatten(BoundQuery query)
    {
        if (!query.RangeTable.Exists(static r => r.RteKind == RteKind.Join))
        {
            return query;
        }

        var copy = (BoundQuery)new JoinColumns(query.RangeTable).RewriteTop(query).ShallowCopy();
        copy.RangeTable = copy.RangeTable.ConvertAll(static r =>
        {
            if (r.RteKind != RteKind.Join)
            {
                return r;
            }

            var join = (RangeTableEntry)r.ShallowCopy();
            join.JoinAliasVars = [];
            return join;
        });
        return copy;
    }

    /// <summary>The columns of FROM items that a flat query reads, by item.</summary>
    internal static ILookup<int, BoundVar> ColumnsOf(BoundQuery query)
    {
        var columns = new ReadColumns();
        columns.VisitTop(query);
        return columns.Found.ToLookup(static c => c.Varno);
    }

    /// <summary>FROM items of a query, and whether an outer join may leave them without a row.</summary>
    internal static List<(int Index, bool IsNullable)> ItemsOf(FromExpr tree)
    {
        var items = new List<(int, bool)>();
        foreach (var item in tree.FromList)
        {
            Collect(item, false, items);
        }

        return items;
    }

    /// <summary>Replaces FROM items of a flat query.</summary>
    internal BoundQuery Over(BoundQuery query, IReadOnlyDictionary<int, OneRowItem> items)
    {
        // A row that has changed has another ctid than the one that was asked for; what is returned is its place.
        var tree = new PulledUpSubqueries(catalog, column => items.TryGetValue(column.Varno, out var item) ? Before(item, column) : null).Rewrite(query.JoinTree);
        var conditions = new Columns(this, items, isCondition: true).RewriteTop(new BoundQuery { JoinTree = tree }).JoinTree;
        var copy = (BoundQuery)query.ShallowCopy();
        copy.JoinTree = new FromExpr();
        copy = (BoundQuery)new Columns(this, items, isCondition: false).RewriteTop(copy).ShallowCopy();
        copy.JoinTree = conditions;
        copy.RangeTable = [.. copy.RangeTable];
        foreach (var (index, item) in items)
        {
            var row = new BoundQuery { CommandType = CommandType.Select, TargetList = item.Targets };
            if (item.Presence is { } presence)
            {
                row.JoinTree.Quals = BoundTrees.Parameter(Add(presence), TypeOid.Bool);
            }

            if (row.TargetList.Count == 0)
            {
                row.TargetList = [BoundTrees.Target(BoundTrees.Int4(1), 1)];
            }

            var entry = BoundTrees.Subquery(row, "row");
            entry.InFromCl = query.RangeTable[index - 1].InFromCl;
            copy.RangeTable[index - 1] = entry;
        }

        return copy;
    }

    private static void Collect(JoinTreeNode node, bool isNullable, List<(int, bool)> items)
    {
        switch (node)
        {
            case RangeTblRef reference:
                items.Add((reference.RtIndex, isNullable));
                break;
            case JoinExpr join:
                Collect(join.Larg, isNullable || join.JoinType is JoinType.Right or JoinType.Full, items);
                Collect(join.Rarg, isNullable || join.JoinType is JoinType.Left or JoinType.Full, items);
                break;
        }
    }

    private int Add(OneRowValue value)
    {
        var known = _values.IndexOf(value);
        if (known < 0)
        {
            known = _values.Count;
            _values.Add(value);
        }

        return firstParameter + known;
    }

    private BoundExpr ValueOf(OneRowItem item, BoundVar column, bool isCondition)
    {
        if (item.Table is not { } table)
        {
            return Parameter(new OneRowValue(OneRowValueKind.Source, 0, item.SourceColumn(column)), column.Type, column.Typmod, column.Collation);
        }

        switch (column.Varattno)
        {
            case > 0:
                return Field(column.Varattno);
            case 0:
                return new BoundRowExpr
                {
                    Type = table.Class.reltype,
                    RowFormat = CoercionForm.ImplicitCast,
                    Args = [.. Enumerable.Range(1, table.Class.relnatts).Select(n => table.IndexOf(n) < 0 ? BoundTrees.Null(TypeOid.Int4, -1, 0) : Field(n))],
                    ColNames = [.. table.AllNames],
                };
            case SystemAttribute.Ctid:
                var kind = isCondition && column.Type != TypeOid.Int8 ? OneRowValueKind.SeenRowid : OneRowValueKind.Rowid;
                return Parameter(new OneRowValue(kind, item.Ordinal, 0), column.Type, -1, 0);
            case SystemAttribute.Xmin:
                return Parameter(new OneRowValue(OneRowValueKind.Column, item.Ordinal, table.Columns.Length), column.Type, -1, 0);
            case SystemAttribute.TableOid when item.HasMembers:
                return Parameter(new OneRowValue(OneRowValueKind.TableOid, item.Ordinal, 0), column.Type, -1, 0);
            case SystemAttribute.TableOid:
                return new BoundConst { Type = column.Type, Value = PgDatum.FromInt64(table.Oid) };
            default:
                return new BoundConst { Type = column.Type, Value = PgDatum.FromInt64(0) };
        }

        BoundExpr Field(int attnum)
        {
            var definition = table.ColumnOf(attnum);
            return Parameter(new OneRowValue(OneRowValueKind.Column, item.Ordinal, table.IndexOf(attnum)), definition.Type, definition.Typmod, definition.Collation);
        }
    }

    private BoundParam? Before(OneRowItem item, BoundVar column)
    {
        if (item.Table is not { } table || column.Varattno <= 0)
        {
            return null;
        }

        var definition = table.ColumnOf(column.Varattno);
        var value = new OneRowValue(OneRowValueKind.Before, item.Ordinal, table.IndexOf(column.Varattno));
        return Parameter(value, definition.Type, definition.Typmod, definition.Collation);
    }

    private BoundParam Parameter(OneRowValue value, uint type, int typmod, uint collation) => BoundTrees.Parameter(Add(value), type, typmod, collation);

    /// <summary>Refers to the columns of the one-row subqueries.</summary>
    private sealed class Columns(OneRowQuery owner, IReadOnlyDictionary<int, OneRowItem> items, bool isCondition) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundVar column || column.Varlevelsup != SublevelsUp || !items.TryGetValue(column.Varno, out var item))
            {
                return base.RewriteExpr(expr);
            }

            var copy = (BoundVar)column.ShallowCopy();
            copy.Varattno = item.Position(column, isCondition, owner.ValueOf);
            return copy;
        }
    }

    /// <summary>The columns that are read of a query's own FROM items.</summary>
    private sealed class ReadColumns : BoundTreeWalker
    {
        internal List<BoundVar> Found { get; } = [];

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar column && column.Varlevelsup == SublevelsUp
                && !Found.Exists(f => f.Varno == column.Varno && f.Varattno == column.Varattno && f.Type == column.Type))
            {
                var copy = (BoundVar)column.ShallowCopy();
                copy.Varlevelsup = 0;
                Found.Add(copy);
            }

            base.VisitExpr(expr);
        }
    }

    private sealed class JoinColumns(List<RangeTableEntry> rangeTable) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is BoundVar { Varattno: > 0 } column && column.Varlevelsup == SublevelsUp && rangeTable[column.Varno - 1] is { RteKind: RteKind.Join } join)
            {
                var value = new JoinColumns(rangeTable).Rewrite(join.JoinAliasVars[column.Varattno - 1]);
                return SublevelsUp == 0 ? value : new Raised(SublevelsUp).Rewrite(value);
            }

            return base.RewriteExpr(expr);
        }
    }

    private sealed class Raised(int levels) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundVar column)
            {
                return base.RewriteExpr(expr);
            }

            var copy = (BoundVar)column.ShallowCopy();
            copy.Varlevelsup += levels;
            return copy;
        }
    }
}
