using System.Collections.Concurrent;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>SQLite collations by name: one per built-in type whose codec asks for its own order.</summary>
internal static class CodecCollations
{
    private static readonly ConcurrentDictionary<string, ISqliteCollation?> Found = new(StringComparer.Ordinal);

    internal static ISqliteCollation? Find(string name) =>
        Found.GetOrAdd(name, static n => BuiltInCodecs.FindByCollation(n) is { } codec ? new CodecCollation(codec) : null);

    private sealed class CodecCollation(PgTypeCodec codec) : ISqliteCollation
    {
        public int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => codec.Compare(a, b);
    }
}
