using PgMicro.Core.Storage;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Transactions;

/// <summary>A table as the log of a transaction's changes knows it.</summary>
internal interface ILoggedTable
{
    uint Oid { get; }

    /// <summary>How its stored rows are read and put back.</summary>
    RowImages Images { get; }

    /// <summary>The keys that a changed row has got in unique indexes, as locks.</summary>
    void AddKeys(SqliteConnectionHandle connection, long rowid, ChangeKind change, List<LockTag> keys);
}
