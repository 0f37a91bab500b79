namespace PgMicro.Core.Transactions.Locking;

/// <summary>A lock on a relation that a statement needs.</summary>
/// <param name="Relation">pg_class.oid.</param>
/// <param name="Mode">The mode.</param>
internal readonly record struct RelationLock(uint Relation, LockMode Mode);
