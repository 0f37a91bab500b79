using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Questions about types that binding asks of the catalog (PostgreSQL's lsyscache.c).</summary>
public static class TypeFacts
{
    private const uint ArraySubscriptHandler = 6179;

    /// <summary>The pg_type row, which must exist.</summary>
    public static PgType Require(CatalogSnapshot catalog, uint type) =>
        catalog.Type(type) ?? throw new PgException(SqlState.UndefinedObject, $"type with OID {type} does not exist");

    /// <summary>The type under any domains.</summary>
    public static uint GetBaseType(CatalogSnapshot catalog, uint type)
    {
        var typmod = -1;
        return GetBaseType(catalog, type, ref typmod);
    }

    /// <summary>The type under any domains, and the type modifier that a domain gives.</summary>
    public static uint GetBaseType(CatalogSnapshot catalog, uint type, ref int typmod)
    {
        while (catalog.Type(type) is { typtype: 'd' } row)
        {
            type = row.typbasetype;
            typmod = row.typtypmod;
        }

        return type;
    }

    /// <summary>pg_type.typcategory.</summary>
    public static char Category(CatalogSnapshot catalog, uint type) => Require(catalog, type).typcategory;

    /// <summary>Whether the type is the preferred one of the category (or of its own, for '\0').</summary>
    public static bool IsPreferred(CatalogSnapshot catalog, char category, uint type)
    {
        var row = Require(catalog, type);
        return (category == row.typcategory || category == '\0') && row.typispreferred;
    }

    /// <summary>Whether the type is a true array, subscripted as arrays are.</summary>
    public static bool IsTrueArray(PgType row) => row.typelem != 0 && row.typsubscript == ArraySubscriptHandler;

    /// <summary>The element type of a true array type, else 0.</summary>
    public static uint GetElementType(CatalogSnapshot catalog, uint type) =>
        catalog.Type(type) is { } row && IsTrueArray(row) ? row.typelem : 0;

    /// <summary>The element type of an array type or of a domain over one, else 0.</summary>
    public static uint GetBaseElementType(CatalogSnapshot catalog, uint type) => GetElementType(catalog, GetBaseType(catalog, type));

    /// <summary>The array type over a type, else 0.</summary>
    public static uint GetArrayType(CatalogSnapshot catalog, uint type) => catalog.Type(type)?.typarray ?? 0;

    /// <summary>Whether it is an array type or a domain over one.</summary>
    public static bool IsArrayOrDomainOverArray(CatalogSnapshot catalog, uint type) => type != 0 && GetBaseElementType(catalog, type) != 0;

    /// <summary>Whether it is an enum type.</summary>
    public static bool IsEnum(CatalogSnapshot catalog, uint type) => catalog.Type(type) is { typtype: 'e' };

    /// <summary>Whether it is a range type.</summary>
    public static bool IsRange(CatalogSnapshot catalog, uint type) => catalog.Type(type) is { typtype: 'r' };

    /// <summary>Whether it is a multirange type.</summary>
    public static bool IsMultirange(CatalogSnapshot catalog, uint type) => catalog.Type(type) is { typtype: 'm' };

    /// <summary>The subtype of a range type, else 0.</summary>
    public static uint RangeSubtype(CatalogSnapshot catalog, uint type) => catalog.Range(type)?.rngsubtype ?? 0;

    /// <summary>The multirange type of a range type, else 0.</summary>
    public static uint RangeMultirange(CatalogSnapshot catalog, uint type) => catalog.Range(type)?.rngmultitypid ?? 0;

    /// <summary>The range type of a multirange type, else 0.</summary>
    public static uint MultirangeRange(CatalogSnapshot catalog, uint type) => catalog.RangeOfMultirange(type)?.rngtypid ?? 0;

    /// <summary>The relation of a composite type or of a domain over one, else 0.</summary>
    public static uint TypeOrDomainRelid(CatalogSnapshot catalog, uint type) => catalog.Type(GetBaseType(catalog, type))?.typrelid ?? 0;

    /// <summary>Whether it is a named composite type or a domain over one.</summary>
    public static bool IsComplex(CatalogSnapshot catalog, uint type) => TypeOrDomainRelid(catalog, type) != 0;

    /// <summary>Whether a row type is one of a table that inherits from another's, or that is of another type (typeInheritsFrom, typeIsOfTypedTable).</summary>
    public static bool IsSubtype(CatalogSnapshot catalog, uint type, uint ancestor)
    {
        if (TypeOrDomainRelid(catalog, type) is not (> BuiltInOids.FirstNormalObjectId and var relation) || catalog.Type(ancestor) is not { typrelid: not 0 and var parent })
        {
            return false;
        }

        return catalog.Class(relation)?.reloftype == ancestor || (catalog.Class(parent) is { relhassubclass: true } && Inheritance.Ancestors(catalog, relation).Contains(parent));
    }

    /// <summary>Whether it is an array of a named composite type.</summary>
    public static bool IsComplexArray(CatalogSnapshot catalog, uint type) =>
        GetElementType(catalog, type) is var element && element != 0 && IsComplex(catalog, element);

    /// <summary>Whether values are rows: record, a composite type, or a domain over one.</summary>
    public static bool IsRowType(CatalogSnapshot catalog, uint type) => type == TypeOid.Record || IsComplex(catalog, type);

    /// <summary>pg_type.typcollation.</summary>
    public static uint Collation(CatalogSnapshot catalog, uint type) => catalog.Type(type)?.typcollation ?? 0;

    /// <summary>Whether values of the type have a collation.</summary>
    public static bool IsCollatable(CatalogSnapshot catalog, uint type) => Collation(catalog, type) != 0;

    /// <summary>Whether it is one of anyelement, anyarray, anynonarray, anyenum, anyrange, anymultirange.</summary>
    public static bool IsPolymorphicFamily1(uint type) => type is TypeOid.AnyElement or TypeOid.AnyArray or TypeOid.AnyNonArray or TypeOid.AnyEnum
        or TypeOid.AnyRange or TypeOid.AnyMultirange;

    /// <summary>Whether it is one of the anycompatible types.</summary>
    public static bool IsPolymorphicFamily2(uint type) => type is TypeOid.AnyCompatible or TypeOid.AnyCompatibleArray or TypeOid.AnyCompatibleNonArray
        or TypeOid.AnyCompatibleRange or TypeOid.AnyCompatibleMultirange;

    /// <summary>Whether it is a polymorphic pseudo-type.</summary>
    public static bool IsPolymorphic(uint type) => IsPolymorphicFamily1(type) || IsPolymorphicFamily2(type);
}
