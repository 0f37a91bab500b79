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
                result = Combine(result, OfColumn(context, key.Columns[i], values[i]));
            }
        }

        return result;
    }

    private static ulong OfColumn(FunctionContext context, PartitionKeyColumn column, in PgDatum value)
    {
        if (column.HashFunction == 0)
        {
            return ValueHash.Of(context, column.Type, value, Seed);
        }

        var site = CallSite.Get(column.HashFunction, TypeOid.Int8, [column.Type, TypeOid.Int8], column.Collation);
        return (ulong)context.CallRoutine(site, [value, PgDatum.FromInt64((long)Seed)]).Int64;
    }

    // hash_combine64
    private static ulong Combine(ulong a, ulong b) => a ^ unchecked(b + 0x49a0f4dd15e5a8e3 + (a << 54) + (a >> 7));
}
