using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Publications;

/// <summary>FOR TABLES IN SCHEMA.</summary>
internal static class PublicationSchemas
{
    /// <summary>The schemas of a publication.</summary>
    internal static IEnumerable<PgPublicationNamespace> Of(CatalogSnapshot catalog, uint publication) =>
        catalog.UserRowsOf(PgPublicationNamespace.Relation).Where(r => r.pnpubid == publication);

    internal static void Add(DdlContext ddl, PgPublication publication, IEnumerable<PgNamespace> schemas, bool ifNotExists, bool isReported)
    {
        foreach (var schema in schemas)
        {
            if (Find(ddl.Catalog, publication, schema.oid) is not null)
            {
                if (ifNotExists)
                {
                    continue;
                }

                throw new PgException(SqlState.DuplicateObject, $"schema \"{schema.nspname}\" is already member of publication \"{publication.pubname}\"");
            }

            RequirePublishable(schema);
            var row = ddl.Put(new PgPublicationNamespace { oid = ddl.NewOid(), pnpubid = publication.oid, pnnspid = schema.oid });
            var address = new ObjectAddress(PgPublicationNamespace.RelationOid, row.oid);
            ddl.Depend(address, new(PgPublication.RelationOid, publication.oid), DependencyType.Auto);
            ddl.Depend(address, ObjectAddress.Namespace(schema.oid), DependencyType.Auto);
            if (isReported)
            {
                ddl.Collect("ALTER PUBLICATION", address);
            }
        }
    }

    internal static void Drop(DdlContext ddl, PgPublication publication, IEnumerable<PgNamespace> schemas) => Delete(
        ddl, schemas.Select(schema => Find(ddl.Catalog, publication, schema.oid)
            ?? throw new PgException(SqlState.UndefinedObject, $"tables from schema \"{schema.nspname}\" are not part of the publication")).ToList());

    internal static void Set(DdlContext ddl, PgPublication publication, IReadOnlyList<PgNamespace> schemas)
    {
        Delete(ddl, Of(ddl.Catalog, publication.oid).Where(r => !schemas.Any(s => s.oid == r.pnnspid)).ToList());
        Add(ddl, publication, schemas, ifNotExists: true, isReported: true);
    }

    /// <summary>Whole schemas and lists of columns do not go together.</summary>
    internal static void RequireNoColumnLists(DdlContext ddl, PgPublication publication, IReadOnlyList<PgNamespace> schemas)
    {
        if (schemas.Count > 0 && ddl.Catalog.UserRowsOf(PgPublicationRel.Relation).Any(r => r.prpubid == publication.oid && r.prattrs is not null))
        {
            throw new PgException(SqlState.InvalidParameterValue, $"cannot add schema to publication \"{publication.pubname}\"")
                .WithDetail("Schemas cannot be added if any tables that specify a column list are already part of the publication.");
        }
    }

    private static PgPublicationNamespace? Find(CatalogSnapshot catalog, PgPublication publication, uint schema) =>
        Of(catalog, publication.oid).FirstOrDefault(r => r.pnnspid == schema);

    private static void Delete(DdlContext ddl, List<PgPublicationNamespace> rows)
    {
        foreach (var row in rows)
        {
            Ddl.Drop.Perform(ddl, [new ObjectAddress(PgPublicationNamespace.RelationOid, row.oid)], Pg.DropBehavior.DropCascade);
        }
    }

    private static void RequirePublishable(PgNamespace schema)
    {
        var detail = schema.oid is BuiltInOids.PgCatalogNamespace || schema.nspname == "pg_toast" ? "This operation is not supported for system schemas."
            : schema.nspname.StartsWith("pg_temp_", StringComparison.Ordinal) ? "Temporary schemas cannot be replicated."
            : null;
        if (detail is not null)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"cannot add schema \"{schema.nspname}\" to publication").WithDetail(detail);
        }
    }
}
