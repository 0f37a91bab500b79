using System.Numerics;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>
/// Where values stand in PostgreSQL's binary jsonb: .keyvalue() tells objects apart by their byte offset, and pg_column_size counts the bytes.
/// </summary>
internal static class JsonbLayout
{
    /// <summary>Byte offset of a container within another; null when it is not in it.</summary>
    public static int? OffsetOf(JsonbValue root, JsonbValue target) => ReferenceEquals(root, target) ? 0 : Find(root, target, 0);

    /// <summary>Bytes of a container or scalar from an offset on, with the padding before it.</summary>
    public static int Size(JsonbValue value, int offset)
    {
        var padding = (4 - (offset % 4)) % 4;
        switch (value.Kind)
        {
            case JsonbKind.Null or JsonbKind.Boolean:
                return 0;
            case JsonbKind.String:
                return value.Text.Length;
            case JsonbKind.Number:
                return padding + NumberSize(value.Number);
            default:
                var start = offset + padding;
                var end = start + 4 + (4 * (value.Elements.Count + value.Keys.Count));
                foreach (var key in value.Keys)
                {
                    end += key.Length;
                }

                foreach (var element in value.Elements)
                {
                    end += Size(element, end);
                }

                return end - offset;
        }
    }

    private static int? Find(JsonbValue container, JsonbValue target, int start)
    {
        var at = start + 4 + (4 * (container.Elements.Count + container.Keys.Count));
        foreach (var key in container.Keys)
        {
            at += key.Length;
        }

        foreach (var element in container.Elements)
        {
            if (element.Kind >= JsonbKind.Array)
            {
                var aligned = (at + 3) / 4 * 4;
                if (ReferenceEquals(element, target))
                {
                    return aligned;
                }

                if (Find(element, target, aligned) is { } found)
                {
                    return found;
                }
            }

            at += Size(element, at);
        }

        return null;
    }

    // A length word, a header of two bytes (of four beyond its range), and two bytes for each digit of base 10000.
    private static int NumberSize(PgNumeric number)
    {
        if (!number.IsFinite)
        {
            return 6;
        }

        var unscaled = BigInteger.Abs(number.Unscaled) * BigInteger.Pow(10, (4 - (number.Scale % 4)) % 4);
        var places = (number.Scale + 3) / 4;
        while (!unscaled.IsZero && (unscaled % 10000).IsZero)
        {
            unscaled /= 10000;
            places--;
        }

        var digits = 0;
        for (var rest = unscaled; !rest.IsZero; rest /= 10000)
        {
            digits++;
        }

        var weight = digits - places - 1;
        var isShort = number.Scale <= 63 && weight is >= -64 and <= 63;
        return 4 + (isShort ? 2 : 4) + (digits * 2);
    }
}
