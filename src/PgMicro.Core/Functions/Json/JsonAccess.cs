using System.Buffers.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>->, ->>, #>, #>>, typeof, array length of json and jsonb.</summary>
internal static class JsonAccess
{
    [PgFunction("jsonb_object_field(jsonb,text)")]
    public static PgDatum JsonbField(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key) => Datum(Member(JsonbValue.Parse(json), key));

    [PgFunction("jsonb_object_field_text(jsonb,text)")]
    public static PgDatum JsonbFieldText(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key) => TextOf(Member(JsonbValue.Parse(json), key));

    [PgFunction("jsonb_array_element(jsonb,integer)")]
    public static PgDatum JsonbElement(ReadOnlySpan<byte> json, int index) => Datum(ElementOrScalar(JsonbValue.Parse(json), index));

    [PgFunction("jsonb_array_element_text(jsonb,integer)")]
    public static PgDatum JsonbElementText(ReadOnlySpan<byte> json, int index) => TextOf(ElementOrScalar(JsonbValue.Parse(json), index));

    [PgFunction("jsonb_extract_path(jsonb,text[])")]
    public static PgDatum JsonbPath(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> path) =>
        Datum(Follow(JsonbValue.Parse(json), Path(context, path)));

    [PgFunction("jsonb_extract_path_text(jsonb,text[])")]
    public static PgDatum JsonbPathText(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> path) =>
        TextOf(Follow(JsonbValue.Parse(json), Path(context, path)));

    [PgFunction("json_object_field(json,text)")]
    public static byte[]? JsonField(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key) => RawMember(json, key);

    [PgFunction("json_object_field_text(json,text)")]
    public static byte[]? JsonFieldText(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key) => JsonText.AsText(RawMember(json, key));

    [PgFunction("json_array_element(json,integer)")]
    public static byte[]? JsonElement(ReadOnlySpan<byte> json, int index) => RawElement(json, index);

    [PgFunction("json_array_element_text(json,integer)")]
    public static byte[]? JsonElementText(ReadOnlySpan<byte> json, int index) => JsonText.AsText(RawElement(json, index));

    [PgFunction("json_extract_path(json,text[])")]
    public static byte[]? JsonPath(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> path)
    {
        var value = json.ToArray();
        foreach (var step in Path(context, path))
        {
            if (step is null || value is null)
            {
                return null;
            }

            value = JsonText.Kind(value) switch
            {
                '{' => RawMember(value, step),
                '[' => Index(step) is { } index ? RawElement(value, index) : null,
                _ => null,
            };
        }

        return value;
    }

    [PgFunction("json_extract_path_text(json,text[])")]
    public static byte[]? JsonPathText(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> path) => JsonText.AsText(JsonPath(context, json, path));

    [PgFunction("jsonb_typeof(jsonb)")]
    [PgFunction("json_typeof(json)")]
    public static string TypeOf(ReadOnlySpan<byte> json) => JsonText.Kind(json) switch
    {
        '{' => "object",
        '[' => "array",
        '"' => "string",
        't' or 'f' => "boolean",
        'n' => "null",
        _ => "number",
    };

    [PgFunction("jsonb_array_length(jsonb)")]
    public static int JsonbLength(ReadOnlySpan<byte> json)
    {
        var value = JsonbValue.Parse(json);
        return value.Kind == JsonbKind.Array ? value.Elements.Count : throw NotArray(value.Kind == JsonbKind.Object);
    }

    [PgFunction("json_array_length(json)")]
    public static int JsonLength(ReadOnlySpan<byte> json) =>
        JsonText.Kind(json) == '[' ? JsonText.Elements(json).Count : throw NotArray(JsonText.Kind(json) == '{');

    /// <summary>The steps of a text[] path.</summary>
    internal static byte[]?[] Path(TypeContext context, ReadOnlySpan<byte> path) =>
        [.. ArrayOperations.Parse(context, TypeOid.Text, path).Elements.Select(e => e.IsNull ? null : e.Memory.ToArray())];

    /// <summary>A step read as an array index; null when it is none.</summary>
    internal static int? Index(ReadOnlySpan<byte> step) =>
        Utf8Parser.TryParse(step.StartsWith("+"u8) ? step[1..] : step, out int index, out var used) && used == (step.StartsWith("+"u8) ? step.Length - 1 : step.Length) ? index : null;

    internal static JsonbValue? Member(JsonbValue value, ReadOnlySpan<byte> key) => value.Kind == JsonbKind.Object ? value.Find(key) : null;

    internal static JsonbValue? Element(JsonbValue value, int index)
    {
        if (value.Kind != JsonbKind.Array)
        {
            return null;
        }

        index = index < 0 ? index + value.Elements.Count : index;
        return index >= 0 && index < value.Elements.Count ? value.Elements[index] : null;
    }

    // A scalar is kept as an array of one element, and -> and ->> do not tell them apart.
    private static JsonbValue? ElementOrScalar(JsonbValue value, int index) =>
        value.Kind is JsonbKind.Array or JsonbKind.Object ? Element(value, index) : index is 0 or -1 ? value : null;

    internal static PgDatum Datum(JsonbValue? value) => value is null ? PgDatum.Null : value.ToDatum();

    internal static PgDatum TextOf(JsonbValue? value) => value is null || value.Kind == JsonbKind.Null ? PgDatum.Null
        : value.Kind == JsonbKind.String ? PgDatum.FromText(value.Text) : value.ToDatum();

    private static JsonbValue? Follow(JsonbValue? value, byte[]?[] path)
    {
        foreach (var step in path)
        {
            if (step is null || value is null)
            {
                return null;
            }

            value = value.Kind == JsonbKind.Array ? Index(step) is { } index ? Element(value, index) : null : Member(value, step);
        }

        return value;
    }

    // json keeps escapes as they are written; only reading into a value finds wrong ones.
    private static void CheckEscapes(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\u"u8) >= 0)
        {
            new JsonReader(json, decode: true).ReadDocument();
        }
    }

    private static byte[]? RawMember(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key)
    {
        if (JsonText.Kind(json) != '{')
        {
            return null;
        }

        CheckEscapes(json);
        byte[]? found = null;
        foreach (var (name, value) in JsonText.Members(json))
        {
            found = key.SequenceEqual(name) ? value : found;
        }

        return found;
    }

    private static byte[]? RawElement(ReadOnlySpan<byte> json, int index)
    {
        if (JsonText.Kind(json) != '[')
        {
            return null;
        }

        CheckEscapes(json);
        var elements = JsonText.Elements(json);
        index = index < 0 ? index + elements.Count : index;
        return index >= 0 && index < elements.Count ? elements[index] : null;
    }

    private static PgException NotArray(bool isObject) => new(
        SqlState.InvalidParameterValue, isObject ? "cannot get array length of a non-array" : "cannot get array length of a scalar");
}
