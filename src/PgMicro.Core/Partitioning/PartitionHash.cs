using PgMicro.Core.Functions;
using PgMicro.Core.Functions.Hash;
using PgMicro.Core.Types;

namespace PgMicro.Core.Partitioning;

/// <summary>The hash of a row's key, by which PostgreSQL spreads rows (compute_partition_hash_value).</summary>
internal static class PartitionHash
{
    private const ulong Seed = 0x7A5B22367996DCFD;

    internal static ulong Of(FunctionContext context, PartitionKey key, ReadOnlySpan<PgDatum> values)
    {
        var result = 0UL;
        for (var i = 0; i < key.Columns.Length; i++)
        {
            if (!values[i].IsNull)
            {
                result = Combine(result, ValueHash.Of(context, key.Columns[i].Type, values[i], Seed));
            }
        }

        return result;
    }

    // hash_combine64
    private static ulong Combine(ulong a, ulong b) => a ^ unchecked(b + 0x49a0f4dd15e5a8e3 + (a << 54) + (a >> 7));
}
