using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>Functions that SQL calls without parentheses.</summary>
public enum SqlValueFunctionOp
{
#pragma warning disable CS1591 // the names are SQL's
    CurrentDate,
    CurrentTime,
    CurrentTimeN,
    CurrentTimestamp,
    CurrentTimestampN,
    LocalTime,
    LocalTimeN,
    LocalTimestamp,
    LocalTimestampN,
    CurrentRole,
    CurrentUser,
    User,
    SessionUser,
    CurrentCatalog,
    CurrentSchema,
#pragma warning restore CS1591
}

/// <summary>SQL/XML expressions.</summary>
public enum XmlExprOp
{
#pragma warning disable CS1591 // the names are SQL's
    XmlConcat,
    XmlElement,
    XmlForest,
    XmlParse,
    XmlPi,
    XmlRoot,
    XmlSerialize,
    XmlDocument,
#pragma warning restore CS1591
}

/// <summary>CURRENT_DATE and its like.</summary>
public sealed class BoundSqlValueFunction : BoundExpr
{
    /// <summary>Which.</summary>
    public SqlValueFunctionOp Op { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar((long)Op);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}

/// <summary>An SQL/XML expression.</summary>
public sealed class BoundXmlExpr : BoundExpr
{
    /// <summary>Which.</summary>
    public XmlExprOp Op { get; set; }

    /// <summary>Name in XMLELEMENT, XMLPI.</summary>
    public string? Name { get; set; }

    /// <summary>Attributes, or named values.</summary>
    public List<BoundExpr> NamedArgs { get; set; } = [];

    /// <summary>Their names.</summary>
    public List<string> ArgNames { get; set; } = [];

    /// <summary>Other arguments.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <summary>CONTENT and not DOCUMENT.</summary>
    public bool IsContent { get; set; }

    /// <summary>INDENT.</summary>
    public bool Indent { get; set; }

    /// <summary>Type that XMLSERIALIZE names; its own result is text.</summary>
    public uint SerializedType { get; set; }

    /// <summary>Typmod of that type.</summary>
    public int SerializedTypmod { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar((long)Op);
        sink.Text(Name);
        sink.Nodes(NamedArgs);
        sink.Texts(ArgNames);
        sink.Nodes(Args);
        sink.Scalar(IsContent);
        sink.Scalar(Indent);
        sink.Scalar(SerializedType);
        sink.Scalar(SerializedTypmod);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var namedArgs = MapList(NamedArgs, map);
        var args = MapList(Args, map);
        if (ReferenceEquals(namedArgs, NamedArgs)
            && ReferenceEquals(args, Args))
        {
            return this;
        }

        var copy = (BoundXmlExpr)ShallowCopy();
        copy.NamedArgs = namedArgs;
        copy.Args = args;
        return copy;
    }
}

/// <summary>DEFAULT in INSERT, UPDATE.</summary>
public sealed class BoundSetToDefault : BoundExpr
{

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}

/// <summary>WHERE CURRENT OF.</summary>
public sealed class BoundCurrentOfExpr : BoundExpr
{
    /// <summary>Makes a node with its fixed result.</summary>
    public BoundCurrentOfExpr() => Type = TypeOid.Bool;

    /// <summary>Range table index of the target.</summary>
    public int CVarno { get; set; }

    /// <summary>The cursor.</summary>
    public string? CursorName { get; set; }

    /// <summary>Or a refcursor parameter's number.</summary>
    public int CursorParam { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(CVarno);
        sink.Text(CursorName);
        sink.Scalar(CursorParam);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}

/// <summary>The next value of an identity column's sequence.</summary>
public sealed class BoundNextValueExpr : BoundExpr
{
    /// <summary>pg_class OID of the sequence.</summary>
    public uint SeqId { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(SeqId);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}
