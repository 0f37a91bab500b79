using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>A query with data-modifying statements in WITH.</summary>
internal sealed class ModifyingWithPlan(IReadOnlyList<WithStep> steps, IWriteNode? main, LoweredQuery? select) : ExecutablePlan
{
    private readonly SqlText? _select = select is null ? null : new SqlText(select.Sql);

    /// <inheritdoc/>
    internal override string WriteCommand => CommandTags.Name(main?.Command ?? steps[0].Node.Command);

    /// <inheritdoc/>
    internal override bool IsLogged => true;

    /// <summary>Whether triggers may fire: their statements may have to wait for others, and take the transaction to another place.</summary>
    internal bool FiresTriggers { get; } = steps.Any(static s => TriggerReach.Of(s.Node)) || (main is not null && TriggerReach.Of(main));

    /// <inheritdoc/>
    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        using var calls = session.EnterCaller(this);
        if (!FiresTriggers && !session.Transaction.IsContended)
        {
            using var execution = new DmlExecution(session);
            return Write(execution, Stage(execution, parameters), parameters);
        }

        // What ON CONFLICT does is known only once it is done: then all is done again after a wait.
        return steps.Any(static s => s.Node.ReturnsOnlyAfterWriting) ? Contention.Run(session, StageAndWrite, parameters) : StageOnce(session, parameters);
    }

    private StatementRun StageAndWrite(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        Staged staged;
        DmlExecution reading;
        using (reading = new DmlExecution(session, firesTriggers: FiresTriggers))
        {
            staged = Stage(reading, parameters);
        }

        var outer = session.StageAgain;
        try
        {
            session.StageAgain = staged.Again;

            // What has been written already has left something to be done at the end.
            using var execution = new DmlExecution(session, reading);
            return Write(execution, staged, parameters);
        }
        finally
        {
            session.StageAgain = outer;
        }
    }

    private StatementRun StageOnce(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        var outer = session.StageAgain;
        try
        {
            Staged staged;
            using (var execution = new DmlExecution(session, firesTriggers: FiresTriggers))
            {
                staged = Stage(execution, parameters);
            }

            session.StageAgain = staged.Again;
            Contention.BeforeWriting(session);
            return Contention.Run(
                session,
                (s, p) =>
                {
                    using var execution = new DmlExecution(s);
                    return Write(execution, staged, p);
                },
                parameters);
        }
        finally
        {
            session.StageAgain = outer;
        }
    }

    // First everything is read: no statement sees what another one writes.
    private Staged Stage(DmlExecution execution, ReadOnlySpan<PgDatum> parameters)
    {
        var session = execution.Session;
        var done = new List<(WithStep Step, RowBuffer Rows)>();
        var outer = session.StageAgain;
        session.StageAgain = () =>
        {
            outer?.Invoke();
            MakeTables(session.Connection);
            foreach (var (step, rows) in done)
            {
                Store(session.Connection, step, rows);
            }
        };
        try
        {
            MakeTables(session.Connection);
            var sources = new object?[steps.Count];
            for (var i = 0; i < sources.Length; i++)
            {
                var step = steps[i];
                var source = step.Node.Stage(execution, parameters);
                var returned = new RowBuffer();
                returned.Clear(step.Width);
                if (step.Node.ReturnsOnlyAfterWriting)
                {
                    step.Node.Write(execution, source, parameters, step.Width > 0 ? returned : null);
                }
                else
                {
                    sources[i] = source;
                    if (step.Width > 0)
                    {
                        step.Node.ForeseeReturning(execution, source, returned);
                    }
                }

                Store(session.Connection, step, returned);
                done.Add((step, returned));
            }

            var mainSource = main?.Stage(execution, parameters);
            return new Staged(sources, mainSource, main is null ? ReadSelect(session, parameters) : null, session.StageAgain);
        }
        finally
        {
            session.StageAgain = outer;
        }
    }

    private StatementRun Write(DmlExecution execution, Staged staged, ReadOnlySpan<PgDatum> parameters)
    {
        // What nothing reads is run when the query is done, the last one first: triggers tell.
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].IsRead)
            {
                WriteStep(execution, staged, i, parameters);
            }
        }

        StatementRun run;
        if (main is not null)
        {
            RowBuffer? returning = null;
            if (main.ReturningWidth > 0)
            {
                returning = new RowBuffer();
                returning.Clear(main.ReturningWidth);
            }

            var count = main.Write(execution, staged.Main!, parameters, returning);
            run = new StatementRun(CommandTags.Tag(main.Command, count), count, returning);
        }
        else
        {
            run = new StatementRun(staged.Rows!);
        }

        for (var i = steps.Count - 1; i >= 0; i--)
        {
            if (!steps[i].IsRead)
            {
                WriteStep(execution, staged, i, parameters);
            }
        }

        execution.FireEvents(0);
        return run;
    }

    private void WriteStep(DmlExecution execution, Staged staged, int i, ReadOnlySpan<PgDatum> parameters)
    {
        if (staged.Sources[i] is { } source)
        {
            steps[i].Node.Write(execution, source, parameters, null);
        }
    }

    private void MakeTables(SqliteConnectionHandle connection)
    {
        foreach (var step in steps)
        {
            if (step.StagingTable is { } table)
            {
                var columns = string.Join(", ", Enumerable.Range(1, step.Width).Select(static i => $"c{i}"));
                connection.Execute($"CREATE TEMP TABLE IF NOT EXISTS {table} ({columns}); DELETE FROM temp.{table}");
            }
        }
    }

    private static void Store(SqliteConnectionHandle connection, WithStep step, RowBuffer rows)
    {
        if (rows.RowCount == 0)
        {
            return;
        }

        var values = string.Join(", ", Enumerable.Range(1, step.Width).Select(i => $"?{i}"));
        var statement = connection.Rent($"INSERT INTO temp.{step.StagingTable} VALUES ({values})");
        try
        {
            rows.Position = -1;
            while (rows.Read())
            {
                for (var i = 0; i < step.Width; i++)
                {
                    SqliteRowSource.Bind(statement, i + 1, rows.GetDatum(i));
                }

                statement.ExecuteNonQuery();
            }
        }
        finally
        {
            connection.Return(statement);
        }
    }

    private RowBuffer ReadSelect(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        foreach (var lateral in select!.Laterals)
        {
            lateral.EnsureOn(session.Connection);
        }

        var statement = session.Connection.Rent(_select!);
        using var source = new SqliteRowSource(statement);
        var count = Math.Min(statement.ParameterCount, parameters.Length);
        for (var i = 0; i < count; i++)
        {
            SqliteRowSource.Bind(statement, i + 1, parameters[i]);
        }

        var result = new RowBuffer();
        result.Clear(select.ColumnCount);
        while (source.Read())
        {
            result.Append(source);
        }

        return result;
    }

    /// <summary>What each statement of WITH is to write, what the main one is, or what the main query gives; what makes the temporary tables again.</summary>
    private sealed record Staged(object?[] Sources, object? Main, RowBuffer? Rows, Action Again);
}
