using PgMicro.Core.Functions.Engine;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>SQLite collations by name: the orders of types whose storage form SQLite would order otherwise.</summary>
internal static class CodecCollations
{
    internal static ISqliteCollation? Find(SqliteConnectionHandle connection, string name)
    {
        if (BuiltInCodecs.FindByCollation(name) is { } builtIn)
        {
            return new CodecCollation(builtIn);
        }

        if (name.StartsWith(IcuCollation.Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return uint.TryParse(name.AsSpan(IcuCollation.Prefix.Length), out var oid) && (connection.Owner as PgSession)?.Catalog.Collation(oid) is { } collation
                ? new IcuCollation(collation)
                : null;
        }

        return (connection.Owner as PgSession)?.Catalog.FindCodecByCollation(name) is null ? null : new CatalogCollation(connection, name);
    }

    private sealed class CodecCollation(PgTypeCodec codec) : ISqliteCollation
    {
        public int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => codec.Compare(a, b);
    }

    // A connection outlives the catalog that it first saw.
    private sealed class CatalogCollation(SqliteConnectionHandle connection, string name) : ISqliteCollation
    {
        private Catalog.CatalogSnapshot? _catalog;
        private PgTypeCodec? _codec;

        public int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
        {
            if ((connection.Owner as PgSession)?.Catalog is { } catalog && !ReferenceEquals(catalog, _catalog))
            {
                _codec = catalog.FindCodecByCollation(name) ?? _codec;
                _catalog = catalog;
            }

            return _codec?.Compare(a, b) ?? a.SequenceCompareTo(b);
        }
    }
}
