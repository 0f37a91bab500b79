using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Cursors;

/// <summary>FETCH, MOVE, CLOSE (manual, SQL commands).</summary>
internal static class CursorCommands
{
    internal static ExecutablePlan PlanFetch(PgSession session, Pg.FetchStmt statement)
    {
        var direction = statement.Direction switch
        {
            Pg.FetchDirection.FetchForward => CursorDirection.Forward,
            Pg.FetchDirection.FetchBackward => CursorDirection.Backward,
            Pg.FetchDirection.FetchAbsolute => CursorDirection.Absolute,
            _ => CursorDirection.Relative,
        };
        return new FetchPlan(statement.Portalname, direction, statement.HowMany, statement.Ismove)
        {
            Columns = statement.Ismove ? null : session.FindCursor(statement.Portalname).Plan.RowColumns,
        };
    }

    internal static ExecutablePlan PlanClose(Pg.ClosePortalStmt statement) => new UtilityPlan(
        (session, _) =>
        {
            if (statement.Portalname.Length == 0)
            {
                session.CloseCursors();
                return new StatementRun("CLOSE CURSOR ALL");
            }

            session.CloseCursor(statement.Portalname);
            return new StatementRun("CLOSE CURSOR");
        },
        needsSnapshot: false);

    private sealed class FetchPlan(string name, CursorDirection direction, long count, bool isMove) : ExecutablePlan
    {
        internal override bool IsCacheable => false;

        internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
        {
            var cursor = session.FindCursor(name);
            var rows = isMove ? null : new List<PgDatum[]>();
            var passed = cursor.Fetch(direction, count, rows);
            return isMove
                ? new StatementRun($"MOVE {passed}", passed)
                : new StatementRun($"FETCH {passed}", passed, new BufferedRowSource(rows!)) { IsBinary = cursor.Plan.IsBinary };
        }
    }
}
