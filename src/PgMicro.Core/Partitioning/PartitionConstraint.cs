using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Partitioning;

/// <summary>What a partition's bound, and those of the tables above it, ask of its rows.</summary>
internal static class PartitionConstraint
{
    private static readonly ConditionalWeakTable<CatalogSnapshot, ConcurrentDictionary<uint, BoundExpr?>> PerSnapshot = [];

    /// <summary>
    /// The constraint of a partition over its own columns as range table entry 1, those of the tables above it included; null when it is none or everything may stand in it.
    /// As a CHECK it holds when it is not false.
    /// </summary>
    internal static BoundExpr? Of(CatalogSnapshot catalog, uint oid) => catalog.Class(oid) is not { relispartition: true } ? null
        : PerSnapshot.GetOrCreateValue(catalog).GetOrAdd(oid, static (oid, catalog) => And(OfPartition(catalog, oid)), catalog);

    /// <summary>The parts of a bound's constraint (get_qual_from_partbound), over the columns of the partitioned table.</summary>
    internal static List<BoundExpr> OfBound(CatalogSnapshot catalog, uint table, BoundPartitionBound bound)
    {
        var key = PartitionKey.Of(catalog, table)!;
        return key.Strategy switch
        {
            'h' => [OfHash(key, bound)],
            'l' => OfList(catalog, key, bound),
            _ => bound.IsDefault ? OfRangeDefault(catalog, key) : RangeConstraint.Of(catalog, key, bound, isPartOfDefault: false),
        };
    }

    /// <summary>Conditions as one; null for none.</summary>
    internal static BoundExpr? And(List<BoundExpr> conditions) => conditions.Count switch
    {
        0 => null,
        1 => conditions[0],
        _ => new BoundBoolExpr { BoolOp = BoolExprType.And, Args = conditions },
    };

    /// <summary>Conditions of which one must hold; there is at least one.</summary>
    internal static BoundExpr Or(List<BoundExpr> conditions) =>
        conditions.Count == 1 ? conditions[0] : new BoundBoolExpr { BoolOp = BoolExprType.Or, Args = conditions };

    /// <summary>A comparison of a key's column (make_partition_op_expr).</summary>
    internal static BoundExpr Compare(CatalogSnapshot catalog, PartitionKeyColumn column, int strategy, BoundExpr value)
    {
        var op = Operator(catalog, column, strategy);
        return new BoundOpExpr
        {
            OpNo = op,
            OpFuncId = catalog.Operator(op)!.oprcode,
            Type = TypeOid.Bool,
            InputCollation = column.Collation,
            Args = [Operand(catalog, column), value],
        };
    }

    /// <summary>IS [NOT] NULL of a key's column.</summary>
    internal static BoundExpr Null(PartitionKeyColumn column, bool isNotNull) => new BoundNullTest { Arg = column.Expr, IsNotNull = isNotNull };

    private static List<BoundExpr> OfPartition(CatalogSnapshot catalog, uint oid)
    {
        var parent = catalog.ParentsOf(oid)[0].inhparent;
        List<BoundExpr> result = catalog.Class(parent)!.relispartition ? OfPartition(catalog, parent) : [];
        result.AddRange(OfBound(catalog, parent, PartitionBound.Of(catalog.Class(oid)!)!));
        var map = Inheritance.Map(catalog, parent, oid);
        return map.IsIdentity ? result : [.. result.Select(e => MapColumns(map, e))];
    }

    // Over the parent's columns: as over the child's.
    private static BoundExpr MapColumns(AttributeMap map, BoundExpr expr)
    {
        if (expr is not BoundVar { Varlevelsup: 0 } variable)
        {
            return expr.MapChildren(child => MapColumns(map, child));
        }

        var copy = (BoundVar)variable.ShallowCopy();
        copy.Varattno = map[variable.Varattno];
        return copy;
    }

    private static BoundFuncExpr OfHash(PartitionKey key, BoundPartitionBound bound) => new()
    {
        FuncId = BuiltInFunctions.SatisfiesHashPartition,
        Type = TypeOid.Bool,
        FuncFormat = CoercionForm.ExplicitCall,
        Args =
        [
            Constant(TypeOid.Oid, key.Table),
            Constant(TypeOid.Int4, bound.Modulus),
            Constant(TypeOid.Int4, bound.Remainder),
            .. key.Columns.Select(static c => c.Expr),
        ],
    };

    private static BoundConst Constant(uint type, long value) => new() { Type = type, Value = PgDatum.FromInt64(value) };

    private static List<BoundExpr> OfList(CatalogSnapshot catalog, PartitionKey key, BoundPartitionBound bound)
    {
        var column = key.Columns[0];
        List<BoundExpr> values;
        bool hasNull;
        if (bound.IsDefault)
        {
            var descriptor = PartitionDescriptor.Of(catalog, key.Table)!;
            values = [.. descriptor.Values.Select(v => Value(column, v.Value))];
            hasNull = descriptor.OfNull != 0;
            if (values.Count == 0 && !hasNull)
            {
                return [];
            }
        }
        else
        {
            values = [.. bound.ListDatums.Where(static d => !d.Value.IsNull)];
            hasNull = values.Count != bound.ListDatums.Count;
        }

        var equal = values.Count == 0 ? null : AnyOf(catalog, column, values);
        var isNull = Null(column, isNotNull: !hasNull);
        List<BoundExpr> result = equal is null ? [isNull] : hasNull ? [Or([isNull, equal])] : [isNull, equal];
        return bound.IsDefault ? [Not(And(result)!)] : result;
    }

    private static BoundConst Value(PartitionKeyColumn column, PgDatum value) =>
        new() { Type = column.Type, Typmod = column.Expr.Typmod, Collation = column.Expr.Collation, Value = value };

    private static BoundExpr AnyOf(CatalogSnapshot catalog, PartitionKeyColumn column, List<BoundExpr> values)
    {
        if (values.Count == 1 || TypeFacts.GetBaseElementType(catalog, column.Type) != 0)
        {
            return Or([.. values.Select(v => Compare(catalog, column, BtreeStrategy.Equal, v))]);
        }

        var op = Operator(catalog, column, BtreeStrategy.Equal);
        return new BoundScalarArrayOpExpr
        {
            OpNo = op,
            OpFuncId = catalog.Operator(op)!.oprcode,
            UseOr = true,
            InputCollation = column.Collation,
            Args =
            [
                Operand(catalog, column),
                new BoundArrayExpr { Type = catalog.ArrayTypeOf(column.Type), Collation = column.Collation, ElementType = column.Type, Elements = values },
            ],
        };
    }

    // The default partition takes what no other one does.
    private static List<BoundExpr> OfRangeDefault(CatalogSnapshot catalog, PartitionKey key)
    {
        var others = PartitionDescriptor.Of(catalog, key.Table)!.Bounds
            .Select(b => And(RangeConstraint.Of(catalog, key, b, isPartOfDefault: true))!).ToList();
        return others.Count == 0 ? [] : [Not(And([.. RangeConstraint.NotNull(key), Or(others)])!)];
    }

    private static BoundBoolExpr Not(BoundExpr condition) => new() { BoolOp = BoolExprType.Not, Args = [condition] };

    private static uint Operator(CatalogSnapshot catalog, PartitionKeyColumn column, int strategy) =>
        catalog.OperatorOfStrategy(column.Opclass.opcfamily, column.Opclass.opcintype, column.Opclass.opcintype, strategy);

    // The operator's type where the column's is but coercible to it, and the key's collation.
    private static BoundExpr Operand(CatalogSnapshot catalog, PartitionKeyColumn column)
    {
        var input = column.Opclass.opcintype;
        var relabels = column.Type != input && input != TypeOid.Record && catalog.Type(input)!.typtype != 'p';
        return relabels || column.Collation != column.Expr.Collation
            ? new BoundRelabelType { Arg = column.Expr, Type = relabels ? input : column.Type, Collation = column.Collation, RelabelFormat = CoercionForm.ExplicitCast }
            : column.Expr;
    }
}
