using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Transactions.Serializable;

namespace PgMicro.Core.Transactions.Prepared;

/// <summary>A transaction that PREPARE TRANSACTION has taken from its session; the file has it in the table pgmicro_prepared.</summary>
/// <param name="gid">Its name.</param>
/// <param name="xid">Its id.</param>
/// <param name="time">When it was prepared, in microseconds since 1970.</param>
/// <param name="ownerOid">The role that prepared it.</param>
/// <param name="changes">What it changes.</param>
/// <param name="locks">Who has its locks.</param>
/// <param name="predicates">What a serializable one has read and written.</param>
internal sealed class PreparedTransaction(
    string gid, long xid, long time, uint ownerOid, PreparedTable[] changes, LockOwner locks, SerializableTransaction? predicates)
{
    internal string Gid => gid;

    internal long Xid => xid;

    internal long Time => time;

    internal uint OwnerOid => ownerOid;

    internal PreparedTable[] Changes => changes;

    internal LockOwner Locks => locks;

    internal SerializableTransaction? Predicates => predicates;

    /// <summary>Whether a session is about to finish it.</summary>
    internal bool IsBusy { get; set; }

    /// <summary>Told whether it has been committed, when it has ended. Not kept by the file.</summary>
    internal Action<bool>? Finished { get; set; }
}

/// <summary>The rows of a table that a prepared transaction changes.</summary>
/// <param name="Oid">The table.</param>
/// <param name="Columns">SQLite's names of the columns of the rows.</param>
/// <param name="Rows">The rows.</param>
internal sealed record PreparedTable(uint Oid, string[] Columns, PreparedRow[] Rows);

/// <summary>A row that a prepared transaction changes.</summary>
/// <param name="Rowid">Which one.</param>
/// <param name="Kind">What becomes of it.</param>
/// <param name="MovedTo">Its new rowid, of a row that moves.</param>
/// <param name="Row">What is there then; null when it is gone.</param>
internal readonly record struct PreparedRow(long Rowid, ChangeKind Kind, long MovedTo, Storage.SqliteCell[]? Row);
