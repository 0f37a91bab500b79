using System.Collections.Concurrent;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Lowering;

/// <summary>The inner statements of laterals, interned process-wide by text: the id stands in the outer statement's SQL.</summary>
internal static class LateralPlans
{
    private static readonly ConcurrentDictionary<Key, long> Ids = [];
    private static readonly ConcurrentDictionary<long, Plan> Plans = [];
    private static long count;

    /// <summary>The id of an inner statement.</summary>
    internal static long Register(string sql, int columns) => Register(new Key(sql, columns, null, null), null);

    /// <summary>The id of a recursion: its non-recursive and recursive terms, and for UNION the collations of its columns.</summary>
    internal static long RegisterRecursion(string start, string step, int columns, IReadOnlyList<string?>? distinctCollations) =>
        Register(new Key(start, columns, step, distinctCollations is null ? null : string.Join(',', distinctCollations)), distinctCollations);

    /// <summary>For <see cref="ILateralPlanSource.GetLateralSql"/>.</summary>
    internal static SqlText GetSql(long id) => Plans[id].Sql;

    /// <summary>For <see cref="ILateralPlanSource.GetColumnCount"/>.</summary>
    internal static int GetColumnCount(long id) => Plans[id].Columns;

    /// <summary>For <see cref="ILateralPlanSource.GetRecursion"/>.</summary>
    internal static LateralRecursion? GetRecursion(long id) => Plans[id].Recursion;

    private static long Register(Key key, IReadOnlyList<string?>? collations) => Ids.GetOrAdd(key, static (k, c) =>
    {
        var id = Interlocked.Increment(ref count);
        Plans[id] = new Plan(new SqlText(k.Sql), k.Columns, k.Step is null ? null : new LateralRecursion(new SqlText(k.Step), c));
        return id;
    }, collations);

    private readonly record struct Key(string Sql, int Columns, string? Step, string? Distinct);

    private sealed record Plan(SqlText Sql, int Columns, LateralRecursion? Recursion);
}
