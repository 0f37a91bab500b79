using System.Collections.Concurrent;
using System.Globalization;
using PgMicro.Core.Catalog.Codecs;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Ranges;

namespace PgMicro.Core.Catalog;

public sealed partial class CatalogSnapshot : ITypeResolver
{
    private const string ArrayCollationPrefix = "pg_array_";
    private const string RowCollationPrefix = "pg_record_";
    private const string RangeCollationPrefix = "pg_range_";
    private const string MultirangeCollationPrefix = "pg_multirange_";

    // Of the types that the database's users made: a codec belongs to the snapshot whose labels it knows.
    private readonly ConcurrentDictionary<uint, PgTypeCodec?> _codecs = new();

    /// <inheritdoc/>
    public PgTypeCodec GetCodec(uint typeOid) =>
        FindCodec(typeOid) ?? throw PgErrors.FeatureNotSupported($"type {CatalogNames.FormatType(this, typeOid, null)}");

    /// <inheritdoc/>
    public PgTypeCodec? FindCodec(uint typeOid) =>
        BuiltInCodecs.Find(typeOid) ?? (typeOid == 0 ? null : _codecs.GetOrAdd(typeOid, static (oid, self) => self.MakeCodec(oid), this));

    /// <summary>The codec whose order a SQLite collation gives, of a built-in type or of a user's array or row type; null for other names.</summary>
    public PgTypeCodec? FindCodecByCollation(string collation)
    {
        if (BuiltInCodecs.FindByCollation(collation) is { } builtIn)
        {
            return builtIn;
        }

        if (collation.Equals(AnonymousRecordCodec.CollationName, StringComparison.OrdinalIgnoreCase))
        {
            return FindCodec(TypeOid.Record);
        }

        var codec = TypeInCollation(collation, ArrayCollationPrefix) is var element and not 0 ? FindCodec(ArrayTypeOf(element))
            : TypeInCollation(collation, RowCollationPrefix) is var row and not 0 ? FindCodec(row)
            : TypeInCollation(collation, RangeCollationPrefix) is var range and not 0 ? FindCodec(range)
            : TypeInCollation(collation, MultirangeCollationPrefix) is var multirange and not 0 ? FindCodec(multirange)
            : null;
        return string.Equals(codec?.Collation, collation, StringComparison.OrdinalIgnoreCase) ? codec : null;
    }

    private static uint TypeInCollation(string collation, string prefix)
    {
        if (!collation.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            return 0;
        }

        var digits = collation.AsSpan(prefix.Length);
        var end = digits.IndexOf('_');
        return uint.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var oid) ? oid : 0;
    }

    private PgTypeCodec? MakeCodec(uint oid)
    {
        switch (oid)
        {
            case TypeOid.Record:
                return new AnonymousRecordCodec(this);
            case TypeOid.RecordArray:
                return new ArrayCodec(GetCodec(TypeOid.Record), oid);
        }

        if (Type(oid) is not { } type)
        {
            return null;
        }

        switch (type.typtype)
        {
            case 'e':
                return new EnumCodec(
                    oid,
                    type.typarray,
                    CatalogNames.FormatType(this, oid, null),
                    [.. EnumValues(oid).Select(static v => new EnumLabel(v.enumlabel, v.enumsortorder, v.oid))]);
            case 'c':
                return MakeRowCodec(type);
            case 'd':
                return FindCodec(type.typbasetype) is { } baseCodec ? new DomainCodec(type, baseCodec) : null;
            case 'r' when Range(oid) is { } range:
                return FindCodec(range.rngsubtype) is { } subtype
                    ? new RangeCodec(oid, type.typarray, CatalogNames.FormatType(this, oid, null), subtype, range.rngmultitypid, isDiscrete: false)
                    : null;
            case 'm' when RangeOfMultirange(oid) is { } range:
                return FindCodec(range.rngtypid) is RangeCodec ranges
                    ? new MultirangeCodec(oid, type.typarray, CatalogNames.FormatType(this, oid, null), ranges)
                    : null;
            case 'b' when type.typsubscript == BuiltInFunctions.ArraySubscriptHandler && type.typlen == -1:
                return FindCodec(type.typelem) is { } element ? new ArrayCodec(element, oid) : null;
            case 'b' when type.typinput >= BuiltInOids.FirstNormalObjectId:
                return BaseTypeCodec.Make(this, type);
            default:
                return null;
        }
    }

    // A row type has no codec while the engine lacks one of its columns' types.
    private RecordCodec? MakeRowCodec(Tables.PgType type)
    {
        var fields = new List<PgTypeCodec?>();
        var typmods = new List<int>();
        foreach (var column in AllAttributes(type.typrelid))
        {
            if (column.attnum <= 0)
            {
                continue;
            }

            if (column.attisdropped)
            {
                fields.Add(null);
                typmods.Add(-1);
                continue;
            }

            if (FindCodec(column.atttypid) is not { } field)
            {
                return null;
            }

            fields.Add(field);
            typmods.Add(column.atttypmod);
        }

        return new RecordCodec(type.oid, type.typarray, CatalogNames.FormatType(this, type.oid, null), fields, typmods);
    }
}
