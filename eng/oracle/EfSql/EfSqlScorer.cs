using System.Diagnostics;
using System.Text.RegularExpressions;
using PgMicro.Oracle.Answers;
using PgMicro.Oracle.Scripts;
using PgMicro.Oracle.Targets;

namespace PgMicro.Oracle.EfSql;

/// <summary>A statement that did not pass, with what came.</summary>
public sealed record EfFailed(string Database, EfQuery Query, StatementAnswer? Answer, EfFailure Why);

/// <summary>A statement of a database's script that was rejected.</summary>
public sealed record EfLoadFailed(string Database, string Sql, string Sqlstate, string Message);

/// <summary>The score of one database.</summary>
public sealed record EfScore(
    string Database, int Passed, int Total, int Loaded, IReadOnlyList<EfLoadFailed> LoadFailures, IReadOnlyList<EfFailed> Failures, int OtherMessages,
    TimeSpan Elapsed);

/// <summary>Loads recorded databases into a host, asks the recorded statements, and scores the answers.</summary>
public sealed partial class EfSqlScorer(IConformanceHost host)
{
    /// <summary>How long a statement may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether an expected error must have the recorded message as well as the SQLSTATE.</summary>
    public bool Messages { get; init; }

    /// <summary>At most so many statements of each database; 0 is all.</summary>
    public int Limit { get; init; }

    /// <summary>Scores a database, each of its scenarios in a fresh copy.</summary>
    public async Task<EfScore> ScoreAsync(string name)
    {
        var clock = Stopwatch.StartNew();
        var queries = EfSqlSuite.Queries(name);
        queries = Limit > 0 ? [.. queries.Take(Limit)] : queries;
        var scripts = EfSqlSuite.Scripts(name);
        var run = new Run(name);
        foreach (var scenario in queries.GroupBy(static query => query.Scenario ?? ""))
        {
            var full = scenario.Key.Length == 0 ? name : $"{name}_{scenario.Key}";
            IConformanceDatabase database;
            try
            {
                database = await host.CreateDatabaseAsync("efsql_" + full).WaitAsync(Timeout);
            }
            catch (Exception e) when (IsLost(e))
            {
                run.LoadFailures.Add(new(full, "CREATE DATABASE", "", Describe(e)));
                run.Failures.AddRange(scenario.Select(query => new EfFailed(name, query, null, Lost(e))));
                continue;
            }

            await using (database)
            {
                await LoadAsync(full, database, scripts[scenario.Key], run);
                await AskAsync(database, scenario, run);
            }
        }

        return new EfScore(name, queries.Count - run.Failures.Count, queries.Count, run.Loaded, run.LoadFailures, run.Failures, run.OtherMessages, clock.Elapsed);
    }

    /// <summary>A failure's text with numbers and quoted names masked, for grouping.</summary>
    public static string Mask(string text) => Numbers().Replace(Names().Replace(text, "\"…\""), "N");

    private async Task LoadAsync(string name, IConformanceDatabase database, string script, Run run)
    {
        IConformanceTarget? target = null;
        foreach (var (sql, _) in SqlSplitter.Split(script))
        {
            run.Loaded++;
            try
            {
                target ??= await database.ConnectAsync().WaitAsync(Timeout);
                var answer = await ExecuteAsync(target, sql, []);
                if (answer.Error is { } error)
                {
                    run.LoadFailures.Add(new(name, sql, error.Sqlstate, error.Message));
                }
            }
            catch (Exception e) when (IsLost(e))
            {
                run.LoadFailures.Add(new(name, sql, "", Describe(e)));
                target = null;
            }
        }

        if (target is not null)
        {
            await target.DisposeAsync();
        }
    }

    private async Task AskAsync(IConformanceDatabase database, IEnumerable<EfQuery> queries, Run run)
    {
        var targets = new Dictionary<string, IConformanceTarget>();
        var tables = new Dictionary<string, StatementAnswer>();
        foreach (var query in queries)
        {
            var key = string.Join(',', query.Settings?.Select(static s => $"{s.Key}={s.Value}") ?? []);
            StatementAnswer? answer = null;
            EfFailure? why;
            try
            {
                if (!targets.TryGetValue(key, out var target))
                {
                    targets[key] = target = await database.ConnectAsync(query.Settings).WaitAsync(Timeout);
                }

                (answer, var effect) = await AskAsync(target, query, tables);
                why = EfSqlJudge.Judge(query, answer, effect, Messages);
                run.OtherMessages += why is null && answer.Error is { } error && error.Message != query.Expect.Error!.Value.Message ? 1 : 0;
            }
            catch (Exception e) when (IsLost(e))
            {
                why = Lost(e);
                targets.Remove(key);
            }

            if (why is not null)
            {
                run.Failures.Add(new(run.Name, query, answer, why));
            }
        }

        foreach (var target in targets.Values)
        {
            await target.DisposeAsync();
        }
    }

    private async Task<(StatementAnswer Answer, EfEffect? Effect)> AskAsync(
        IConformanceTarget target, EfQuery query, Dictionary<string, StatementAnswer> tables)
    {
        if (!query.Dml)
        {
            return (await ExecuteAsync(target, query.Sql, query.Params), null);
        }

        if (query.Table is not null && !tables.ContainsKey(query.Table))
        {
            tables[query.Table] = await ReadTableAsync(target, query.Table);
        }

        await ExecuteAsync(target, "BEGIN", null);
        foreach (var sql in query.Before)
        {
            await ExecuteAsync(target, sql, []);
        }

        EfEffect? effect = null;
        var answer = await ExecuteAsync(target, query.Sql, query.Params);
        if (query.Table is not null && answer.Error is null)
        {
            var (before, after) = (tables[query.Table], await ReadTableAsync(target, query.Table));
            var error = (after.Error ?? before.Error)?.Message;
            effect = error is not null ? new([], [], error)
                : new(RowDigest.Except(before.Rows!, after.Rows!), RowDigest.Except(after.Rows!, before.Rows!), null);
        }

        await ExecuteAsync(target, "ROLLBACK", null);
        return (answer, effect);
    }

    // The token lets a target stop the statement itself; a target that does not is left behind a little later.
    private async Task<StatementAnswer> ExecuteAsync(IConformanceTarget target, string sql, IReadOnlyList<StatementParameter>? parameters)
    {
        using var cancellation = new CancellationTokenSource(Timeout);
        return await Task.Run(() => target.ExecuteAsync(sql, parameters, cancellationToken: cancellation.Token)).WaitAsync(Timeout + TimeSpan.FromSeconds(2));
    }

    private Task<StatementAnswer> ReadTableAsync(IConformanceTarget target, string table) =>
        ExecuteAsync(target, "SELECT * FROM " + table, []);

    // A defect of the engine must cost its statement, not the run: whatever is thrown is reported as a failure of that statement.
    private static bool IsLost(Exception exception) => exception is not OutOfMemoryException;

    private static EfFailure Lost(Exception exception) => new("lost", "", Describe(exception));

    private static string Describe(Exception exception) => exception switch
    {
        TimeoutException or OperationCanceledException => "no answer in time",
        TargetLostException => exception.Message,
        _ => $"{exception.GetType().Name}: {exception.Message} {exception.StackTrace?.Split('\n')[0].Trim()}",
    };

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Names();

    [GeneratedRegex(@"\b\d+\b")]
    private static partial Regex Numbers();

    private sealed class Run(string name)
    {
        public string Name { get; } = name;
        public int Loaded { get; set; }
        public int OtherMessages { get; set; }
        public List<EfLoadFailed> LoadFailures { get; } = [];
        public List<EfFailed> Failures { get; } = [];
    }
}
