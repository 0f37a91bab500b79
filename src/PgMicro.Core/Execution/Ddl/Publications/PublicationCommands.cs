using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Kind = PgQuery.PublicationObjSpecType;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Publications;

/// <summary>CREATE and ALTER PUBLICATION (manual: "CREATE PUBLICATION"). Nothing is sent to subscribers: what is kept is what tools and other servers read.</summary>
internal static class PublicationCommands
{
    internal static string Create(DdlContext ddl, Pg.CreatePublicationStmt statement)
    {
        RequireCreate(ddl, ddl.Owner);
        if (statement.ForAllTables && !IsSuperuser(ddl, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "must be superuser to create FOR ALL TABLES publication");
        }

        RequireFree(ddl, statement.Pubname);
        var publication = PublicationOptions.Apply(
            new PgPublication
            {
                oid = ddl.NewOid(),
                pubname = statement.Pubname,
                pubowner = ddl.Owner,
                puballtables = statement.ForAllTables,
                pubinsert = true,
                pubupdate = true,
                pubdelete = true,
                pubtruncate = true,
            },
            statement.Options);
        ddl.Put(publication);
        if (!statement.ForAllTables)
        {
            var (tables, schemas) = Objects(ddl, statement.Pubobjects);
            if (schemas.Count > 0 && !IsSuperuser(ddl, ddl.Owner))
            {
                throw new PgException(SqlState.InsufficientPrivilege, "must be superuser to create FOR TABLES IN SCHEMA publication");
            }

            var rows = PublicationTables.Read(ddl, publication, tables, schemas.Count > 0);
            PublicationTables.Add(ddl, publication, rows, ifNotExists: true, isReported: false);
            PublicationSchemas.Add(ddl, publication, schemas, ifNotExists: true, isReported: false);
        }

        if (ddl.Session.Settings.Get("wal_level") != "logical")
        {
            ddl.Notice(
                "\"wal_level\" is insufficient to publish logical changes", "WARNING", SqlState.ObjectNotInPrerequisiteState,
                hint: "Set \"wal_level\" to \"logical\" before creating subscriptions.");
        }

        return "CREATE PUBLICATION";
    }

    internal static string Alter(DdlContext ddl, Pg.AlterPublicationStmt statement)
    {
        var publication = ddl.Catalog.Find(PgPublication.ByName, new(Name: statement.Pubname)) is [var found, ..]
            ? found
            : throw new PgException(SqlState.UndefinedObject, $"publication \"{statement.Pubname}\" does not exist");
        Owners.RequireOwner(ddl, publication.pubowner, "publication", publication.pubname);
        if (statement.Options.Count > 0)
        {
            var changed = PublicationOptions.Apply(publication, statement.Options);
            if (!changed.pubviaroot && statement.Options.Any(static o => o.DefElem.Defname == "publish_via_partition_root"))
            {
                RequireNothingOfPartitioned(ddl, publication);
            }

            ddl.Put(changed);
            ddl.Collect("ALTER PUBLICATION", new(PgPublication.RelationOid, publication.oid));
            return "ALTER PUBLICATION";
        }

        var (tables, schemas) = Objects(ddl, statement.Pubobjects);
        CheckObjects(ddl, publication, statement.Action, tables.Count > 0, schemas.Count > 0);
        switch (statement.Action)
        {
            case Pg.AlterPublicationAction.ApAddObjects:
                var publishesSchemas = schemas.Count > 0 || PublicationSchemas.Of(ddl.Catalog, publication.oid).Any();
                PublicationTables.Add(ddl, publication, PublicationTables.Read(ddl, publication, tables, publishesSchemas), ifNotExists: false, isReported: true);
                PublicationSchemas.RequireNoColumnLists(ddl, publication, schemas);
                PublicationSchemas.Add(ddl, publication, schemas, ifNotExists: false, isReported: true);
                break;
            case Pg.AlterPublicationAction.ApDropObjects:
                PublicationTables.Drop(ddl, publication, tables);
                PublicationSchemas.Drop(ddl, publication, schemas);
                break;
            default:
                PublicationTables.Set(ddl, publication, PublicationTables.Read(ddl, publication, tables, schemas.Count > 0));
                PublicationSchemas.Set(ddl, publication, schemas);
                break;
        }

        return "ALTER PUBLICATION";
    }

    internal static void Rename(DdlContext ddl, PgPublication publication, string name)
    {
        Owners.RequireOwner(ddl, publication.pubowner, "publication", publication.pubname);
        RequireFree(ddl, name);
        ddl.Put(publication with { pubname = name });
    }

    internal static void ChangeOwner(DdlContext ddl, PgPublication publication, uint owner)
    {
        if (publication.pubowner == owner)
        {
            return;
        }

        if (!IsSuperuser(ddl, ddl.Owner))
        {
            Owners.RequireOwner(ddl, publication.pubowner, "publication", publication.pubname);
            Owners.RequireMayGive(ddl, owner);
            RequireCreate(ddl, owner);
            var kind = publication.puballtables ? "ALL TABLES" : PublicationSchemas.Of(ddl.Catalog, publication.oid).Any() ? "TABLES IN SCHEMA" : null;
            if (kind is not null && !IsSuperuser(ddl, owner))
            {
                throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to change owner of publication \"{publication.pubname}\"")
                    .WithHint($"The owner of a FOR {kind} publication must be a superuser.");
            }
        }

        ddl.Put(publication with { pubowner = owner });
    }

    // ObjectsInPublicationToOids.
    private static (List<Pg.PublicationTable> Tables, List<PgNamespace> Schemas) Objects(DdlContext ddl, IEnumerable<Pg.Node> objects)
    {
        var tables = new List<Pg.PublicationTable>();
        var schemas = new List<PgNamespace>();
        foreach (var item in objects.Select(static n => n.PublicationObjSpec))
        {
            switch (item.Pubobjtype)
            {
                case Kind.PublicationobjTable:
                    tables.Add(item.Pubtable);
                    continue;
                case Kind.PublicationobjTablesInSchema:
                    AddOnce(ddl.FindSchema(item.Name));
                    continue;
                default:
                    AddOnce(ddl.Session.SearchPath(false) is [var first, ..]
                        ? ddl.Catalog.Namespace(first)!
                        : throw new PgException(SqlState.InvalidSchemaName, "no schema has been selected for CURRENT_SCHEMA"));
                    continue;
            }
        }

        return (tables, schemas);

        void AddOnce(PgNamespace schema)
        {
            if (!schemas.Exists(s => s.oid == schema.oid))
            {
                schemas.Add(schema);
            }
        }
    }

    private static void CheckObjects(DdlContext ddl, PgPublication publication, Pg.AlterPublicationAction action, bool hasTables, bool hasSchemas)
    {
        if (action is Pg.AlterPublicationAction.ApAddObjects or Pg.AlterPublicationAction.ApSetObjects && hasSchemas && !IsSuperuser(ddl, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "must be superuser to add or set schemas");
        }

        if (publication.puballtables && (hasTables || hasSchemas))
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"publication \"{publication.pubname}\" is defined as FOR ALL TABLES")
                .WithDetail(hasSchemas
                    ? "Schemas cannot be added to or dropped from FOR ALL TABLES publications."
                    : "Tables cannot be added to or dropped from FOR ALL TABLES publications.");
        }
    }

    // A partitioned table's filters and columns need publish_via_partition_root.
    private static void RequireNothingOfPartitioned(DdlContext ddl, PgPublication publication)
    {
        if (publication.puballtables)
        {
            return;
        }

        foreach (var row in ddl.Catalog.UserRowsOf(PgPublicationRel.Relation))
        {
            if (row.prpubid != publication.oid || (row.prqual is null && row.prattrs is null) || ddl.Catalog.Class(row.prrelid) is not { relkind: 'p' } table)
            {
                continue;
            }

            throw new PgException(SqlState.InvalidParameterValue, $"cannot set parameter \"publish_via_partition_root\" to false for publication \"{publication.pubname}\"")
                .WithDetail($"The publication contains a {(row.prqual is not null ? "WHERE clause" : "column list")} for partitioned table \"{table.relname}\", which is not allowed when \"publish_via_partition_root\" is false.");
        }
    }

    private static bool IsSuperuser(DdlContext ddl, uint role) => RoleMembership.IsSuperuser(ddl.Catalog, role);

    private static void RequireCreate(DdlContext ddl, uint role)
    {
        var database = ddl.Catalog.Database;
        if (PrivilegeCheck.OnList(ddl.Catalog, 'd', database.datacl, database.datdba, role, AclMode.Create) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for database {ddl.Catalog.DatabaseName}");
        }
    }

    private static void RequireFree(DdlContext ddl, string name)
    {
        if (ddl.Catalog.Find(PgPublication.ByName, new(Name: name)).Length > 0)
        {
            throw new PgException(SqlState.DuplicateObject, $"publication \"{name}\" already exists");
        }
    }
}
