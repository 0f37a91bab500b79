using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>ALTER … OWNER TO.</summary>
internal static class Owners
{
    internal static string Execute(DdlContext ddl, Pg.AlterOwnerStmt statement)
    {
        var owner = ddl.FindRole(statement.Newowner).oid;
        switch (statement.ObjectType)
        {
            case Pg.ObjectType.ObjectSchema:
                Change(ddl, ObjectAddress.Namespace(ddl.FindSchema(statement.Object.String.Sval).oid), owner);
                return "ALTER SCHEMA";
            case Pg.ObjectType.ObjectType or Pg.ObjectType.ObjectDomain:
                var name = new Pg.TypeName { Typemod = -1, Location = -1 };
                name.Names.AddRange(statement.Object.List.Items);
                var type = ddl.Catalog.Type(TypeNames.ResolveOid(ddl.ParseState, name))!;
                Change(ddl, type.typrelid != 0 ? ObjectAddress.Relation(type.typrelid) : new ObjectAddress(PgType.RelationOid, type.oid), owner);
                return statement.ObjectType == Pg.ObjectType.ObjectType ? "ALTER TYPE" : "ALTER DOMAIN";
            case Pg.ObjectType.ObjectFunction or Pg.ObjectType.ObjectProcedure or Pg.ObjectType.ObjectRoutine or Pg.ObjectType.ObjectAggregate:
                Change(ddl, ObjectAddress.Function(Roles.GrantTargets.FindRoutine(ddl, statement.ObjectType, statement.Object.ObjectWithArgs).oid), owner);
                return AlterTable.Tag(statement.ObjectType);
            case Pg.ObjectType.ObjectStatisticExt:
                Change(ddl, new ObjectAddress(PgStatisticExt.RelationOid, StatisticsObjects.Find(ddl, DdlContext.Names(statement.Object.List.Items), false)!.oid), owner);
                return "ALTER STATISTICS";
            case Pg.ObjectType.ObjectCollation:
                Change(ddl, new ObjectAddress(PgCollation.RelationOid, NamespaceLookup.CollationOid(ddl.ParseState, DdlContext.Names(statement.Object.List.Items), -1)), owner);
                return "ALTER COLLATION";
            case Pg.ObjectType.ObjectTsdictionary or Pg.ObjectType.ObjectTsconfiguration:
                Change(ddl, TextSearchObjects.Find(ddl, statement.ObjectType, DdlContext.Names(statement.Object.List.Items)), owner);
                return statement.ObjectType == Pg.ObjectType.ObjectTsdictionary ? "ALTER TEXT SEARCH DICTIONARY" : "ALTER TEXT SEARCH CONFIGURATION";
            case Pg.ObjectType.ObjectOperator or Pg.ObjectType.ObjectOpclass or Pg.ObjectType.ObjectOpfamily:
                Change(ddl, ObjectLookup.Find(ddl.ParseState, statement.ObjectType, statement.Object), owner);
                return "ALTER " + Drop.Word(statement.ObjectType);
            case Pg.ObjectType.ObjectLargeobject:
                Change(ddl, new ObjectAddress(LargeObjects.RelationOid, LargeObjectOid(ddl, statement.Object)), owner);
                return "ALTER LARGE OBJECT";
            case Pg.ObjectType.ObjectEventTrigger or Pg.ObjectType.ObjectPublication or Pg.ObjectType.ObjectSubscription or Pg.ObjectType.ObjectFdw or Pg.ObjectType.ObjectForeignServer
                or Pg.ObjectType.ObjectConversion or Pg.ObjectType.ObjectLanguage:
                Change(ddl, ObjectLookup.Find(ddl.ParseState, statement.ObjectType, statement.Object), owner);
                return AlterTable.Tag(statement.ObjectType);
            case Pg.ObjectType.ObjectDatabase:
                throw PgErrors.FeatureNotSupported("ALTER DATABASE OWNER TO");
            default:
                ObjectLookup.Find(ddl.ParseState, statement.ObjectType, statement.Object);
                throw PgErrors.FeatureNotSupported($"ALTER {Drop.Word(statement.ObjectType)} OWNER TO");
        }
    }

    /// <summary>The OID of a large object that there is (42704).</summary>
    internal static uint LargeObjectOid(DdlContext ddl, Pg.Node node) => ObjectLookup.Find(ddl.ParseState, Pg.ObjectType.ObjectLargeobject, node).ObjectId;

    /// <summary>Raises 42501 unless the current role may MAINTAIN a table.</summary>
    internal static void RequireMaintain(DdlContext ddl, PgClass table, string? index = null)
    {
        if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner) && PrivilegeCheck.OnClass(ddl.Catalog, table, ddl.Owner, AclMode.Maintain) == 0)
        {
            throw index is null
                ? Roles.QueryPermissions.Denied(table)
                : new PgException(SqlState.InsufficientPrivilege, $"permission denied for index {index}");
        }
    }

    /// <summary>An object's new owner.</summary>
    internal static void Change(DdlContext ddl, ObjectAddress address, uint owner)
    {
        // Kinds that ask more of their owners than that one may take the other's place.
        switch (address.ClassId)
        {
            case PgEventTrigger.RelationOid:
                EventTriggers.EventTriggerCommands.ChangeOwner(ddl, ddl.Catalog.Find(PgEventTrigger.Relation, new(address.ObjectId))!, owner);
                return;
            case PgPublication.RelationOid:
                Publications.PublicationCommands.ChangeOwner(ddl, ddl.Catalog.Find(PgPublication.Relation, new(address.ObjectId))!, owner);
                return;
            case PgSubscription.RelationOid:
                Subscriptions.SubscriptionCommands.ChangeOwner(ddl, ddl.Catalog.Find(PgSubscription.Relation, new(address.ObjectId))!, owner);
                return;
            case PgForeignDataWrapper.RelationOid:
                ForeignData.ForeignDataWrappers.ChangeOwner(ddl, ddl.Catalog.Find(PgForeignDataWrapper.Relation, new(address.ObjectId))!, owner);
                return;
            case PgForeignServer.RelationOid:
                ForeignData.ForeignServers.ChangeOwner(ddl, ddl.Catalog.Find(PgForeignServer.Relation, new(address.ObjectId))!, owner);
                return;
        }

        RequireMayGive(ddl, owner);
        switch (address.ClassId)
        {
            case PgClass.RelationOid:
                Change(ddl, address.ObjectId, owner);
                break;
            case PgNamespace.RelationOid:
                var schema = ddl.Catalog.Namespace(address.ObjectId)!;
                RequireOwner(ddl, schema.nspowner, "schema", schema.nspname);
                ddl.Put(schema with { nspowner = owner, nspacl = NewAcl(ddl, schema.nspacl, schema.nspowner, owner) });
                break;
            case PgType.RelationOid:
                var type = ddl.Catalog.Type(address.ObjectId)!;
                RequireOwner(ddl, type.typowner, "type", type.typname);
                ddl.Put(type with { typowner = owner, typacl = NewAcl(ddl, type.typacl, type.typowner, owner) });
                if (ddl.Catalog.Type(type.typarray) is { } array)
                {
                    ddl.Put(array with { typowner = owner });
                }

                break;
            case PgProc.RelationOid:
                var proc = ddl.Catalog.Proc(address.ObjectId)!;
                RequireOwner(ddl, proc.proowner, "function", proc.proname);
                ddl.Put(proc with { proowner = owner, proacl = NewAcl(ddl, proc.proacl, proc.proowner, owner) });
                break;
            case PgStatisticExt.RelationOid:
                var statistics = ddl.Catalog.Find(PgStatisticExt.Relation, new(address.ObjectId))!;
                RequireOwner(ddl, statistics.stxowner, "statistics object", statistics.stxname);
                ddl.Put(statistics with { stxowner = owner });
                break;
            case PgConversion.RelationOid:
                var conversion = ddl.Catalog.Find(PgConversion.Relation, new(address.ObjectId))!;
                RequireOwner(ddl, conversion.conowner, "conversion", conversion.conname);
                ddl.Put(conversion with { conowner = owner });
                break;
            case PgLanguage.RelationOid:
                var language = ddl.Catalog.Language(address.ObjectId)!;
                RequireOwner(ddl, language.lanowner, "language", language.lanname);
                ddl.Put(language with { lanowner = owner, lanacl = NewAcl(ddl, language.lanacl, language.lanowner, owner) });
                break;
            case PgCollation.RelationOid:
                var collation = ddl.Catalog.Collation(address.ObjectId)!;
                RequireOwner(ddl, collation.collowner, "collation", collation.collname);
                ddl.Put(collation with { collowner = owner });
                break;
            case PgOperator.RelationOid:
                var op = ddl.Catalog.Operator(address.ObjectId)!;
                RequireOwner(ddl, op.oprowner, "operator", op.oprname);
                ddl.Put(op with { oprowner = owner });
                break;
            case PgOpclass.RelationOid:
                var opclass = ddl.Catalog.Opclass(address.ObjectId)!;
                RequireOwner(ddl, opclass.opcowner, "operator class", opclass.opcname);
                ddl.Put(opclass with { opcowner = owner });
                break;
            case PgOpfamily.RelationOid:
                var opfamily = ddl.Catalog.Opfamily(address.ObjectId)!;
                RequireOwner(ddl, opfamily.opfowner, "operator family", opfamily.opfname);
                ddl.Put(opfamily with { opfowner = owner });
                break;
            case PgTsDict.RelationOid:
                var dictionary = ddl.Catalog.Find(PgTsDict.Relation, new(address.ObjectId))!;
                RequireOwner(ddl, dictionary.dictowner, "text search dictionary", dictionary.dictname);
                ddl.Put(dictionary with { dictowner = owner });
                break;
            case PgTsConfig.RelationOid:
                var config = ddl.Catalog.Find(PgTsConfig.Relation, new(address.ObjectId))!;
                RequireOwner(ddl, config.cfgowner, "text search configuration", config.cfgname);
                ddl.Put(config with { cfgowner = owner });
                break;
            case LargeObjects.RelationOid:
                var large = ddl.Catalog.Find(PgLargeobjectMetadata.Relation, new(address.ObjectId))!;
                RequireOwner(ddl, large.lomowner, "large object", address.ObjectId.ToString(System.Globalization.CultureInfo.InvariantCulture));
                ddl.Put(large with { lomowner = owner, lomacl = NewAcl(ddl, large.lomacl, large.lomowner, owner) });
                break;
            case Catalog.Tables.PgDatabase.RelationOid:
                var database = ddl.Catalog.Database;
                ddl.Put(database with { datdba = owner, datacl = NewAcl(ddl, database.datacl, database.datdba, owner) });
                break;
            default:
                throw PgErrors.FeatureNotSupported("another owner for an object of this kind");
        }
    }

    /// <summary>Raises 42501 unless the current role has the owner's privileges.</summary>
    internal static void RequireOwner(DdlContext ddl, uint owner, string kind, string name)
    {
        if (!RoleMembership.HasPrivilegesOf(ddl.Catalog, ddl.Owner, owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"must be owner of {kind} {name}");
        }
    }

    /// <summary>check_object_ownership: raises 42501 unless the current role has the privileges of the object's owner.</summary>
    internal static void RequireOwner(DdlContext ddl, ObjectAddress address)
    {
        var catalog = ddl.Catalog;
        if (catalog.Role(ddl.Owner) is not { rolsuper: false } current)
        {
            return;
        }

        switch (address.ClassId)
        {
            case PgClass.RelationOid when catalog.Class(address.ObjectId) is { } relation:
                RequireOwner(ddl, relation.relowner, Roles.QueryPermissions.KindName(relation), relation.relname);
                break;
            case PgConstraint.RelationOid when catalog.Constraint(address.ObjectId) is { } constraint:
                if (constraint.conrelid != 0)
                {
                    RequireRelationOwner(ddl, constraint.conrelid);
                    break;
                }

                RequireOwner(ddl, ObjectAddress.Type(constraint.contypid));
                break;
            case PgRewrite.RelationOid when catalog.Find(PgRewrite.Relation, new(address.ObjectId)) is { } rule:
                RequireRelationOwner(ddl, rule.ev_class);
                break;
            case PgTrigger.RelationOid when catalog.Find(PgTrigger.Relation, new(address.ObjectId)) is { } trigger:
                RequireRelationOwner(ddl, trigger.tgrelid);
                break;
            case PgPolicy.RelationOid when catalog.Find(PgPolicy.Relation, new(address.ObjectId)) is { } policy:
                RequireRelationOwner(ddl, policy.polrelid);
                break;
            case PgNamespace.RelationOid when catalog.Namespace(address.ObjectId) is { } schema:
                RequireOwner(ddl, schema.nspowner, "schema", schema.nspname);
                break;
            case PgType.RelationOid when catalog.Type(address.ObjectId) is { } type:
                RequireOwner(ddl, type.typowner, "type", DdlExpressions.FormatType(ddl, type.oid));
                break;
            case PgProc.RelationOid when catalog.Proc(address.ObjectId) is { } proc:
                RequireOwner(ddl, proc.proowner, proc.prokind switch { 'a' => "aggregate", 'p' => "procedure", _ => "function" }, proc.proname);
                break;
            case PgOperator.RelationOid when catalog.Operator(address.ObjectId) is { } op:
                RequireOwner(ddl, op.oprowner, "operator", op.oprname);
                break;
            case PgCast.RelationOid when catalog.Find(PgCast.Relation, new(address.ObjectId)) is { } cast:
                CastObjects.RequireOwner(ddl, cast.castsource, cast.casttarget);
                break;
            case PgOpclass.RelationOid when catalog.Opclass(address.ObjectId) is { } opclass:
                RequireOwner(ddl, opclass.opcowner, "operator class", opclass.opcname);
                break;
            case PgOpfamily.RelationOid when catalog.Opfamily(address.ObjectId) is { } opfamily:
                RequireOwner(ddl, opfamily.opfowner, "operator family", opfamily.opfname);
                break;
            case PgStatisticExt.RelationOid when catalog.Find(PgStatisticExt.Relation, new(address.ObjectId)) is { } statistics:
                RequireOwner(ddl, statistics.stxowner, "statistics object", statistics.stxname);
                break;
            case PgCollation.RelationOid when catalog.Collation(address.ObjectId) is { } collation:
                RequireOwner(ddl, collation.collowner, "collation", collation.collname);
                break;
            case PgExtension.RelationOid when catalog.Find(PgExtension.Relation, new(address.ObjectId)) is { } extension:
                RequireOwner(ddl, extension.extowner, "extension", extension.extname);
                break;
            case PgLanguage.RelationOid when catalog.Language(address.ObjectId) is { } language:
                RequireOwner(ddl, language.lanowner, "language", language.lanname);
                break;
            case PgTsConfig.RelationOid when catalog.Find(PgTsConfig.Relation, new(address.ObjectId)) is { } config:
                RequireOwner(ddl, config.cfgowner, "text search configuration", config.cfgname);
                break;
            case PgTsDict.RelationOid when catalog.Find(PgTsDict.Relation, new(address.ObjectId)) is { } dictionary:
                RequireOwner(ddl, dictionary.dictowner, "text search dictionary", dictionary.dictname);
                break;
            case PgPublication.RelationOid when catalog.Find(PgPublication.Relation, new(address.ObjectId)) is { } publication:
                RequireOwner(ddl, publication.pubowner, "publication", publication.pubname);
                break;
            case PgSubscription.RelationOid when catalog.Find(PgSubscription.Relation, new(address.ObjectId)) is { } subscription:
                RequireOwner(ddl, subscription.subowner, "subscription", subscription.subname);
                break;
            case PgForeignDataWrapper.RelationOid when catalog.Find(PgForeignDataWrapper.Relation, new(address.ObjectId)) is { } wrapper:
                RequireOwner(ddl, wrapper.fdwowner, "foreign-data wrapper", wrapper.fdwname);
                break;
            case PgForeignServer.RelationOid when catalog.Find(PgForeignServer.Relation, new(address.ObjectId)) is { } server:
                RequireOwner(ddl, server.srvowner, "foreign server", server.srvname);
                break;
            case PgTransform.RelationOid when catalog.Find(PgTransform.Relation, new(address.ObjectId)) is { } transform:
                RequireOwner(ddl, ObjectAddress.Type(transform.trftype));
                break;
            case PgConversion.RelationOid when catalog.Find(PgConversion.Relation, new(address.ObjectId)) is { } conversion:
                RequireOwner(ddl, conversion.conowner, "conversion", conversion.conname);
                break;
            case PgEventTrigger.RelationOid when catalog.Find(PgEventTrigger.Relation, new(address.ObjectId)) is { } trigger:
                RequireOwner(ddl, trigger.evtowner, "event trigger", trigger.evtname);
                break;
            case PgTablespace.RelationOid when catalog.Find(PgTablespace.Relation, new(address.ObjectId)) is { } tablespace:
                RequireOwner(ddl, tablespace.spcowner, "tablespace", tablespace.spcname);
                break;
            case Catalog.Tables.PgDatabase.RelationOid:
                RequireOwner(ddl, catalog.Database.datdba, "database", catalog.Database.datname);
                break;
            case LargeObjects.RelationOid when catalog.Find(PgLargeobjectMetadata.Relation, new(address.ObjectId)) is { } large:
                RequireOwner(ddl, large.lomowner, "large object", address.ObjectId.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case PgAuthid.RelationOid when catalog.Role(address.ObjectId) is { } role:
                if (role.rolsuper || !current.rolcreaterole)
                {
                    throw new PgException(SqlState.InsufficientPrivilege, "permission denied")
                        .WithDetail($"The current user must have the {(role.rolsuper ? "SUPERUSER" : "CREATEROLE")} attribute.");
                }

                break;
            default:
                throw new PgException(SqlState.InsufficientPrivilege, "must be superuser");
        }
    }

    /// <summary>Raises 42501, with the name as it was written, unless the current role has the privileges of a routine's owner.</summary>
    internal static void RequireOwner(DdlContext ddl, uint routine, Pg.ObjectType type, Pg.ObjectWithArgs named) => RequireOwner(
        ddl, ddl.Catalog.Proc(routine)!.proowner, Drop.Word(type).ToLowerInvariant(), string.Join('.', NamespaceLookup.Strings(named.Objname)));

    // What belongs to a relation is its owner's, whatever its kind.
    private static void RequireRelationOwner(DdlContext ddl, uint oid)
    {
        var relation = ddl.Catalog.Class(oid)!;
        RequireOwner(ddl, relation.relowner, "relation", relation.relname);
    }

    /// <summary>Who gives an object away must be able to become its new owner (42501).</summary>
    internal static void RequireMayGive(DdlContext ddl, uint owner)
    {
        if (!RoleMembership.CanSetRole(ddl.Catalog, ddl.Owner, owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"must be able to SET ROLE \"{ddl.Catalog.Role(owner)!.rolname}\"");
        }
    }

    /// <summary>aclnewowner: the old owner's entries are the new one's.</summary>
    internal static string? NewAcl(DdlContext ddl, string? acl, uint oldOwner, uint newOwner)
    {
        if (acl is null)
        {
            return null;
        }

        var items = new List<AclItem>();
        foreach (var item in Acl.Parse(ddl.Catalog, acl))
        {
            Roles.AclUpdate.Add(items, item with
            {
                Grantee = item.Grantee == oldOwner ? newOwner : item.Grantee,
                Grantor = item.Grantor == oldOwner ? newOwner : item.Grantor,
            });
        }

        return Acl.Format(ddl.Catalog, items);
    }

    /// <summary>A relation's new owner, for its indexes, row type and owned sequences too.</summary>
    internal static void Change(DdlContext ddl, uint oid, uint owner)
    {
        var relation = ddl.Catalog.Class(oid)!;
        RequireMayGive(ddl, owner);
        RequireOwner(ddl, relation.relowner, Roles.QueryPermissions.KindName(relation), relation.relname);
        ddl.Put(relation with { relowner = owner, relacl = NewAcl(ddl, relation.relacl, relation.relowner, owner) });
        foreach (var typeOid in new[] { relation.reltype, ddl.Catalog.Type(relation.reltype)?.typarray ?? 0 })
        {
            if (ddl.Catalog.Type(typeOid) is { } type)
            {
                ddl.Put(type with { typowner = owner });
            }
        }

        foreach (var index in ddl.Catalog.IndexesOf(oid))
        {
            ddl.Put(ddl.Catalog.Class(index.indexrelid)! with { relowner = owner });
        }

        foreach (var column in ddl.Catalog.Attributes(oid))
        {
            if (ddl.Catalog.Class(ddl.Catalog.SequenceOwnedBy(oid, column.attnum)) is { } sequence)
            {
                ddl.Put(sequence with { relowner = owner });
            }
        }
    }
}
