using PgMicro.Core.Binding.BoundTree;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <content>What the analysis of queries keeps: range table, visible names, WITH queries, the target of DML.</content>
public sealed partial class ParseState
{
    /// <summary>The statement's surroundings.</summary>
    public BindingContext Context { get; init; } = null!;

    /// <summary>Starts a level inside this one.</summary>
    public ParseState Subquery() => new(this) { Context = Context };

    /// <summary>Range table.</summary>
    public List<RangeTableEntry> RangeTable { get; } = [];

    /// <summary>Join expressions by range table index, null for entries that are no joins.</summary>
    public Dictionary<int, JoinExpr> JoinExprs { get; } = [];

    /// <summary>Top-level items of FROM.</summary>
    public List<JoinTreeNode> JoinList { get; } = [];

    /// <summary>What names can refer to.</summary>
    public List<ParseNamespaceItem> Namespace { get; set; } = [];

    /// <summary>Whether the item that is analysed is LATERAL.</summary>
    public bool LateralActive { get; set; }

    /// <summary>WITH queries that names can refer to.</summary>
    public List<CommonTableExpr> CteNamespace { get; set; } = [];

    /// <summary>WITH queries that come later: for the hint.</summary>
    public List<string> FutureCtes { get; set; } = [];

    /// <summary>The WITH query in whose recursive term this level is.</summary>
    public CommonTableExpr? ParentCte { get; set; }

    internal CommonTableExpr? InRecursiveOf { get; set; }

    /// <summary>Number of the next target list entry.</summary>
    public int NextResNo { get; set; } = 1;

    /// <summary>Whether FOR UPDATE applies.</summary>
    public bool LockedFromParent { get; set; }

    /// <summary>Whether unknown literals in the target list become text.</summary>
    public bool ResolveUnknowns { get; set; } = true;

    /// <summary>Target of INSERT, UPDATE, DELETE, MERGE.</summary>
    public ParseNamespaceItem? TargetItem { get; set; }

    /// <summary>Its pg_class row.</summary>
    public Catalog.Tables.PgClass? TargetRelation { get; set; }

    /// <summary>Whether the target is an INSERT's: its columns are no names in the source.</summary>
    public bool IsInsert { get; set; }

    /// <summary>Whether there is a data-modifying WITH.</summary>
    public bool HasModifyingCTE { get; set; }

    /// <summary>Makes a range table entry's namespace item visible.</summary>
    /// <param name="item">The item.</param>
    /// <param name="addToJoinList">As an item of FROM.</param>
    /// <param name="addToRelNamespace">Its name.</param>
    /// <param name="addToVarNamespace">Its columns.</param>
    public void AddItem(ParseNamespaceItem item, bool addToJoinList, bool addToRelNamespace, bool addToVarNamespace)
    {
        if (addToJoinList)
        {
            JoinList.Add(new RangeTblRef { RtIndex = item.RtIndex });
        }

        if (addToRelNamespace || addToVarNamespace)
        {
            Namespace.Add(item.With(addToRelNamespace, addToVarNamespace, lateralOnly: false, lateralOk: true));
        }
    }

    /// <summary>The range table entry of a Var.</summary>
    public RangeTableEntry GetRte(int varno, int levelsUp)
    {
        var state = this;
        for (var i = 0; i < levelsUp; i++)
        {
            state = state!.ParentParseState;
        }

        return state!.RangeTable[varno - 1];
    }

    /// <summary>The column of a whole-row Var that has a name; null when there is none.</summary>
    public BoundExpr? FindWholeRowColumn(BoundVar whole, string name, int location)
    {
        var item = FindItem(whole.Varno, whole.Varlevelsup);
        return item is null ? null : NameResolution.ScanItemForColumn(this, item, whole.Varlevelsup, name, location);
    }

    /// <summary>The columns of a whole-row Var.</summary>
    public List<BoundExpr> ExpandWholeRow(BoundVar whole)
    {
        var rte = GetRte(whole.Varno, whole.Varlevelsup);
        var columns = NameResolution.ExpandRte(this, rte, whole.Varno);
        return [.. columns.Where(c => !c.Column.IsDropped).Select(c => (BoundExpr)NameResolution.MakeVar(c.Column, whole.Varlevelsup, whole.Location))];
    }

    private ParseNamespaceItem? FindItem(int varno, int levelsUp)
    {
        var state = this;
        for (var i = 0; i < levelsUp; i++)
        {
            state = state!.ParentParseState;
        }

        return state!.Namespace.Find(n => n.RtIndex == varno)
            ?? new ParseNamespaceItem
            {
                Names = state.RangeTable[varno - 1].Eref,
                Rte = state.RangeTable[varno - 1],
                RtIndex = varno,
                Columns = [.. NameResolution.ExpandRte(this, state.RangeTable[varno - 1], varno).Select(c => c.Column)],
            };
    }
}
