using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>The catalog rows that an extension's script makes in PostgreSQL (extension.*.tsv), under OIDs that are the same in every database.</summary>
internal static class ExtensionRows
{
    private static readonly CatalogRelation[] Relations =
    [
        PgType.Relation, PgProc.Relation, PgOperator.Relation, PgCast.Relation, PgAggregate.Relation, PgOpfamily.Relation, PgOpclass.Relation,
        PgAmop.Relation, PgAmproc.Relation, PgTsTemplate.Relation, PgTsDict.Relation,
    ];

    /// <summary>Whether the engine knows what an extension brings.</summary>
    internal static bool IsKnown(string extension) => extension == "plpgsql" || Read(PgProc.Relation, extension).Any();

    /// <summary>Puts an extension's objects into its schema.</summary>
    internal static void Insert(DdlContext ddl, PgExtension extension)
    {
        foreach (var relation in Relations)
        {
            foreach (var row in Read(relation, extension.extname))
            {
                ddl.Put(Place(row, extension.extnamespace, ddl.Owner));
            }
        }

        foreach (var relation in Relations)
        {
            foreach (var row in Read(relation, extension.extname))
            {
                if (NamespaceOf(row) is { } address)
                {
                    ddl.Depend(address, ObjectAddress.Namespace(extension.extnamespace));
                }
            }
        }

        foreach (var row in Read(PgDepend.Relation, extension.extname))
        {
            var depend = (PgDepend)row;
            ddl.Put(depend.deptype == 'e' ? depend with { refobjid = extension.oid } : depend);
        }
    }

    private static IEnumerable<CatalogRow> Read(CatalogRelation relation, string extension)
    {
        if (TsvReader.Open("extension." + relation.Name, ["extname"]) is not { } names || TsvReader.Open("extension." + relation.Name, relation.Columns) is not { } rows)
        {
            yield break;
        }

        while (names.Read() && rows.Read())
        {
            if (names.Text(0) == extension)
            {
                yield return relation.ReadRow(rows);
            }
        }
    }

    private static CatalogRow Place(CatalogRow row, uint schema, uint owner) => row switch
    {
        PgType type => type with { typnamespace = schema, typowner = owner },
        PgProc proc => proc with { pronamespace = schema, proowner = owner },
        PgOperator op => op with { oprnamespace = schema, oprowner = owner },
        PgOpfamily family => family with { opfnamespace = schema, opfowner = owner },
        PgOpclass opclass => opclass with { opcnamespace = schema, opcowner = owner },
        PgTsTemplate template => template with { tmplnamespace = schema },
        PgTsDict dictionary => dictionary with { dictnamespace = schema, dictowner = owner },
        _ => row,
    };

    private static ObjectAddress? NamespaceOf(CatalogRow row) => row switch
    {
        PgType { typcategory: not 'A' } type => new(PgType.RelationOid, type.oid),
        PgProc proc => new(PgProc.RelationOid, proc.oid),
        PgOperator op => new(PgOperator.RelationOid, op.oid),
        PgOpfamily family => new(PgOpfamily.RelationOid, family.oid),
        PgOpclass opclass => new(PgOpclass.RelationOid, opclass.oid),
        PgTsTemplate template => new(PgTsTemplate.RelationOid, template.oid),
        PgTsDict dictionary => new(PgTsDict.RelationOid, dictionary.oid),
        _ => null,
    };
}
