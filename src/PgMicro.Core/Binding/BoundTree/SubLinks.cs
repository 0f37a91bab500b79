namespace PgMicro.Core.Binding.BoundTree;

/// <summary>Kinds of subquery in an expression.</summary>
public enum SubLinkType
{
    /// <summary>EXISTS(SELECT ...).</summary>
    Exists,

    /// <summary>lefthand op ALL (SELECT ...).</summary>
    All,

    /// <summary>lefthand op ANY (SELECT ...), and IN.</summary>
    Any,

    /// <summary>(row) op (SELECT ...).</summary>
    RowCompare,

    /// <summary>(SELECT ...) as a value.</summary>
    Expr,

    /// <summary>(SELECT ...) with several columns, for a multi-column UPDATE.</summary>
    MultiExpr,

    /// <summary>ARRAY(SELECT ...).</summary>
    Array,
}

/// <summary>A subquery in an expression. The test expression refers to the subquery's columns by exec parameters numbered from 1.</summary>
public sealed class BoundSubLink : BoundExpr
{
    /// <summary>Which kind.</summary>
    public SubLinkType SubLinkType { get; set; }

    /// <summary>From 1 for MULTIEXPR, else 0.</summary>
    public int SubLinkId { get; set; }

    /// <summary>Outer-query test for ALL, ANY, ROWCOMPARE.</summary>
    public BoundExpr? Testexpr { get; set; }

    /// <summary>The operator's name as written, for ALL, ANY, ROWCOMPARE.</summary>
    public List<string>? OperName { get; set; }

    /// <summary>The subquery.</summary>
    public BoundQuery Subselect { get; set; } = null!;

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar((long)SubLinkType);
        sink.Scalar(SubLinkId);
        sink.Node(Testexpr);
        sink.Texts(OperName);
        sink.Node(Subselect);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var testexpr = MapOne(Testexpr, map);
        if (ReferenceEquals(testexpr, Testexpr))
        {
            return this;
        }

        var copy = (BoundSubLink)ShallowCopy();
        copy.Testexpr = testexpr;
        return copy;
    }
}
