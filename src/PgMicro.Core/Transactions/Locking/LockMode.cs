namespace PgMicro.Core.Transactions.Locking;

/// <summary>The table-level lock modes (manual: "Table-Level Locks"), weakest first. Advisory locks are Share and Exclusive ones.</summary>
internal enum LockMode : byte
{
    AccessShare = 1,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
}
