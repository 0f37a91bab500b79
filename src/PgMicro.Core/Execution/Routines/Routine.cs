using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Routines;

/// <summary>
/// A function or procedure that users have made, ready to run: one object per routine and resolved types, kept until the
/// catalog changes. There is one class per language. NULL arguments of a STRICT function, its settings and its owner's rights are the caller's concern.
/// </summary>
internal abstract class Routine(PgProc proc, CallSite site)
{
    /// <summary>Its row of pg_proc.</summary>
    internal PgProc Proc { get; } = proc;

    /// <summary>The types that the call has given to its arguments and its result.</summary>
    internal CallSite Site { get; } = site;

    /// <summary>Whether what a function without a result returns is NULL, not an empty value.</summary>
    internal virtual bool IsVoidNull => false;

    /// <summary>Whether running it may write, as far as that can be known without running it.</summary>
    internal virtual bool MayWrite(PgSession session) => Proc.provolatile == 'v';

    /// <summary>Runs it for one value: of a scalar or composite type, NULL for void. Several OUT parameters are one record.</summary>
    /// <param name="session">The session.</param>
    /// <param name="arguments">Values of the input parameters, in order.</param>
    internal abstract PgDatum Call(PgSession session, ReadOnlySpan<PgDatum> arguments);

    /// <summary>Runs it for a set. A row has as many values as the result has columns: one for a scalar type.</summary>
    /// <param name="session">The session.</param>
    /// <param name="arguments">Values of the input parameters, in order.</param>
    /// <param name="columns">
    /// The column definition list of the call when the result is of type record without OUT parameters, to which the rows are held. Without one such a row
    /// is one value of type record, which tells its own shape.
    /// </param>
    internal abstract IEnumerable<PgDatum[]> CallSet(PgSession session, PgDatum[] arguments, RecordShape? columns = null);

    /// <summary>Runs a trigger function.</summary>
    /// <param name="session">The session.</param>
    /// <param name="call">What it is called for.</param>
    /// <returns>The row that it returns, by attribute number; null for NULL.</returns>
    internal virtual PgDatum[]? Fire(PgSession session, TriggerCall call) => throw PgErrors.FeatureNotSupported("a trigger function in this language");

    /// <summary>Runs an event trigger's function.</summary>
    /// <param name="session">The session.</param>
    /// <param name="name">TG_EVENT.</param>
    /// <param name="tag">TG_TAG.</param>
    internal virtual void FireEvent(PgSession session, string name, string tag) => throw PgErrors.FeatureNotSupported("an event trigger function in this language");
}
