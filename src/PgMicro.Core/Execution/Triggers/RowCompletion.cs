using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>
/// What a statement computes of a row once BEFORE triggers have changed it: generated columns, CHECKs, RETURNING. A query over the row's values as parameters, which follow
/// those of the statement.
/// </summary>
internal sealed class RowCompletion(LoweredQuery query, int xidParameter, int firstParameter)
{
    private readonly SqlText _sql = new(query.Sql);

    /// <summary>The row's values, and after them what is computed.</summary>
    internal PgDatum[] Complete(PgSession session, long xid, ReadOnlySpan<PgDatum> parameters, PgDatum[] values)
    {
        foreach (var lateral in query.Laterals)
        {
            lateral.EnsureOn(session.Connection);
        }

        var statement = session.Connection.Rent(_sql);
        try
        {
            var last = statement.ParameterCount;
            for (var i = 1; i < firstParameter && i <= last && i <= parameters.Length; i++)
            {
                SqliteRowSource.Bind(statement, i, parameters[i - 1]);
            }

            if (xidParameter <= last)
            {
                statement.BindInt64(xidParameter, xid);
            }

            for (var i = 0; i < values.Length && firstParameter + i <= last; i++)
            {
                SqliteRowSource.Bind(statement, firstParameter + i, values[i]);
            }
        }
        catch
        {
            session.Connection.Return(statement);
            throw;
        }

        using var row = new SqliteRowSource(statement);
        row.Read();
        var result = new PgDatum[query.ColumnCount];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = row.GetDatum(i);
        }

        return result;
    }
}
