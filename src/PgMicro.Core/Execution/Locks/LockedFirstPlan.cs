using System.Globalization;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>A query within another one that locks rows, and the temporary table of its rows.</summary>
internal sealed record LockedStep(SelectPlan Plan, string Table, int Width);

/// <summary>A statement some of whose queries lock rows, or are to be run but once: those are run first.</summary>
internal sealed class LockedFirstPlan(ExecutablePlan main, IReadOnlyList<LockedStep> steps) : ExecutablePlan
{
    internal override string? WriteCommand => main.WriteCommand ?? steps[0].Plan.WriteCommand;

    internal override bool IsLogged => main.WriteCommand is null || main.IsLogged;

    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        // The temporary tables go with the connection or are rolled back when a statement waits: they are made again then.
        var done = new List<(LockedStep Step, RowBuffer Rows)>();
        var outer = session.StageAgain;
        session.StageAgain = () =>
        {
            outer?.Invoke();
            foreach (var (step, rows) in done)
            {
                Store(session.Connection, step, rows);
            }
        };
        try
        {
            foreach (var step in steps)
            {
                session.StageAgain();
                var rows = step.Plan.Start(session, parameters).Rows!;
                done.Add((step, rows as RowBuffer ?? SelectPlan.ReadAll(rows, step.Width)));
            }

            session.StageAgain();
            return main.Start(session, parameters);
        }
        finally
        {
            session.StageAgain = outer;
        }
    }

    private static void Store(SqliteConnectionHandle connection, LockedStep step, RowBuffer rows)
    {
        var numbers = Enumerable.Range(1, Math.Max(step.Width, 1)).Select(static i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        connection.Execute(
            $"CREATE TEMP TABLE IF NOT EXISTS {step.Table} ({string.Join(", ", numbers.Select(static n => "c" + n))}); DELETE FROM temp.{step.Table}");
        var statement = connection.Rent($"INSERT INTO temp.{step.Table} VALUES ({string.Join(", ", numbers.Select(static n => "?" + n))})");
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
}
