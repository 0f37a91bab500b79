using PgMicro.Core.Binding.BoundTree;

namespace PgMicro.Core.Binding.Queries;

/// <summary>What a column name of a namespace item stands for.</summary>
public readonly record struct NamespaceColumn(int Varno, int Varattno, uint Type, int Typmod, uint Collation, bool DontExpand = false)
{
    /// <summary>The named join through which the column is referred to, or 0.</summary>
    public int SyntacticVarno { get; init; }

    /// <summary>The column's number in that join.</summary>
    public int SyntacticAttno { get; init; }

    /// <summary>Whether the column was dropped.</summary>
    public bool IsDropped => Varno == 0;
}

/// <summary>A range table entry as names see it: by which names, from where, with which columns.</summary>
public sealed class ParseNamespaceItem
{
    /// <summary>Table and column names.</summary>
    public required Alias Names { get; init; }

    /// <summary>The entry.</summary>
    public required RangeTableEntry Rte { get; init; }

    /// <summary>Its number in the range table, from 1.</summary>
    public required int RtIndex { get; init; }

    /// <summary>Its columns, by position.</summary>
    public required NamespaceColumn[] Columns { get; init; }

    /// <summary>Whether the table's name may qualify columns.</summary>
    public bool RelVisible { get; set; } = true;

    /// <summary>Whether unqualified column names find its columns.</summary>
    public bool ColsVisible { get; set; } = true;

    /// <summary>Whether only LATERAL items may refer to it now.</summary>
    public bool LateralOnly { get; set; }

    /// <summary>Whether such a reference is legal: not from the wrong side of an outer join.</summary>
    public bool LateralOk { get; set; } = true;

    /// <summary>The item under other visibility.</summary>
    public ParseNamespaceItem With(bool relVisible, bool colsVisible, bool lateralOnly, bool lateralOk) => new()
    {
        Names = Names,
        Rte = Rte,
        RtIndex = RtIndex,
        Columns = Columns,
        RelVisible = relVisible,
        ColsVisible = colsVisible,
        LateralOnly = lateralOnly,
        LateralOk = lateralOk,
    };
}
