namespace PgMicro.Core.Types.Extensions;

/// <summary>pg_type OIDs that the types of extensions have in every database (extension.pg_type.tsv; a test compares them).</summary>
public static class ExtensionTypeOid
{
#pragma warning disable CS1591 // the names are pg_type's
    public const uint Citext = 2000000010, CitextArray = 2000000015, Hstore = 2000000211, HstoreArray = 2000000216, Ltree = 2000000335, LtreeArray = 2000000338,
        Lquery = 2000000389, LqueryArray = 2000000392, Ltxtquery = 2000000405, LtxtqueryArray = 2000000408, Cube = 2000000526, CubeArray = 2000000531;
#pragma warning restore CS1591
}
