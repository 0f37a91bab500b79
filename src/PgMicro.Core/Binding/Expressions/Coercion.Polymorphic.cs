using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Expressions;

public static partial class Coercion
{
    /// <summary>What the polymorphic parameters of one call were given.</summary>
    private struct PolymorphicInputs
    {
        public uint Element;
        public uint Array;
        public uint Range;
        public uint Multirange;
        public bool HaveNonArray;
        public bool HaveEnum;
        public bool HavePolymorphicAny;
        public bool HavePolymorphicCompatible;
        public bool HaveCompatibleNonArray;
        public bool HaveCompatibleArray;
        public bool HaveCompatibleRange;
        public bool HaveCompatibleMultirange;
        public uint CompatibleRange;
        public uint CompatibleRangeElement;
        public uint CompatibleMultirange;
        public uint CompatibleMultirangeElement;
        public List<uint> Compatible;
    }

    /// <summary>The catalog, and how messages name its types.</summary>
    private readonly record struct Namer(CatalogSnapshot Catalog, IReadOnlyList<uint>? SearchPath)
    {
        internal string Name(uint type) => FormatType.Format(type, -1, Catalog, typmodGiven: false, SearchPath);
    }

    /// <summary>Whether actual argument types fit the polymorphic parameters together.</summary>
    public static bool CheckGenericTypeConsistency(CatalogSnapshot catalog, ReadOnlySpan<uint> actual, ReadOnlySpan<uint> declared)
    {
        var p = new PolymorphicInputs { Compatible = [] };
        if (Collect(new(catalog, null), actual, declared, ref p, raise: false) is not null || Resolve(new(catalog, null), ref p, raise: false) is not null)
        {
            return false;
        }

        if (p.HaveNonArray && TypeFacts.IsArrayOrDomainOverArray(catalog, p.Element))
        {
            return false;
        }

        if (p.HaveEnum && !TypeFacts.IsEnum(catalog, p.Element))
        {
            return false;
        }

        if (p.Compatible.Count == 0)
        {
            return true;
        }

        var common = SelectCommonType(catalog, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(p.Compatible), out _, out _, out _);
        if (common == 0 || (p.HaveCompatibleNonArray && TypeFacts.IsArrayOrDomainOverArray(catalog, common)))
        {
            return false;
        }

        foreach (var type in p.Compatible)
        {
            if (!CanCoerce(catalog, type, common, CoercionContext.Implicit))
            {
                return false;
            }
        }

        return p.CompatibleRange == 0 || p.CompatibleRangeElement == common;
    }

    private static PgException Fail(bool raise, Func<PgException> make) => raise ? throw make() : Unfit;

    private static readonly PgException Unfit = new(SqlState.DatatypeMismatch, "argument types do not fit");

    private static PgException NotAllAlike(Namer names, string declared, uint a, uint b) =>
        new PgException(SqlState.DatatypeMismatch, $"arguments declared \"{declared}\" are not all alike")
            .WithDetail($"{names.Name(a)} versus {names.Name(b)}");

    private static PgException? Collect(
        Namer names, ReadOnlySpan<uint> actual, ReadOnlySpan<uint> declared, ref PolymorphicInputs p, bool raise, bool allowPoly = false)
    {
        var catalog = names.Catalog;
        for (var i = 0; i < actual.Length; i++)
        {
            var type = actual[i];
            var decl = declared[i];
            if (TypeFacts.IsPolymorphicFamily1(decl))
            {
                p.HavePolymorphicAny = true;
            }
            else if (TypeFacts.IsPolymorphicFamily2(decl))
            {
                p.HavePolymorphicCompatible = true;
            }

            if (allowPoly && decl == type)
            {
                // A polymorphic type says nothing of itself.
                continue;
            }

            switch (decl)
            {
                case TypeOid.AnyElement or TypeOid.AnyNonArray or TypeOid.AnyEnum:
                    p.HaveNonArray |= decl == TypeOid.AnyNonArray;
                    p.HaveEnum |= decl == TypeOid.AnyEnum;
                    if (type == TypeOid.Unknown)
                    {
                        continue;
                    }

                    if (p.Element != 0 && p.Element != type)
                    {
                        var element = p.Element;
                        return Fail(raise, () => NotAllAlike(names, "anyelement", element, type));
                    }

                    p.Element = type;
                    break;
                case TypeOid.AnyArray:
                    if (type != TypeOid.Unknown && Same(names, ref p.Array, type, "anyarray", raise) is { } e1)
                    {
                        return e1;
                    }

                    break;
                case TypeOid.AnyRange:
                    if (type != TypeOid.Unknown && Same(names, ref p.Range, type, "anyrange", raise) is { } e2)
                    {
                        return e2;
                    }

                    break;
                case TypeOid.AnyMultirange:
                    if (type != TypeOid.Unknown && Same(names, ref p.Multirange, type, "anymultirange", raise) is { } e3)
                    {
                        return e3;
                    }

                    break;
                case TypeOid.AnyCompatible or TypeOid.AnyCompatibleNonArray:
                    p.HaveCompatibleNonArray |= decl == TypeOid.AnyCompatibleNonArray;
                    if (type != TypeOid.Unknown)
                    {
                        p.Compatible.Add(type);
                    }

                    break;
                case TypeOid.AnyCompatibleArray:
                    p.HaveCompatibleArray = true;
                    if (type == TypeOid.Unknown)
                    {
                        continue;
                    }

                    var elementType = TypeFacts.GetBaseElementType(catalog, type);
                    if (elementType == 0)
                    {
                        return Fail(raise, () => Mismatch($"argument declared anycompatiblearray is not an array but type {names.Name(type)}"));
                    }

                    p.Compatible.Add(elementType);
                    break;
                case TypeOid.AnyCompatibleRange:
                    p.HaveCompatibleRange = true;
                    if (type == TypeOid.Unknown)
                    {
                        continue;
                    }

                    var first = p.CompatibleRange == 0;
                    if (Same(names, ref p.CompatibleRange, type, "anycompatiblerange", raise) is { } e4)
                    {
                        return e4;
                    }

                    if (first)
                    {
                        p.CompatibleRangeElement = TypeFacts.RangeSubtype(catalog, p.CompatibleRange);
                        if (p.CompatibleRangeElement == 0)
                        {
                            return Fail(raise, () => Mismatch($"argument declared anycompatiblerange is not a range type but type {names.Name(type)}"));
                        }

                        p.Compatible.Add(p.CompatibleRangeElement);
                    }

                    break;
                case TypeOid.AnyCompatibleMultirange:
                    p.HaveCompatibleMultirange = true;
                    if (type == TypeOid.Unknown)
                    {
                        continue;
                    }

                    var firstMulti = p.CompatibleMultirange == 0;
                    if (Same(names, ref p.CompatibleMultirange, type, "anycompatiblemultirange", raise) is { } e5)
                    {
                        return e5;
                    }

                    if (firstMulti)
                    {
                        p.CompatibleMultirangeElement = TypeFacts.RangeSubtype(catalog, TypeFacts.MultirangeRange(catalog, p.CompatibleMultirange));
                        if (p.CompatibleMultirangeElement == 0)
                        {
                            return Fail(
                                raise,
                                () => Mismatch($"argument declared anycompatiblemultirange is not a multirange type but type {names.Name(type)}"));
                        }

                        p.Compatible.Add(p.CompatibleMultirangeElement);
                    }

                    break;
            }
        }

        return null;
    }

    private static PgException Mismatch(string message) => new(SqlState.DatatypeMismatch, message);

    private static PgException? Same(Namer names, ref uint known, uint type, string declared, bool raise)
    {
        type = TypeFacts.GetBaseType(names.Catalog, type);
        if (known != 0 && known != type)
        {
            var other = known;
            return Fail(raise, () => NotAllAlike(names, declared, other, type));
        }

        known = type;
        return null;
    }

    /// <summary>Derives each member of the anyelement family from the others.</summary>
    private static PgException? Resolve(Namer names, ref PolymorphicInputs p, bool raise)
    {
        var catalog = names.Catalog;
        var (array, range, multirange) = (p.Array, p.Range, p.Multirange);
        if (array != 0 && array != TypeOid.AnyArray)
        {
            var inner = TypeFacts.GetElementType(catalog, array);
            if (inner == 0)
            {
                return Fail(raise, () => Mismatch($"argument declared anyarray is not an array but type {names.Name(array)}"));
            }

            if (p.Element != 0 && p.Element != inner)
            {
                var element = p.Element;
                return Fail(raise, () => Inconsistent(names, "anyarray", "anyelement", array, element));
            }

            p.Element = inner;
        }
        else if (array == TypeOid.AnyArray && p.Element != 0 && !raise)
        {
            return Unfit;
        }

        if (multirange != 0)
        {
            var itsRange = TypeFacts.MultirangeRange(catalog, multirange);
            if (itsRange == 0)
            {
                return Fail(raise, () => Mismatch($"argument declared anymultirange is not a multirange type but type {names.Name(multirange)}"));
            }

            if (range != 0 && range != itsRange)
            {
                return Fail(raise, () => Inconsistent(names, "anymultirange", "anyrange", multirange, range));
            }

            p.Range = range = itsRange;
        }

        if (range != 0)
        {
            var inner = TypeFacts.RangeSubtype(catalog, range);
            if (inner == 0)
            {
                return Fail(raise, () => Mismatch($"argument declared anyrange is not a range type but type {names.Name(range)}"));
            }

            if (p.Element != 0 && p.Element != inner)
            {
                var element = p.Element;
                return Fail(raise, () => Inconsistent(names, "anyrange", "anyelement", range, element));
            }

            p.Element = inner;
        }

        return null;
    }

    private static PgException Inconsistent(Namer names, string a, string b, uint typeA, uint typeB) =>
        Mismatch($"argument declared {a} is not consistent with argument declared {b}")
            .WithDetail($"{names.Name(typeA)} versus {names.Name(typeB)}");

    /// <summary>
    /// Decides the polymorphic parameters of a call: replaces them in <paramref name="declared"/> by real types and returns the call's result type.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="searchPath">Schemas whose types errors name without them; null for pg_catalog and public.</param>
    /// <param name="actual">Argument types.</param>
    /// <param name="declared">Parameter types; changed.</param>
    /// <param name="returnType">The declared result type.</param>
    /// <param name="allowPoly">Whether polymorphic actual types stand for themselves.</param>
    /// <exception cref="PgException">42804 when the arguments do not fit together or decide nothing.</exception>
    public static uint EnforceGenericTypeConsistency(
        CatalogSnapshot catalog, IReadOnlyList<uint>? searchPath, ReadOnlySpan<uint> actual, Span<uint> declared, uint returnType, bool allowPoly)
    {
        var names = new Namer(catalog, searchPath);
        var p = new PolymorphicInputs { Compatible = [] };
        Collect(names, actual, declared, ref p, raise: true, allowPoly);
        if (!p.HavePolymorphicAny && !p.HavePolymorphicCompatible)
        {
            return returnType;
        }

        var common = 0u;
        if (p.HavePolymorphicAny)
        {
            ResolveFirstFamily(names, ref p, allowPoly);
        }

        if (p.HavePolymorphicCompatible)
        {
            common = ResolveSecondFamily(names, ref p, allowPoly);
        }

        for (var i = 0; i < declared.Length; i++)
        {
            var resolved = Substitute(catalog, declared[i], p, common);
            if (resolved == 0 && declared[i] is TypeOid.AnyArray or TypeOid.AnyCompatibleArray && (declared[i] == TypeOid.AnyArray ? p.Element : common) is not 0 and var lonely)
            {
                throw NoArrayType(names, lonely);
            }

            if (resolved == 0 && TypeFacts.IsPolymorphic(declared[i]) && actual[i] == TypeOid.Unknown)
            {
                throw Mismatch($"could not determine polymorphic type {names.Name(declared[i])} because input has type unknown");
            }

            if (declared[i] is TypeOid.AnyArray or TypeOid.AnyRange or TypeOid.AnyMultirange && actual[i] != TypeOid.Unknown)
            {
                // A known array or range keeps its own type; what is declared follows it.
                resolved = declared[i] switch
                {
                    TypeOid.AnyArray => p.Array,
                    TypeOid.AnyRange => p.Range,
                    _ => p.Multirange,
                };
            }

            declared[i] = resolved;
        }

        var result = Substitute(catalog, returnType, p, common);
        if (result == 0)
        {
            throw returnType switch
            {
                TypeOid.AnyArray or TypeOid.AnyCompatibleArray => NoArrayType(names, returnType == TypeOid.AnyArray ? p.Element : common),
                _ => Mismatch($"could not determine polymorphic type {names.Name(returnType)} because input has type unknown"),
            };
        }

        return result;
    }

    private static PgException NoArrayType(Namer names, uint element) =>
        new(SqlState.UndefinedObject, $"could not find array type for data type {names.Name(element)}");

    private static void ResolveFirstFamily(Namer names, ref PolymorphicInputs p, bool allowPoly)
    {
        var catalog = names.Catalog;
        Resolve(names, ref p, raise: true);
        if (p.Element == 0)
        {
            if (allowPoly)
            {
                p.Element = TypeOid.AnyElement;
                p.Array = TypeOid.AnyArray;
                p.Range = p.Range == 0 ? TypeOid.AnyRange : p.Range;
                p.Multirange = p.Multirange == 0 ? TypeOid.AnyMultirange : p.Multirange;
            }
            else if (p.Array == TypeOid.AnyArray)
            {
                p.Element = TypeOid.AnyElement;
            }
            else
            {
                throw Mismatch("could not determine polymorphic type because input has type unknown");
            }
        }

        if (p.HaveNonArray && p.Element != TypeOid.AnyElement && TypeFacts.IsArrayOrDomainOverArray(catalog, p.Element))
        {
            throw Mismatch($"type matched to anynonarray is an array type: {names.Name(p.Element)}");
        }

        if (p.HaveEnum && p.Element != TypeOid.AnyElement && !TypeFacts.IsEnum(catalog, p.Element))
        {
            throw Mismatch($"type matched to anyenum is not an enum type: {names.Name(p.Element)}");
        }

        if (p.Range != 0 && p.Multirange == 0)
        {
            p.Multirange = TypeFacts.RangeMultirange(catalog, p.Range);
        }
    }

    private static uint ResolveSecondFamily(Namer names, ref PolymorphicInputs p, bool allowPoly)
    {
        var catalog = names.Catalog;
        if (p.Compatible.Count == 0)
        {
            if (allowPoly)
            {
                (p.CompatibleRange, p.CompatibleMultirange) = (TypeOid.AnyCompatibleRange, TypeOid.AnyCompatibleMultirange);
                return TypeOid.AnyCompatible;
            }

            if (p.HaveCompatibleRange)
            {
                throw Mismatch("could not determine polymorphic type anycompatiblerange because input has type unknown");
            }

            if (p.HaveCompatibleMultirange)
            {
                throw Mismatch("could not determine polymorphic type anycompatiblemultirange because input has type unknown");
            }

            return TypeOid.Text;
        }

        var types = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(p.Compatible);
        var common = SelectCommonType(catalog, types, out _, out var conflict, out var soFar);
        if (common == 0)
        {
            throw Mismatch($"arguments of anycompatible family cannot be cast to a common type")
                .WithDetail($"{names.Name(soFar)} versus {names.Name(types[conflict])}");
        }

        foreach (var type in types)
        {
            if (!CanCoerce(catalog, type, common, CoercionContext.Implicit))
            {
                throw Mismatch("arguments of anycompatible family cannot be cast to a common type");
            }
        }

        if (p.CompatibleRange != 0 && p.CompatibleRangeElement != common)
        {
            throw Mismatch(
                $"anycompatiblerange type {names.Name(p.CompatibleRange)} does not match anycompatible type {names.Name(common)}");
        }

        if (p.HaveCompatibleNonArray && TypeFacts.IsArrayOrDomainOverArray(catalog, common))
        {
            throw Mismatch($"type matched to anycompatiblenonarray is an array type: {names.Name(common)}");
        }

        if (p.CompatibleMultirange != 0 && p.CompatibleRange == 0)
        {
            p.CompatibleRange = TypeFacts.MultirangeRange(catalog, p.CompatibleMultirange);
        }
        else if (p.CompatibleRange != 0 && p.CompatibleMultirange == 0)
        {
            p.CompatibleMultirange = TypeFacts.RangeMultirange(catalog, p.CompatibleRange);
        }

        return common;
    }

    private static uint Substitute(CatalogSnapshot catalog, uint type, in PolymorphicInputs p, uint common) => type switch
    {
        TypeOid.AnyElement or TypeOid.AnyNonArray or TypeOid.AnyEnum => p.Element,
        TypeOid.AnyArray => p.Array != 0 ? p.Array : TypeFacts.GetArrayType(catalog, p.Element),
        TypeOid.AnyRange => p.Range,
        TypeOid.AnyMultirange => p.Multirange,
        TypeOid.AnyCompatible or TypeOid.AnyCompatibleNonArray => common,
        TypeOid.AnyCompatibleArray => common == TypeOid.AnyCompatible ? TypeOid.AnyCompatibleArray : TypeFacts.GetArrayType(catalog, common),
        TypeOid.AnyCompatibleRange => p.CompatibleRange,
        TypeOid.AnyCompatibleMultirange => p.CompatibleMultirange,
        _ => type,
    };
}
