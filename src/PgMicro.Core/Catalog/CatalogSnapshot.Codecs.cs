using System.Collections.Concurrent;
using System.Globalization;
using PgMicro.Core.Catalog.Codecs;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog;

public sealed partial class CatalogSnapshot : ITypeResolver
{
    private const string ArrayCollationPrefix = "pg_array_";

    // Of the types that the database's users made: a codec belongs to the snapshot whose labels it knows.
    private readonly ConcurrentDictionary<uint, PgTypeCodec?> _codecs = new();

    /// <inheritdoc/>
    public PgTypeCodec GetCodec(uint typeOid) =>
        FindCodec(typeOid) ?? throw PgErrors.FeatureNotSupported($"type {CatalogNames.FormatType(this, typeOid, null)}");

    /// <inheritdoc/>
    public PgTypeCodec? FindCodec(uint typeOid) =>
        BuiltInCodecs.Find(typeOid) ?? (typeOid == 0 ? null : _codecs.GetOrAdd(typeOid, static (oid, self) => self.MakeCodec(oid), this));

    /// <summary>The codec whose order a SQLite collation gives, of a built-in type or of arrays of a user's type; null for other names.</summary>
    public PgTypeCodec? FindCodecByCollation(string collation)
    {
        if (BuiltInCodecs.FindByCollation(collation) is { } builtIn)
        {
            return builtIn;
        }

        return collation.StartsWith(ArrayCollationPrefix, StringComparison.OrdinalIgnoreCase)
            && uint.TryParse(collation.AsSpan(ArrayCollationPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var element)
            && FindCodec(ArrayTypeOf(element)) is ArrayCodec array
            ? array
            : null;
    }

    private PgTypeCodec? MakeCodec(uint oid)
    {
        if (Type(oid) is not { } type)
        {
            return null;
        }

        switch (type.typtype)
        {
            case 'e':
                return new EnumCodec(type, EnumValues(oid));
            case 'd':
                return FindCodec(type.typbasetype) is { } baseCodec ? new DomainCodec(type, baseCodec) : null;
            case 'b' when type.typsubscript == BuiltInFunctions.ArraySubscriptHandler && type.typlen == -1:
                return FindCodec(type.typelem) is { } element ? new ArrayCodec(element, oid) : null;
            default:
                return null;
        }
    }
}
