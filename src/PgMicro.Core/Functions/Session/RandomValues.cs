using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Session;

/// <summary>random, gen_random_uuid and what is read from a uuid.</summary>
internal static class RandomValues
{
    [PgFunction("random()")]
    public static double Random() => global::System.Random.Shared.NextDouble();

    [PgFunction("random(integer,integer)")]
    public static int Random(int min, int max) => (int)Random((long)min, max);

    [PgFunction("random(bigint,bigint)")]
    public static long Random(long min, long max)
    {
        if (min > max)
        {
            throw new PgException(SqlState.InvalidParameterValue, "lower bound must be less than or equal to upper bound");
        }

        return max == long.MaxValue
            ? min == long.MinValue ? global::System.Random.Shared.NextInt64(long.MinValue, long.MaxValue) : global::System.Random.Shared.NextInt64(min - 1, max) + 1
            : global::System.Random.Shared.NextInt64(min, max + 1);
    }

    [PgFunction("gen_random_uuid()")]
    public static byte[] Uuid() => Guid.NewGuid().ToByteArray(bigEndian: true);

    [PgFunction("uuid_extract_version(uuid)")]
    public static int? UuidVersion(ReadOnlySpan<byte> uuid) => (uuid[8] & 0xC0) == 0x80 ? uuid[6] >> 4 : null;
}
