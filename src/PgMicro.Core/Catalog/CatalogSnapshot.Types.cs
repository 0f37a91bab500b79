using System.Collections.Immutable;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog;

public sealed partial class CatalogSnapshot
{
    /// <summary>The type of an OID.</summary>
    public PgType? Type(uint oid) => Find(PgType.Relation, new(oid));

    /// <summary>The type of a name in a schema.</summary>
    public PgType? FindType(string name, uint namespaceOid) => FindFirst(PgType.ByName, new(namespaceOid, Name: name));

    /// <summary>The types of a schema, by OID.</summary>
    public ImmutableArray<PgType> TypesOf(uint namespaceOid) => Find(PgType.ByNamespace, new(namespaceOid));

    /// <summary>The labels of an enum in their order.</summary>
    public ImmutableArray<PgEnum> EnumValues(uint typeOid) => Find(PgEnum.ByType, new(typeOid));

    /// <summary>A label of an enum.</summary>
    public PgEnum? FindEnumValue(uint typeOid, string label) => FindFirst(PgEnum.ByLabel, new(typeOid, Name: label));

    /// <summary>What makes a type a range.</summary>
    public PgRange? Range(uint rangeTypeOid) => Find(PgRange.Relation, new(rangeTypeOid));

    /// <summary>The range type of a multirange type.</summary>
    public PgRange? RangeOfMultirange(uint multirangeTypeOid) => FindFirst(PgRange.ByMultirange, new(multirangeTypeOid));

    /// <summary>A collation.</summary>
    public PgCollation? Collation(uint oid) => Find(PgCollation.Relation, new(oid));

    /// <summary>A collation of a name in a schema, for UTF-8 or for any encoding.</summary>
    public PgCollation? FindCollation(string name, uint namespaceOid)
    {
        foreach (var collation in Find(PgCollation.ByName, new(Name: name)))
        {
            if (collation.collnamespace == namespaceOid && collation.collencoding is 6 or -1)
            {
                return collation;
            }
        }

        return null;
    }

    /// <summary>The cast from a type to a type.</summary>
    public PgCast? FindCast(uint source, uint target) => FindFirst(PgCast.BySourceTarget, new(source, target));

    /// <summary>All casts.</summary>
    public IEnumerable<PgCast> Casts => Rows(PgCast.Relation);

    /// <summary>The bottom of a domain over domains, with the typmod that applies; any other type as it is.</summary>
    public uint GetBaseType(uint typeOid) => GetBaseTypeAndTypmod(typeOid, -1).Type;

    /// <summary>The bottom of a domain over domains, with the typmod that applies; any other type as it is.</summary>
    public (uint Type, int Typmod) GetBaseTypeAndTypmod(uint typeOid, int typmod)
    {
        while (Type(typeOid) is { typtype: 'd' } domain)
        {
            typeOid = domain.typbasetype;
            typmod = domain.typtypmod;
        }

        return (typeOid, typmod);
    }

    /// <summary>The element type of a true array type (one with subscripts, not name or a domain); 0 for other types.</summary>
    public uint ArrayElementType(uint typeOid) =>
        Type(typeOid) is { typelem: not 0, typsubscript: BuiltInFunctions.ArraySubscriptHandler } type ? type.typelem : 0;

    /// <summary>The array type over a type; 0 if it has none.</summary>
    public uint ArrayTypeOf(uint elementTypeOid) => Type(elementTypeOid)?.typarray ?? 0;
}
