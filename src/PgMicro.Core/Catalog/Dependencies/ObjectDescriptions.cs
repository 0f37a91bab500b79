using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog.Dependencies;

/// <summary>Objects as messages call them (PostgreSQL's getObjectDescription): "table a", "column v of table a".</summary>
public static class ObjectDescriptions
{
    /// <summary>Describes an object; null if it does not exist.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="address">The object.</param>
    /// <param name="searchPath">Schemas whose objects need no qualification; null for public.</param>
    public static string? Describe(CatalogSnapshot catalog, ObjectAddress address, IReadOnlyList<uint>? searchPath)
    {
        var oid = address.ObjectId;
        switch (address.ClassId)
        {
            case PgClass.RelationOid:
                if (catalog.Class(oid) is not { } relation)
                {
                    return null;
                }

                var described = Relation(catalog, relation, searchPath);
                return address.SubId == 0 ? described
                    : catalog.Attribute(oid, address.SubId) is { } column ? $"column {column.attname} of {described}" : null;
            case PgProc.RelationOid:
                return catalog.Proc(oid) is { } proc ? $"function {CatalogNames.Procedure(catalog, proc, searchPath)}" : null;
            case PgType.RelationOid:
                return catalog.Type(oid) is null ? null : $"type {CatalogNames.FormatType(catalog, oid, searchPath)}";
            case PgConstraint.RelationOid:
                return catalog.Constraint(oid) is not { } constraint ? null
                    : constraint.conrelid == 0 ? $"constraint {constraint.conname}"
                    : $"constraint {constraint.conname} on {Relation(catalog, constraint.conrelid, searchPath)}";
            case PgAttrdef.RelationOid:
                return catalog.Find(PgAttrdef.Relation, new(oid)) is { } attrdef
                    ? $"default value for {Describe(catalog, ObjectAddress.Relation(attrdef.adrelid, attrdef.adnum), searchPath)}"
                    : null;
            case PgRewrite.RelationOid:
                return catalog.Find(PgRewrite.Relation, new(oid)) is { } rule
                    ? $"rule {rule.rulename} on {Relation(catalog, rule.ev_class, searchPath)}"
                    : null;
            case PgTrigger.RelationOid:
                return catalog.Find(PgTrigger.Relation, new(oid)) is { } trigger
                    ? $"trigger {trigger.tgname} on {Relation(catalog, trigger.tgrelid, searchPath)}"
                    : null;
            case PgPolicy.RelationOid:
                return catalog.Find(PgPolicy.Relation, new(oid)) is { } policy
                    ? $"policy {policy.polname} on {Relation(catalog, policy.polrelid, searchPath)}"
                    : null;
            case PgNamespace.RelationOid:
                return catalog.Namespace(oid) is { } schema ? $"schema {schema.nspname}" : null;
            case PgExtension.RelationOid:
                return catalog.Find(PgExtension.Relation, new(oid)) is { } extension ? $"extension {extension.extname}" : null;
            case PgAuthid.RelationOid:
                return catalog.Role(oid) is { } role ? $"role {role.rolname}" : null;
            case PgDatabase.RelationOid:
                return catalog.Find(PgDatabase.Relation, new(oid)) is { } database ? $"database {database.datname}" : null;
            case PgTablespace.RelationOid:
                return catalog.Find(PgTablespace.Relation, new(oid)) is { } tablespace ? $"tablespace {tablespace.spcname}" : null;
            case PgLanguage.RelationOid:
                return catalog.Language(oid) is { } language ? $"language {language.lanname}" : null;
            case PgCollation.RelationOid:
                return catalog.Collation(oid) is { } collation
                    ? "collation " + CatalogNames.Qualified(
                        catalog, collation.collnamespace, collation.collname, searchPath, static (c, n, s) => c.FindCollation(n, s)?.oid ?? 0, oid)
                    : null;
            case PgOperator.RelationOid:
                return catalog.Operator(oid) is { } op ? $"operator {CatalogNames.Operator(catalog, op, searchPath)}" : null;
            case PgOpclass.RelationOid:
                return catalog.Opclass(oid) is { } opclass
                    ? $"operator class {CatalogNames.Qualified(catalog, opclass.opcnamespace, opclass.opcname, searchPath, (c, n, s) => c.OpclassesByName(n).FirstOrDefault(o => o.opcnamespace == s && o.opcmethod == opclass.opcmethod)?.oid ?? 0, oid)} for access method {catalog.Am(opclass.opcmethod)?.amname}"
                    : null;
            case PgOpfamily.RelationOid:
                return catalog.Opfamily(oid) is { } opfamily
                    ? $"operator family {CatalogNames.Qualified(catalog, opfamily.opfnamespace, opfamily.opfname, searchPath, (c, n, s) => c.Find(PgOpfamily.ByName, new(Name: n)).FirstOrDefault(f => f.opfnamespace == s && f.opfmethod == opfamily.opfmethod)?.oid ?? 0, oid)} for access method {catalog.Am(opfamily.opfmethod)?.amname}"
                    : null;
            case PgAmop.RelationOid:
                return catalog.Find(PgAmop.Relation, new(oid)) is { } amop && catalog.Operator(amop.amopopr) is { } member
                    ? $"operator {amop.amopstrategy} {Member(catalog, amop.amopfamily, amop.amoplefttype, amop.amoprighttype, searchPath)}: {CatalogNames.Operator(catalog, member, searchPath)}"
                    : null;
            case PgAmproc.RelationOid:
                return catalog.Find(PgAmproc.Relation, new(oid)) is { } amproc && catalog.Proc(amproc.amproc) is { } support
                    ? $"function {amproc.amprocnum} {Member(catalog, amproc.amprocfamily, amproc.amproclefttype, amproc.amprocrighttype, searchPath)}: {CatalogNames.Procedure(catalog, support, searchPath)}"
                    : null;
            case PgAm.RelationOid:
                return catalog.Am(oid) is { } am ? $"access method {am.amname}" : null;
            case PgCast.RelationOid:
                return catalog.Find(PgCast.Relation, new(oid)) is { } cast
                    ? $"cast from {CatalogNames.FormatType(catalog, cast.castsource, searchPath)} to {CatalogNames.FormatType(catalog, cast.casttarget, searchPath)}"
                    : null;
            case PgStatisticExt.RelationOid:
                return catalog.Find(PgStatisticExt.Relation, new(oid)) is { } statistics ? "statistics object " + CatalogNames.Qualified(
                    catalog, statistics.stxnamespace, statistics.stxname, searchPath, static (c, n, s) => c.FindStatistics(n, s)?.oid ?? 0, oid) : null;
            case PgTsConfig.RelationOid:
                return catalog.Find(PgTsConfig.Relation, new(oid)) is { } config ? "text search configuration " + CatalogNames.Qualified(
                    catalog, config.cfgnamespace, config.cfgname, searchPath, static (c, n, s) => c.TsConfigsByName(n).FirstOrDefault(r => r.cfgnamespace == s)?.oid ?? 0, oid) : null;
            case PgTsDict.RelationOid:
                return catalog.Find(PgTsDict.Relation, new(oid)) is { } dictionary ? "text search dictionary " + CatalogNames.Qualified(
                    catalog, dictionary.dictnamespace, dictionary.dictname, searchPath, static (c, n, s) => c.TsDictionariesByName(n).FirstOrDefault(r => r.dictnamespace == s)?.oid ?? 0, oid) : null;
            case PgTsParser.RelationOid:
                return catalog.Find(PgTsParser.Relation, new(oid)) is { } parser ? "text search parser " + CatalogNames.Qualified(
                    catalog, parser.prsnamespace, parser.prsname, searchPath, static (c, n, s) => c.Find(PgTsParser.ByName, new(Name: n)).FirstOrDefault(r => r.prsnamespace == s)?.oid ?? 0, oid) : null;
            case PgTsTemplate.RelationOid:
                return catalog.Find(PgTsTemplate.Relation, new(oid)) is { } template ? "text search template " + CatalogNames.Qualified(
                    catalog, template.tmplnamespace, template.tmplname, searchPath, static (c, n, s) => c.Find(PgTsTemplate.ByName, new(Name: n)).FirstOrDefault(r => r.tmplnamespace == s)?.oid ?? 0, oid) : null;
            case PgPublication.RelationOid:
                return catalog.Find(PgPublication.Relation, new(oid)) is { } publication ? $"publication {publication.pubname}" : null;
            case PgPublicationRel.RelationOid:
                return catalog.Find(PgPublicationRel.Relation, new(oid)) is { } published
                    ? $"publication of {Relation(catalog, published.prrelid, searchPath)} in {Describe(catalog, new(PgPublication.RelationOid, published.prpubid), searchPath)}"
                    : null;
            case PgPublicationNamespace.RelationOid:
                return catalog.Find(PgPublicationNamespace.Relation, new(oid)) is { } publishedSchema
                    ? $"publication of {Describe(catalog, ObjectAddress.Namespace(publishedSchema.pnnspid), searchPath)} in {Describe(catalog, new(PgPublication.RelationOid, publishedSchema.pnpubid), searchPath)}"
                    : null;
            case PgForeignDataWrapper.RelationOid:
                return catalog.Find(PgForeignDataWrapper.Relation, new(oid)) is { } wrapper ? $"foreign-data wrapper {wrapper.fdwname}" : null;
            case PgForeignServer.RelationOid:
                return catalog.Find(PgForeignServer.Relation, new(oid)) is { } server ? $"server {server.srvname}" : null;
            case PgUserMapping.RelationOid:
                return catalog.Find(PgUserMapping.Relation, new(oid)) is { } mapping
                    ? $"user mapping for {(mapping.umuser == 0 ? "public" : catalog.Role(mapping.umuser)?.rolname)} on {Describe(catalog, new(PgForeignServer.RelationOid, mapping.umserver), searchPath)}"
                    : null;
            case PgConversion.RelationOid:
                return catalog.Find(PgConversion.Relation, new(oid)) is { } conversion ? "conversion " + CatalogNames.Qualified(
                    catalog, conversion.connamespace, conversion.conname, searchPath,
                    static (c, n, s) => c.Find(PgConversion.ByName, new(Name: n)).FirstOrDefault(r => r.connamespace == s)?.oid ?? 0, oid) : null;
            case PgDefaultAcl.RelationOid:
                return catalog.Find(PgDefaultAcl.Relation, new(oid)) is { } acl ? DefaultAcl(catalog, acl) : null;
            case PgTransform.RelationOid:
                return catalog.Find(PgTransform.Relation, new(oid)) is { } transform
                    ? $"transform for {CatalogNames.FormatType(catalog, transform.trftype, searchPath)} language {catalog.Language(transform.trflang)?.lanname}"
                    : null;
            case PgSubscription.RelationOid:
                return catalog.Find(PgSubscription.Relation, new(oid)) is { } subscription ? $"subscription {subscription.subname}" : null;
            case PgEventTrigger.RelationOid:
                return catalog.Find(PgEventTrigger.Relation, new(oid)) is { } eventTrigger ? $"event trigger {eventTrigger.evtname}" : null;
            case 2613:
                return $"large object {oid}";
            default:
                throw Errors.PgErrors.FeatureNotSupported($"an object of class {address.ClassId}");
        }
    }

    /// <summary>A relation with its kind: "materialized view m".</summary>
    public static string Relation(CatalogSnapshot catalog, PgClass relation, IReadOnlyList<uint>? searchPath) =>
        relation.relkind switch
        {
            'r' or 'p' => "table ",
            'i' or 'I' => "index ",
            'S' => "sequence ",
            't' => "toast table ",
            'v' => "view ",
            'm' => "materialized view ",
            'c' => "composite type ",
            'f' => "foreign table ",
            _ => "relation ",
        } + CatalogNames.Relation(catalog, relation, searchPath);

    private static string DefaultAcl(CatalogSnapshot catalog, PgDefaultAcl acl)
    {
        var what = acl.defaclobjtype switch { 'r' => "relations", 'S' => "sequences", 'f' => "functions", 'T' => "types", _ => "schemas" };
        var schema = catalog.Namespace(acl.defaclnamespace) is { } space ? $" in schema {space.nspname}" : "";
        return $"default privileges on new {what} belonging to role {catalog.Role(acl.defaclrole)?.rolname}{schema}";
    }

    // A member of an operator family, by the types that it is for.
    private static string Member(CatalogSnapshot catalog, uint family, uint left, uint right, IReadOnlyList<uint>? searchPath) =>
        $"({CatalogNames.FormatType(catalog, left, searchPath)}, {CatalogNames.FormatType(catalog, right, searchPath)}) of {Describe(catalog, new(PgOpfamily.RelationOid, family), searchPath)}";

    private static string Relation(CatalogSnapshot catalog, uint oid, IReadOnlyList<uint>? searchPath) =>
        catalog.Class(oid) is { } relation ? Relation(catalog, relation, searchPath) : $"relation {oid}";
}
