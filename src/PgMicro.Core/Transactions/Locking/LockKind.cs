namespace PgMicro.Core.Transactions.Locking;

/// <summary>What a lock is on.</summary>
internal enum LockKind : byte
{
    /// <summary>A relation, in a <see cref="LockMode"/>.</summary>
    Relation,

    /// <summary>A row, in a <see cref="RowLockStrength"/>. Who waits for it waits for the end of a transaction.</summary>
    Row,

    /// <summary>A key of a unique index that a running transaction has inserted or freed; of one mode only.</summary>
    Key,

    /// <summary>A number that means something to the application, in Share or Exclusive.</summary>
    Advisory,
}
