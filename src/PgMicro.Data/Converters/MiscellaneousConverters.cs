using System.Buffers;
using System.Buffers.Binary;
using System.Collections;
using System.Collections.Immutable;
using System.Collections.Specialized;
using System.Globalization;
using System.Text;
using NpgsqlTypes;
using PgMicro.Core.Types;

namespace PgMicro.Data.Converters;

/// <summary>money ↔ decimal.</summary>
internal sealed class MoneyConverter : Converter<decimal>
{
    internal override decimal Read(in StoredValue value, TypeContext context) => new decimal(value.Int64) / 100m;

    internal override PgDatum Write(decimal value, TypeContext context) =>
        PgDatum.FromInt64(decimal.ToInt64(decimal.Round(value * 100m, MidpointRounding.AwayFromZero)));
}

/// <summary>Bit strings, text search and log positions ↔ their CLR types.</summary>
internal static class MiscellaneousConverters
{
    internal static Converter[] Create(PgTypeCodec codec) => codec.Oid switch
    {
        TypeOid.Money => [new MoneyConverter()],
        TypeOid.Bit or TypeOid.Varbit =>
        [
            new ThroughTextConverter<BitArray>(codec, static t => new BitArray([.. t.Select(static c => c == '1')]), static b => string.Concat(b.Cast<bool>().Select(static bit => bit ? '1' : '0'))),
            new ThroughTextConverter<bool>(codec, OneBit, static b => b ? "1" : "0"),
            new ThroughTextConverter<BitVector32>(codec, Vector, static v => Convert.ToString(v.Data, 2).PadLeft(32, '0')),
            new OutputTextConverter(codec),
        ],
        TypeOid.PgLsn =>
        [
            new ThroughTextConverter<NpgsqlLogSequenceNumber>(codec, static t => NpgsqlLogSequenceNumber.Parse(t), static v => v.ToString()),
            new ThroughTextConverter<ulong>(codec, static t => (ulong)NpgsqlLogSequenceNumber.Parse(t), static v => new NpgsqlLogSequenceNumber(v).ToString()),
        ],
#pragma warning disable CS0618 // the text is the engine's own, in the one form that there is
        TypeOid.TsVector => [new ThroughTextConverter<NpgsqlTsVector>(codec, NpgsqlTsVector.Parse, static v => v.ToString()), new OutputTextConverter(codec)],
        _ =>
        [
            new ThroughTextConverter<NpgsqlTsQuery>(codec, ParseQuery, static v => v.ToString()),
            Query<NpgsqlTsQueryLexeme>(codec), Query<NpgsqlTsQueryAnd>(codec), Query<NpgsqlTsQueryOr>(codec), Query<NpgsqlTsQueryNot>(codec),
            Query<NpgsqlTsQueryFollowedBy>(codec), Query<NpgsqlTsQueryEmpty>(codec), new OutputTextConverter(codec),
        ],
#pragma warning restore CS0618
    };

    internal static Converter[] Hstore(PgTypeCodec codec) =>
    [
        new WireConverter<Dictionary<string, string?>>(codec, static b => Pairs(b), Write),
        new WireConverter<IDictionary<string, string?>>(codec, static b => Pairs(b), Write),
        new WireConverter<ImmutableDictionary<string, string?>>(codec, static b => Pairs(b).ToImmutableDictionary(), Write),
        new OutputTextConverter(codec),
    ];

    private static Converter Query<T>(PgTypeCodec codec)
        where T : NpgsqlTsQuery =>
        new ThroughTextConverter<T>(codec, static t => (T)ParseQuery(t), static v => v.ToString());

    // Npgsql's parser knows no empty query, which stop words give.
#pragma warning disable CS0618 // as above
    private static NpgsqlTsQuery ParseQuery(string text) => text.Length == 0 ? new NpgsqlTsQueryEmpty() : NpgsqlTsQuery.Parse(text);
#pragma warning restore CS0618

    private static bool OneBit(string bits) => bits.Length == 1
        ? bits == "1" : throw new InvalidCastException("Can't convert a BIT(N) type to bool, only BIT(1).");

    private static BitVector32 Vector(string bits) => bits.Length <= 32
        ? new BitVector32((int)uint.Parse(bits.PadRight(32, '0'), NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture))
        : throw new InvalidCastException("Can't read a BIT(N) with more than 32 bits to BitVector32, only up to BIT(32).");

    private static Dictionary<string, string?> Pairs(ReadOnlySpan<byte> binary)
    {
        var pairs = new Dictionary<string, string?>();
        var count = BinaryPrimitives.ReadInt32BigEndian(binary);
        var at = 4;
        for (var i = 0; i < count; i++)
        {
            var key = Text(binary, ref at)!;
            pairs[key] = Text(binary, ref at);
        }

        return pairs;
    }

    private static string? Text(ReadOnlySpan<byte> binary, ref int at)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(binary[at..]);
        at += 4;
        if (length < 0)
        {
            return null;
        }

        at += length;
        return Encoding.UTF8.GetString(binary[(at - length)..at]);
    }

    private static void Write(IEnumerable<KeyValuePair<string, string?>> pairs, IBufferWriter<byte> writer)
    {
        var list = pairs.ToList();
        writer.WriteInt32(list.Count);
        foreach (var (key, value) in list)
        {
            Write(key, writer);
            Write(value, writer);
        }
    }

    private static void Write(string? text, IBufferWriter<byte> writer)
    {
        var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        writer.WriteInt32(text is null ? -1 : bytes.Length);
        writer.Write(bytes);
    }
}
