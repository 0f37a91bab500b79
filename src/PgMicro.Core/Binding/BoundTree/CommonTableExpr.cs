namespace PgMicro.Core.Binding.BoundTree;

/// <summary>MATERIALIZED of a WITH query.</summary>
public enum CteMaterialize
{
    /// <summary>Unspecified.</summary>
    Default,

    /// <summary>MATERIALIZED.</summary>
    Always,

    /// <summary>NOT MATERIALIZED.</summary>
    Never,
}

/// <summary>A WITH query.</summary>
public sealed class CommonTableExpr : BoundNode
{
    /// <summary>Name.</summary>
    public string CteName { get; set; } = "";

    /// <summary>Column aliases given.</summary>
    public List<string> AliasColNames { get; set; } = [];

    /// <summary>MATERIALIZED.</summary>
    public CteMaterialize CteMaterialized { get; set; }

    /// <summary>The query.</summary>
    public BoundQuery CteQuery { get; set; } = null!;

    /// <summary>The table of columns c1, c2 … where the rows of a transition table stand; null for a query. No tree that is kept has such.</summary>
    public string? StoredIn { get; set; }

    /// <summary>SEARCH.</summary>
    public CteSearchClause? SearchClause { get; set; }

    /// <summary>CYCLE.</summary>
    public CteCycleClause? CycleClause { get; set; }

    /// <summary>UTF-8 byte offset, or -1.</summary>
    public int Location { get; set; } = -1;

    /// <summary>Whether it refers to itself.</summary>
    public bool CteRecursive { get; set; }

    /// <summary>How many range table entries refer to it.</summary>
    public int CteRefCount { get; set; }

    /// <summary>Output columns.</summary>
    public List<string> CteColNames { get; set; } = [];

    /// <summary>Their types.</summary>
    public List<uint> CteColTypes { get; set; } = [];

    /// <summary>Their typmods.</summary>
    public List<int> CteColTypmods { get; set; } = [];

    /// <summary>Their collations.</summary>
    public List<uint> CteColCollations { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Text(CteName);
        sink.Texts(AliasColNames);
        sink.Scalar((long)CteMaterialized);
        sink.Node(CteQuery);
        sink.Node(SearchClause);
        sink.Node(CycleClause);
        sink.Scalar(CteRecursive);
        sink.Scalar(CteRefCount);
        sink.Texts(CteColNames);
        sink.Scalars(CteColTypes);
        sink.Scalars(CteColTypmods);
        sink.Scalars(CteColCollations);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var searchClause = MapOne(SearchClause, map);
        var cycleClause = MapOne(CycleClause, map);
        if (ReferenceEquals(searchClause, SearchClause)
            && ReferenceEquals(cycleClause, CycleClause))
        {
            return this;
        }

        var copy = (CommonTableExpr)ShallowCopy();
        copy.SearchClause = searchClause;
        copy.CycleClause = cycleClause;
        return copy;
    }
}

/// <summary>SEARCH.</summary>
public sealed class CteSearchClause : BoundNode
{
    /// <summary>Columns.</summary>
    public List<string> SearchColList { get; set; } = [];

    /// <summary>BREADTH and not DEPTH.</summary>
    public bool SearchBreadthFirst { get; set; }

    /// <summary>The column that it adds.</summary>
    public string SearchSeqColumn { get; set; } = "";

    /// <summary>UTF-8 byte offset, or -1.</summary>
    public int Location { get; set; } = -1;

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Texts(SearchColList);
        sink.Scalar(SearchBreadthFirst);
        sink.Text(SearchSeqColumn);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}

/// <summary>CYCLE.</summary>
public sealed class CteCycleClause : BoundNode
{
    /// <summary>Columns.</summary>
    public List<string> CycleColList { get; set; } = [];

    /// <summary>The mark column.</summary>
    public string CycleMarkColumn { get; set; } = "";

    /// <summary>Its value in a cycle.</summary>
    public BoundExpr CycleMarkValue { get; set; } = null!;

    /// <summary>Its value otherwise.</summary>
    public BoundExpr CycleMarkDefault { get; set; } = null!;

    /// <summary>The path column.</summary>
    public string CyclePathColumn { get; set; } = "";

    /// <summary>The mark's type.</summary>
    public uint CycleMarkType { get; set; }

    /// <summary>The mark's typmod.</summary>
    public int CycleMarkTypmod { get; set; } = -1;

    /// <summary>The mark's collation.</summary>
    public uint CycleMarkCollation { get; set; }

    /// <summary>The mark's inequality operator.</summary>
    public uint CycleMarkNeop { get; set; }

    /// <summary>UTF-8 byte offset, or -1.</summary>
    public int Location { get; set; } = -1;

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Texts(CycleColList);
        sink.Text(CycleMarkColumn);
        sink.Node(CycleMarkValue);
        sink.Node(CycleMarkDefault);
        sink.Text(CyclePathColumn);
        sink.Scalar(CycleMarkType);
        sink.Scalar(CycleMarkTypmod);
        sink.Scalar(CycleMarkCollation);
        sink.Scalar(CycleMarkNeop);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var cycleMarkValue = MapOne(CycleMarkValue, map);
        var cycleMarkDefault = MapOne(CycleMarkDefault, map);
        if (ReferenceEquals(cycleMarkValue, CycleMarkValue)
            && ReferenceEquals(cycleMarkDefault, CycleMarkDefault))
        {
            return this;
        }

        var copy = (CteCycleClause)ShallowCopy();
        copy.CycleMarkValue = cycleMarkValue!;
        copy.CycleMarkDefault = cycleMarkDefault!;
        return copy;
    }
}
