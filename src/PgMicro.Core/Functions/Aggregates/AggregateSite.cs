using System.Collections.Concurrent;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Aggregates;

/// <summary>Where the rows of a user's aggregate come from.</summary>
internal enum AggregateFrame
{
    /// <summary>A group.</summary>
    Group,

    /// <summary>A window frame that only grows.</summary>
    Growing,

    /// <summary>A window frame whose start moves.</summary>
    Moving,

    /// <summary>A window frame that leaves rows out, which is read anew for each row.</summary>
    Excluding,
}

/// <summary>
/// The resolved parts of one call of a user's aggregate in a plan. Interned process-wide; lowering passes its <see cref="Id"/> to SQLite's function.
/// Aggregates of one query that differ in their final functions only have one site over the same arguments, and so one state.
/// </summary>
/// <param name="Transition">The transition function: state and aggregated arguments to state.</param>
/// <param name="Inverse">What takes a row back; null where the state is computed anew.</param>
/// <param name="Initial">The first state as text; null for NULL.</param>
/// <param name="Final">The final function; null when there is none, or when it is a call of its own around the state.</param>
/// <param name="Distinct">By how many of the arguments rows that repeat the one before are left out.</param>
/// <param name="Frame">Where the rows come from.</param>
/// <param name="Unshared">The aggregate's own OID when its final function changes the state, else 0.</param>
internal sealed record AggregateSite(CallSite Transition, CallSite? Inverse, string? Initial, CallSite? Final, int Distinct, AggregateFrame Frame, uint Unshared)
{
    private static readonly ConcurrentDictionary<AggregateSite, (int Id, AggregateSite Site)> Interned = new();
    private static readonly ConcurrentDictionary<int, AggregateSite> ById = new();
    private static int count;

    /// <summary>pg_type OID of the state.</summary>
    internal uint StateType => Transition.ResultType;

    /// <summary>The number that stands for the site in SQL.</summary>
    internal int Id => Interned.GetOrAdd(this, static site =>
    {
        var id = Interlocked.Increment(ref count);
        ById[id] = site;
        return (id, site);
    }).Id;

    /// <summary>The site of an id.</summary>
    internal static AggregateSite FromId(int id) => ById[id];
}

/// <summary>One group or window frame of a user's aggregate while it is computed.</summary>
internal interface IAggregateRun
{
    /// <summary>A row comes in.</summary>
    void Step(PgDatum[] arguments);

    /// <summary>The first row goes out of the frame.</summary>
    void Inverse();

    /// <summary>The result, or the state where there is no final function.</summary>
    PgDatum Value();
}
