namespace PgMicro.Core.Transactions;

/// <summary>What became of a row.</summary>
internal enum ChangeKind : byte
{
    /// <summary>It is new.</summary>
    Inserted,

    /// <summary>It has other values, and the same keys.</summary>
    Updated,

    /// <summary>A key of a unique index may have changed.</summary>
    KeyUpdated,

    /// <summary>It has another rowid now, which the next change of the log tells.</summary>
    Moved,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>It is gone from its table: an UPDATE has put it into another partition.</summary>
    Left,
}
