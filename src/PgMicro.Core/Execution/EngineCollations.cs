using System.Collections.Concurrent;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>SQLite collations by name: one per built-in type whose codec asks for its own order.</summary>
internal static class EngineCollations
{
    private static readonly ConcurrentDictionary<string, ISqliteCollation?> Found = new(StringComparer.Ordinal);
    private static readonly Lazy<Dictionary<string, PgTypeCodec>> ByName = new(() =>
    {
        var result = new Dictionary<string, PgTypeCodec>(StringComparer.OrdinalIgnoreCase);
        foreach (var codec in BuiltInCodecs.All)
        {
            if (codec.Collation is { } name)
            {
                result.TryAdd(name, codec);
            }
        }

        return result;
    });

    internal static ISqliteCollation? Find(string name) =>
        Found.GetOrAdd(name, static n => ByName.Value.TryGetValue(n, out var codec) ? new CodecCollation(codec) : null);

    private sealed class CodecCollation(PgTypeCodec codec) : ISqliteCollation
    {
        public int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => codec.Compare(a, b);
    }
}
