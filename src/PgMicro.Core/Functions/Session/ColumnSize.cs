using System.Text;
using System.Text.Json;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Ranges;

namespace PgMicro.Core.Functions.Session;

/// <summary>pg_column_size: the bytes that PostgreSQL takes for a value in memory, neither compressed nor with a short header.</summary>
internal static class ColumnSize
{
    private const int VarlenaHeader = 4;
    private const int NumericDigits = 4;

    [PgFunction("pg_column_size(\"any\")")]
    public static int Of(FunctionContext context, CallSite site, PgDatum value) => Size(context, site.ArgumentTypes[0], value);

    private static int Size(FunctionContext context, uint type, in PgDatum value)
    {
        if (context.Catalog.Type(type) is not { } row)
        {
            throw PgErrors.FeatureNotSupported("pg_column_size of this type");
        }

        if (row.typtype == 'd')
        {
            return Size(context, row.typbasetype, value);
        }

        if (row.typlen > 0)
        {
            return row.typlen;
        }

        if (row.typlen == -2)
        {
            return value.Bytes.Length + 1;
        }

        var codec = context.Types.GetCodec(type);
        switch (codec)
        {
            case ArrayCodec array:
                return Array(context, array, array.FromStorage(value.Bytes));
            case NumericCodec:
                return Numeric(codec.OutputString(value, TypeContext.Canonical));
            case JsonbCodec:
                using (var document = JsonDocument.Parse(codec.OutputString(value, TypeContext.Canonical)))
                {
                    return VarlenaHeader + Root(document.RootElement);
                }

            case RangeCodec range:
                return Range(context, range, value);
            case TextFamilyCodec or ByteaCodec:
                return VarlenaHeader + value.Bytes.Length;
            default:
                break;
        }

        return type switch
        {
            TypeOid.Inet or TypeOid.Cidr => VarlenaHeader + 2 + (codec.OutputString(value, TypeContext.Canonical).Contains(':') ? 16 : 4),
            TypeOid.Bit or TypeOid.Varbit => VarlenaHeader + 4 + ((codec.OutputString(value, TypeContext.Canonical).Length + 7) / 8),
            _ => throw PgErrors.FeatureNotSupported($"pg_column_size of type {codec.Name}"),
        };
    }

    // Groups of four decimal digits, two bytes each, behind a short or a long header.
    private static int Numeric(string text)
    {
        if (text is "NaN" or "Infinity" or "-Infinity")
        {
            return VarlenaHeader + 2;
        }

        var digits = text.AsSpan().TrimStart('-');
        var point = digits.IndexOf('.');
        var whole = (point < 0 ? digits : digits[..point]).TrimStart('0');
        var fraction = point < 0 ? default : digits[(point + 1)..];
        var scale = fraction.Length;
        fraction = fraction.TrimEnd('0');
        var groups = new List<bool>();
        var lead = whole.Length % NumericDigits;
        for (var at = lead == 0 ? 0 : lead - NumericDigits; at < whole.Length; at += NumericDigits)
        {
            groups.Add(whole[Math.Max(at, 0)..(at + NumericDigits)].ContainsAnyExcept('0'));
        }

        var weight = groups.Count - 1;
        for (var at = 0; at < fraction.Length; at += NumericDigits)
        {
            groups.Add(fraction[at..Math.Min(at + NumericDigits, fraction.Length)].ContainsAnyExcept('0'));
        }

        var first = groups.IndexOf(true);
        var count = first < 0 ? 0 : groups.LastIndexOf(true) - first + 1;
        var isShort = scale <= 63 && weight - Math.Max(first, 0) is >= -64 and <= 63;
        return VarlenaHeader + (isShort ? 2 : 4) + (2 * count);
    }

    private static int Array(FunctionContext context, ArrayCodec codec, PgArray array)
    {
        if (array.Dimensions.Length == 0)
        {
            return 16;
        }

        var elements = array.Elements;
        var size = 16 + (8 * array.Dimensions.Length);
        if (System.Array.Exists(elements, static e => e.IsNull))
        {
            size = Align(size + ((elements.Length + 7) / 8), 8);
        }

        var element = context.Catalog.Type(codec.Element.Oid)!;
        var start = size;
        foreach (var value in elements)
        {
            if (!value.IsNull)
            {
                size = start + Align(size - start + Size(context, element.oid, value), Alignment(element));
            }
        }

        return size;
    }

    private static int Range(FunctionContext context, RangeCodec codec, in PgDatum value)
    {
        var range = codec.FromStorage(value.Bytes);
        var size = VarlenaHeader + 4;
        var subtype = context.Catalog.Type(codec.Subtype.Oid)!;
        foreach (var bound in new[] { range.Lower, range.Upper })
        {
            if (!range.IsEmpty && !bound.IsInfinite)
            {
                var bytes = Size(context, subtype.oid, bound.Value);

                // A bound of varying length takes the short header.
                size = subtype.typlen < 0 ? size + bytes - (bytes <= 130 ? 3 : 0) : Align(size, Alignment(subtype)) + bytes;
            }
        }

        return size + 1;
    }

    // JsonbContainer: a header, an entry for each key and value, then their bytes.
    private static int Root(JsonElement element) =>
        element.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? Container(element) : 8 + Scalar(element, 8);

    private static int Container(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            var size = 4 + (4 * element.GetArrayLength());
            foreach (var item in element.EnumerateArray())
            {
                size += Scalar(item, size);
            }

            return size;
        }

        var members = element.EnumerateObject().ToList();
        var total = 4 + (8 * members.Count) + members.Sum(static m => Encoding.UTF8.GetByteCount(m.Name));
        foreach (var member in members)
        {
            total += Scalar(member.Value, total);
        }

        return total;
    }

    private static int Scalar(JsonElement element, int at) => element.ValueKind switch
    {
        JsonValueKind.String => Encoding.UTF8.GetByteCount(element.GetString()!),
        JsonValueKind.Number => Align(at, 4) - at + Numeric(element.GetRawText()),
        JsonValueKind.Object or JsonValueKind.Array => Align(at, 4) - at + Container(element),
        _ => 0,
    };

    private static int Alignment(PgType type) => type.typalign switch { 'd' => 8, 'i' => 4, 's' => 2, _ => 1 };

    private static int Align(int size, int to) => (size + to - 1) / to * to;
}
