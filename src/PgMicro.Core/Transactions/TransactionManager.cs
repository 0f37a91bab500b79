using PgMicro.Core.Catalog;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>What the transactions of one database share: the write gate, the committed catalog, transaction ids.</summary>
internal sealed class TransactionManager(CatalogStore store)
{
    private const long FirstNormalXid = 3;
    private readonly Lock _lock = new();
    private long _nextXid = FirstNormalXid;

    internal WriteGate Gate { get; } = new();

    /// <summary>The last committed catalog.</summary>
    internal CatalogSnapshot Catalog => store.Current;

    /// <summary>Takes the next transaction id.</summary>
    internal long NextXid()
    {
        lock (_lock)
        {
            return _nextXid++;
        }
    }

    /// <summary>Reads the counters of a file that was opened.</summary>
    internal void LoadCounters(SqliteConnectionHandle connection) =>
        _nextXid = Math.Max(FirstNormalXid, connection.QueryInt64("SELECT coalesce((SELECT value FROM pgmicro_meta WHERE name = 'next_xid'), 0)"));

    /// <summary>Writes the counters within the transaction that commits.</summary>
    internal void SaveCounters(SqliteConnectionHandle connection)
    {
        var statement = connection.Rent("INSERT INTO pgmicro_meta (name, value) VALUES ('next_xid', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        try
        {
            statement.BindInt64(1, _nextXid);
            statement.ExecuteNonQuery();
        }
        finally
        {
            connection.Return(statement);
        }
    }

    /// <summary>Begins a change of the catalog; the caller holds the gate.</summary>
    internal CatalogBuilder BeginCatalogChange() => store.BeginChange();

    /// <summary>Makes a committed catalog current.</summary>
    internal void Publish(CatalogSnapshot snapshot) => store.Publish(snapshot);

    /// <summary>Reloads the catalog when another process has changed it.</summary>
    internal void RefreshCatalog(SqliteConnectionHandle connection) => store.Refresh(connection);
}
