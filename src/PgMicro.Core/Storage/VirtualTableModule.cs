namespace PgMicro.Core.Storage;

/// <summary>
/// A read-only virtual table in C#. One object may serve any number of connections and threads: what belongs to one scan
/// lives in its cursor. Exceptions from any method come out of the statement's Prepare or Step.
/// </summary>
internal abstract class VirtualTableModule
{
    /// <summary>The name under which statements read it.</summary>
    internal abstract string Name { get; }

    /// <summary>Its columns, as <c>CREATE TABLE x(a, b, c HIDDEN)</c>.</summary>
    internal abstract string Declaration { get; }

    /// <summary>
    /// True if the module is itself a table; otherwise <c>CREATE VIRTUAL TABLE temp.name USING module</c> makes one.
    /// </summary>
    internal virtual bool IsEponymousOnly => true;

    /// <summary>Answers the planner.</summary>
    internal abstract void BestIndex(ref IndexInfo info, SqliteConnectionHandle connection);

    /// <summary>Makes a cursor. One that says it is reusable is kept for later scans on the same connection.</summary>
    internal abstract VirtualTableCursor Open(SqliteConnectionHandle connection);
}
