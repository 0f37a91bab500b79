using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>Statements inside a statement: those of a DO block.</content>
public sealed partial class PgSession
{
    /// <summary>Runs the statements of a text to their ends within the running transaction.</summary>
    /// <returns>The first row of the last statement that returned rows; null when there was none.</returns>
    internal PgDatum[]? RunNested(string sql)
    {
        PgDatum[]? first = null;
        foreach (var statement in Database.Parser.Parse(sql))
        {
            var plan = Database.Planner.GetPlan(this, statement, []);
            if (plan.WriteCommand is { } command)
            {
                Transaction.PrepareToWrite(command, LockTimeout, Cancellation);
            }
            else if (plan.NeedsSnapshot)
            {
                Transaction.PrepareToRead();
            }

            var run = plan.Start(this, []);
            if (run.Rows is not { } rows)
            {
                continue;
            }

            first = null;
            using (rows)
            {
                while (rows.Read())
                {
                    if (first is not null)
                    {
                        continue;
                    }

                    first = new PgDatum[plan.Columns!.Count];
                    for (var i = 0; i < first.Length; i++)
                    {
                        first[i] = rows.GetDatum(i);
                    }
                }
            }
        }

        return first;
    }
}
