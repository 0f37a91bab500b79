using System.Net;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions;

/// <summary>
/// What a function may see of its session: the settings of <see cref="TypeContext"/> and the services below, which Execution implements.
/// One object per session, reached from a SQLite function through its connection's owner.
/// </summary>
public abstract class FunctionContext : TypeContext
{
    /// <summary>The session's random numbers.</summary>
    internal Session.RandomState Random { get; } = new();

    /// <summary>The catalog that the running statement sees.</summary>
    public abstract Catalog.CatalogSnapshot Catalog { get; }

    /// <summary>current_setting: the value of a run-time parameter; null when missing and <paramref name="missingOk"/>.</summary>
    public abstract string? GetSetting(string name, bool missingOk);

    /// <summary>pg_class.oid of the sequence whose value lastval gives.</summary>
    public virtual uint LastSequence => 0;

    /// <summary>The flags of a run-time parameter; null when there is none of that name.</summary>
    public virtual string[]? SettingFlags(string name) => null;

    /// <summary>set_config.</summary>
    public abstract string SetSetting(string name, string? value, bool isLocal);

    /// <summary>current_database().</summary>
    public abstract string DatabaseName { get; }

    /// <summary>current_user.</summary>
    public abstract string CurrentUser { get; }

    /// <summary>session_user.</summary>
    public abstract string SessionUser { get; }

    /// <summary>pg_namespace OIDs of the effective search_path, implicit ones included when asked.</summary>
    public abstract IReadOnlyList<uint> SearchPath(bool includeImplicit);

    /// <inheritdoc/>
    public override string ShownType(uint type, string name) => CatalogNames.FormatType(Catalog, type, SearchPath(includeImplicit: true));

    /// <summary>pg_backend_pid().</summary>
    public abstract int BackendPid { get; }

    /// <summary>The transaction's id, assigned when first asked for.</summary>
    public abstract long CurrentTransactionId();

    /// <summary>Waits for a time; a cancellation ends it with 57014.</summary>
    public virtual void Wait(TimeSpan time) => throw new InvalidOperationException("No session is at hand.");

    /// <summary>The transition tables of the trigger whose function runs.</summary>
    public virtual IReadOnlyList<EphemeralTable> EphemeralTables => [];

    /// <summary>How many trigger functions are being called, each from the one before.</summary>
    public virtual int TriggerDepth => 0;

    /// <summary>The table that triggers of table_rewrite run for, and why it is rewritten; null outside of them.</summary>
    public virtual (uint Table, int Reason)? RewrittenTable => null;

    /// <summary>The text that the client sent.</summary>
    public virtual string? CurrentQuery => null;

    /// <summary>Where the session's client is on the network, or null.</summary>
    public virtual IPEndPoint? ClientEndPoint => null;

    /// <summary>Where the session's client has connected to, or null.</summary>
    public virtual IPEndPoint? ServerEndPoint => null;

    /// <summary>The transaction's id, or null when it has none yet.</summary>
    public virtual long? AssignedTransactionId => throw new InvalidOperationException("No session is at hand.");

    /// <summary>Waits for a session to end; false, with a warning, when it has not within so many milliseconds.</summary>
    public virtual bool AwaitBackendEnd(int pid, long timeout) => throw new InvalidOperationException("No session is at hand.");

    /// <summary>Cancels or terminates another session of the cluster; false when there is none of that number.</summary>
    public virtual bool SignalBackend(int pid, bool terminate) => throw new InvalidOperationException("No session is at hand.");

    /// <summary>nextval.</summary>
    public abstract long NextValue(uint sequenceOid);

    /// <summary>currval.</summary>
    public abstract long CurrentValue(uint sequenceOid);

    /// <summary>lastval.</summary>
    public abstract long LastValue();

    /// <summary>setval.</summary>
    public abstract long SetValue(uint sequenceOid, long value, bool isCalled);

    /// <summary>Takes (or tries) an advisory lock; false when a try fails.</summary>
    public abstract bool AdvisoryLock(Int128 key, bool shared, bool transactionLevel, bool wait);

    /// <summary>Releases a session-level advisory lock; false when it was not held.</summary>
    public abstract bool AdvisoryUnlock(Int128 key, bool shared);

    /// <summary>Releases all of the session's session-level advisory locks.</summary>
    public virtual void AdvisoryUnlockAll() => throw new InvalidOperationException("No session is at hand.");

    /// <summary>The process ids of those that a session waits for.</summary>
    public virtual IReadOnlyList<int> BlockingPids(int pid) => throw new InvalidOperationException("No session is at hand.");

    /// <summary>The process ids of those that keep a session from a safe snapshot.</summary>
    public virtual IReadOnlyList<int> SafeSnapshotBlockingPids(int pid) => throw new InvalidOperationException("No session is at hand.");

    /// <summary>Rows about the session itself, as the set-returning function of that name gives them.</summary>
    public virtual IEnumerable<PgDatum[]> SessionRows(SessionRowSet set) => throw new InvalidOperationException("No session is at hand.");

    /// <summary>Bytes of the file that a relation itself takes, its indexes, or both.</summary>
    public virtual long RelationSize(uint relation, bool own, bool indexes) => throw new InvalidOperationException("No session is at hand.");

    /// <summary>NOTIFY: sent when the transaction commits.</summary>
    public virtual void Notify(string channel, string payload) => throw new InvalidOperationException("No session is at hand.");

    /// <summary>Raises what the constraints of a domain raise for a value of it (23502, 23514).</summary>
    public abstract void CheckDomain(uint domain, PgDatum value);

    /// <inheritdoc/>
    public override void CheckLikeRegex(ReadOnlySpan<byte> pattern, string flags) => Json.JsonPathExecutor.LikeRegex(pattern, flags);

    /// <summary>Sends a notice to the client.</summary>
    public abstract override void Notice(Errors.PgNotice notice);

    /// <summary>Raises 57014 when the statement was cancelled or timed out; long loops call it.</summary>
    public abstract void CheckForInterrupts();

    /// <summary>Runs one query that changes nothing, within the running statement.</summary>
    /// <param name="sql">Its text.</param>
    /// <param name="types">pg_type OIDs of its columns.</param>
    public virtual IReadOnlyList<Types.PgDatum[]> Query(string sql, out IReadOnlyList<uint> types) =>
        throw Errors.PgErrors.FeatureNotSupported("a query inside a function");

    /// <summary>Runs one query that changes nothing, within the running statement; its errors tell its text.</summary>
    /// <param name="sql">Its text.</param>
    /// <param name="columns">Its columns.</param>
    public virtual IReadOnlyList<PgDatum[]> QueryRows(string sql, out IReadOnlyList<QueryColumn> columns) =>
        throw Errors.PgErrors.FeatureNotSupported("a query inside a function");

    /// <summary>Calls a function that users have made, for one value, while SQLite runs the statement that contains the call.</summary>
    internal virtual PgDatum CallRoutine(CallSite site, PgDatum[] arguments) => throw new InvalidOperationException("No session is at hand.");

    /// <summary>Calls a function that users have made, for its rows, while SQLite runs the statement that contains the call.</summary>
    internal virtual IEnumerable<PgDatum[]> CallRoutineSet(CallSite site, PgDatum[] arguments, RecordShape? columns) => throw new InvalidOperationException("No session is at hand.");

    /// <summary>Begins a group or window frame of an aggregate that users have made.</summary>
    internal virtual Aggregates.IAggregateRun StartAggregate(Aggregates.AggregateSite site) => throw new InvalidOperationException("No session is at hand.");

    /// <summary>Reads on in a cursor (34000 when there is none of the name).</summary>
    public virtual IReadOnlyList<PgDatum[]> FetchCursor(string name, long count, out IReadOnlyList<QueryColumn> columns) =>
        throw Errors.PgErrors.FeatureNotSupported("a cursor inside a function");
}

/// <summary>A column of a query that a function runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">pg_type OID.</param>
public readonly record struct QueryColumn(string Name, uint Type);
