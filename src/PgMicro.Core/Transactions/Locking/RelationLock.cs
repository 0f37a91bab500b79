namespace PgMicro.Core.Transactions.Locking;

/// <summary>A lock on a relation that a statement needs.</summary>
/// <param name="Relation">pg_class.oid.</param>
/// <param name="Mode">The mode.</param>
internal readonly record struct RelationLock(uint Relation, LockMode Mode)
{
    /// <summary>Where the statement names the relation, for the error of a wait; -1 where it does not.</summary>
    internal int Location { get; init; } = -1;

    public bool Equals(RelationLock other) => Relation == other.Relation && Mode == other.Mode;

    public override int GetHashCode() => HashCode.Combine(Relation, Mode);
}
