namespace PgMicro.Isolation.Running;

/// <summary>How long the runner looks at a statement before it says that it waits.</summary>
/// <param name="Stable">
/// How long a statement must be seen waiting when nothing is known of it, as in recording, or once something else has happened than was
/// recorded: longer than deadlock_timeout, so that who waits has seen that there is no deadlock yet.
/// </param>
/// <param name="Patience">How long a statement that ought to end may be seen waiting.</param>
/// <param name="Watchdog">How long a statement may neither end nor wait.</param>
internal sealed record Pace(TimeSpan Stable, TimeSpan Patience, TimeSpan Watchdog)
{
    /// <summary>deadlock_timeout of every session.</summary>
    internal const string DeadlockTimeout = "30ms";

    /// <summary>Recording.</summary>
    internal static Pace Recording { get; } = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60));

    /// <summary>A script whose every step has been right.</summary>
    internal static Pace Replaying { get; } = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60));

    /// <summary>A script that is known to wait where PostgreSQL does not.</summary>
    internal static Pace Impatient { get; } = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
}

/// <summary>What the runner expects a running statement to do.</summary>
internal enum Expectation
{
    /// <summary>Nothing is known.</summary>
    Unknown,

    /// <summary>It ends.</summary>
    Ends,

    /// <summary>It waits.</summary>
    Waits,
}
