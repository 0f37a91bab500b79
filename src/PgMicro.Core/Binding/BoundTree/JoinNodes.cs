namespace PgMicro.Core.Binding.BoundTree;

/// <summary>A node of the join tree: <see cref="RangeTblRef"/>, <see cref="JoinExpr"/> or <see cref="FromExpr"/>.</summary>
[System.Text.Json.Serialization.JsonPolymorphic(TypeDiscriminatorPropertyName = "$")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(RangeTblRef), "ref")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(JoinExpr), "join")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(FromExpr), "from")]
public abstract class JoinTreeNode : BoundNode
{
}

/// <summary>A leaf of the join tree.</summary>
public sealed class RangeTblRef : JoinTreeNode
{
    /// <summary>Range table index.</summary>
    public int RtIndex { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar(RtIndex);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}

/// <summary>A join.</summary>
public sealed class JoinExpr : JoinTreeNode
{
    /// <summary>Type.</summary>
    public JoinType JoinType { get; set; }

    /// <summary>NATURAL.</summary>
    public bool IsNatural { get; set; }

    /// <summary>Left.</summary>
    public JoinTreeNode Larg { get; set; } = null!;

    /// <summary>Right.</summary>
    public JoinTreeNode Rarg { get; set; } = null!;

    /// <summary>USING's names.</summary>
    public List<string> UsingClause { get; set; } = [];

    /// <summary>USING's alias.</summary>
    public Alias? JoinUsingAlias { get; set; }

    /// <summary>The condition.</summary>
    public BoundExpr? Quals { get; set; }

    /// <summary>The alias that the user gave.</summary>
    public Alias? Alias { get; set; }

    /// <summary>Range table index of the join, or 0.</summary>
    public int RtIndex { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar((long)JoinType);
        sink.Scalar(IsNatural);
        sink.Node(Larg);
        sink.Node(Rarg);
        sink.Texts(UsingClause);
        sink.Node(JoinUsingAlias);
        sink.Node(Quals);
        sink.Node(Alias);
        sink.Scalar(RtIndex);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var larg = MapOne(Larg, map);
        var rarg = MapOne(Rarg, map);
        var joinUsingAlias = MapOne(JoinUsingAlias, map);
        var quals = MapOne(Quals, map);
        var alias = MapOne(Alias, map);
        if (ReferenceEquals(larg, Larg)
            && ReferenceEquals(rarg, Rarg)
            && ReferenceEquals(joinUsingAlias, JoinUsingAlias)
            && ReferenceEquals(quals, Quals)
            && ReferenceEquals(alias, Alias))
        {
            return this;
        }

        var copy = (JoinExpr)ShallowCopy();
        copy.Larg = larg!;
        copy.Rarg = rarg!;
        copy.JoinUsingAlias = joinUsingAlias;
        copy.Quals = quals;
        copy.Alias = alias;
        return copy;
    }
}

/// <summary>FROM and WHERE.</summary>
public sealed class FromExpr : JoinTreeNode
{
    /// <summary>Joined by cross join.</summary>
    public List<JoinTreeNode> FromList { get; set; } = [];

    /// <summary>WHERE.</summary>
    public BoundExpr? Quals { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Nodes(FromList);
        sink.Node(Quals);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var fromList = MapList(FromList, map);
        var quals = MapOne(Quals, map);
        if (ReferenceEquals(fromList, FromList)
            && ReferenceEquals(quals, Quals))
        {
            return this;
        }

        var copy = (FromExpr)ShallowCopy();
        copy.FromList = fromList;
        copy.Quals = quals;
        return copy;
    }
}
