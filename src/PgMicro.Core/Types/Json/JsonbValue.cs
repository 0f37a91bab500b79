using System.Buffers;

namespace PgMicro.Core.Types.Json;

/// <summary>Kinds of JSON values, in the order in which jsonb sorts them.</summary>
public enum JsonbKind : byte
{
    /// <summary>null.</summary>
    Null,

    /// <summary>A string.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>An array.</summary>
    Array,

    /// <summary>An object.</summary>
    Object,
}

/// <summary>A jsonb value as a tree.</summary>
public sealed class JsonbValue
{
    private static readonly JsonbValue[] NoElements = [];

    private JsonbValue(JsonbKind kind) => Kind = kind;

    /// <summary>null.</summary>
    public static JsonbValue Null { get; } = new(JsonbKind.Null);

    /// <summary>true.</summary>
    public static JsonbValue True { get; } = new(JsonbKind.Boolean) { Boolean = true };

    /// <summary>false.</summary>
    public static JsonbValue False { get; } = new(JsonbKind.Boolean);

    /// <summary>Which kind of value.</summary>
    public JsonbKind Kind { get; }

    /// <summary>The value of a Boolean.</summary>
    public bool Boolean { get; private init; }

    /// <summary>The value of a Number.</summary>
    public PgNumeric Number { get; private init; }

    /// <summary>The UTF-8 text of a String.</summary>
    public ReadOnlyMemory<byte> Text { get; private init; }

    /// <summary>The date or time that a String stands for within a jsonpath; null for a plain string.</summary>
    internal JsonMoment? Moment { get; private init; }

    /// <summary>The elements of an Array, or the values of an Object in the order of its keys.</summary>
    public IReadOnlyList<JsonbValue> Elements { get; private init; } = NoElements;

    /// <summary>The keys of an Object: by length, then by bytes.</summary>
    public IReadOnlyList<byte[]> Keys { get; private init; } = [];

    /// <summary>Makes a string.</summary>
    public static JsonbValue FromText(ReadOnlyMemory<byte> utf8) => new(JsonbKind.String) { Text = utf8 };

    /// <summary>Makes a string that stands for a date or time.</summary>
    internal static JsonbValue FromMoment(JsonMoment moment) =>
        new(JsonbKind.String) { Text = System.Text.Encoding.ASCII.GetBytes(moment.ToString()), Moment = moment };

    /// <summary>Makes a number.</summary>
    public static JsonbValue FromNumber(PgNumeric number) => new(JsonbKind.Number) { Number = number };

    /// <summary>Makes an array.</summary>
    public static JsonbValue FromElements(IReadOnlyList<JsonbValue> elements) => new(JsonbKind.Array) { Elements = elements };

    /// <summary>Makes an object; of equal keys the last one counts.</summary>
    public static JsonbValue FromMembers(IReadOnlyList<(byte[] Key, JsonbValue Value)> members)
    {
        var order = new int[members.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (a, b) =>
        {
            var compared = CompareKeys(members[a].Key, members[b].Key);
            return compared != 0 ? compared : a.CompareTo(b);
        });
        var keys = new List<byte[]>(order.Length);
        var values = new List<JsonbValue>(order.Length);
        for (var i = 0; i < order.Length; i++)
        {
            var (key, value) = members[order[i]];
            if (i + 1 < order.Length && key.AsSpan().SequenceEqual(members[order[i + 1]].Key))
            {
                continue;
            }

            keys.Add(key);
            values.Add(value);
        }

        return new(JsonbKind.Object) { Keys = keys, Elements = values };
    }

    /// <summary>Parses JSON text.</summary>
    /// <exception cref="Errors.PgException">22P02, 22P05.</exception>
    public static JsonbValue Parse(ReadOnlySpan<byte> json) => new JsonReader(json, decode: true).ReadDocument()!;

    /// <summary>Order of keys within an object.</summary>
    public static int CompareKeys(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);

    /// <summary>The value of a key of an Object, or null.</summary>
    public JsonbValue? Find(ReadOnlySpan<byte> key)
    {
        int low = 0, high = Keys.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = CompareKeys(Keys[middle], key);
            if (order == 0)
            {
                return Elements[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>Compares as jsonb's btree operator class does.</summary>
    public static int Compare(JsonbValue a, JsonbValue b)
    {
        // A scalar at the top is kept as an array of one element that sorts before true arrays, except before an empty one.
        var scalarA = a.Kind < JsonbKind.Array;
        var scalarB = b.Kind < JsonbKind.Array;
        if (scalarA != scalarB)
        {
            var container = scalarA ? b : a;
            var order = container.Kind == JsonbKind.Array && container.Elements.Count == 0 ? -1 : 1;
            return scalarA ? -order : order;
        }

        return CompareNested(a, b);
    }

    /// <summary>Writes the canonical text, as jsonb_out does.</summary>
    public void Write(IBufferWriter<byte> writer)
    {
        switch (Kind)
        {
            case JsonbKind.Null:
                writer.Append("null");
                break;
            case JsonbKind.String:
                WriteString(Text.Span, writer);
                break;
            case JsonbKind.Number:
                Number.Write(writer);
                break;
            case JsonbKind.Boolean:
                writer.Append(Boolean ? "true" : "false");
                break;
            case JsonbKind.Array:
                writer.Append('[');
                for (var i = 0; i < Elements.Count; i++)
                {
                    writer.Append(i > 0 ? ", " : "");
                    Elements[i].Write(writer);
                }

                writer.Append(']');
                break;
            default:
                writer.Append('{');
                for (var i = 0; i < Elements.Count; i++)
                {
                    writer.Append(i > 0 ? ", " : "");
                    WriteString(Keys[i], writer);
                    writer.Append(": ");
                    Elements[i].Write(writer);
                }

                writer.Append('}');
                break;
        }
    }

    /// <summary>The canonical text as a storage form.</summary>
    public PgDatum ToDatum()
    {
        var writer = new ArrayBufferWriter<byte>();
        Write(writer);
        return PgDatum.FromText(writer.WrittenSpan.ToArray());
    }

    /// <summary>Writes a JSON string literal, as escape_json does.</summary>
    public static void WriteString(ReadOnlySpan<byte> text, IBufferWriter<byte> writer)
    {
        writer.Append('"');
        while (text.Length > 0)
        {
            var i = 0;
            while (i < text.Length && text[i] >= 0x20 && text[i] is not ((byte)'"' or (byte)'\\'))
            {
                i++;
            }

            writer.Write(text[..i]);
            if (i == text.Length)
            {
                break;
            }

            switch (text[i])
            {
                case (byte)'\b':
                    writer.Append("\\b");
                    break;
                case (byte)'\f':
                    writer.Append("\\f");
                    break;
                case (byte)'\n':
                    writer.Append("\\n");
                    break;
                case (byte)'\r':
                    writer.Append("\\r");
                    break;
                case (byte)'\t':
                    writer.Append("\\t");
                    break;
                case (byte)'"':
                    writer.Append("\\\"");
                    break;
                case (byte)'\\':
                    writer.Append("\\\\");
                    break;
                default:
                    writer.Append(text[i] < 0x10 ? "\\u000" : "\\u001");
                    writer.WriteByte("0123456789abcdef"u8[text[i] & 15]);
                    break;
            }

            text = text[(i + 1)..];
        }

        writer.Append('"');
    }

    private static int CompareNested(JsonbValue a, JsonbValue b)
    {
        if (a.Kind != b.Kind)
        {
            return a.Kind.CompareTo(b.Kind);
        }

        switch (a.Kind)
        {
            case JsonbKind.Null:
                return 0;
            case JsonbKind.String:
                return a.Text.Span.SequenceCompareTo(b.Text.Span);
            case JsonbKind.Number:
                return a.Number.CompareTo(b.Number);
            case JsonbKind.Boolean:
                return a.Boolean.CompareTo(b.Boolean);
        }

        if (a.Elements.Count != b.Elements.Count)
        {
            return a.Elements.Count.CompareTo(b.Elements.Count);
        }

        for (var i = 0; i < a.Elements.Count; i++)
        {
            var order = a.Kind == JsonbKind.Object ? a.Keys[i].AsSpan().SequenceCompareTo(b.Keys[i]) : 0;
            order = order != 0 ? order : CompareNested(a.Elements[i], b.Elements[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}
