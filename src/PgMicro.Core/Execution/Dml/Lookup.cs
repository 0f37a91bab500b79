using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>A small query of our own, lowered when first used; parameters are given as rows of values.</summary>
internal sealed class Lookup(Func<BoundQuery> build)
{
    private readonly Lock _lock = new();
    private LoweredQuery? _lowered;
    private SqlText? _sql;

    /// <summary>Whether it has a row.</summary>
    internal bool Any(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        var statement = Rent(session);
        try
        {
            Bind(statement, parameters);
            return statement.Step();
        }
        finally
        {
            session.Connection.Return(statement);
        }
    }

    /// <summary>The integer that its first row begins with; parameters are columns of a row.</summary>
    internal long? First(PgSession session, RowSource row, ReadOnlySpan<int> columns)
    {
        var statement = Rent(session);
        try
        {
            for (var i = 0; i < columns.Length; i++)
            {
                if (columns[i] >= 0)
                {
                    SqliteRowSource.Bind(statement, i + 1, row.GetDatum(columns[i]));
                }
            }

            return statement.Step() ? statement.GetInt64(0) : null;
        }
        finally
        {
            session.Connection.Return(statement);
        }
    }

    /// <summary>Its rows; to be disposed.</summary>
    internal SqliteRowSource Open(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        var statement = Rent(session);
        try
        {
            Bind(statement, parameters);
        }
        catch
        {
            session.Connection.Return(statement);
            throw;
        }

        return new SqliteRowSource(statement);
    }

    private static void Bind(SqliteStatement statement, ReadOnlySpan<PgDatum> parameters)
    {
        var count = Math.Min(statement.ParameterCount, parameters.Length);
        for (var i = 0; i < count; i++)
        {
            SqliteRowSource.Bind(statement, i + 1, parameters[i]);
        }
    }

    private SqliteStatement Rent(PgSession session)
    {
        if (_sql is null)
        {
            lock (_lock)
            {
                _lowered = QueryLowering.Lower(build(), new LoweringContext(session.Catalog, session.Types));
                _sql = new SqlText(_lowered.Sql);
            }
        }

        foreach (var lateral in _lowered!.Laterals)
        {
            lateral.EnsureOn(session.Connection);
        }

        return session.Connection.Rent(_sql);
    }
}
