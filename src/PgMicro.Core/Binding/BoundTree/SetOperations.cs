namespace PgMicro.Core.Binding.BoundTree;

/// <summary>Set operations.</summary>
public enum SetOperation
{
    /// <summary>None.</summary>
    None,

    /// <summary>UNION.</summary>
    Union,

    /// <summary>INTERSECT.</summary>
    Intersect,

    /// <summary>EXCEPT.</summary>
    Except,
}

/// <summary>A node of the tree of set operations: <see cref="SetOperationStmt"/> or <see cref="SetOperationRef"/>.</summary>
[System.Text.Json.Serialization.JsonPolymorphic(TypeDiscriminatorPropertyName = "$")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(SetOperationStmt), "op")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(SetOperationRef), "ref")]
public abstract class SetOperationNode : BoundNode
{
}

/// <summary>A leaf: a subquery of the range table.</summary>
public sealed class SetOperationRef : SetOperationNode
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

/// <summary>UNION, INTERSECT, EXCEPT.</summary>
public sealed class SetOperationStmt : SetOperationNode
{
    /// <summary>Which.</summary>
    public SetOperation Op { get; set; }

    /// <summary>ALL.</summary>
    public bool All { get; set; }

    /// <summary>Left.</summary>
    public SetOperationNode Larg { get; set; } = null!;

    /// <summary>Right.</summary>
    public SetOperationNode Rarg { get; set; } = null!;

    /// <summary>Types of the output columns.</summary>
    public List<uint> ColTypes { get; set; } = [];

    /// <summary>Their typmods.</summary>
    public List<int> ColTypmods { get; set; } = [];

    /// <summary>Their collations.</summary>
    public List<uint> ColCollations { get; set; } = [];

    /// <summary>How columns are compared, unless UNION ALL.</summary>
    public List<SortGroupClause> GroupClauses { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar((long)Op);
        sink.Scalar(All);
        sink.Node(Larg);
        sink.Node(Rarg);
        sink.Scalars(ColTypes);
        sink.Scalars(ColTypmods);
        sink.Scalars(ColCollations);
        sink.Nodes(GroupClauses);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var larg = MapOne(Larg, map);
        var rarg = MapOne(Rarg, map);
        var groupClauses = MapList(GroupClauses, map);
        if (ReferenceEquals(larg, Larg)
            && ReferenceEquals(rarg, Rarg)
            && ReferenceEquals(groupClauses, GroupClauses))
        {
            return this;
        }

        var copy = (SetOperationStmt)ShallowCopy();
        copy.Larg = larg!;
        copy.Rarg = rarg!;
        copy.GroupClauses = groupClauses;
        return copy;
    }
}
