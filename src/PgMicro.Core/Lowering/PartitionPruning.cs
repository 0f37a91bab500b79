using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Partitioning;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>
/// What the conditions of a query tell of a partition before any of its rows is read (PostgreSQL's partition pruning). Where a key's column is compared with
/// constants and parameters, the partition's constraint about these is a condition without columns, which SQLite tests once before it reads the partition.
/// </summary>
internal sealed class PartitionPruning
{
    private readonly CatalogSnapshot _catalog;
    private readonly uint _named;
    private readonly List<Comparison> _known = [];

    private PartitionPruning(CatalogSnapshot catalog, uint named) => (_catalog, _named) = (catalog, named);

    /// <summary>What is known of the rows of a partitioned table that a query asks for; null when it is nothing.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="named">The table.</param>
    /// <param name="varno">Its range table index.</param>
    /// <param name="quals">The query's condition.</param>
    internal static PartitionPruning? Of(CatalogSnapshot catalog, uint named, int varno, BoundExpr? quals)
    {
        if (quals is null || catalog.Class(named) is not { relkind: 'p' })
        {
            return null;
        }

        var pruning = new PartitionPruning(catalog, named);
        foreach (var conjunct in Conjunction.Flatten(quals))
        {
            pruning.Add(conjunct, varno);
        }

        return pruning._known.Count == 0 ? null : pruning;
    }

    /// <summary>A condition without columns that must be true for a partition to have rows of the result; null when there is none.</summary>
    internal BoundExpr? Guard(uint partition)
    {
        var conditions = new List<BoundExpr>();
        for (var child = partition; child != _named;)
        {
            var parent = _catalog.ParentsOf(child)[0].inhparent;
            AddLevel(parent, child, conditions);
            child = parent;
        }

        return Conjunction.Of(conditions);
    }

    private void Add(BoundExpr conjunct, int varno)
    {
        switch (conjunct)
        {
            case BoundOpExpr { Args: [var left, var right] } op:
                if (Column(left, varno) is { } column && IsKnown(right))
                {
                    _known.Add(new Comparison(column, op.OpNo, op.InputCollation, [right]));
                }
                else if (Column(right, varno) is { } other && IsKnown(left) && _catalog.Operator(op.OpNo) is { oprcom: not 0 and var commutator })
                {
                    _known.Add(new Comparison(other, commutator, op.InputCollation, [left]));
                }

                break;
            case BoundScalarArrayOpExpr { UseOr: true, Args: [var tested, BoundArrayExpr list] } any
                when Column(tested, varno) is { } listed && list.Elements.TrueForAll(IsKnown) && list.Elements.TrueForAll(e => e.Type == list.ElementType):
                _known.Add(new Comparison(listed, any.OpNo, any.InputCollation, list.Elements));
                break;
        }
    }

    private static BoundVar? Column(BoundExpr expr, int varno) => Bare(expr) is BoundVar { Varlevelsup: 0, Varattno: > 0 } column && column.Varno == varno ? column : null;

    private static BoundExpr Bare(BoundExpr expr) => expr is BoundRelabelType relabelled ? Bare(relabelled.Arg) : expr;

    private static bool IsKnown(BoundExpr expr) => Bare(expr) is BoundConst or BoundParam { Kind: ParamKind.Extern };

    private void AddLevel(uint parent, uint child, List<BoundExpr> conditions)
    {
        if (PartitionKey.Of(_catalog, parent) is not { } key || PartitionBound.Of(_catalog.Class(child)!) is not { } bound)
        {
            return;
        }

        var map = Inheritance.Map(_catalog, _named, parent);
        var equal = new Dictionary<int, List<BoundExpr>>();
        foreach (var column in key.Columns)
        {
            if (column.Expr is BoundVar variable && Known(key, column, variable, map).FirstOrDefault(k => StrategyOf(key, column, k) == BtreeStrategy.Equal) is { } known)
            {
                equal[variable.Varattno] = known.Values;
            }
        }

        var parts = PartitionConstraint.OfBound(_catalog, parent, bound);

        // Of several columns each one's value must be known; of one it may be one of several.
        if (key.Columns.Length == 1 && equal.Count == 1)
        {
            var (attnum, values) = equal.First();
            conditions.Add(PartitionConstraint.Or([.. values.Select(v => Conjunction.Of([.. parts.Select(p => Substitute(p, a => a == attnum ? v : null))])!)]));
            return;
        }

        foreach (var part in parts)
        {
            var found = Substitute(part, a => equal.TryGetValue(a, out var values) && values.Count == 1 ? values[0] : null);
            if (!LevelReferences.Any(found))
            {
                conditions.Add(found);
            }
            else if (part is BoundOpExpr { Args: [var operand, BoundConst limit] } side && Bare(operand) is BoundVar column)
            {
                AddOverlap(key, column, side, limit, map, conditions);
            }
        }
    }

    // a >= 10 of the partition and a < $1 of the query: only if 10 < $1.
    private void AddOverlap(PartitionKey key, BoundVar column, BoundOpExpr side, BoundConst limit, AttributeMap map, List<BoundExpr> conditions)
    {
        var definition = Array.Find(key.Columns, c => c.Expr is BoundVar v && v.Varattno == column.Varattno)!;
        var family = definition.Opclass.opcfamily;
        var bound = _catalog.StrategyOfOperator(side.OpNo, family);
        foreach (var known in Known(key, definition, column, map))
        {
            var strategy = StrategyOf(key, definition, known);
            var isLower = bound is BtreeStrategy.GreaterEqual or BtreeStrategy.Greater && strategy is BtreeStrategy.Less or BtreeStrategy.LessEqual;
            var isUpper = bound is BtreeStrategy.Less or BtreeStrategy.LessEqual && strategy is BtreeStrategy.Greater or BtreeStrategy.GreaterEqual;
            if ((isLower || isUpper) && known.Values.Count == 1)
            {
                var isStrict = bound is BtreeStrategy.Less or BtreeStrategy.Greater || strategy is BtreeStrategy.Less or BtreeStrategy.Greater;
                var wanted = isLower ? isStrict ? BtreeStrategy.Less : BtreeStrategy.LessEqual : isStrict ? BtreeStrategy.Greater : BtreeStrategy.GreaterEqual;
                var op = _catalog.OperatorOfStrategy(family, definition.Opclass.opcintype, definition.Opclass.opcintype, wanted);
                conditions.Add(new BoundOpExpr
                {
                    OpNo = op,
                    OpFuncId = _catalog.Operator(op)!.oprcode,
                    Type = TypeOid.Bool,
                    InputCollation = side.InputCollation,
                    Args = [limit, known.Values[0]],
                });
            }
        }
    }

    // What a query compares a key's column with, as the key compares it.
    private IEnumerable<Comparison> Known(PartitionKey key, PartitionKeyColumn column, BoundVar variable, AttributeMap map) =>
        _known.Where(k => map[k.Column.Varattno] == variable.Varattno && StrategyOf(key, column, k) != 0
            && (key.Strategy == 'r' || k.Collation == 0 || _catalog.Collation(k.Collation) is { collisdeterministic: true }) && (key.Strategy != 'r' || k.Collation == column.Collation)
            && k.Values.TrueForAll(v => IsOfType(v.Type, key.Strategy, column)));

    private int StrategyOf(PartitionKey key, PartitionKeyColumn column, Comparison known)
    {
        const int HashEqual = 1;
        var strategy = _catalog.StrategyOfOperator(known.Operator, column.Opclass.opcfamily);
        return key.Strategy == 'h' ? strategy == HashEqual ? BtreeStrategy.Equal : 0 : strategy;
    }

    // Integers of all sizes are stored and compared alike, but not hashed.
    private bool IsOfType(uint type, char strategy, PartitionKeyColumn column) =>
        type == column.Opclass.opcintype || type == _catalog.GetBaseType(column.Type) || (strategy != 'h' && IsInteger(type) && IsInteger(column.Type));

    private static bool IsInteger(uint type) => type is TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8;

    private static BoundExpr Substitute(BoundExpr expr, Func<int, BoundExpr?> value) => new Substitution(value).Rewrite(expr);

    private sealed class Substitution(Func<int, BoundExpr?> value) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr) =>
            expr is BoundVar { Varattno: > 0 } column && column.Varlevelsup == SublevelsUp && value(column.Varattno) is { } found ? found : base.RewriteExpr(expr);
    }

    /// <summary>A column compared with one of some values.</summary>
    private sealed record Comparison(BoundVar Column, uint Operator, uint Collation, List<BoundExpr> Values);
}
