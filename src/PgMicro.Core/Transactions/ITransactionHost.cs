namespace PgMicro.Core.Transactions;

/// <summary>What a transaction needs of the session that it belongs to.</summary>
internal interface ITransactionHost
{
    /// <summary>Held while the session works: who has it may act for the session.</summary>
    Lock Latch { get; }

    /// <summary>Where its transactions log their changes, one after the other.</summary>
    ChangeLog Changes { get; }

    /// <summary>Whether more statements of the transaction may follow.</summary>
    bool InTransactionBlock { get; }

    /// <summary>Told when it begins to wait for another session, and when it has done so.</summary>
    bool IsWaiting { set; }

    /// <summary>What its client calls itself.</summary>
    string ApplicationName { get; }

    /// <summary>Where the superseded versions of a table's rows are kept; null when they are not.</summary>
    RowVersions? VersionsOf(Catalog.CatalogSnapshot catalog, uint table);

    /// <summary>Whether it has temporary tables.</summary>
    bool HasTempObjects { get; }

    /// <summary>Reads what its open queries have left to read, so that their SQLite transaction can go.</summary>
    void SpoolReaders();
}
