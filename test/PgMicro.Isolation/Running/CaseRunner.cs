using System.Diagnostics;
using PgMicro.Isolation.Format;
using PgMicro.Oracle.Answers;
using PgMicro.Oracle.Targets;

namespace PgMicro.Isolation.Running;

/// <summary>
/// Runs one case on a database, each session on its own connection, and tells what every step gave. Whether a statement waits is asked
/// of the server. With what is recorded at hand the runner knows for what to look, so that no answer depends on how fast anything is.
/// </summary>
internal sealed class CaseRunner
{
    private readonly IsolationCase _case;
    private readonly CaseTranscript? _recorded;
    private readonly Pace _pace;
    private readonly CaseDatabase _database;
    private readonly IConformanceTarget _control;
    private readonly Dictionary<string, SessionActor> _sessions = [];
    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, string> _variables = [];
    private readonly Dictionary<string, string> _masked = [];
    private readonly StepOutcome?[] _outcomes;
    private bool _isAstray;

    private CaseRunner(IsolationCase script, CaseTranscript? recorded, Pace pace, CaseDatabase database, IConformanceTarget control)
    {
        _case = script;
        _recorded = recorded;
        _pace = pace;
        _database = database;
        _control = control;
        _outcomes = new StepOutcome[script.Steps.Count];
    }

    /// <summary>Runs a case.</summary>
    /// <param name="database">Where; it is disposed of, unless a session of it cannot be ended.</param>
    /// <param name="script">The case.</param>
    /// <param name="recorded">What PostgreSQL gave; null when this is the recording.</param>
    /// <param name="pace">How patiently.</param>
    internal static async Task<CaseTranscript> RunAsync(CaseDatabase database, IsolationCase script, CaseTranscript? recorded, Pace pace)
    {
        var settings = new Dictionary<string, string> { ["deadlock_timeout"] = Pace.DeadlockTimeout };
        var control = await database.ConnectAsync(settings);
        var runner = new CaseRunner(script, recorded, pace, database, control);
        foreach (var statement in script.Setup)
        {
            if ((await control.ExecuteAsync(statement, null)).Error is { } error)
            {
                throw new InvalidOperationException($"[{script.Label}] setup: {statement}: {error.Sqlstate} {error.Message}");
            }
        }

        foreach (var session in script.Steps.Select(static s => s.Session).Distinct())
        {
            var target = await database.ConnectAsync(settings);
            var pid = (await target.ExecuteAsync("SELECT pg_backend_pid()", null)).Rows![0][0]!;
            runner._sessions.Add(session, new SessionActor(session, pid, target));
            runner._names.Add(pid, session);
        }

        await runner.StepsAsync();
        if (await runner.EndAsync())
        {
            foreach (var session in runner._sessions.Values)
            {
                await session.Target.DisposeAsync();
            }

            await control.DisposeAsync();
            await database.DisposeAsync();
        }

        return new CaseTranscript(script.Label, runner._outcomes!);
    }

    private async Task StepsAsync()
    {
        foreach (var step in _case.Steps)
        {
            var session = _sessions[step.Session];
            if (session.Running is not null)
            {
                var problem = $"not run: step {session.Step} still waits";
                if (_recorded is null)
                {
                    throw new FormatException($"[{_case.Label}] step {step.Number} {step.Session}: {problem}");
                }

                Put(step, problem);
                continue;
            }

            session.Start(step.Number, Fill(step.Sql));
            var ends = await SettleAsync(session, step.RunsToItsEnd ? Expectation.Ends : ExpectationOf(step.Number, step.Number));
            Put(step, ends ? Take(session, step) : StepOutcome.Waits);
            _isAstray |= _recorded is not null && ends == (_recorded.Steps[step.Number - 1].Answer == StepOutcome.Waits);
            await ContinueAsync(step);
        }
    }

    // Who waited may go on now, and thereby let others go on.
    private async Task ContinueAsync(ScriptStep step)
    {
        for (var again = true; again;)
        {
            again = false;
            foreach (var session in _sessions.Values.Where(s => s.Running is not null && s.Step != step.Number).OrderBy(static s => s.Step))
            {
                var expectation = session.Name == step.Ends ? Expectation.Ends : ExpectationOf(session.Step, step.Number);
                if (await SettleAsync(session, expectation))
                {
                    Continue(step.Number, session);
                    again = true;
                }
            }

            if (again && _sessions[step.Session] is { Running: not null } own && own.Step == step.Number
                && await SettleAsync(own, ExpectationOf(step.Number, step.Number, continues: true)))
            {
                Continue(step.Number, own);
            }
        }
    }

    private void Continue(int after, SessionActor session)
    {
        var waiting = _case.Steps[session.Step - 1];
        _outcomes[session.Step - 1] = _outcomes[session.Step - 1]! with { ContinuesAfter = after, Continuation = Take(session, waiting) };
        _isAstray |= _recorded is not null && _recorded.Steps[session.Step - 1].ContinuesAfter != after;
    }

    // When a statement has waited that ought not to, or the reverse, the recording does not tell any more what happens next.
    private Expectation ExpectationOf(int number, int now, bool continues = false)
    {
        if (_recorded is null || _isAstray)
        {
            return Expectation.Unknown;
        }

        var recorded = _recorded.Steps[number - 1];
        return number == now && !continues
            ? recorded.Answer == StepOutcome.Waits ? Expectation.Waits : Expectation.Ends
            : recorded.ContinuesAfter == now ? Expectation.Ends : Expectation.Waits;
    }

    // True when the statement ends, false when it waits.
    private async Task<bool> SettleAsync(SessionActor session, Expectation expectation)
    {
        var running = session.Running!;
        var all = Stopwatch.StartNew();
        Stopwatch? waiting = null;
        while (!running.IsCompleted)
        {
            if (await IsBlockedAsync(session))
            {
                waiting ??= Stopwatch.StartNew();
                var enough = expectation switch
                {
                    Expectation.Ends => _pace.Patience,
                    Expectation.Waits => TimeSpan.Zero,
                    _ => _pace.Stable,
                };
                if (!running.IsCompleted && waiting.Elapsed >= enough)
                {
                    return false;
                }
            }
            else
            {
                waiting = null;
            }

            if (all.Elapsed > _pace.Watchdog)
            {
                throw new TimeoutException(
                    $"[{_case.Label}] step {session.Step} {session.Name}: {_case.Steps[session.Step - 1].Sql}: neither ends nor waits, {_pace.Watchdog.TotalSeconds} seconds long");
            }

            await Task.WhenAny(running, Task.Delay(1));
        }

        return true;
    }

    private Task<bool> IsBlockedAsync(SessionActor session) =>
        Task.Run(() => _database.IsBlockedAsync(_control, session.Pid)).WaitAsync(_pace.Watchdog);

    private async Task<StatementAnswer> ControlAsync(string sql)
    {
        var answer = await Task.Run(() => _control.ExecuteAsync(sql, null)).WaitAsync(_pace.Watchdog);
        return answer.Error is { } error ? throw new InvalidOperationException($"{sql}: {error.Sqlstate} {error.Message}") : answer;
    }

    // Ends what still runs; false when that cannot be ended, and the database with it.
    private async Task<bool> EndAsync()
    {
        var busy = _sessions.Values.Where(static s => s.Running is not null).ToArray();
        if (busy.Length > 0 && _recorded is null)
        {
            throw new FormatException($"[{_case.Label}] step {busy[0].Step} {busy[0].Name} waits to the end of the script");
        }

        foreach (var session in busy)
        {
            await ControlAsync($"SELECT pg_cancel_backend({session.Pid})");
        }

        foreach (var session in busy)
        {
            if (await Task.WhenAny(session.Running!, Task.Delay(_pace.Watchdog)) != session.Running)
            {
                return false;
            }
        }

        return true;
    }

    private void Put(ScriptStep step, string answer) =>
        _outcomes[step.Number - 1] = new StepOutcome(step.Number, step.Session, step.Sql) { Answer = answer };

    private string Take(SessionActor session, ScriptStep step)
    {
        var answer = session.Finish();
        if (step.Keeps is { } variable && answer.Rows is [[{ } value, ..], ..])
        {
            _variables[variable] = value;
            _masked[value] = $"<{variable}>";
        }

        return AnswerText.Of(answer, _names, _masked);
    }

    private string Fill(string sql)
    {
        foreach (var session in _sessions.Values)
        {
            sql = sql.Replace($":pid({session.Name})", session.Pid, StringComparison.Ordinal);
        }

        foreach (var (name, value) in _variables)
        {
            sql = sql.Replace($":{name}", $"'{value}'", StringComparison.Ordinal);
        }

        return sql;
    }
}
