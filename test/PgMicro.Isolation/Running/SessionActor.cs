using PgMicro.Oracle.Answers;
using PgMicro.Oracle.Targets;

namespace PgMicro.Isolation.Running;

/// <summary>A session of a script, which runs its statements on a thread of their own so that they may wait.</summary>
internal sealed class SessionActor(string name, string pid, IConformanceTarget target)
{
    internal string Name => name;

    /// <summary>The session's process id, as pg_backend_pid() tells it.</summary>
    internal string Pid => pid;

    /// <summary>The statement that runs; null when none does.</summary>
    internal Task<StatementAnswer>? Running { get; private set; }

    /// <summary>The number of the step that runs or ran last.</summary>
    internal int Step { get; private set; }

    internal IConformanceTarget Target => target;

    internal void Start(int step, string sql)
    {
        Step = step;
        Running = Task.Factory.StartNew(() => Run(sql), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Takes the answer of a statement that has ended.</summary>
    internal StatementAnswer Finish()
    {
        var answer = Running!.GetAwaiter().GetResult();
        Running = null;
        return answer;
    }

    private StatementAnswer Run(string sql)
    {
        try
        {
            return target.ExecuteAsync(sql, null).GetAwaiter().GetResult();
        }
        catch (TargetLostException e) when (e.Error is { } error)
        {
            return new StatementAnswer { Error = error };
        }
    }
}
