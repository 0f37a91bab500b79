using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Which relations are, or could be, published.</summary>
internal static class Publications
{
    [PgFunction("pg_relation_is_publishable(regclass)")]
    public static bool? IsPublishable(FunctionContext context, uint relation) => context.Catalog.Class(relation) is { } row ? CanPublish(row) : null;

    [PgSetFunction("pg_get_publication_tables(text[])")]
    public static IEnumerable<PgDatum[]> Tables(FunctionContext context, byte[] names)
    {
        var catalog = context.Catalog;
        var result = new List<(PgPublication Publication, uint Table)>();
        var viaRoot = false;
        foreach (var name in ArrayOperations.Parse(context, TypeOid.Text, names).Elements.Select(static n => n.GetString()))
        {
            var publication = catalog.Find(PgPublication.ByName, new(Name: name)) is [var found, ..]
                ? found
                : throw new PgException(SqlState.UndefinedObject, $"publication \"{name}\" does not exist");
            viaRoot |= publication.pubviaroot;
            result.AddRange(TablesOf(catalog, publication).Select(t => (publication, t)));
        }

        if (viaRoot)
        {
            // A partition is published as its table where that is published.
            var all = result.Select(static r => r.Table).ToHashSet();
            result.RemoveAll(r => catalog.Class(r.Table) is { relispartition: true } && Inheritance.Ancestors(catalog, r.Table).Any(all.Contains));
        }

        return result.Select(r => Row(context, catalog, r.Publication, r.Table));
    }

    private static bool CanPublish(PgClass row) => row is { relkind: 'r' or 'p', relpersistence: 'p', oid: >= BuiltInOids.FirstNormalObjectId };

    private static List<uint> TablesOf(CatalogSnapshot catalog, PgPublication publication)
    {
        if (publication.puballtables)
        {
            var all = catalog.UserRowsOf(PgClass.Relation).Where(CanPublish).ToList();
            return
            [
                .. all.Where(c => c.relkind == 'r' && !(c.relispartition && publication.pubviaroot)).Select(static c => c.oid),
                .. all.Where(c => c.relkind == 'p' && publication.pubviaroot && !c.relispartition).Select(static c => c.oid),
            ];
        }

        var own = Expand(catalog, publication, catalog.UserRowsOf(PgPublicationRel.Relation).Where(r => r.prpubid == publication.oid).Select(static r => r.prrelid)).Order().Distinct().ToList();
        var schemas = catalog.UserRowsOf(PgPublicationNamespace.Relation).Where(n => n.pnpubid == publication.oid).Select(static n => n.pnnspid).ToList();
        var ofSchemas = schemas.SelectMany(s => Expand(catalog, publication, catalog.ClassesOf(s).Where(CanPublish).Select(static c => c.oid)));
        return [.. own.Concat(ofSchemas).Distinct()];
    }

    // A partitioned table stands for its leaves, unless it is published itself.
    private static IEnumerable<uint> Expand(CatalogSnapshot catalog, PgPublication publication, IEnumerable<uint> tables)
    {
        foreach (var table in tables)
        {
            if (publication.pubviaroot || catalog.Class(table) is not { relkind: 'p' })
            {
                yield return table;
                continue;
            }

            foreach (var leaf in Inheritance.Descendants(catalog, table).Where(o => catalog.Class(o) is { relkind: 'r' }))
            {
                yield return leaf;
            }
        }
    }

    // pubid, relid, attrs, qual
    private static PgDatum[] Row(FunctionContext context, CatalogSnapshot catalog, PgPublication publication, uint table)
    {
        var isOfSchema = catalog.UserRowsOf(PgPublicationNamespace.Relation).Any(n => n.pnpubid == publication.oid && n.pnnspid == catalog.Class(table)!.relnamespace);
        var entry = publication.puballtables || isOfSchema ? null : catalog.Find(PgPublicationRel.ByRelation, new(table)).FirstOrDefault(r => r.prpubid == publication.oid);
        var columns = entry?.prattrs ?? [.. catalog.Attributes(table).Where(static a => a.attnum > 0 && !a.attisdropped && a.attgenerated == 0).Select(static a => a.attnum)];
        return
        [
            PgDatum.FromInt64(publication.oid), PgDatum.FromInt64(table), CatalogDatum.Int16Vector(columns), CatalogDatum.Text(entry?.prqual),
        ];
    }
}
