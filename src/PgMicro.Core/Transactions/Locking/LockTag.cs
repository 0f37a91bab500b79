namespace PgMicro.Core.Transactions.Locking;

/// <summary>What can be locked.</summary>
/// <param name="Kind">Of what kind it is.</param>
/// <param name="Object">The relation; for a key its unique index; for an advisory lock objsubid of pg_locks: 1 for one bigint, 2 for two integers.</param>
/// <param name="Id">The rowid, or the advisory lock's number.</param>
/// <param name="Key">The text of the key.</param>
internal readonly record struct LockTag(LockKind Kind, uint Object, long Id, string? Key = null)
{
    /// <summary>What the keys of exclusion constraints begin with: each is one row's, and says what that excludes.</summary>
    internal const char ExclusionMarker = '\u0002';

    /// <summary>Whether it is such a key.</summary>
    internal bool IsExclusion => Key is [ExclusionMarker, ..];

    /// <summary>Any key of an exclusion constraint, among what has been committed lately.</summary>
    internal static LockTag AnyExclusion(uint index) => OfKey(index, ExclusionMarker.ToString());

    /// <summary>A relation.</summary>
    internal static LockTag Relation(uint oid) => new(LockKind.Relation, oid, 0);

    /// <summary>A row of a relation.</summary>
    internal static LockTag Row(uint relation, long rowid) => new(LockKind.Row, relation, rowid);

    /// <summary>A key of a unique index.</summary>
    internal static LockTag OfKey(uint index, string key) => new(LockKind.Key, index, 0, key);

    public bool Equals(LockTag other) =>
        Id == other.Id && Object == other.Object && Kind == other.Kind && (ReferenceEquals(Key, other.Key) || string.Equals(Key, other.Key));

    public override int GetHashCode()
    {
        var hash = ((ulong)Id * 0x9E3779B97F4A7C15UL) ^ (((ulong)Object << 3) | (ulong)Kind) * 0xC2B2AE3D27D4EB4FUL;
        return Key is null ? (int)(hash >> 32) ^ (int)hash : HashCode.Combine(hash, Key);
    }
}
