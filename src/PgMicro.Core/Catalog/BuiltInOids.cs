namespace PgMicro.Core.Catalog;

/// <summary>OIDs that PostgreSQL fixes, apart from those of types.</summary>
public static class BuiltInOids
{
#pragma warning disable CS1591 // the names say it
    public const uint PgCatalogNamespace = 11, PgToastNamespace = 99, PublicNamespace = 2200;
    public const uint BootstrapSuperuser = 10, DatabaseOwner = 6171;
    public const uint PostgresDatabase = 5;
    public const uint DefaultTablespace = 1663, GlobalTablespace = 1664;
    public const uint HeapAm = 2, BtreeAm = 403, HashAm = 405, GistAm = 783, GinAm = 2742, BrinAm = 3580, SpgistAm = 4000;
    public const uint DefaultCollation = 100, CCollation = 950, PosixCollation = 951;
    public const uint InternalLanguage = 12, CLanguage = 13, SqlLanguage = 14;

    /// <summary>The first OID that an object of a user may have.</summary>
    public const uint FirstNormalObjectId = 16384;

    /// <summary>Objects below it are pinned: the system needs them.</summary>
    public const uint FirstUnpinnedObjectId = 12000;
#pragma warning restore CS1591
}
