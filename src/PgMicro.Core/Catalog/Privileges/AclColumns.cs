using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog.Privileges;

/// <summary>The column of a catalog row that is its access control list.</summary>
internal static class AclColumns
{
    /// <summary>A row's list; null for the default and for rows that have none.</summary>
    internal static string? Of(CatalogRow row) => row switch
    {
        PgClass c => c.relacl,
        PgAttribute a => a.attacl,
        PgNamespace n => n.nspacl,
        PgType t => t.typacl,
        PgProc p => p.proacl,
        PgLanguage l => l.lanacl,
        PgTablespace t => t.spcacl,
        PgDatabase d => d.datacl,
        PgDefaultAcl d => d.defaclacl,
        PgLargeobjectMetadata l => l.lomacl,
        PgParameterAcl p => p.paracl,
        PgForeignDataWrapper w => w.fdwacl,
        PgForeignServer s => s.srvacl,
        _ => null,
    };

    /// <summary>The row with another list.</summary>
    internal static CatalogRow With(CatalogRow row, string? acl) => row switch
    {
        PgClass c => c with { relacl = acl },
        PgAttribute a => a with { attacl = acl },
        PgNamespace n => n with { nspacl = acl },
        PgType t => t with { typacl = acl },
        PgProc p => p with { proacl = acl },
        PgLanguage l => l with { lanacl = acl },
        PgTablespace t => t with { spcacl = acl },
        PgDatabase d => d with { datacl = acl },
        PgDefaultAcl d => d with { defaclacl = acl! },
        PgLargeobjectMetadata l => l with { lomacl = acl },
        PgParameterAcl p => p with { paracl = acl! },
        PgForeignDataWrapper w => w with { fdwacl = acl },
        PgForeignServer s => s with { srvacl = acl },
        _ => throw new InvalidOperationException($"A row of {row.Table.Name} has no access control list."),
    };
}
