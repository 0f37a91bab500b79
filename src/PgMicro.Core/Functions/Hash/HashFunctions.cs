using System.Buffers;
using System.Buffers.Binary;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Hash;

/// <summary>The hash functions of operator classes, which SQL calls too: for advisory locks, for spreading rows.</summary>
internal static class HashFunctions
{
    // Microseconds between 1970, where timestamps are counted from here, and 2000.
    private const long Epoch = 946_684_800_000_000;

    [PgFunction("hashint2(smallint)")]
    public static int Int2(short value) => (int)(uint)PgHash.Number((uint)value, 0);

    [PgFunction("hashint2extended(smallint,bigint)")]
    public static long Int2(short value, long seed) => (long)PgHash.Number((uint)value, (ulong)seed);

    [PgFunction("hashint4(integer)")]
    public static int Int4(int value) => (int)(uint)PgHash.Number((uint)value, 0);

    [PgFunction("hashint4extended(integer,bigint)")]
    public static long Int4(int value, long seed) => (long)PgHash.Number((uint)value, (ulong)seed);

    [PgFunction("hashint8(bigint)")]
    [PgFunction("time_hash(time)")]
    public static int Int8(long value) => (int)(uint)PgHash.Number(value, 0);

    [PgFunction("hashint8extended(bigint,bigint)")]
    [PgFunction("time_hash_extended(time,bigint)")]
    public static long Int8(long value, long seed) => (long)PgHash.Number(value, (ulong)seed);

    [PgFunction("hashoid(oid)")]
    public static int Oid(uint value) => (int)(uint)PgHash.Number(value, 0);

    [PgFunction("hashoidextended(oid,bigint)")]
    public static long Oid(uint value, long seed) => (long)PgHash.Number(value, (ulong)seed);

    [PgFunction("hashtext(text)")]
    [PgFunction("hashname(name)")]
    public static int Text(ReadOnlySpan<byte> value) => (int)PgHash.Bytes(value);

    [PgFunction("hashtextextended(text,bigint)")]
    [PgFunction("hashnameextended(name,bigint)")]
    public static long Text(ReadOnlySpan<byte> value, long seed) => (long)PgHash.Bytes(value, (ulong)seed);

    [PgFunction("hashbpchar(character)")]
    public static int Bpchar(ReadOnlySpan<byte> value) => (int)PgHash.Bytes(value.TrimEnd((byte)' '));

    [PgFunction("hashbpcharextended(character,bigint)")]
    public static long Bpchar(ReadOnlySpan<byte> value, long seed) => (long)PgHash.Bytes(value.TrimEnd((byte)' '), (ulong)seed);

    [PgFunction("uuid_hash(uuid)")]
    public static int Uuid(ReadOnlySpan<byte> value) => (int)PgHash.Bytes(value);

    [PgFunction("uuid_hash_extended(uuid,bigint)")]
    public static long Uuid(ReadOnlySpan<byte> value, long seed) => (long)PgHash.Bytes(value, (ulong)seed);

    [PgFunction("hashfloat4(real)")]
    public static int Float4(float value) => Float8(value);

    [PgFunction("hashfloat4extended(real,bigint)")]
    public static long Float4(float value, long seed) => Float8(value, seed);

    [PgFunction("hashfloat8(double precision)")]
    public static int Float8(double value) => (int)(uint)Float8(value, 0);

    // 0 and -0 are equal, and so are all NaNs.
    [PgFunction("hashfloat8extended(double precision,bigint)")]
    public static long Float8(double value, long seed)
    {
        if (value == 0)
        {
            return seed;
        }

        const long NaN = 0x7ff8000000000000;
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, double.IsNaN(value) ? NaN : BitConverter.DoubleToInt64Bits(value));
        return (long)PgHash.Bytes(bytes, (ulong)seed);
    }

    [PgFunction("timestamp_hash(timestamp)")]
    public static int Timestamp(long value) => Int8(FromEpoch(value));

    [PgFunction("timestamp_hash_extended(timestamp,bigint)")]
    public static long Timestamp(long value, long seed) => Int8(FromEpoch(value), seed);

    [PgFunction("interval_hash(interval)")]
    public static int Interval(PgInterval value) => Int8((long)value.Span);

    [PgFunction("interval_hash_extended(interval,bigint)")]
    public static long Interval(PgInterval value, long seed) => Int8((long)value.Span, seed);

    [PgFunction("pg_lsn_hash(pg_lsn)")]
    public static int Lsn(ReadOnlySpan<byte> value) => Int8((long)Place(value));

    [PgFunction("pg_lsn_hash_extended(pg_lsn,bigint)")]
    public static long Lsn(ReadOnlySpan<byte> value, long seed) => Int8((long)Place(value), seed);

    [PgFunction("hash_numeric(numeric)")]
    public static int Numeric(FunctionContext context, PgNumeric value) => Digits(context, value, out var digits, out var weight)
        ? digits.Length == 0 ? -1 : (int)PgHash.Bytes(digits) ^ weight
        : 0;

    [PgFunction("hash_numeric_extended(numeric,bigint)")]
    public static long Numeric(FunctionContext context, PgNumeric value, long seed) => Digits(context, value, out var digits, out var weight)
        ? digits.Length == 0 ? seed - 1 : (long)PgHash.Bytes(digits, (ulong)seed) ^ weight
        : seed;

    private static long FromEpoch(long value) => value is long.MaxValue or long.MinValue ? value : value - Epoch;

    private static ulong Place(ReadOnlySpan<byte> value) =>
        PgLsnCodec.TryParse(value, out var place) ? place : throw Errors.PgErrors.InvalidTextRepresentation("pg_lsn", Ascii.Text(value));

    // Digits of base 10000 without zeros around them, in memory's order, and the weight of the first; false for NaN and infinity.
    private static bool Digits(FunctionContext context, PgNumeric value, out byte[] digits, out int weight)
    {
        const int Header = 8;
        (digits, weight) = ([], 0);
        if (!value.IsFinite)
        {
            return false;
        }

        var writer = new ArrayBufferWriter<byte>();
        context.Types.GetCodec(TypeOid.Numeric).Send(value.ToDatum(), context, writer);
        var binary = writer.WrittenSpan;
        weight = BinaryPrimitives.ReadInt16BigEndian(binary[2..]);
        var count = BinaryPrimitives.ReadInt16BigEndian(binary);
        var (first, end) = (0, (int)count);
        short Digit(ReadOnlySpan<byte> from, int i) => BinaryPrimitives.ReadInt16BigEndian(from[(Header + (2 * i))..]);
        while (first < end && Digit(binary, first) == 0)
        {
            first++;
            weight--;
        }

        while (end > first && Digit(binary, end - 1) == 0)
        {
            end--;
        }

        digits = new byte[2 * (end - first)];
        for (var i = first; i < end; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(digits.AsSpan(2 * (i - first)), Digit(binary, i));
        }

        return true;
    }
}
