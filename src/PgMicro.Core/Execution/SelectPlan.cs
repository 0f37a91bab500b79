using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Execution.Locks;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>A query: one SQLite statement whose rows stream.</summary>
internal sealed class SelectPlan(LoweredQuery query, string? writeCommand = null, bool mayWait = false) : ExecutablePlan
{
    private readonly SqlText _sql = new(query.Sql);

    internal LoweredQuery Query => query;

    /// <summary>How it locks rows; null when it does not.</summary>
    internal RowLockPlan? RowLocks { get; init; }

    /// <summary>"SELECT FOR UPDATE" and the like, or a function that writes.</summary>
    internal override string? WriteCommand => writeCommand;

    internal override bool MayWait => mayWait;

    internal override bool IsLogged => RowLocks is not null;

    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        if (CallsRoutines)
        {
            using var calls = session.EnterCaller(this);
            return new(ReadAll(Open(session, parameters), RowLocks?.Width ?? query.ColumnCount));
        }

        var rows = Open(session, parameters);
        return new(RowLocks is null ? rows : ReadAll(rows, RowLocks.Width));
    }

    internal RowSource Open(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        if (RowLocks is not null)
        {
            return new LockingRowSource(session, RowLocks, parameters);
        }

        var connection = session.Connection;
        foreach (var lateral in query.Laterals)
        {
            lateral.EnsureOn(connection);
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

    // All at once: between two reads of a client another session may take the transaction's place in the file, and what a function does belongs to the statement.
    internal static RowBuffer ReadAll(RowSource rows, int width)
    {
        using (rows)
        {
            var all = new RowBuffer();
            all.Clear(width);
            while (rows.Read())
            {
                all.Append(rows);
            }

            return all;
        }
    }
}
