using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Roles;

/// <summary>The objects that a GRANT or REVOKE names.</summary>
internal static class GrantTargets
{
    internal static List<AclObject> Find(DdlContext ddl, Pg.GrantStmt statement)
    {
        var result = new List<AclObject>();
        foreach (var node in statement.Objects)
        {
            if (statement.Targtype == Pg.GrantTargetType.AclTargetAllInSchema)
            {
                AddAll(ddl, statement.Objtype, ddl.FindSchema(node.String.Sval), result);
            }
            else
            {
                result.Add(One(ddl, statement.Objtype, node));
            }
        }

        return result;
    }

    /// <summary>The letter of acldefault for a kind of object.</summary>
    internal static (char Kind, string Name) Kind(Pg.ObjectType type) => type switch
    {
        Pg.ObjectType.ObjectTable => ('r', "relation"),
        Pg.ObjectType.ObjectSequence => ('s', "sequence"),
        Pg.ObjectType.ObjectDatabase => ('d', "database"),
        Pg.ObjectType.ObjectFunction => ('f', "function"),
        Pg.ObjectType.ObjectProcedure => ('f', "procedure"),
        Pg.ObjectType.ObjectRoutine => ('f', "routine"),
        Pg.ObjectType.ObjectLanguage => ('l', "language"),
        Pg.ObjectType.ObjectSchema => ('n', "schema"),
        Pg.ObjectType.ObjectTablespace => ('t', "tablespace"),
        Pg.ObjectType.ObjectType => ('T', "type"),
        Pg.ObjectType.ObjectDomain => ('T', "domain"),
        Pg.ObjectType.ObjectParameterAcl => ('p', "parameter"),
        Pg.ObjectType.ObjectLargeobject => ('L', "large object"),
        Pg.ObjectType.ObjectFdw => ('F', "foreign-data wrapper"),
        Pg.ObjectType.ObjectForeignServer => ('S', "foreign server"),
        _ => throw PgErrors.FeatureNotSupported($"GRANT ON {type}"),
    };

    /// <summary>The routine of a name and argument types.</summary>
    internal static PgProc FindRoutine(DdlContext ddl, Pg.ObjectType type, Pg.ObjectWithArgs named) =>
        ddl.Catalog.Proc(RoutineLookup.Find(ddl.ParseState, type, named, missingOk: false)!.Value)!;

    private static AclObject One(DdlContext ddl, Pg.ObjectType type, Pg.Node node)
    {
        switch (type)
        {
            case Pg.ObjectType.ObjectTable or Pg.ObjectType.ObjectSequence:
                var relation = ddl.Session.ResolveRelation(node.RangeVar);
                return relation.relkind switch
                {
                    'i' or 'I' => throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is an index"),
                    'c' => throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is a composite type"),
                    not 'S' when type == Pg.ObjectType.ObjectSequence => throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is not a sequence"),
                    _ => AclCatalog.Of(relation),
                };
            case Pg.ObjectType.ObjectSchema:
                return AclCatalog.Of(ddl.FindSchema(node.String.Sval));
            case Pg.ObjectType.ObjectDatabase:
                return AclCatalog.Of(ddl.Catalog.Rows(Catalog.Tables.PgDatabase.Relation).FirstOrDefault(d => d.datname == node.String.Sval)
                    ?? throw Missing(SqlState.InvalidCatalogName, "database", node.String.Sval));
            case Pg.ObjectType.ObjectLanguage:
                var language = ddl.Catalog.FindLanguage(node.String.Sval) ?? throw Missing(SqlState.UndefinedObject, "language", node.String.Sval);
                return language.lanpltrusted
                    ? AclCatalog.Of(language)
                    : throw new PgException(SqlState.WrongObjectType, $"language \"{language.lanname}\" is not trusted")
                        .WithDetail("GRANT and REVOKE are not allowed on untrusted languages, because only superusers can use untrusted languages.");
            case Pg.ObjectType.ObjectTablespace:
                return AclCatalog.Of(ddl.Catalog.FindTablespace(node.String.Sval) ?? throw Missing(SqlState.UndefinedObject, "tablespace", node.String.Sval));
            case Pg.ObjectType.ObjectType or Pg.ObjectType.ObjectDomain:
                var name = new Pg.TypeName { Typemod = -1, Location = -1 };
                name.Names.AddRange(node.List.Items);
                var found = ddl.Catalog.Type(TypeNames.ResolveOid(ddl.ParseState, name))!;
                if (type == Pg.ObjectType.ObjectDomain && found.typtype != 'd')
                {
                    throw new PgException(SqlState.WrongObjectType, $"\"{found.typname}\" is not a domain");
                }

                return found.typelem != 0 && found.typlen == -1
                    ? throw new PgException(SqlState.InvalidGrantOperation, "cannot set privileges of array types")
                        .WithHint("Set the privileges of the element type instead.")
                    : AclCatalog.Of(found);
            case Pg.ObjectType.ObjectFunction or Pg.ObjectType.ObjectProcedure or Pg.ObjectType.ObjectRoutine:
                return AclCatalog.Of(FindRoutine(ddl, type, node.ObjectWithArgs));
            case Pg.ObjectType.ObjectParameterAcl:
                var parameter = Settings.ParameterDefinitions.All.GetValueOrDefault(node.String.Sval)?.Name.ToLowerInvariant()
                    ?? throw new PgException(SqlState.UndefinedObject, $"unrecognized configuration parameter \"{node.String.Sval}\"");
                return AclCatalog.Of(ddl.Catalog.Rows(PgParameterAcl.Relation).FirstOrDefault(p => p.parname == parameter)
                    ?? new PgParameterAcl
                    {
                        oid = ddl.NewOid(PgParameterAcl.Relation),
                        parname = parameter,
                        paracl = Catalog.Privileges.Acl.Format(ddl.Catalog, Catalog.Privileges.Acl.Default('p', BuiltInOids.BootstrapSuperuser)),
                    });
            case Pg.ObjectType.ObjectLargeobject:
                return AclCatalog.Of(ddl.Catalog.Find(PgLargeobjectMetadata.Relation, new(Owners.LargeObjectOid(ddl, node)))!);
            case Pg.ObjectType.ObjectFdw:
                return AclCatalog.Of(Ddl.ForeignData.ForeignDataWrappers.Find(ddl, node.String.Sval));
            case Pg.ObjectType.ObjectForeignServer:
                return AclCatalog.Of(Ddl.ForeignData.ForeignServers.Find(ddl, node.String.Sval));
            default:
                throw PgErrors.FeatureNotSupported($"GRANT ON {Kind(type).Name.ToUpperInvariant()}");
        }
    }

    private static void AddAll(DdlContext ddl, Pg.ObjectType type, PgNamespace schema, List<AclObject> result)
    {
        switch (type)
        {
            case Pg.ObjectType.ObjectTable:
                result.AddRange(ddl.Catalog.ClassesOf(schema.oid).Where(c => c.relkind is 'r' or 'v' or 'm' or 'f' or 'p').Select(AclCatalog.Of));
                break;
            case Pg.ObjectType.ObjectSequence:
                result.AddRange(ddl.Catalog.ClassesOf(schema.oid).Where(c => c.relkind == 'S').Select(AclCatalog.Of));
                break;
            default:
                result.AddRange(ddl.Catalog.Rows(PgProc.Relation)
                    .Where(p => p.pronamespace == schema.oid && type switch
                    {
                        Pg.ObjectType.ObjectFunction => p.prokind != 'p',
                        Pg.ObjectType.ObjectProcedure => p.prokind == 'p',
                        _ => true,
                    })
                    .Select(AclCatalog.Of));
                break;
        }
    }

    private static PgException Missing(string state, string what, string name) => new(state, $"{what} \"{name}\" does not exist");
}
