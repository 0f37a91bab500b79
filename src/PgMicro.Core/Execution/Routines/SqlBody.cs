using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;
using Kind = PgQuery.Node.NodeOneofCase;

namespace PgMicro.Core.Execution.Routines;

/// <summary>The analysed statements of a function in LANGUAGE sql.</summary>
internal sealed class SqlBody
{
    private SqlBody(string settings, RecordShape? columns) => (Settings, Columns) = (settings, columns);

    /// <summary>The settings of the session that the names were looked up with.</summary>
    internal string Settings { get; }

    /// <summary>The column definition list that the result was held to.</summary>
    internal RecordShape? Columns { get; }

    internal SqlStatement[] Statements { get; private set; } = [];

    /// <summary>Which statement gives the result; -1 when there is none.</summary>
    internal int ResultAt { get; private set; } = -1;

    /// <summary>What a row of it is; null for a function that returns nothing.</summary>
    internal SqlResult? Result { get; private set; }

    /// <summary>Analyses a body.</summary>
    /// <exception cref="PgException">Any error of analysis; its place is one in the body.</exception>
    internal static SqlBody Analyse(PgSession session, PgProc proc, CallSite site, RecordShape? columns)
    {
        var body = new SqlBody(session.PlanSettings, columns);
        var parts = SqlSource.Read(session, proc);
        var parameters = new RoutineParameterNames(proc.proname, RoutineArguments.InputNames(proc), [.. site.ArgumentTypes]);
        body.Statements = [.. parts.Select(part => new SqlStatement(part, proc, parameters, null))];
        if (site.ResultType == TypeOid.Void || (proc.prokind == 'p' && proc.prorettype == TypeOid.Void))
        {
            Analyse(session, body);
            return body;
        }

        body.Result = SqlResult.Of(session.Catalog, proc, site, columns);
        body.ResultAt = parts.Count - 1;
        if (parts.Count > 0)
        {
            body.Statements[^1] = new SqlStatement(parts[^1], proc, parameters, body.Result);
        }

        Analyse(session, body);
        if (parts.Count == 0)
        {
            throw body.Result.NoResult();
        }

        return body;
    }

    private static void Analyse(PgSession session, SqlBody body)
    {
        foreach (var statement in body.Statements)
        {
            statement.Prepare(session);
        }
    }
}

/// <summary>A statement of a function in LANGUAGE sql.</summary>
/// <param name="part">The statement.</param>
/// <param name="proc">The function.</param>
/// <param name="parameters">Its parameters.</param>
/// <param name="result">What its rows have to be; null when they are nobody's.</param>
internal sealed class SqlStatement(SqlPart part, PgProc proc, RoutineParameterNames parameters, SqlResult? result)
{
    private BoundQuery? _unchecked;

    internal ExecutablePlan? Plan { get; private set; }

    internal long CatalogVersion { get; private set; }

    /// <summary>Whether it is a command that is no query: what it does is not known before it is run.</summary>
    internal bool Calls { get; private set; }

    /// <summary>Analyses and plans it.</summary>
    internal void Prepare(PgSession session)
    {
        CatalogVersion = session.Catalog.Version;
        if (Analyse(session) is not { } query)
        {
            var takesParameters = part.Parsed!.Raw.Stmt.NodeCase is Kind.CallStmt or Kind.ExecuteStmt or Kind.ExplainStmt or Kind.CreateTableAsStmt or Kind.DeclareCursorStmt;
            Plan = session.Database.Planner.Plan(session, part.Parsed, part.Parsed.Raw, takesParameters ? parameters.Given : GivenParameters.None);
            Calls = Plan.WriteCommand is null;
            return;
        }

        _unchecked = query;
        Plan = Planner.PlanQuery(session, query, parameters.Types, failsLater: true);
    }

    /// <summary>Asks, once, whether the role may run it: when it is its turn.</summary>
    /// <exception cref="PgException">42501.</exception>
    internal void CheckPermissions(PgSession session)
    {
        if (_unchecked is { } query)
        {
            Roles.QueryPermissions.Check(session, query, part.Parsed?.Raw.Stmt);
            _unchecked = null;
        }
    }

    /// <summary>The analysed query, with the result's columns; null for a command that is no query.</summary>
    /// <exception cref="PgException">Any error of analysis; 0A000 for what a function cannot do; 42P13 for a result of another type.</exception>
    /// <param name="session">The session.</param>
    /// <param name="isValidation">Whether the function is only being made: what it may do is not looked at.</param>
    internal BoundQuery? Analyse(PgSession session, bool isValidation = false)
    {
        var context = new BindingContext(session, parameters.Given);
        var query = part.Query?.Invoke();
        if (part.Parsed is { } parsed)
        {
            parsed.Check();
            if (!isValidation)
            {
                SqlSource.Reject(parsed, proc);
            }

            if (!SqlSource.IsQuery(parsed.Raw))
            {
                result?.Reject();
                return null;
            }

            query = Binder.Bind(parsed.Raw, context);
        }

        if (!isValidation && proc.provolatile != 'v' && CommandOf(query!) is { } command)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"{command} is not allowed in a non-volatile function");
        }

        return result is null ? query : result.Fit(context.NewState(), query!);
    }

    private static string? CommandOf(BoundQuery query) => query.CommandType != CommandType.Select ? Dml.CommandTags.Name(query.CommandType)
        : query.HasModifyingCTE ? "SELECT"
        : query.RowMarks.Count > 0 ? "SELECT " + Locks.RowLockPlanner.NameOf(query.RowMarks.MaxBy(static m => m.Strength)!.Strength)
        : null;
}
