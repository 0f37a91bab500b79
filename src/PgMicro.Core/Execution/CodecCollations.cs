using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>SQLite collations by name: the orders of types whose storage form SQLite would order otherwise.</summary>
internal static class CodecCollations
{
    internal static ISqliteCollation? Find(SqliteConnectionHandle connection, string name)
    {
        var codec = BuiltInCodecs.FindByCollation(name) ?? (connection.Owner as PgSession)?.Catalog.FindCodecByCollation(name);
        return codec is null ? null : new CodecCollation(codec);
    }

    private sealed class CodecCollation(PgTypeCodec codec) : ISqliteCollation
    {
        public int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => codec.Compare(a, b);
    }
}
