using System.Runtime.InteropServices;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>
/// One question of SQLite's planner to a virtual table: which of these constraints and which order can it serve, and at
/// what cost. Answered by setting properties; <see cref="Reject"/> says that this combination cannot be run at all.
/// </summary>
internal unsafe ref struct IndexInfo
{
    // SQLite honours the wish to leave a constraint to the table for the first 16 constraints and arguments only.
    private const int OmitLimit = 16;

    private readonly NativeIndexInfo* _info;

    internal IndexInfo(NativeIndexInfo* info)
    {
        _info = info;
    }

    internal readonly int ConstraintCount => _info->ConstraintCount;

    internal readonly int OrderByCount => _info->OrderByCount;

    internal bool IsRejected { get; private set; }

    /// <summary>A bit for each column that the statement reads; the last bit stands for column 63 and all later ones.</summary>
    internal readonly ulong ColumnsUsed => _info->ColumnsUsed;

    /// <summary>Handed back to <see cref="VirtualTableCursor.Filter"/>.</summary>
    internal readonly int IndexNumber
    {
        get => _info->IndexNumber;
        set => _info->IndexNumber = value;
    }

    /// <summary>Set if the rows come in the order asked for.</summary>
    internal readonly bool OrderByConsumed
    {
        set => _info->OrderByConsumed = value ? 1 : 0;
    }

    /// <summary>In the unit of SQLite's planner: about one row's step of a table scan.</summary>
    internal readonly double EstimatedCost
    {
        set => _info->EstimatedCost = value;
    }

    internal readonly long EstimatedRows
    {
        set => _info->EstimatedRows = Math.Max(value, 1);
    }

    /// <summary>Set if at most one row comes.</summary>
    internal readonly bool IsUnique
    {
        set => _info->IndexFlags = value ? 1 : 0;
    }

    /// <summary>What duplicates the statement lets the table leave out, by <c>sqlite3_vtab_distinct</c>'s numbers.</summary>
    internal readonly int Distinct => sqlite3_vtab_distinct(_info);

    /// <summary>Column of a constraint; -1 is the rowid.</summary>
    internal readonly int Column(int constraint) => _info->Constraints[constraint].Column;

    internal readonly IndexConstraintOp Op(int constraint) => (IndexConstraintOp)_info->Constraints[constraint].Op;

    internal readonly bool IsUsable(int constraint) => _info->Constraints[constraint].IsUsable != 0;

    /// <summary>True if the constraint compares by SQLite's BINARY collation.</summary>
    internal readonly bool IsBinary(int constraint) =>
        MemoryMarshal.CreateReadOnlySpanFromNullTerminated(sqlite3_vtab_collation(_info, constraint)).SequenceEqual("BINARY"u8);

    /// <summary>Name of the collation that the constraint compares by.</summary>
    internal readonly string Collation(int constraint) => SqliteConnectionHandle.Utf8(sqlite3_vtab_collation(_info, constraint));

    /// <summary>True if the constraint is an IN list that could be taken whole; <paramref name="take"/> asks for that.</summary>
    internal readonly bool In(int constraint, bool? take = null) =>
        sqlite3_vtab_in(_info, constraint, take is null ? -1 : take.Value ? 1 : 0) != 0;

    internal readonly (int Column, bool Descending) OrderBy(int index) =>
        (_info->OrderBy[index].Column, _info->OrderBy[index].IsDescending != 0);

    /// <summary>
    /// Asks for a constraint's value as argument <paramref name="argument"/> (from 0) of Filter. With
    /// <paramref name="omit"/> SQLite need not check the constraint again; returns whether it will not.
    /// </summary>
    internal readonly bool Use(int constraint, int argument, bool omit)
    {
        _info->Usage[constraint].ArgumentIndex = argument + 1;
        _info->Usage[constraint].Omit = omit ? (byte)1 : (byte)0;
        return omit && constraint < OmitLimit && argument < OmitLimit;
    }

    /// <summary>Sets the text that is handed back to <see cref="VirtualTableCursor.Filter"/>.</summary>
    internal readonly void SetIndexString(ReadOnlySpan<byte> text)
    {
        byte* memory = (byte*)sqlite3_malloc64((ulong)text.Length + 1);
        if (memory == null)
        {
            throw new OutOfMemoryException();
        }

        text.CopyTo(new Span<byte>(memory, text.Length));
        memory[text.Length] = 0;
        _info->IndexString = memory;
        _info->FreeIndexString = 1;
    }

    /// <summary>Says that no plan may use this combination of constraints.</summary>
    internal void Reject() => IsRejected = true;
}
