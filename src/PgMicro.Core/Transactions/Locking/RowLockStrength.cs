namespace PgMicro.Core.Transactions.Locking;

/// <summary>The row-level lock modes (manual: "Row-Level Locks"), weakest first.</summary>
internal enum RowLockStrength : byte
{
    KeyShare = 1,
    Share,
    NoKeyUpdate,
    Update,
}
