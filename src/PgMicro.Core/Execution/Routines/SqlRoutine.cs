using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Parser;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Routines;

/// <summary>
/// A function in LANGUAGE sql: its statements are analysed when it is first called, and again when what their names mean may have changed, and run one after
/// the other. The last one gives the result.
/// </summary>
internal sealed class SqlRoutine(PgProc proc, CallSite site) : Routine(proc, site)
{
    private SqlBody? _body;
    private bool? _mayWrite;
    private bool _isAsked;

    internal override bool IsVoidNull => true;

    internal override bool MayWrite(PgSession session)
    {
        if (Proc.provolatile != 'v' || _isAsked)
        {
            return false;
        }

        if (_mayWrite is { } known)
        {
            return known;
        }

        _isAsked = true;
        try
        {
            _mayWrite = Array.Exists(Body(session, null).Statements, static s => s.Plan is not { WriteCommand: null, CallsWriters: false } || s.Calls);
        }
        catch (PgException)
        {
            // What is wrong with it is told when it is called.
            return true;
        }
        finally
        {
            _isAsked = false;
        }

        return _mayWrite.Value;
    }

    internal override PgDatum Call(PgSession session, ReadOnlySpan<PgDatum> arguments)
    {
        PgDatum[]? row = null;
        var body = Run(session, arguments.ToArray(), null, 1, r => row ??= r);
        return row is null || body.Result is not { } result ? PgDatum.Null
            : result.IsWhole ? row[0]
            : result.Pack(session, row);
    }

    internal override IEnumerable<PgDatum[]> CallSet(PgSession session, PgDatum[] arguments, RecordShape? columns = null)
    {
        var rows = new List<PgDatum[]>();
        SqlResult? result = null;
        var body = Run(session, arguments, columns, int.MaxValue, rows.Add);
        result = body.Result;
        return result is null ? [] : rows.ConvertAll(r => result.Spread(session, r, columns));
    }

    private SqlBody Run(PgSession session, PgDatum[] arguments, RecordShape? columns, int limit, Action<PgDatum[]> take)
    {
        var at = -1;
        SqliteException raised;
        try
        {
            var body = Body(session, columns);
            for (at = 0; at < body.Statements.Length; at++)
            {
                var statement = body.Statements[at];
                statement.CheckPermissions(session);
                while (statement.Plan is null || statement.CatalogVersion != session.Catalog.Version || !session.Ready(statement.Plan))
                {
                    statement.Prepare(session);
                }

                statement.CheckPermissions(session);
                Run(session, statement, arguments, at == body.ResultAt ? limit : 0, take);
            }

            return body;
        }
        catch (SqliteException e)
        {
            raised = e;
        }
        catch (PgException e) when (Locate(e, Proc, Line(at)))
        {
            throw;
        }

        // Not from within the catch, which would keep the stack of all that is below.
        var error = SqliteErrors.Map(raised);
        Locate(error, Proc, Line(at));
        throw error;
    }

    private static void Run(PgSession session, SqlStatement statement, PgDatum[] arguments, int limit, Action<PgDatum[]> take)
    {
        var plan = statement.Plan!;
        session.NoteReads(plan, arguments);
        var run = plan.Start(session, arguments);
        if (run.CopyIn is not null || run.CopyOut is not null)
        {
            run.CopyIn?.Close();
            run.CopyOut?.Close();
            throw new PgException(SqlState.FeatureNotSupported, "cannot COPY to/from client in an SQL function");
        }

        if (run.Rows is not { } source)
        {
            return;
        }

        using (source)
        {
            var width = plan.Columns!.Count;
            var count = 0;
            while ((limit == 0 || count < limit) && source.Read())
            {
                session.CheckForInterrupts();
                count++;
                if (limit == 0)
                {
                    continue;
                }

                var row = new PgDatum[width];
                for (var i = 0; i < width; i++)
                {
                    row[i] = source.GetDatum(i);
                }

                take(row);
            }
        }
    }

    private SqlBody Body(PgSession session, RecordShape? columns)
    {
        if (_body is not { } body || body.Settings != session.PlanSettings || body.Columns != columns)
        {
            body = SqlBody.Analyse(session, Proc, Site, columns);
            _body = body;
        }

        return body;
    }

    private string Line(int at) => at < 0 ? $"SQL function \"{Proc.proname}\" during startup" : $"SQL function \"{Proc.proname}\" statement {at + 1}";

    /// <summary>
    /// Tells in an error where in a function it was raised; a place in the body is one in its text. Always false: it belongs in the filter of a catch,
    /// since what is caught and thrown again at each level of a deep recursion takes more of the stack than the recursion.
    /// </summary>
    internal static bool Locate(PgException error, PgProc proc, string line)
    {
        if (error.Position == 0 && error.Location >= 0)
        {
            error.Position = new PgMicro.PgQuery.SourceText(proc.prosrc).ToCursorPosition(error.Location);
        }

        if (error.Position > 0)
        {
            (error.InternalPosition, error.InternalQuery, error.Position, error.Location) = (error.Position, proc.prosrc, 0, -1);
        }

        error.Where = error.Where is null ? line : error.Where + "\n" + line;
        return false;
    }
}
