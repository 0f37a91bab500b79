using System.Numerics;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>random and its relatives, gen_random_uuid and what is read from a uuid.</summary>
internal static class RandomValues
{
    private const int Base = 10000;

    [PgFunction("random()")]
    public static double Random(FunctionContext context) => context.Random.NextDouble();

    [PgFunction("setseed(float8)")]
    public static void Seed(FunctionContext context, double seed)
    {
        if (seed is < -1 or > 1 or double.NaN)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"setseed parameter {Text(seed)} is out of allowed range [-1,1]");
        }

        context.Random.Seed(seed);
    }

    [PgFunction("random_normal(float8,float8)")]
    public static double Normal(FunctionContext context, double mean, double deviation) => (deviation * context.Random.NextNormal()) + mean;

    [PgFunction("random(integer,integer)")]
    public static int Random(FunctionContext context, int min, int max) => (int)Random(context, (long)min, max);

    [PgFunction("random(bigint,bigint)")]
    public static long Random(FunctionContext context, long min, long max) => min > max
        ? throw new PgException(SqlState.InvalidParameterValue, "lower bound must be less than or equal to upper bound")
        : unchecked((long)((ulong)min + context.Random.NextUpTo((ulong)max - (ulong)min)));

    [PgFunction("random(numeric,numeric)")]
    public static PgNumeric Random(FunctionContext context, PgNumeric min, PgNumeric max)
    {
        foreach (var (bound, name) in ((PgNumeric, string)[])[(min, "lower"), (max, "upper")])
        {
            if (!bound.IsFinite)
            {
                throw new PgException(SqlState.InvalidParameterValue, $"{name} bound cannot be {(bound.IsNaN ? "NaN" : "infinity")}");
            }
        }

        var scale = Math.Max(min.Scale, max.Scale);
        var length = max - min;
        if (length.Sign < 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, "lower bound must be less than or equal to upper bound");
        }

        return length.Sign == 0 ? min.Rescale(scale, round: false) : min + UpTo(context.Random, length, scale);
    }

    [PgFunction("gen_random_uuid()")]
    public static byte[] Uuid() => Guid.NewGuid().ToByteArray(bigEndian: true);

    [PgFunction("uuid_extract_version(uuid)")]
    public static int? UuidVersion(ReadOnlySpan<byte> uuid) => (uuid[8] & 0xC0) == 0x80 ? uuid[6] >> 4 : null;

    [PgFunction("uuid_extract_timestamp(uuid)")]
    public static long? UuidTimestamp(ReadOnlySpan<byte> uuid)
    {
        if ((uuid[8] & 0xC0) != 0x80 || uuid[6] >> 4 != 1)
        {
            return null;
        }

        // 100 ns since the Gregorian calendar's start, in three parts.
        var ticks = ((long)(uuid[6] & 0x0F) << 56) | ((long)uuid[7] << 48) | ((long)uuid[4] << 40) | ((long)uuid[5] << 32)
            | ((long)uuid[0] << 24) | ((long)uuid[1] << 16) | ((long)uuid[2] << 8) | uuid[3];
        return (ticks / 10) - 12_219_292_800_000_000L;
    }

    // As PostgreSQL draws it, so that a seed gives the same number: in digits of base 10000, the first four from one draw.
    private static PgNumeric UpTo(RandomState random, PgNumeric length, int scale)
    {
        var fraction = (scale + 3) / 4;
        var whole = length.Unscaled * BigInteger.Pow(10, (fraction * 4) - length.Scale);
        var digits = new List<int>();
        for (var rest = whole; !rest.IsZero; rest /= Base)
        {
            digits.Insert(0, (int)(rest % Base));
        }

        var unit = (int)Math.Pow(10, (fraction * 4) - scale);
        var count = digits.Count;
        ulong first = 0;
        var leading = Math.Min(count, 4);
        for (var i = 0; i < leading; i++)
        {
            first = (first * Base) + (ulong)digits[i];
        }

        while (true)
        {
            var value = leading == count && unit != 1
                ? new BigInteger(random.NextUpTo(first / (ulong)unit) * (ulong)unit)
                : new BigInteger(random.NextUpTo(first));
            var i = leading;
            var full = unit == 1 ? count : count - 1;
            for (; i < full - 3; i += 4)
            {
                // A draw of four digits fills the least significant one last; their order within the group is that of the number.
                var draw = random.NextUpTo(((ulong)Base * Base * Base * Base) - 1);
                for (var j = 0; j < 4; j++)
                {
                    value = (value * Base) + (draw % Base);
                    draw /= Base;
                }
            }

            for (; i < full; i++)
            {
                value = (value * Base) + random.NextUpTo(Base - 1);
            }

            if (i < count)
            {
                value = (value * Base) + (random.NextUpTo((ulong)((Base / unit) - 1)) * (ulong)unit);
            }

            if (value <= whole)
            {
                return new PgNumeric(value, fraction * 4).Rescale(scale, round: false);
            }
        }
    }

    private static string Text(double value)
    {
        var writer = new global::System.Buffers.ArrayBufferWriter<byte>();
        FloatText.Write(value, 1, writer);
        return global::System.Text.Encoding.ASCII.GetString(writer.WrittenSpan);
    }
}
