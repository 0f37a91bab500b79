using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Execution.Ddl;

namespace PgMicro.Core.Execution.Roles;

/// <summary>An object that has an access control list.</summary>
/// <param name="Row">Its catalog row.</param>
/// <param name="Address">Its address.</param>
/// <param name="Kind">The letter of acldefault.</param>
/// <param name="Owner">pg_authid.oid.</param>
/// <param name="Acl">The list; null for the default.</param>
/// <param name="Name">As messages name it.</param>
/// <param name="KindName">As "permission denied for …" names its kind.</param>
internal sealed record AclObject(CatalogRow Row, ObjectAddress Address, char Kind, uint Owner, string? Acl, string Name, string KindName)
{
    internal List<AclItem> Items(CatalogSnapshot catalog) =>
        Acl is null ? PgMicro.Core.Catalog.Privileges.Acl.Default(Kind, Owner) : PgMicro.Core.Catalog.Privileges.Acl.Parse(catalog, Acl);
}

/// <summary>The lists of catalog rows, whatever the relation.</summary>
internal static class AclCatalog
{
    internal static AclObject Of(PgClass row) => new(
        row, ObjectAddress.Relation(row.oid), row.relkind == 'S' ? 's' : 'r', row.relowner, row.relacl, row.relname,
        row.relkind switch { 'S' => "sequence", 'v' => "view", 'm' => "materialized view", 'f' => "foreign table", _ => "table" });

    internal static AclObject Of(PgClass table, PgAttribute row) => new(
        row, ObjectAddress.Relation(table.oid, row.attnum), 'c', table.relowner, row.attacl, row.attname, "column");

    internal static AclObject Of(PgNamespace row) => new(row, new(PgNamespace.RelationOid, row.oid), 'n', row.nspowner, row.nspacl, row.nspname, "schema");

    internal static AclObject Of(PgType row) => new(row, new(PgType.RelationOid, row.oid), 'T', row.typowner, row.typacl, row.typname, "type");

    internal static AclObject Of(PgProc row) => new(row, new(PgProc.RelationOid, row.oid), 'f', row.proowner, row.proacl, row.proname, "function");

    internal static AclObject Of(PgLanguage row) => new(row, new(PgLanguage.RelationOid, row.oid), 'l', row.lanowner, row.lanacl, row.lanname, "language");

    internal static AclObject Of(PgTablespace row) => new(row, new(PgTablespace.RelationOid, row.oid), 't', row.spcowner, row.spcacl, row.spcname, "tablespace");

    internal static AclObject Of(Catalog.Tables.PgDatabase row) => new(
        row, new(Catalog.Tables.PgDatabase.RelationOid, row.oid), 'd', row.datdba, row.datacl, row.datname, "database");

    internal static AclObject Of(PgDefaultAcl row) => new(
        row, new(PgDefaultAcl.RelationOid, row.oid), row.defaclobjtype switch { 'S' => 's', var c => c }, row.defaclrole, row.defaclacl, "", "default privileges");

    internal static AclObject Of(PgLargeobjectMetadata row) => new(
        row, new(LargeObjects.RelationOid, row.oid), 'L', row.lomowner, row.lomacl, row.oid.ToString(System.Globalization.CultureInfo.InvariantCulture), "large object");

    internal static AclObject Of(PgParameterAcl row) => new(
        row, new(PgParameterAcl.RelationOid, row.oid), 'p', BuiltInOids.BootstrapSuperuser, row.paracl, row.parname, "parameter");

    internal static AclObject Of(PgForeignDataWrapper row) => new(
        row, new(PgForeignDataWrapper.RelationOid, row.oid), 'F', row.fdwowner, row.fdwacl, row.fdwname, "foreign-data wrapper");

    internal static AclObject Of(PgForeignServer row) => new(row, new(PgForeignServer.RelationOid, row.oid), 'S', row.srvowner, row.srvacl, row.srvname, "foreign server");

    // Objects that have an owner and no list.
    private static AclObject Owned(CatalogRow row, ObjectAddress address, uint owner, string name, string kind) => new(row, address, '\0', owner, null, name, kind);

    /// <summary>Objects of the database's own whose lists name a role.</summary>
    internal static IEnumerable<AclObject> Users(CatalogSnapshot catalog, uint role) =>
        All(catalog).Where(o => o.Acl is not null && Acl.Parse(catalog, o.Acl).Exists(i => i.Grantee == role || i.Grantor == role));

    /// <summary>Every object that the database's own rows give a list.</summary>
    internal static IEnumerable<AclObject> All(CatalogSnapshot catalog)
    {
        foreach (var row in catalog.AllUserRows())
        {
            if (Of(catalog, row) is { } found)
            {
                yield return found;
            }
        }
    }

    /// <summary>Gives an object another list.</summary>
    internal static void Write(DdlContext ddl, AclObject target, IReadOnlyList<AclItem> items)
    {
        var acl = items.Count == 0 && target.Kind == 'c' ? null : Acl.Format(ddl.Catalog, items);
        ddl.Put(AclColumns.With(target.Row, acl));
    }

    private static AclObject? Of(CatalogSnapshot catalog, CatalogRow row) => row switch
    {
        PgClass c => Of(c),
        PgAttribute { attacl: not null } a => Of(catalog.Class(a.attrelid)!, a),
        PgNamespace n => Of(n),
        PgType t => Of(t),
        PgProc p => Of(p),
        PgLanguage l => Of(l),
        PgTablespace t => Of(t),
        Catalog.Tables.PgDatabase d => Of(d),
        PgDefaultAcl d => Of(d),
        PgLargeobjectMetadata l => Of(l),
        PgParameterAcl p => Of(p),
        PgForeignDataWrapper w => Of(w),
        PgForeignServer s => Of(s),
        PgUserMapping { umuser: not 0 } m => Owned(m, new(PgUserMapping.RelationOid, m.oid), m.umuser, "", "user mapping"),
        PgEventTrigger t => Owned(t, new(PgEventTrigger.RelationOid, t.oid), t.evtowner, t.evtname, "event trigger"),
        PgPublication p => Owned(p, new(PgPublication.RelationOid, p.oid), p.pubowner, p.pubname, "publication"),
        PgSubscription s => Owned(s, new(PgSubscription.RelationOid, s.oid), s.subowner, s.subname, "subscription"),
        PgConversion c => Owned(c, new(PgConversion.RelationOid, c.oid), c.conowner, c.conname, "conversion"),
        PgCollation c => Owned(c, new(PgCollation.RelationOid, c.oid), c.collowner, c.collname, "collation"),
        PgStatisticExt s => Owned(s, new(PgStatisticExt.RelationOid, s.oid), s.stxowner, s.stxname, "statistics object"),
        PgTsDict d => Owned(d, new(PgTsDict.RelationOid, d.oid), d.dictowner, d.dictname, "text search dictionary"),
        PgTsConfig c => Owned(c, new(PgTsConfig.RelationOid, c.oid), c.cfgowner, c.cfgname, "text search configuration"),
        _ => null,
    };
}
