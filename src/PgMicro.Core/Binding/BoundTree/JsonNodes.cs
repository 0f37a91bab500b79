using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>FORMAT of a JSON value.</summary>
public enum JsonFormatType
{
    /// <summary>By the type.</summary>
    Default,

    /// <summary>FORMAT JSON.</summary>
    Json,

    /// <summary>FORMAT JSON of jsonb.</summary>
    Jsonb,
}

/// <summary>What a JSON constructor makes.</summary>
public enum JsonConstructorType
{
#pragma warning disable CS1591 // the names are SQL's
    Object,
    Array,
    ObjectAgg,
    ArrayAgg,
    Parse,
    Scalar,
    Serialize,
#pragma warning restore CS1591
}

/// <summary>IS JSON's item.</summary>
public enum JsonValueType
{
#pragma warning disable CS1591 // the names are SQL's
    Any,
    Object,
    Array,
    Scalar,
#pragma warning restore CS1591
}

/// <summary>Which SQL/JSON query function.</summary>
public enum JsonExprOp
{
#pragma warning disable CS1591 // the names are SQL's
    Exists,
    Query,
    Value,
    Table,
#pragma warning restore CS1591
}

/// <summary>ON EMPTY, ON ERROR.</summary>
public enum JsonBehaviorType
{
#pragma warning disable CS1591 // the names are SQL's
    Null,
    Error,
    Empty,
    True,
    False,
    Unknown,
    EmptyArray,
    EmptyObject,
    Default,
#pragma warning restore CS1591
}

/// <summary>WITH [CONDITIONAL] WRAPPER.</summary>
public enum JsonWrapper
{
#pragma warning disable CS1591 // the names are SQL's
    Unspecified,
    None,
    Conditional,
    Unconditional,
#pragma warning restore CS1591
}

/// <summary>ON EMPTY, ON ERROR.</summary>
public sealed class JsonBehavior : BoundNode
{
    /// <summary>Which.</summary>
    public JsonBehaviorType BehaviorType { get; set; }

    /// <summary>The default value.</summary>
    public BoundExpr? Expr { get; set; }

    /// <summary>Whether the value must be coerced at run time.</summary>
    public bool Coerce { get; set; }

    /// <summary>UTF-8 byte offset, or -1.</summary>
    public int Location { get; set; } = -1;

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar((long)BehaviorType);
        sink.Node(Expr);
        sink.Scalar(Coerce);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var expr = MapOne(Expr, map);
        if (ReferenceEquals(expr, Expr))
        {
            return this;
        }

        var copy = (JsonBehavior)ShallowCopy();
        copy.Expr = expr;
        return copy;
    }
}

/// <summary>A value with FORMAT.</summary>
public sealed class BoundJsonValueExpr : BoundExpr
{
    /// <summary>As written.</summary>
    public BoundExpr RawExpr { get; set; } = null!;

    /// <summary>Coerced to JSON.</summary>
    public BoundExpr FormattedExpr { get; set; } = null!;

    /// <summary>FORMAT.</summary>
    public JsonFormatType FormatType { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(RawExpr);
        sink.Node(FormattedExpr);
        sink.Scalar((long)FormatType);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var rawExpr = MapOne(RawExpr, map);
        var formattedExpr = MapOne(FormattedExpr, map);
        if (ReferenceEquals(rawExpr, RawExpr)
            && ReferenceEquals(formattedExpr, FormattedExpr))
        {
            return this;
        }

        var copy = (BoundJsonValueExpr)ShallowCopy();
        copy.RawExpr = rawExpr!;
        copy.FormattedExpr = formattedExpr!;
        return copy;
    }
}

/// <summary>JSON_OBJECT, JSON_ARRAY, JSON(...) and their like.</summary>
public sealed class BoundJsonConstructorExpr : BoundExpr
{
    /// <summary>Which.</summary>
    public JsonConstructorType ConstructorType { get; set; }

    /// <summary>Arguments; keys and values alternate for an object.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <summary>The aggregate or function that does it.</summary>
    public BoundExpr? Func { get; set; }

    /// <summary>Coercion to RETURNING's type over a BoundCaseTestExpr.</summary>
    public BoundExpr? Coercion { get; set; }

    /// <summary>RETURNING type.</summary>
    public uint ReturningType { get; set; }

    /// <summary>RETURNING typmod.</summary>
    public int ReturningTypmod { get; set; } = -1;

    /// <summary>RETURNING FORMAT.</summary>
    public JsonFormatType ReturningFormat { get; set; }

    /// <summary>ABSENT ON NULL.</summary>
    public bool AbsentOnNull { get; set; }

    /// <summary>WITH UNIQUE KEYS.</summary>
    public bool Unique { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar((long)ConstructorType);
        sink.Nodes(Args);
        sink.Node(Func);
        sink.Node(Coercion);
        sink.Scalar(ReturningType);
        sink.Scalar(ReturningTypmod);
        sink.Scalar((long)ReturningFormat);
        sink.Scalar(AbsentOnNull);
        sink.Scalar(Unique);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var args = MapList(Args, map);
        var func = MapOne(Func, map);
        var coercion = MapOne(Coercion, map);
        if (ReferenceEquals(args, Args)
            && ReferenceEquals(func, Func)
            && ReferenceEquals(coercion, Coercion))
        {
            return this;
        }

        var copy = (BoundJsonConstructorExpr)ShallowCopy();
        copy.Args = args;
        copy.Func = func;
        copy.Coercion = coercion;
        return copy;
    }
}

/// <summary>IS JSON.</summary>
public sealed class BoundJsonIsPredicate : BoundExpr
{
    /// <summary>Makes a node with its fixed result.</summary>
    public BoundJsonIsPredicate() => Type = TypeOid.Bool;

    /// <summary>What is tested.</summary>
    public BoundExpr Expr { get; set; } = null!;

    /// <summary>FORMAT.</summary>
    public JsonFormatType FormatType { get; set; }

    /// <summary>Item.</summary>
    public JsonValueType ItemType { get; set; }

    /// <summary>WITH UNIQUE KEYS.</summary>
    public bool UniqueKeys { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Expr);
        sink.Scalar((long)FormatType);
        sink.Scalar((long)ItemType);
        sink.Scalar(UniqueKeys);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var expr = MapOne(Expr, map);
        if (ReferenceEquals(expr, Expr))
        {
            return this;
        }

        var copy = (BoundJsonIsPredicate)ShallowCopy();
        copy.Expr = expr!;
        return copy;
    }
}

/// <summary>JSON_EXISTS, JSON_QUERY, JSON_VALUE.</summary>
public sealed class BoundJsonExpr : BoundExpr
{
    /// <summary>Which.</summary>
    public JsonExprOp Op { get; set; }

    /// <summary>JSON_TABLE's column.</summary>
    public string? ColumnName { get; set; }

    /// <summary>The context item, coerced to jsonb.</summary>
    public BoundExpr FormattedExpr { get; set; } = null!;

    /// <summary>The path.</summary>
    public BoundExpr PathSpec { get; set; } = null!;

    /// <summary>RETURNING type.</summary>
    public uint ReturningType { get; set; }

    /// <summary>RETURNING typmod.</summary>
    public int ReturningTypmod { get; set; } = -1;

    /// <summary>RETURNING FORMAT.</summary>
    public JsonFormatType ReturningFormat { get; set; }

    /// <summary>PASSING names.</summary>
    public List<string> PassingNames { get; set; } = [];

    /// <summary>PASSING values.</summary>
    public List<BoundExpr> PassingValues { get; set; } = [];

    /// <summary>ON EMPTY.</summary>
    public JsonBehavior? OnEmpty { get; set; }

    /// <summary>ON ERROR.</summary>
    public JsonBehavior? OnError { get; set; }

    /// <summary>Coerce by input function.</summary>
    public bool UseIoCoercion { get; set; }

    /// <summary>Coerce by json_populate_type.</summary>
    public bool UseJsonCoercion { get; set; }

    /// <summary>WRAPPER.</summary>
    public JsonWrapper Wrapper { get; set; }

    /// <summary>OMIT QUOTES.</summary>
    public bool OmitQuotes { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar((long)Op);
        sink.Text(ColumnName);
        sink.Node(FormattedExpr);
        sink.Node(PathSpec);
        sink.Scalar(ReturningType);
        sink.Scalar(ReturningTypmod);
        sink.Scalar((long)ReturningFormat);
        sink.Texts(PassingNames);
        sink.Nodes(PassingValues);
        sink.Node(OnEmpty);
        sink.Node(OnError);
        sink.Scalar(UseIoCoercion);
        sink.Scalar(UseJsonCoercion);
        sink.Scalar((long)Wrapper);
        sink.Scalar(OmitQuotes);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var formattedExpr = MapOne(FormattedExpr, map);
        var pathSpec = MapOne(PathSpec, map);
        var passingValues = MapList(PassingValues, map);
        var onEmpty = MapOne(OnEmpty, map);
        var onError = MapOne(OnError, map);
        if (ReferenceEquals(formattedExpr, FormattedExpr)
            && ReferenceEquals(pathSpec, PathSpec)
            && ReferenceEquals(passingValues, PassingValues)
            && ReferenceEquals(onEmpty, OnEmpty)
            && ReferenceEquals(onError, OnError))
        {
            return this;
        }

        var copy = (BoundJsonExpr)ShallowCopy();
        copy.FormattedExpr = formattedExpr!;
        copy.PathSpec = pathSpec!;
        copy.PassingValues = passingValues;
        copy.OnEmpty = onEmpty;
        copy.OnError = onError;
        return copy;
    }
}
