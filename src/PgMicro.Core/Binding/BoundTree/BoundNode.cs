using System.Text.Json.Serialization;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>A node of the analysed tree. Binding may change it in place; once a tree is handed on it is read-only, and
/// rewrites make new nodes.</summary>
public abstract class BoundNode
{
    /// <summary>Hands every field that makes the node what it is to a sink, children included, locations not.</summary>
    public abstract void Describe(NodeSink sink);

    /// <summary>The node with each direct child expression replaced by <paramref name="map"/>'s result; the node itself when
    /// nothing changed. Does not enter queries.</summary>
    public abstract BoundNode MapExprs(Func<BoundExpr, BoundExpr> map);

    /// <summary>A shallow copy.</summary>
    public BoundNode ShallowCopy() => (BoundNode)MemberwiseClone();

    /// <summary>Maps a list's expressions, or those inside its nodes; the same list when nothing changed.</summary>
    protected internal static List<T> MapList<T>(List<T> list, Func<BoundExpr, BoundExpr> map)
        where T : BoundNode?
    {
        List<T>? result = null;
        for (var i = 0; i < list.Count; i++)
        {
            var old = list[i];
            var mapped = MapOne(old, map);
            if (!ReferenceEquals(old, mapped))
            {
                result ??= new List<T>(list);
                result[i] = mapped!;
            }
        }

        return result ?? list;
    }

    /// <summary>Maps an expression, or the expressions directly inside another node. Null and queries stay.</summary>
    protected internal static T? MapOne<T>(T? node, Func<BoundExpr, BoundExpr> map)
        where T : BoundNode? => node switch
        {
            null => null,
            BoundExpr expr => (T)(BoundNode)map(expr),
            BoundQuery => node,
            _ => (T)(BoundNode)node.MapExprs(map),
        };
}

/// <summary>An analysed expression: its type, typmod, collation and where it stands in the source.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$")]
[JsonDerivedType(typeof(BoundVar), "var")]
[JsonDerivedType(typeof(BoundConst), "const")]
[JsonDerivedType(typeof(BoundParam), "param")]
[JsonDerivedType(typeof(BoundAggref), "agg")]
[JsonDerivedType(typeof(BoundGroupingFunc), "grouping")]
[JsonDerivedType(typeof(BoundWindowFunc), "window")]
[JsonDerivedType(typeof(BoundMergeSupportFunc), "merge_action")]
[JsonDerivedType(typeof(BoundSubscriptingRef), "subscript")]
[JsonDerivedType(typeof(BoundFuncExpr), "func")]
[JsonDerivedType(typeof(BoundNamedArgExpr), "named_arg")]
[JsonDerivedType(typeof(BoundOpExpr), "op")]
[JsonDerivedType(typeof(BoundDistinctExpr), "distinct")]
[JsonDerivedType(typeof(BoundNullIfExpr), "nullif")]
[JsonDerivedType(typeof(BoundScalarArrayOpExpr), "array_op")]
[JsonDerivedType(typeof(BoundBoolExpr), "bool")]
[JsonDerivedType(typeof(BoundSubLink), "sublink")]
[JsonDerivedType(typeof(BoundFieldSelect), "field")]
[JsonDerivedType(typeof(BoundFieldStore), "field_store")]
[JsonDerivedType(typeof(BoundRelabelType), "relabel")]
[JsonDerivedType(typeof(BoundCoerceViaIO), "io")]
[JsonDerivedType(typeof(BoundArrayCoerceExpr), "array_coerce")]
[JsonDerivedType(typeof(BoundConvertRowtypeExpr), "convert_row")]
[JsonDerivedType(typeof(BoundCollateExpr), "collate")]
[JsonDerivedType(typeof(BoundCaseExpr), "case")]
[JsonDerivedType(typeof(BoundCaseTestExpr), "case_test")]
[JsonDerivedType(typeof(BoundArrayExpr), "array")]
[JsonDerivedType(typeof(BoundRowExpr), "row")]
[JsonDerivedType(typeof(BoundRowCompareExpr), "row_compare")]
[JsonDerivedType(typeof(BoundCoalesceExpr), "coalesce")]
[JsonDerivedType(typeof(BoundMinMaxExpr), "minmax")]
[JsonDerivedType(typeof(BoundSqlValueFunction), "sql_value")]
[JsonDerivedType(typeof(BoundXmlExpr), "xml")]
[JsonDerivedType(typeof(BoundJsonValueExpr), "json_value")]
[JsonDerivedType(typeof(BoundJsonConstructorExpr), "json_constructor")]
[JsonDerivedType(typeof(BoundJsonIsPredicate), "json_is")]
[JsonDerivedType(typeof(BoundJsonExpr), "json")]
[JsonDerivedType(typeof(BoundNullTest), "null_test")]
[JsonDerivedType(typeof(BoundBooleanTest), "bool_test")]
[JsonDerivedType(typeof(BoundCoerceToDomain), "domain")]
[JsonDerivedType(typeof(BoundCoerceToDomainValue), "domain_value")]
[JsonDerivedType(typeof(BoundSetToDefault), "default")]
[JsonDerivedType(typeof(BoundCurrentOfExpr), "current_of")]
[JsonDerivedType(typeof(BoundNextValueExpr), "nextval")]
[JsonDerivedType(typeof(BoundRangeDatum), "range_datum")]
[JsonDerivedType(typeof(BoundPartitionBound), "partition_bound")]
public abstract class BoundExpr : BoundNode
{
    /// <summary>pg_type OID of the result.</summary>
    public uint Type { get; set; }

    /// <summary>Type modifier of the result, or -1.</summary>
    public int Typmod { get; set; } = -1;

    /// <summary>Collation of the result, or 0 when the type has none.</summary>
    public uint Collation { get; set; }

    /// <summary>UTF-8 byte offset in the statement, or -1.</summary>
    public int Location { get; set; } = -1;

    /// <summary>expression_tree_mutator: the expression with its direct children mapped (a sublink's query is not entered).</summary>
    public BoundExpr MapChildren(Func<BoundExpr, BoundExpr> map) => (BoundExpr)MapExprs(map);

    /// <summary>expression_tree_walker's step: calls back with each direct child expression (a sublink's query is not entered).</summary>
    public void ForEachChild(Action<BoundExpr> action) => new ChildSink(action).Node(this);

    /// <summary>Describes the fields that all expressions have; called first by each node.</summary>
    protected void DescribeResult(NodeSink sink)
    {
        sink.Scalar(Type);
        sink.Scalar(Typmod);
        sink.Scalar(Collation);
    }

    private sealed class ChildSink(Action<BoundExpr> action) : NodeSink
    {
        private bool _entered;

        public override void Scalar(long value)
        {
        }

        public override void Text(string? value)
        {
        }

        public override void Datum(Types.PgDatum value)
        {
        }

        public override void Node(BoundNode? child)
        {
            switch (child)
            {
                case null or BoundQuery:
                    break;
                case BoundExpr expr when _entered:
                    action(expr);
                    break;
                default:
                    _entered = true;
                    child.Describe(this);
                    break;
            }
        }
    }
}
