using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Session;

/// <summary>Advisory locks on two integers, whose keys are apart from those of one bigint.</summary>
internal static class AdvisoryPairs
{
    [PgFunction("pg_advisory_lock(integer,integer)")]
    public static void Lock(FunctionContext context, int key1, int key2) => context.AdvisoryLock(Key(key1, key2), false, false, true);

    [PgFunction("pg_advisory_lock_shared(integer,integer)")]
    public static void LockShared(FunctionContext context, int key1, int key2) => context.AdvisoryLock(Key(key1, key2), true, false, true);

    [PgFunction("pg_advisory_xact_lock(integer,integer)")]
    public static void LockTransaction(FunctionContext context, int key1, int key2) => context.AdvisoryLock(Key(key1, key2), false, true, true);

    [PgFunction("pg_advisory_xact_lock_shared(integer,integer)")]
    public static void LockTransactionShared(FunctionContext context, int key1, int key2) => context.AdvisoryLock(Key(key1, key2), true, true, true);

    [PgFunction("pg_try_advisory_lock(integer,integer)")]
    public static bool TryLock(FunctionContext context, int key1, int key2) => context.AdvisoryLock(Key(key1, key2), false, false, false);

    [PgFunction("pg_try_advisory_lock_shared(integer,integer)")]
    public static bool TryLockShared(FunctionContext context, int key1, int key2) => context.AdvisoryLock(Key(key1, key2), true, false, false);

    [PgFunction("pg_try_advisory_xact_lock(integer,integer)")]
    public static bool TryLockTransaction(FunctionContext context, int key1, int key2) => context.AdvisoryLock(Key(key1, key2), false, true, false);

    [PgFunction("pg_try_advisory_xact_lock_shared(integer,integer)")]
    public static bool TryLockTransactionShared(FunctionContext context, int key1, int key2) => context.AdvisoryLock(Key(key1, key2), true, true, false);

    [PgFunction("pg_try_advisory_xact_lock_shared(bigint)")]
    public static bool TryLockTransactionShared(FunctionContext context, long key) => context.AdvisoryLock(key, true, true, false);

    [PgFunction("pg_advisory_unlock(integer,integer)")]
    public static bool Unlock(FunctionContext context, int key1, int key2) => Unlock(context, Key(key1, key2), false);

    [PgFunction("pg_advisory_unlock_shared(integer,integer)")]
    public static bool UnlockShared(FunctionContext context, int key1, int key2) => Unlock(context, Key(key1, key2), true);

    [PgFunction("pg_advisory_unlock_all()")]
    public static void UnlockAll(FunctionContext context) => context.AdvisoryUnlockAll();

    /// <summary>Releases a lock; a warning and false when it is not held.</summary>
    internal static bool Unlock(FunctionContext context, Int128 key, bool shared)
    {
        if (context.AdvisoryUnlock(key, shared))
        {
            return true;
        }

        context.Notice(new PgNotice("WARNING", SqlState.Warning, $"you don't own a lock of type {(shared ? "ShareLock" : "ExclusiveLock")}"));
        return false;
    }

    private static Int128 Key(int key1, int key2) => (Int128.One << 64) | ((Int128)(uint)key1 << 32) | (uint)key2;
}
