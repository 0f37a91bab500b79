using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Functions.Json;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>Bytes that PostgreSQL would keep a value in: what pg_stats.avg_width averages.</summary>
internal static class StoredWidth
{
    private const int LongestShort = 126;
    private const int ShortHeader = 1;
    private const int LongHeader = 4;

    /// <summary>The bytes of a value in a table.</summary>
    /// <param name="type">The value's type.</param>
    /// <param name="value">The value.</param>
    /// <param name="isComputed">Whether it is in no table: it has the long header then.</param>
    internal static long Of(PgType type, in PgDatum value, bool isComputed = false) =>
        isComputed && type.typlen == -1 && Of(type, value) is var bytes and <= LongestShort + ShortHeader ? bytes - ShortHeader + LongHeader : Of(type, value);

    private static long Of(PgType type, in PgDatum value) => type switch
    {
        { typlen: > 0 } => type.typlen,
        { typlen: -2 } => value.Bytes.Length + 1,
        { oid: TypeOid.Numeric } => WithHeader(Numeric(value.Bytes)),
        { oid: TypeOid.Jsonb } => WithHeader(JsonbLayout.Size(JsonbValue.Parse(value.Bytes), 0)),
        _ => WithHeader(value.Kind is DatumKind.Text or DatumKind.Blob ? value.Bytes.Length : sizeof(long)),
    };

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
