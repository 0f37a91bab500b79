using System.Collections.Concurrent;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Lowering;

/// <summary>The inner statements of laterals, interned process-wide by text: the id stands in the outer statement's SQL.</summary>
internal static class LateralPlans
{
    private static readonly ConcurrentDictionary<(string Sql, int Columns), long> Ids = [];
    private static readonly ConcurrentDictionary<long, (SqlText Sql, int Columns)> Plans = [];
    private static long count;

    /// <summary>The id of an inner statement.</summary>
    internal static long Register(string sql, int columns) => Ids.GetOrAdd((sql, columns), static key =>
    {
        var id = Interlocked.Increment(ref count);
        Plans[id] = (new SqlText(key.Sql), key.Columns);
        return id;
    });

    /// <summary>For <see cref="ILateralPlanSource.GetLateralSql"/>.</summary>
    internal static SqlText GetSql(long id) => Plans[id].Sql;

    /// <summary>For <see cref="ILateralPlanSource.GetColumnCount"/>.</summary>
    internal static int GetColumnCount(long id) => Plans[id].Columns;
}
