using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>A query: one SQLite statement whose rows stream.</summary>
internal sealed class SelectPlan(LoweredQuery query, string? writeCommand = null, bool mayWait = false) : ExecutablePlan
{
    private readonly SqlText _sql = new(query.Sql);

    internal LoweredQuery Query => query;

    /// <summary>Row locks (with one writer at a time, taking the write gate locks every row), or a function that writes.</summary>
    internal override string? WriteCommand => writeCommand;

    internal override bool MayWait => mayWait;

    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters) => new(Open(session, parameters));

    internal RowSource Open(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        var connection = session.Connection;
        foreach (var lateral in query.Laterals)
        {
            connection.EnsureLateralModule(lateral.Columns, lateral.Arguments);
        }

        var statement = connection.Rent(_sql);
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
            connection.Return(statement);
            throw;
        }

        return new SqliteRowSource(statement);
    }
}
