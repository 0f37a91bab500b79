using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>How a query with FOR UPDATE and the like is run: PostgreSQL's LockRows below Limit.</summary>
/// <param name="source">The query without its LIMIT, with the rowids of its locked tables and the columns of its other FROM items after its own.</param>
/// <param name="recheck">Asks about one row when what it has been made of has changed.</param>
/// <param name="limits">LIMIT and OFFSET, one row; null when there are none.</param>
/// <param name="tables">The tables.</param>
/// <param name="width">The query's own columns.</param>
internal sealed class RowLockPlan(LoweredQuery source, RowRecheck recheck, LoweredQuery? limits, IReadOnlyList<LockedTable> tables, int width)
{
    private readonly SqlText _source = new(source.Sql);
    private readonly SqlText? _limits = limits is null ? null : new SqlText(limits.Sql);

    internal IReadOnlyList<LockedTable> Tables => tables;

    /// <summary>The query's own columns.</summary>
    internal int Width => width;

    internal int SourceWidth => source.ColumnCount;

    internal LoweredQuery Source => source;

    internal RowSource OpenSource(PgSession session, ReadOnlySpan<PgDatum> parameters) => Open(session, _source, source, parameters);

    /// <summary>Looks at one row anew.</summary>
    internal RowRecheck Recheck => recheck;

    /// <summary>LIMIT and OFFSET.</summary>
    internal RowSource? OpenLimits(PgSession session, ReadOnlySpan<PgDatum> parameters) => _limits is null ? null : Open(session, _limits, limits!, parameters);

    private static SqliteRowSource Open(PgSession session, SqlText sql, LoweredQuery query, ReadOnlySpan<PgDatum> parameters)
    {
        var connection = session.Connection;
        foreach (var lateral in query.Laterals)
        {
            lateral.EnsureOn(connection);
        }

        var statement = connection.Rent(sql);
        var rows = new SqliteRowSource(statement);
        try
        {
            var count = Math.Min(statement.ParameterCount, parameters.Length);
            for (var i = 0; i < count; i++)
            {
                SqliteRowSource.Bind(statement, i + 1, parameters[i]);
            }
        }
        catch
        {
            rows.Dispose();
            throw;
        }

        return rows;
    }
}
