using System.Globalization;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Dependencies;

/// <summary>An object's names in full (PostgreSQL's getObjectTypeDescription and getObjectIdentityParts).</summary>
/// <param name="Kind">"table column", "function".</param>
/// <param name="Schema">Its schema; null for what is in none, and for triggers and the like, which are their relation's.</param>
/// <param name="Name">Its name where that is the only one in its schema, or the database; a column's relation's; else null.</param>
/// <param name="Identity">All of it as one text: "tr on public.t".</param>
/// <param name="Names">The names by which pg_get_object_address finds it.</param>
/// <param name="Arguments">What it needs besides the names.</param>
public sealed record ObjectIdentity(string Kind, string? Schema, string? Name, string Identity, string[] Names, string[] Arguments)
{
    /// <summary>pg_largeobject, the class of large objects.</summary>
    private const uint LargeObjectRelation = 2613;

    /// <summary>The names of an object; null when there is none of that address.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="address">The object.</param>
    /// <param name="tempSchema">The session's own temporary schema, which is called pg_temp; 0 for none.</param>
    public static ObjectIdentity? Of(CatalogSnapshot catalog, ObjectAddress address, uint tempSchema = 0) => new Reader(catalog, tempSchema).Read(address);

    /// <summary>What an object of a class is called that is not there; null for a class that has no objects.</summary>
    /// <param name="classId">The relation that would have it.</param>
    public static string? KindOfMissing(uint classId) => classId switch
    {
        PgAm.RelationOid => "access method",
        PgAmop.RelationOid => "operator of access method",
        PgAmproc.RelationOid => "function of access method",
        PgAttrdef.RelationOid => "default value",
        PgAuthMembers.RelationOid => "role membership",
        PgAuthid.RelationOid => "role",
        PgCast.RelationOid => "cast",
        PgClass.RelationOid => "relation",
        PgCollation.RelationOid => "collation",
        PgConstraint.RelationOid => "constraint",
        PgConversion.RelationOid => "conversion",
        PgDatabase.RelationOid => "database",
        PgDefaultAcl.RelationOid => "default acl",
        PgEventTrigger.RelationOid => "event trigger",
        PgExtension.RelationOid => "extension",
        PgForeignDataWrapper.RelationOid => "foreign-data wrapper",
        PgForeignServer.RelationOid => "server",
        PgLanguage.RelationOid => "language",
        LargeObjectRelation => "large object",
        PgNamespace.RelationOid => "schema",
        PgOpclass.RelationOid => "operator class",
        PgOperator.RelationOid => "operator",
        PgOpfamily.RelationOid => "operator family",
        PgParameterAcl.RelationOid => "parameter ACL",
        PgPolicy.RelationOid => "policy",
        PgProc.RelationOid => "routine",
        PgPublication.RelationOid => "publication",
        PgPublicationNamespace.RelationOid => "publication namespace",
        PgPublicationRel.RelationOid => "publication relation",
        PgRewrite.RelationOid => "rule",
        PgStatisticExt.RelationOid => "statistics object",
        PgSubscription.RelationOid => "subscription",
        PgTablespace.RelationOid => "tablespace",
        PgTransform.RelationOid => "transform",
        PgTrigger.RelationOid => "trigger",
        PgTsConfig.RelationOid => "text search configuration",
        PgTsDict.RelationOid => "text search dictionary",
        PgTsParser.RelationOid => "text search parser",
        PgTsTemplate.RelationOid => "text search template",
        PgType.RelationOid => "type",
        PgUserMapping.RelationOid => "user mapping",
        _ => null,
    };

    /// <summary>The kinds of relations, and of columns of them with <paramref name="isColumn"/>.</summary>
    private static string RelationKind(char relkind, bool isColumn) => relkind switch
    {
        'i' or 'I' => "index",
        'S' => "sequence",
        't' => "toast table",
        'v' => "view",
        'm' => "materialized view",
        'c' => "composite type",
        'f' => "foreign table",
        _ => "table",
    } + (isColumn ? " column" : "");

    private static string Quote(string name) => CatalogNames.QuoteIdentifier(name);

    private readonly ref struct Reader(CatalogSnapshot catalog, uint tempSchema)
    {
        internal ObjectIdentity? Read(ObjectAddress address)
        {
            var oid = address.ObjectId;
            switch (address.ClassId)
            {
                case PgClass.RelationOid:
                    return Relation(address);
                case PgProc.RelationOid when catalog.Proc(oid) is { } proc:
                    var arguments = proc.proargtypes.Select(Types()).ToArray();
                    return new(
                        proc.prokind switch { 'a' => "aggregate", 'p' => "procedure", _ => "function" }, Schema(proc.pronamespace), null,
                        $"{Qualified(proc.pronamespace, proc.proname)}({string.Join(',', arguments)})", [Schema(proc.pronamespace), proc.proname], arguments);
                case PgType.RelationOid when catalog.Type(oid) is { } type:
                    return new("type", Schema(type.typnamespace), type.typname, Type(oid), [Type(oid)], []);
                case PgOperator.RelationOid when catalog.Operator(oid) is { } op:
                    string[] operands = [op.oprleft == 0 ? "-" : Type(op.oprleft), op.oprright == 0 ? "-" : Type(op.oprright)];
                    return new(
                        "operator", Schema(op.oprnamespace), null,
                        $"{Quote(Schema(op.oprnamespace))}.{op.oprname}({(op.oprleft == 0 ? "NONE" : operands[0])},{(op.oprright == 0 ? "NONE" : operands[1])})",
                        [Schema(op.oprnamespace), op.oprname], operands);
                case PgCast.RelationOid when catalog.Find(PgCast.Relation, new(oid)) is { } cast:
                    return new("cast", null, null, $"({Type(cast.castsource)} AS {Type(cast.casttarget)})", [Type(cast.castsource)], [Type(cast.casttarget)]);
                case PgOpclass.RelationOid when catalog.Opclass(oid) is { } opclass:
                    var method = catalog.Am(opclass.opcmethod)!.amname;
                    return new(
                        "operator class", Schema(opclass.opcnamespace), opclass.opcname, $"{Qualified(opclass.opcnamespace, opclass.opcname)} USING {Quote(method)}",
                        [method, Schema(opclass.opcnamespace), opclass.opcname], []);
                case PgOpfamily.RelationOid when Family(oid) is { } family:
                    return family;
                case PgAmop.RelationOid when catalog.Find(PgAmop.Relation, new(oid)) is { } amop && Family(amop.amopfamily) is { } of:
                    return Member("operator of access method", "operator", amop.amopstrategy, of, amop.amoplefttype, amop.amoprighttype);
                case PgAmproc.RelationOid when catalog.Find(PgAmproc.Relation, new(oid)) is { } amproc && Family(amproc.amprocfamily) is { } ofProc:
                    return Member("function of access method", "function", amproc.amprocnum, ofProc, amproc.amproclefttype, amproc.amprocrighttype);
                case PgConstraint.RelationOid when catalog.Constraint(oid) is { } constraint:
                    return Constraint(constraint);
                case PgAttrdef.RelationOid when catalog.Find(PgAttrdef.Relation, new(oid)) is { } value && Relation(ObjectAddress.Relation(value.adrelid, value.adnum)) is { } column:
                    return new("default value", null, null, $"for {column.Identity}", column.Names, []);
                case PgRewrite.RelationOid when catalog.Find(PgRewrite.Relation, new(oid)) is { } rule:
                    return OnRelation("rule", rule.rulename, rule.ev_class);
                case PgTrigger.RelationOid when catalog.Find(PgTrigger.Relation, new(oid)) is { } trigger:
                    return OnRelation("trigger", trigger.tgname, trigger.tgrelid);
                case PgPolicy.RelationOid when catalog.Find(PgPolicy.Relation, new(oid)) is { } policy:
                    return OnRelation("policy", policy.polname, policy.polrelid);
                case PgNamespace.RelationOid when catalog.Namespace(oid) is { } schema:
                    return Plain("schema", Schema(schema.oid));
                case PgAuthid.RelationOid when catalog.Role(oid) is { } role:
                    return Plain("role", role.rolname);
                case PgAuthMembers.RelationOid when catalog.Find(PgAuthMembers.Relation, new(oid)) is { } membership:
                    return new("role membership", null, null, $"membership of role {Quote(Role(membership.member))} in role {Quote(Role(membership.roleid))}", [], []);
                case PgDatabase.RelationOid when catalog.Find(PgDatabase.Relation, new(oid)) is { } database:
                    return Plain("database", database.datname);
                case PgTablespace.RelationOid when catalog.Find(PgTablespace.Relation, new(oid)) is { } tablespace:
                    return Plain("tablespace", tablespace.spcname);
                case PgExtension.RelationOid when catalog.Find(PgExtension.Relation, new(oid)) is { } extension:
                    return Plain("extension", extension.extname);
                case PgLanguage.RelationOid when catalog.Language(oid) is { } language:
                    return Plain("language", language.lanname);
                case PgAm.RelationOid when catalog.Am(oid) is { } am:
                    return Plain("access method", am.amname);
                case PgEventTrigger.RelationOid when catalog.Find(PgEventTrigger.Relation, new(oid)) is { } eventTrigger:
                    return Plain("event trigger", eventTrigger.evtname);
                case PgPublication.RelationOid when catalog.Find(PgPublication.Relation, new(oid)) is { } publication:
                    return Plain("publication", publication.pubname);
                case PgSubscription.RelationOid when catalog.Find(PgSubscription.Relation, new(oid)) is { } subscription:
                    return Plain("subscription", subscription.subname);
                case PgForeignDataWrapper.RelationOid when catalog.Find(PgForeignDataWrapper.Relation, new(oid)) is { } wrapper:
                    return Plain("foreign-data wrapper", wrapper.fdwname);
                case PgForeignServer.RelationOid when catalog.Find(PgForeignServer.Relation, new(oid)) is { } server:
                    return Plain("server", server.srvname);
                case PgParameterAcl.RelationOid when catalog.Find(PgParameterAcl.Relation, new(oid)) is { } parameter:
                    return Plain("parameter ACL", parameter.parname) with { Name = null };
                case PgCollation.RelationOid when catalog.Collation(oid) is { } collation:
                    return InSchema("collation", collation.collnamespace, collation.collname);
                case PgConversion.RelationOid when catalog.Find(PgConversion.Relation, new(oid)) is { } conversion:
                    return InSchema("conversion", conversion.connamespace, conversion.conname);
                case PgStatisticExt.RelationOid when catalog.Find(PgStatisticExt.Relation, new(oid)) is { } statistics:
                    return InSchema("statistics object", statistics.stxnamespace, statistics.stxname);
                case PgTsParser.RelationOid when catalog.Find(PgTsParser.Relation, new(oid)) is { } parser:
                    return InSchema("text search parser", parser.prsnamespace, parser.prsname);
                case PgTsDict.RelationOid when catalog.Find(PgTsDict.Relation, new(oid)) is { } dictionary:
                    return InSchema("text search dictionary", dictionary.dictnamespace, dictionary.dictname);
                case PgTsTemplate.RelationOid when catalog.Find(PgTsTemplate.Relation, new(oid)) is { } template:
                    return InSchema("text search template", template.tmplnamespace, template.tmplname);
                case PgTsConfig.RelationOid when catalog.Find(PgTsConfig.Relation, new(oid)) is { } config:
                    return InSchema("text search configuration", config.cfgnamespace, config.cfgname);
                case PgUserMapping.RelationOid when catalog.Find(PgUserMapping.Relation, new(oid)) is { } mapping
                    && catalog.Find(PgForeignServer.Relation, new(mapping.umserver)) is { } of:
                    var user = mapping.umuser == 0 ? "public" : Role(mapping.umuser);
                    return new("user mapping", null, null, $"{Quote(user)} on server {Quote(of.srvname)}", [user], [of.srvname]);
                case PgTransform.RelationOid when catalog.Find(PgTransform.Relation, new(oid)) is { } transform:
                    var inLanguage = catalog.Language(transform.trflang)!.lanname;
                    return new("transform", null, null, $"for {Type(transform.trftype)} language {Quote(inLanguage)}", [Type(transform.trftype)], [inLanguage]);
                case PgPublicationNamespace.RelationOid when catalog.Find(PgPublicationNamespace.Relation, new(oid)) is { } published:
                    return new("publication namespace", null, null, $"{Schema(published.pnnspid)} in publication {Publication(published.pnpubid)}", [Schema(published.pnnspid)], [Publication(published.pnpubid)]);
                case PgPublicationRel.RelationOid when catalog.Find(PgPublicationRel.Relation, new(oid)) is { } member && Relation(ObjectAddress.Relation(member.prrelid)) is { } table:
                    return new("publication relation", null, null, $"{table.Identity} in publication {Publication(member.prpubid)}", table.Names, [Publication(member.prpubid)]);
                case PgDefaultAcl.RelationOid when catalog.Find(PgDefaultAcl.Relation, new(oid)) is { } acl:
                    return DefaultAcl(acl);
                case LargeObjectRelation when catalog.Find(PgLargeobjectMetadata.Relation, new(oid)) is not null:
                    return Plain("large object", oid.ToString(CultureInfo.InvariantCulture)) with { Name = null, Identity = oid.ToString(CultureInfo.InvariantCulture) };
                default:
                    return null;
            }
        }

        private ObjectIdentity? Relation(ObjectAddress address)
        {
            if (catalog.Class(address.ObjectId) is not { } relation)
            {
                return null;
            }

            var schema = Schema(relation.relnamespace);
            var identity = Qualified(relation.relnamespace, relation.relname);
            return address.SubId == 0
                ? new(RelationKind(relation.relkind, false), schema, relation.relname, identity, [schema, relation.relname], [])
                : catalog.Attribute(address.ObjectId, address.SubId) is { } column
                ? new(RelationKind(relation.relkind, true), schema, relation.relname, $"{identity}.{Quote(column.attname)}", [schema, relation.relname, column.attname], [])
                : null;
        }

        private ObjectIdentity? Constraint(PgConstraint constraint)
        {
            if (constraint.conrelid == 0)
            {
                var domain = Type(constraint.contypid);
                return new("domain constraint", Schema(constraint.connamespace), null, $"{Quote(constraint.conname)} on {domain}", [domain], [constraint.conname]);
            }

            return OnRelation("table constraint", constraint.conname, constraint.conrelid) is { } found ? found with { Schema = Schema(constraint.connamespace) } : null;
        }

        private ObjectIdentity? OnRelation(string kind, string name, uint relation) => Relation(ObjectAddress.Relation(relation)) is { } on
            ? new(kind, null, null, $"{Quote(name)} on {on.Identity}", [.. on.Names, name], [])
            : null;

        private ObjectIdentity? Family(uint oid)
        {
            if (catalog.Opfamily(oid) is not { } family)
            {
                return null;
            }

            var method = catalog.Am(family.opfmethod)!.amname;
            return new(
                "operator family", Schema(family.opfnamespace), family.opfname, $"{Qualified(family.opfnamespace, family.opfname)} USING {Quote(method)}",
                [method, Schema(family.opfnamespace), family.opfname], []);
        }

        private ObjectIdentity Member(string kind, string word, short number, ObjectIdentity family, uint left, uint right) => new(
            kind, null, null, string.Create(CultureInfo.InvariantCulture, $"{word} {number} ({Type(left)}, {Type(right)}) of {family.Identity}"),
            [.. family.Names, number.ToString(CultureInfo.InvariantCulture)], [Type(left), Type(right)]);

        private ObjectIdentity DefaultAcl(PgDefaultAcl acl)
        {
            var schema = acl.defaclnamespace == 0 ? null : Schema(acl.defaclnamespace);
            var on = acl.defaclobjtype switch { 'r' => "tables", 'S' => "sequences", 'f' => "functions", 'T' => "types", _ => "schemas" };
            return new(
                "default acl", null, null, $"for role {Quote(Role(acl.defaclrole))}{(schema is null ? "" : $" in schema {Quote(schema)}")} on {on}",
                schema is null ? [Role(acl.defaclrole)] : [Role(acl.defaclrole), schema], [acl.defaclobjtype.ToString()]);
        }

        private static ObjectIdentity Plain(string kind, string name) => new(kind, null, name, Quote(name), [name], []);

        private ObjectIdentity InSchema(string kind, uint schema, string name) => new(kind, Schema(schema), name, Qualified(schema, name), [Schema(schema), name], []);

        private string Schema(uint oid) => oid != 0 && oid == tempSchema ? "pg_temp" : catalog.Namespace(oid)?.nspname ?? "???";

        private string Qualified(uint schema, string name) => CatalogNames.QuoteQualified(Schema(schema), name);

        private string Role(uint oid) => catalog.Role(oid)?.rolname ?? "???";

        private string Publication(uint oid) => catalog.Find(PgPublication.Relation, new(oid))?.pubname ?? "???";

        private Func<uint, string> Types()
        {
            var (rows, temp) = (catalog, tempSchema);
            return oid => new Reader(rows, temp).Type(oid);
        }

        // A name that is the standard's needs no schema.
        private string Type(uint oid)
        {
            if (catalog.Type(oid) is not { } type)
            {
                return CatalogNames.FormatType(catalog, oid, []);
            }

            if (type.typsubscript == BuiltInFunctions.ArraySubscriptHandler && type.typstorage != 'p' && catalog.Type(type.typelem) is not null)
            {
                return Type(type.typelem) + "[]";
            }

            var shown = CatalogNames.FormatType(catalog, oid, []);
            return type.typnamespace == BuiltInOids.PgCatalogNamespace && shown != Quote(type.typname) ? shown
                : oid == TypeOid.Json || oid == TypeOid.Interval ? shown
                : Qualified(type.typnamespace, type.typname);
        }
    }
}
