using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>The parameters of a routine in a call, with the types that polymorphic ones have there.</summary>
/// <param name="All">Modes, names and types, in order.</param>
/// <param name="Result">pg_type.oid of the result.</param>
/// <param name="HasOut">Whether there are OUT parameters.</param>
internal sealed record ArgumentTypes(IReadOnlyList<(char Mode, string Name, uint Type)> All, uint Result, bool HasOut)
{
    private const uint Int4Multirange = 4451;

    internal static ArgumentTypes Of(PgSession session, PgProc proc, CallSite? site)
    {
        var declared = proc.proallargtypes ?? proc.proargtypes;
        var catalog = session.Catalog;
        var actual = new Dictionary<uint, uint>();
        var input = 0;
        for (var i = 0; i < declared.Length; i++)
        {
            if (ModeOf(proc, i) is not ('i' or 'b' or 'v'))
            {
                continue;
            }

            var given = site is not null && input < site.ArgumentTypes.Count ? site.ArgumentTypes[input] : 0;
            input++;
            if (TypeFacts.IsPolymorphic(declared[i]))
            {
                Note(catalog, actual, declared[i], given != 0 ? given : Assumed(declared[i]));
            }
        }

        uint Resolve(uint type) => !TypeFacts.IsPolymorphic(type) ? type
            : actual.TryGetValue(type, out var known) ? known
            : site is null ? Assumed(type)
            : throw new PgException(SqlState.FeatureNotSupported, $"could not determine actual argument type for polymorphic function \"{proc.proname}\"");

        var names = proc.proargnames;
        var all = declared.Select((t, i) => (ModeOf(proc, i), names is not null && i < names.Length ? names[i] : "", Resolve(t))).ToArray();
        var result = TypeFacts.IsPolymorphic(proc.prorettype) ? site?.ResultType ?? Assumed(proc.prorettype) : proc.prorettype;
        return new ArgumentTypes(all, result, all.Any(static p => p.Item1 is 'o' or 'b' or 't'));
    }

    private static char ModeOf(PgProc proc, int index) => proc.proargmodes is { } modes ? modes[index] : 'i';

    // What a validation takes a polymorphic type for.
    private static uint Assumed(uint type) => type switch
    {
        TypeOid.AnyArray or TypeOid.AnyCompatibleArray => TypeOid.Int4Array,
        TypeOid.AnyRange or TypeOid.AnyCompatibleRange => TypeOid.Int4Range,
        TypeOid.AnyMultirange or TypeOid.AnyCompatibleMultirange => Int4Multirange,
        _ => TypeOid.Int4,
    };

    // One of a family tells the others.
    private static void Note(CatalogSnapshot catalog, Dictionary<uint, uint> actual, uint declared, uint type)
    {
        actual.TryAdd(declared, type);
        var compatible = TypeFacts.IsPolymorphicFamily2(declared);
        var element = declared switch
        {
            TypeOid.AnyArray or TypeOid.AnyCompatibleArray => TypeFacts.GetBaseElementType(catalog, type),
            TypeOid.AnyRange or TypeOid.AnyCompatibleRange => TypeFacts.RangeSubtype(catalog, type),
            TypeOid.AnyMultirange or TypeOid.AnyCompatibleMultirange => TypeFacts.RangeSubtype(catalog, TypeFacts.MultirangeRange(catalog, type)),
            _ => type,
        };
        if (element == 0)
        {
            return;
        }

        uint[] family = compatible
            ? [TypeOid.AnyCompatible, TypeOid.AnyCompatibleNonArray]
            : [TypeOid.AnyElement, TypeOid.AnyNonArray, TypeOid.AnyEnum];
        foreach (var member in family)
        {
            actual.TryAdd(member, element);
        }

        if (TypeFacts.GetArrayType(catalog, element) is > 0 and var array)
        {
            actual.TryAdd(compatible ? TypeOid.AnyCompatibleArray : TypeOid.AnyArray, array);
        }

        switch (declared)
        {
            case TypeOid.AnyRange or TypeOid.AnyCompatibleRange:
                actual.TryAdd(compatible ? TypeOid.AnyCompatibleMultirange : TypeOid.AnyMultirange, TypeFacts.RangeMultirange(catalog, type));
                break;
            case TypeOid.AnyMultirange or TypeOid.AnyCompatibleMultirange:
                actual.TryAdd(compatible ? TypeOid.AnyCompatibleRange : TypeOid.AnyRange, TypeFacts.MultirangeRange(catalog, type));
                break;
        }
    }
}
