using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Functions.Json;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;
using PgMicro.Core.Types.Ranges;
using PgMicro.Core.Types.TextSearch;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>Bytes that PostgreSQL would keep a value in: what pg_stats.avg_width averages.</summary>
internal static class StoredWidth
{
    private const int LongestShort = 126;
    private const int ShortHeader = 1;
    private const int LongHeader = 4;

    /// <summary>The bytes of a value in a table.</summary>
    /// <param name="session">Who asks.</param>
    /// <param name="type">The value's type.</param>
    /// <param name="value">The value.</param>
    /// <param name="isComputed">Whether it is in no table: it has the long header then.</param>
    internal static long Of(PgSession session, PgType type, in PgDatum value, bool isComputed = false) => type.typlen switch
    {
        > 0 => type.typlen,
        -2 => value.Bytes.Length + 1,
        _ => Data(session, type, value) is var bytes && isComputed ? bytes + LongHeader : WithHeader(bytes),
    };

    // Without the header.
    private static long Data(PgSession session, PgType type, in PgDatum value) => type.oid switch
    {
        TypeOid.Numeric => Numeric(value.Bytes),
        TypeOid.Jsonb => JsonbLayout.Size(JsonbValue.Parse(value.Bytes), 0),
        TypeOid.TsVector => TsVector(PgTsVector.Parse(value.Bytes)),
        _ => session.Types.GetCodec(type.oid) switch
        {
            ArrayCodec array => Array(session, session.Catalog.Type(type.typelem)!, array.FromStorage(value.Bytes)),
            RangeCodec range => Range(session, range, range.FromStorage(value.Bytes)),
            MultirangeCodec multirange => Multirange(session, multirange.Range, multirange.FromStorage(value.Bytes)),
            _ => value.Kind is DatumKind.Text or DatumKind.Blob ? value.Bytes.Length : sizeof(long),
        },
    };

    private static long Array(PgSession session, PgType type, PgArray array)
    {
        const int Fixed = 16;
        const int Dimension = 8;
        const int BitsOfByte = 8;
        long size = Fixed + (Dimension * array.Dimensions.Length);
        if (array.Elements.Any(static e => e.IsNull))
        {
            size += (array.Elements.Length + BitsOfByte - 1) / BitsOfByte;
        }

        size = array.Dimensions.Length == 0 ? size : Align(size, 'd');
        foreach (var element in array.Elements.Where(static e => !e.IsNull))
        {
            size = Align(size + (type.typlen == -1 ? LongHeader + Data(session, type, element) : Of(session, type, element)), type.typalign);
        }

        return size - LongHeader;
    }

    // The type's OID, the ends, flags.
    private static long Range(PgSession session, RangeCodec codec, in PgRangeValue range)
    {
        var type = session.Catalog.Type(session.Catalog.GetBaseType(codec.Subtype.Oid))!;
        long size = LongHeader + sizeof(uint);
        if (!range.IsEmpty)
        {
            size = Bound(session, type, range.Upper, Bound(session, type, range.Lower, size));
        }

        return size + 1 - LongHeader;
    }

    // The type's OID, how many, where each but the first begins, the flags of each, their ends.
    private static long Multirange(PgSession session, RangeCodec codec, PgRangeValue[] ranges)
    {
        var type = session.Catalog.Type(session.Catalog.GetBaseType(codec.Subtype.Oid))!;
        long size = LongHeader + (2 * sizeof(uint));
        if (ranges.Length > 0)
        {
            size = Align(size + ((ranges.Length - 1) * sizeof(uint)) + ranges.Length, type.typalign);
            foreach (var range in ranges)
            {
                size = Bound(session, type, range.Upper, Bound(session, type, range.Lower, size));
            }
        }

        return size - LongHeader;
    }

    private static long Bound(PgSession session, PgType type, in RangeBound bound, long size)
    {
        if (bound.IsInfinite)
        {
            return size;
        }

        if (type.typlen > 0)
        {
            return Align(size, type.typalign) + type.typlen;
        }

        // What is short enough is packed.
        var data = Data(session, type, bound.Value);
        return data <= LongestShort ? size + ShortHeader + data : Align(size, type.typalign) + LongHeader + data;
    }

    // How many, an entry for each, their texts, and their places.
    private static long TsVector(PgTsVector vector)
    {
        long size = sizeof(uint) + (sizeof(uint) * vector.Lexemes.Length);
        foreach (var lexeme in vector.Lexemes)
        {
            size += lexeme.Text.Length;
            if (lexeme.Positions.Length > 0)
            {
                size = Align(size, 's') + sizeof(ushort) + (sizeof(ushort) * lexeme.Positions.Length);
            }
        }

        return size;
    }

    private static long Align(long size, char alignment)
    {
        var unit = alignment switch { 's' => 2, 'i' => 4, 'd' => 8, _ => 1 };
        return (size + unit - 1) / unit * unit;
    }

    private static long WithHeader(long bytes) => bytes + (bytes <= LongestShort ? ShortHeader : LongHeader);

    // A word of sign, scale and weight, and one for each four decimal digits between the first and the last that is not zero.
    private static long Numeric(ReadOnlySpan<byte> text)
    {
        const int Word = 2;
        const int DigitsInWord = 4;
        if (text.IndexOfAnyInRange((byte)'0', (byte)'9') < 0)
        {
            return Word;
        }

        if (text[0] == (byte)'-')
        {
            text = text[1..];
        }

        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text.Length : point;
        int first = int.MaxValue, last = int.MinValue;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is > (byte)'0' and <= (byte)'9')
            {
                // Words are counted from the decimal point, to both sides.
                var word = i < whole ? -((whole - 1 - i) / DigitsInWord) - 1 : (i - whole - 1) / DigitsInWord;
                first = Math.Min(first, word);
                last = Math.Max(last, word);
            }
        }

        return last < first ? Word : Word + (Word * (last - first + 1L));
    }
}
