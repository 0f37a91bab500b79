namespace PgMicro.Core.Binding.BoundTree;

/// <summary>Kinds of range table entry.</summary>
public enum RteKind
{
    /// <summary>A relation: table, view, sequence...</summary>
    Relation,

    /// <summary>A subquery.</summary>
    Subquery,

    /// <summary>A join.</summary>
    Join,

    /// <summary>A function.</summary>
    Function,

    /// <summary>XMLTABLE, JSON_TABLE.</summary>
    TableFunc,

    /// <summary>VALUES.</summary>
    Values,

    /// <summary>A WITH query.</summary>
    Cte,

    /// <summary>A named tuple store (transition table).</summary>
    NamedTuplestore,

    /// <summary>No relation at all.</summary>
    Result,
}

/// <summary>Join types.</summary>
public enum JoinType
{
#pragma warning disable CS1591 // the names are SQL's
    Inner,
    Left,
    Full,
    Right,
    Semi,
    Anti,
#pragma warning restore CS1591
}

/// <summary>A table alias with column aliases.</summary>
public sealed class Alias : BoundNode
{
    /// <summary>The name.</summary>
    public string AliasName { get; set; } = "";

    /// <summary>Column names; "" for a dropped column.</summary>
    public List<string> ColNames { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Text(AliasName);
        sink.Texts(ColNames);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}

/// <summary>An entry of the range table.</summary>
public sealed class RangeTableEntry : BoundNode
{
    /// <summary>Kind.</summary>
    public RteKind RteKind { get; set; }

    /// <summary>Relation: pg_class OID.</summary>
    public uint Relid { get; set; }

    /// <summary>Relation: pg_class.relkind.</summary>
    public char RelKind { get; set; }

    /// <summary>Subquery.</summary>
    public BoundQuery? Subquery { get; set; }

    /// <summary>Subquery of a security barrier view.</summary>
    public bool SecurityBarrier { get; set; }

    /// <summary>Join: type.</summary>
    public JoinType JoinType { get; set; }

    /// <summary>Join: number of merged columns, which come first.</summary>
    public int JoinMergedCols { get; set; }

    /// <summary>Join: what each column stands for.</summary>
    public List<BoundExpr> JoinAliasVars { get; set; } = [];

    /// <summary>Join: left column numbers of the output columns that come from the left.</summary>
    public List<int> JoinLeftCols { get; set; } = [];

    /// <summary>Join: right column numbers of the output columns that come from the right, merged ones included.</summary>
    public List<int> JoinRightCols { get; set; } = [];

    /// <summary>Join: alias of USING's columns.</summary>
    public Alias? JoinUsingAlias { get; set; }

    /// <summary>Function: the functions.</summary>
    public List<RangeTblFunction> Functions { get; set; } = [];

    /// <summary>Function: WITH ORDINALITY.</summary>
    public bool FuncOrdinality { get; set; }

    /// <summary>TableFunc.</summary>
    public TableFunc? TableFunc { get; set; }

    /// <summary>Values: rows.</summary>
    public List<BoundExprList> ValuesLists { get; set; } = [];

    /// <summary>Cte: name.</summary>
    public string? CteName { get; set; }

    /// <summary>Cte: how many queries up.</summary>
    public int CteLevelsUp { get; set; }

    /// <summary>Cte: whether it is the recursive self-reference.</summary>
    public bool SelfReference { get; set; }

    /// <summary>Types of the columns for Values, Cte, TableFunc.</summary>
    public List<uint> ColTypes { get; set; } = [];

    /// <summary>Their typmods.</summary>
    public List<int> ColTypmods { get; set; } = [];

    /// <summary>Their collations.</summary>
    public List<uint> ColCollations { get; set; } = [];

    /// <summary>TABLESAMPLE.</summary>
    public TableSampleClause? TableSample { get; set; }

    /// <summary>The alias that the user gave.</summary>
    public Alias? Alias { get; set; }

    /// <summary>Expanded reference names.</summary>
    public Alias Eref { get; set; } = new();

    /// <summary>Whether LATERAL was given or implied.</summary>
    public bool Lateral { get; set; }

    /// <summary>Whether children are included (no ONLY).</summary>
    public bool Inh { get; set; }

    /// <summary>Whether it is in FROM.</summary>
    public bool InFromCl { get; set; }

    /// <summary>The role whose rights count, where that is not who runs the statement: the owner of the table that a rule is on. 0 for who runs it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public uint CheckAsUser { get; set; }

    /// <summary>UTF-8 byte offset, or -1.</summary>
    public int Location { get; set; } = -1;

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar((long)RteKind);
        sink.Scalar(Relid);
        sink.Scalar((long)RelKind);
        sink.Node(Subquery);
        sink.Scalar(SecurityBarrier);
        sink.Scalar((long)JoinType);
        sink.Scalar(JoinMergedCols);
        sink.Nodes(JoinAliasVars);
        sink.Scalars(JoinLeftCols);
        sink.Scalars(JoinRightCols);
        sink.Node(JoinUsingAlias);
        sink.Nodes(Functions);
        sink.Scalar(FuncOrdinality);
        sink.Node(TableFunc);
        sink.Nodes(ValuesLists);
        sink.Text(CteName);
        sink.Scalar(CteLevelsUp);
        sink.Scalar(SelfReference);
        sink.Scalars(ColTypes);
        sink.Scalars(ColTypmods);
        sink.Scalars(ColCollations);
        sink.Node(TableSample);
        sink.Node(Alias);
        sink.Node(Eref);
        sink.Scalar(Lateral);
        sink.Scalar(Inh);
        sink.Scalar(InFromCl);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var joinAliasVars = MapList(JoinAliasVars, map);
        var joinUsingAlias = MapOne(JoinUsingAlias, map);
        var functions = MapList(Functions, map);
        var tableFunc = MapOne(TableFunc, map);
        var valuesLists = MapList(ValuesLists, map);
        var tableSample = MapOne(TableSample, map);
        var alias = MapOne(Alias, map);
        var eref = MapOne(Eref, map);
        if (ReferenceEquals(joinAliasVars, JoinAliasVars)
            && ReferenceEquals(joinUsingAlias, JoinUsingAlias)
            && ReferenceEquals(functions, Functions)
            && ReferenceEquals(tableFunc, TableFunc)
            && ReferenceEquals(valuesLists, ValuesLists)
            && ReferenceEquals(tableSample, TableSample)
            && ReferenceEquals(alias, Alias)
            && ReferenceEquals(eref, Eref))
        {
            return this;
        }

        var copy = (RangeTableEntry)ShallowCopy();
        copy.JoinAliasVars = joinAliasVars;
        copy.JoinUsingAlias = joinUsingAlias;
        copy.Functions = functions;
        copy.TableFunc = tableFunc;
        copy.ValuesLists = valuesLists;
        copy.TableSample = tableSample;
        copy.Alias = alias;
        copy.Eref = eref!;
        return copy;
    }
}

/// <summary>A row of VALUES.</summary>
public sealed class BoundExprList : BoundNode
{
    /// <summary>Its expressions.</summary>
    public List<BoundExpr> Items { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Nodes(Items);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var items = MapList(Items, map);
        if (ReferenceEquals(items, Items))
        {
            return this;
        }

        var copy = (BoundExprList)ShallowCopy();
        copy.Items = items;
        return copy;
    }
}

/// <summary>A function in FROM.</summary>
public sealed class RangeTblFunction : BoundNode
{
    /// <summary>The call.</summary>
    public BoundExpr FuncExpr { get; set; } = null!;

    /// <summary>Number of columns that it adds.</summary>
    public int FuncColCount { get; set; }

    /// <summary>Whether a row that it returns stays one value and is not its columns: a call from the select list.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool RowAsValue { get; set; }

    /// <summary>Column definition list: names.</summary>
    public List<string>? FuncColNames { get; set; }

    /// <summary>Column definition list: types.</summary>
    public List<uint>? FuncColTypes { get; set; }

    /// <summary>Column definition list: typmods.</summary>
    public List<int>? FuncColTypmods { get; set; }

    /// <summary>Column definition list: collations.</summary>
    public List<uint>? FuncColCollations { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Node(FuncExpr);
        sink.Scalar(FuncColCount);
        sink.Texts(FuncColNames);
        sink.Scalars(FuncColTypes);
        sink.Scalars(FuncColTypmods);
        sink.Scalars(FuncColCollations);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var funcExpr = MapOne(FuncExpr, map);
        if (ReferenceEquals(funcExpr, FuncExpr))
        {
            return this;
        }

        var copy = (RangeTblFunction)ShallowCopy();
        copy.FuncExpr = funcExpr!;
        return copy;
    }
}

/// <summary>XMLTABLE or JSON_TABLE.</summary>
public sealed class TableFunc : BoundNode
{
    /// <summary>JSON_TABLE.</summary>
    public bool IsJson { get; set; }

    /// <summary>XML namespaces' names.</summary>
    public List<string> NsNames { get; set; } = [];

    /// <summary>XML namespaces.</summary>
    public List<BoundExpr> NsUris { get; set; } = [];

    /// <summary>The document.</summary>
    public BoundExpr DocExpr { get; set; } = null!;

    /// <summary>The row path.</summary>
    public BoundExpr RowExpr { get; set; } = null!;

    /// <summary>Columns.</summary>
    public List<string> ColNames { get; set; } = [];

    /// <summary>Their types.</summary>
    public List<uint> ColTypes { get; set; } = [];

    /// <summary>Their typmods.</summary>
    public List<int> ColTypmods { get; set; } = [];

    /// <summary>Their collations.</summary>
    public List<uint> ColCollations { get; set; } = [];

    /// <summary>Column paths.</summary>
    public List<BoundExpr?> ColExprs { get; set; } = [];

    /// <summary>Column defaults.</summary>
    public List<BoundExpr?> ColDefExprs { get; set; } = [];

    /// <summary>Column numbers that are NOT NULL.</summary>
    public List<int> NotNulls { get; set; } = [];

    /// <summary>Index of FOR ORDINALITY's column, or -1.</summary>
    public int OrdinalityCol { get; set; } = -1;

    /// <summary>UTF-8 byte offset, or -1.</summary>
    public int Location { get; set; } = -1;

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar(IsJson);
        sink.Texts(NsNames);
        sink.Nodes(NsUris);
        sink.Node(DocExpr);
        sink.Node(RowExpr);
        sink.Texts(ColNames);
        sink.Scalars(ColTypes);
        sink.Scalars(ColTypmods);
        sink.Scalars(ColCollations);
        sink.Nodes(ColExprs);
        sink.Nodes(ColDefExprs);
        sink.Scalars(NotNulls);
        sink.Scalar(OrdinalityCol);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var nsUris = MapList(NsUris, map);
        var docExpr = MapOne(DocExpr, map);
        var rowExpr = MapOne(RowExpr, map);
        var colExprs = MapList(ColExprs, map);
        var colDefExprs = MapList(ColDefExprs, map);
        if (ReferenceEquals(nsUris, NsUris)
            && ReferenceEquals(docExpr, DocExpr)
            && ReferenceEquals(rowExpr, RowExpr)
            && ReferenceEquals(colExprs, ColExprs)
            && ReferenceEquals(colDefExprs, ColDefExprs))
        {
            return this;
        }

        var copy = (TableFunc)ShallowCopy();
        copy.NsUris = nsUris;
        copy.DocExpr = docExpr!;
        copy.RowExpr = rowExpr!;
        copy.ColExprs = colExprs;
        copy.ColDefExprs = colDefExprs;
        return copy;
    }
}

/// <summary>TABLESAMPLE.</summary>
public sealed class TableSampleClause : BoundNode
{
    /// <summary>pg_proc OID of the method.</summary>
    public uint TsmHandler { get; set; }

    /// <summary>Its arguments.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <summary>REPEATABLE.</summary>
    public BoundExpr? Repeatable { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar(TsmHandler);
        sink.Nodes(Args);
        sink.Node(Repeatable);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var args = MapList(Args, map);
        var repeatable = MapOne(Repeatable, map);
        if (ReferenceEquals(args, Args)
            && ReferenceEquals(repeatable, Repeatable))
        {
            return this;
        }

        var copy = (TableSampleClause)ShallowCopy();
        copy.Args = args;
        copy.Repeatable = repeatable;
        return copy;
    }
}
