using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Engine;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;
using PgMicro.Core.Types.Network;
using PgMicro.Core.Types.Ranges;

namespace PgMicro.Core.Functions.Hash;

/// <summary>
/// The hash functions of types that are made of others, and of the remaining simple ones. The lower half of an extended hash with seed 0 is the
/// standard hash, so that both are one computation.
/// </summary>
internal static class ValueHash
{
    private const ulong ArrayFlag = 0x40000000, ObjectFlag = 0x20000000;
    private const int DaysBefore2000 = 10957;

    [PgFunction("hash_array(anyarray)")]
    public static int Array(CallSite site, FunctionContext context, PgDatum value) => (int)Of(context, site.ArgumentTypes[0], value, 0);

    [PgFunction("hash_array_extended(anyarray,bigint)")]
    public static long Array(CallSite site, FunctionContext context, PgDatum value, long seed) => (long)Of(context, site.ArgumentTypes[0], value, (ulong)seed);

    [PgFunction("hash_record(record)")]
    public static int Record(FunctionContext context, PgDatum value) => (int)Of(context, TypeOid.Record, value, 0);

    [PgFunction("hash_record_extended(record,bigint)")]
    public static long Record(FunctionContext context, PgDatum value, long seed) => (long)Of(context, TypeOid.Record, value, (ulong)seed);

    [PgFunction("hash_range(anyrange)")]
    [PgFunction("hash_multirange(anymultirange)")]
    [PgFunction("hashenum(anyenum)")]
    public static int Polymorphic(CallSite site, FunctionContext context, PgDatum value) => (int)Of(context, site.ArgumentTypes[0], value, 0);

    [PgFunction("hash_range_extended(anyrange,bigint)")]
    [PgFunction("hash_multirange_extended(anymultirange,bigint)")]
    [PgFunction("hashenumextended(anyenum,bigint)")]
    public static long Polymorphic(CallSite site, FunctionContext context, PgDatum value, long seed) => (long)Of(context, site.ArgumentTypes[0], value, (ulong)seed);

    [PgFunction("jsonb_hash(jsonb)")]
    public static int Jsonb(FunctionContext context, ReadOnlySpan<byte> value) => (int)OfJsonb(context, JsonbValue.Parse(value), 0);

    [PgFunction("jsonb_hash_extended(jsonb,bigint)")]
    public static long Jsonb(FunctionContext context, ReadOnlySpan<byte> value, long seed) => (long)OfJsonb(context, JsonbValue.Parse(value), (ulong)seed);

    [PgFunction("hash_aclitem(aclitem)")]
    public static int Acl(FunctionContext context, string value) => (int)OfAcl(context, value, 0);

    [PgFunction("hash_aclitem_extended(aclitem,bigint)")]
    public static long Acl(FunctionContext context, string value, long seed) => (long)OfAcl(context, value, (ulong)seed);

    [PgFunction("hashchar(\"char\")")]
    public static int Char(ReadOnlySpan<byte> value) => (int)OfChar(value, 0);

    [PgFunction("hashcharextended(\"char\",bigint)")]
    public static long Char(ReadOnlySpan<byte> value, long seed) => (long)OfChar(value, (ulong)seed);

    [PgFunction("timetz_hash(timetz)")]
    public static int Timetz(ReadOnlySpan<byte> value) => (int)OfTimetz(value, 0);

    [PgFunction("timetz_hash_extended(timetz,bigint)")]
    public static long Timetz(ReadOnlySpan<byte> value, long seed) => (long)OfTimetz(value, (ulong)seed);

    [PgFunction("hashmacaddr(macaddr)")]
    public static int Macaddr(ReadOnlySpan<byte> value) => (int)OfMacaddr(value, 6, 0);

    [PgFunction("hashmacaddrextended(macaddr,bigint)")]
    public static long Macaddr(ReadOnlySpan<byte> value, long seed) => (long)OfMacaddr(value, 6, (ulong)seed);

    [PgFunction("hashmacaddr8(macaddr8)")]
    public static int Macaddr8(ReadOnlySpan<byte> value) => (int)OfMacaddr(value, 8, 0);

    [PgFunction("hashmacaddr8extended(macaddr8,bigint)")]
    public static long Macaddr8(ReadOnlySpan<byte> value, long seed) => (long)OfMacaddr(value, 8, (ulong)seed);

    [PgFunction("hashinet(inet)")]
    public static int Inet(ReadOnlySpan<byte> value) => (int)OfInet(value, 0);

    [PgFunction("hashinetextended(inet,bigint)")]
    public static long Inet(ReadOnlySpan<byte> value, long seed) => (long)OfInet(value, (ulong)seed);

    [PgFunction("hashoidvector(oidvector)")]
    public static int OidVector(ReadOnlySpan<byte> value) => (int)OfOidVector(value, 0);

    [PgFunction("hashoidvectorextended(oidvector,bigint)")]
    public static long OidVector(ReadOnlySpan<byte> value, long seed) => (long)OfOidVector(value, (ulong)seed);

    [PgFunction("hashtid(tid)")]
    public static int Tid(PgDatum value) => (int)OfTid(value.Int64, 0);

    [PgFunction("hashtidextended(tid,bigint)")]
    public static long Tid(PgDatum value, long seed) => (long)OfTid(value.Int64, (ulong)seed);

    // The hash of a value by its type's default hash operator class.
    internal static ulong Of(FunctionContext context, uint type, in PgDatum value, ulong seed)
    {
        type = context.Catalog.GetBaseType(type);
        var signed = (long)seed;
        switch (type)
        {
            case TypeOid.Bool:
                return PgHash.Number((uint)value.Int64, seed);
            case TypeOid.Int2 or TypeOid.Int4 or TypeOid.Oid or TypeOid.Xid or TypeOid.Cid:
                return PgHash.Number((uint)value.Int64, seed);
            case TypeOid.Date:
                return PgHash.Number((uint)(value.Int64 is int.MaxValue or int.MinValue ? value.Int64 : value.Int64 - DaysBefore2000), seed);
            case TypeOid.Int8 or TypeOid.Time:
                return PgHash.Number(value.Int64, seed);
            case TypeOid.Float4 or TypeOid.Float8:
                return (ulong)HashFunctions.Float8(value.Kind == DatumKind.Text ? double.NaN : value.Double, signed);
            case TypeOid.Numeric:
                return (ulong)HashFunctions.Numeric(context, PgNumeric.FromStorage(value.Bytes), signed);
            case TypeOid.Timestamp or TypeOid.Timestamptz:
                return (ulong)HashFunctions.Timestamp(value.Int64, signed);
            case TypeOid.Interval:
                return (ulong)HashFunctions.Interval(PgInterval.FromStorage(value.Bytes), signed);
            case TypeOid.PgLsn:
                return (ulong)HashFunctions.Lsn(value.Bytes, signed);
            case TypeOid.Text or TypeOid.Varchar or TypeOid.Name or TypeOid.Uuid or TypeOid.Bytea:
                return PgHash.Bytes(value.Bytes, seed);
            case TypeOid.Bpchar:
                return (ulong)HashFunctions.Bpchar(value.Bytes, signed);
            case TypeOid.Char:
                return OfChar(value.Bytes, seed);
            case TypeOid.Timetz:
                return OfTimetz(value.Bytes, seed);
            case TypeOid.Macaddr:
                return OfMacaddr(value.Bytes, 6, seed);
            case TypeOid.Macaddr8:
                return OfMacaddr(value.Bytes, 8, seed);
            case TypeOid.Inet or TypeOid.Cidr:
                return OfInet(value.Bytes, seed);
            case TypeOid.OidVector:
                return OfOidVector(value.Bytes, seed);
            case TypeOid.Tid:
                return OfTid(value.Int64, seed);
            case TypeOid.Aclitem:
                return OfAcl(context, value.GetString(), seed);
            case TypeOid.Jsonb:
                return OfJsonb(context, JsonbValue.Parse(value.Bytes), seed);
            case TypeOid.Record:
                var fields = Composites.Anonymous(context).FromStorage(value.Bytes, out var shape);
                return OfFields(context, shape.Types, fields, seed);
        }

        switch (context.Types.GetCodec(type))
        {
            case ArrayCodec array:
                return OfArray(context, array.FromStorage(value.Bytes), array.Element.Oid, seed);
            case RangeCodec range:
                return OfRange(context, range, range.FromStorage(value.Bytes), seed);
            case MultirangeCodec multirange:
                var result = 1UL;
                foreach (var part in multirange.FromStorage(value.Bytes))
                {
                    result = (result << 5) - result + OfRange(context, multirange.Range, part, seed);
                }

                return result;
            case EnumCodec labels:
                return PgHash.Number(labels.FromStorage(value).Oid, seed);
            case RecordCodec:
                var live = Composites.Live(context, type, value.Bytes, out var columns);
                return OfFields(context, columns.Types, live, seed);
            default:
                throw new PgException(
                    SqlState.UndefinedFunction, $"could not identify a hash function for type {CatalogNames.FormatType(context.Catalog, type, context.SearchPath(includeImplicit: true))}");
        }
    }

    private static ulong OfArray(FunctionContext context, PgArray array, uint element, ulong seed)
    {
        if (context.Catalog.DefaultOpclass(BuiltInOids.HashAm, element) is null)
        {
            throw new PgException(
                SqlState.UndefinedFunction, $"could not identify a hash function for type {CatalogNames.FormatType(context.Catalog, element, context.SearchPath(includeImplicit: true))}");
        }

        var result = 1UL;
        foreach (var item in array.Elements)
        {
            result = (result << 5) - result + (item.IsNull ? 0 : Of(context, element, item, seed));
        }

        return result;
    }

    private static ulong OfFields(FunctionContext context, IReadOnlyList<uint> types, PgDatum[] fields, ulong seed)
    {
        var result = 0UL;
        for (var i = 0; i < fields.Length; i++)
        {
            result = (result << 5) - result + (fields[i].IsNull ? 0 : Of(context, types[i], fields[i], seed));
        }

        return result;
    }

    private static ulong OfRange(FunctionContext context, RangeCodec codec, in PgRangeValue range, ulong seed)
    {
        const uint Empty = 1, LowerInclusive = 2, UpperInclusive = 4, LowerInfinite = 8, UpperInfinite = 16;
        var flags = range.IsEmpty ? Empty
            : (range.Lower.IsInfinite ? LowerInfinite : range.Lower.IsInclusive ? LowerInclusive : 0)
                | (range.Upper.IsInfinite ? UpperInfinite : range.Upper.IsInclusive ? UpperInclusive : 0);
        var result = PgHash.Number(flags, seed);
        result ^= range.IsEmpty || range.Lower.IsInfinite ? 0 : Of(context, codec.Subtype.Oid, range.Lower.Value, seed);
        result = RotateHalves(result);
        return result ^ (range.IsEmpty || range.Upper.IsInfinite ? 0 : Of(context, codec.Subtype.Oid, range.Upper.Value, seed));
    }

    private static ulong OfJsonb(FunctionContext context, JsonbValue value, ulong seed)
    {
        // A lone scalar is an array of one.
        var hash = 0UL;
        if (value.Kind is not (JsonbKind.Array or JsonbKind.Object))
        {
            hash ^= (ArrayFlag << 32) | ArrayFlag;
        }

        Add(context, value, seed, ref hash);
        return hash;
    }

    private static void Add(FunctionContext context, JsonbValue value, ulong seed, ref ulong hash)
    {
        switch (value.Kind)
        {
            case JsonbKind.Array:
                hash ^= (ArrayFlag << 32) | ArrayFlag;
                foreach (var element in value.Elements)
                {
                    Add(context, element, seed, ref hash);
                }

                break;
            case JsonbKind.Object:
                hash ^= (ObjectFlag << 32) | ObjectFlag;
                for (var i = 0; i < value.Keys.Count; i++)
                {
                    hash = RotateHalves(hash) ^ PgHash.Bytes(value.Keys[i], seed);
                    Add(context, value.Elements[i], seed, ref hash);
                }

                break;
            default:
                hash = RotateHalves(hash) ^ value.Kind switch
                {
                    JsonbKind.Null => seed + 1,
                    JsonbKind.String => PgHash.Bytes(value.Text.Span, seed),
                    JsonbKind.Number => (ulong)HashFunctions.Numeric(context, value.Number, (long)seed),
                    _ => seed != 0 ? PgHash.Number(value.Boolean ? 1u : 0u, seed) : value.Boolean ? 2UL : 4UL,
                };
                break;
        }
    }

    private static ulong OfAcl(FunctionContext context, string value, ulong seed)
    {
        var (grantee, modes, grantor) = AclText.Split(value);
        var privileges = 0U;
        foreach (var mode in modes)
        {
            privileges |= mode == '*' ? 0 : 1U << AclText.Letters.IndexOf(mode, StringComparison.Ordinal);
        }

        uint Role(string? name) => string.IsNullOrEmpty(name) ? 0 : context.Catalog.FindRole(name)?.oid ?? 0;
        var sum = privileges + Role(grantee) + Role(grantor);
        return seed == 0 ? sum : PgHash.Number(sum, seed);
    }

    private static ulong OfChar(ReadOnlySpan<byte> value, ulong seed) => PgHash.Number((uint)(sbyte)CharCodec.ToByte(value), seed);

    private static ulong OfTimetz(ReadOnlySpan<byte> value, ulong seed)
    {
        var (time, offset) = TimetzCodec.FromStorage(value);
        return PgHash.Number(time, seed) ^ PgHash.Number((uint)-offset, seed);
    }

    private static ulong OfMacaddr(ReadOnlySpan<byte> value, int size, ulong seed)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, MacaddrCodec.FromStorage(value));
        return PgHash.Bytes(bytes[^size..], seed);
    }

    private static ulong OfInet(ReadOnlySpan<byte> value, ulong seed)
    {
        var address = PgInet.FromStorage(value);
        var writer = new ArrayBufferWriter<byte>();
        writer.WriteByte(address.IsV6 ? (byte)3 : (byte)2);
        writer.WriteByte((byte)address.Bits);
        address.WriteAddress(writer);
        return PgHash.Bytes(writer.WrittenSpan, seed);
    }

    private static ulong OfOidVector(ReadOnlySpan<byte> value, ulong seed)
    {
        var elements = VectorCodec.OidVector.FromStorage(value).Elements;
        var bytes = new byte[elements.Length * sizeof(uint)];
        for (var i = 0; i < elements.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), (uint)elements[i].Int64);
        }

        return PgHash.Bytes(bytes, seed);
    }

    private static ulong OfTid(long value, ulong seed)
    {
        Span<byte> bytes = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(value >> 32));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], (ushort)(value >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], (ushort)value);
        return PgHash.Bytes(bytes, seed);
    }

    // Each half by one bit.
    private static ulong RotateHalves(ulong value) =>
        ((ulong)BitOperations.RotateLeft((uint)(value >> 32), 1) << 32) | BitOperations.RotateLeft((uint)value, 1);
}
