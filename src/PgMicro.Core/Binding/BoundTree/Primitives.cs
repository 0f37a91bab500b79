using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>Kinds of parameter.</summary>
public enum ParamKind
{
    /// <summary>$n of the statement.</summary>
    Extern,

    /// <summary>Internal to the executor.</summary>
    Exec,

    /// <summary>Column of a MULTIEXPR sublink.</summary>
    MultiExpr,

    /// <summary>Column of the subquery, within the test expression of a sublink.</summary>
    SubLink,
}

/// <summary>A column of a range table entry.</summary>
public sealed class BoundVar : BoundExpr
{
    /// <summary>Index in the range table, from 1.</summary>
    public int Varno { get; set; }

    /// <summary>Attribute number; 0 for the whole row, negative for system columns.</summary>
    public int Varattno { get; set; }

    /// <summary>How many queries up.</summary>
    public int Varlevelsup { get; set; }

    /// <summary>The named join through which the column was referred to (varnosyn), or 0.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public int SyntacticVarno { get; set; }

    /// <summary>The column's number in that join.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public int SyntacticAttno { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(Varno);
        sink.Scalar(Varattno);
        sink.Scalar(Varlevelsup);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}

/// <summary>A constant in storage form.</summary>
public sealed class BoundConst : BoundExpr
{
    /// <summary>The value.</summary>
    public PgDatum Value { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Datum(Value);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}

/// <summary>A parameter.</summary>
public sealed class BoundParam : BoundExpr
{
    /// <summary>Where its value comes from.</summary>
    public ParamKind Kind { get; set; }

    /// <summary>Number; for a multi-expression, sublink id shifted left by 16 plus the column.</summary>
    public int ParamId { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar((long)Kind);
        sink.Scalar(ParamId);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}
