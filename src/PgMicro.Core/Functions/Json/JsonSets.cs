using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>Set functions of json and jsonb.</summary>
internal static class JsonSets
{
    [PgSetFunction("jsonb_array_elements(jsonb)")]
    public static IEnumerable<PgDatum> JsonbElements(byte[] json) => Items(json).Select(JsonAccess.Datum);

    [PgSetFunction("jsonb_array_elements_text(jsonb)")]
    public static IEnumerable<PgDatum> JsonbElementsText(byte[] json) => Items(json).Select(JsonAccess.TextOf);

    [PgSetFunction("json_array_elements(json)")]
    public static IEnumerable<PgDatum> JsonElements(byte[] json) => RawItems(json).Select(e => PgDatum.FromText(e));

    [PgSetFunction("json_array_elements_text(json)")]
    public static IEnumerable<PgDatum> JsonElementsText(byte[] json) => RawItems(json).Select(e => Text(JsonText.AsText(e)));

    [PgSetFunction("jsonb_object_keys(jsonb)")]
    public static IEnumerable<PgDatum> JsonbKeys(byte[] json) => Members(json, "jsonb_object_keys").Select(m => PgDatum.FromText(m.Key));

    [PgSetFunction("json_object_keys(json)")]
    public static IEnumerable<PgDatum> JsonKeys(byte[] json) => RawMembers(json, "json_object_keys").Select(m => PgDatum.FromText(m.Key));

    [PgSetFunction("jsonb_each(jsonb)")]
    public static IEnumerable<PgDatum[]> JsonbEach(byte[] json) => Members(json, "jsonb_each").Select(m => new[] { PgDatum.FromText(m.Key), m.Value.ToDatum() });

    [PgSetFunction("jsonb_each_text(jsonb)")]
    public static IEnumerable<PgDatum[]> JsonbEachText(byte[] json) =>
        Members(json, "jsonb_each_text").Select(m => new[] { PgDatum.FromText(m.Key), JsonAccess.TextOf(m.Value) });

    [PgSetFunction("json_each(json)")]
    public static IEnumerable<PgDatum[]> JsonEach(byte[] json) => RawMembers(json, "json_each").Select(m => new[] { PgDatum.FromText(m.Key), PgDatum.FromText(m.Value) });

    [PgSetFunction("json_each_text(json)")]
    public static IEnumerable<PgDatum[]> JsonEachText(byte[] json) =>
        RawMembers(json, "json_each_text").Select(m => new[] { PgDatum.FromText(m.Key), Text(JsonText.AsText(m.Value)) });

    private static PgDatum Text(byte[]? text) => text is null ? PgDatum.Null : PgDatum.FromText(text);

    private static IReadOnlyList<JsonbValue> Items(byte[] json)
    {
        var value = JsonbValue.Parse(json);
        return value.Kind switch
        {
            JsonbKind.Array => value.Elements,
            JsonbKind.Object => throw new PgException(SqlState.InvalidParameterValue, "cannot extract elements from an object"),
            _ => throw new PgException(SqlState.InvalidParameterValue, "cannot extract elements from a scalar"),
        };
    }

    private static List<byte[]> RawItems(byte[] json) => JsonText.Kind(json) switch
    {
        '[' => JsonText.Elements(json),
        '{' => throw new PgException(SqlState.InvalidParameterValue, "cannot call json_array_elements on a non-array"),
        _ => throw new PgException(SqlState.InvalidParameterValue, "cannot call json_array_elements on a scalar"),
    };

    private static IEnumerable<(byte[] Key, JsonbValue Value)> Members(byte[] json, string function)
    {
        var value = JsonbValue.Parse(json);
        return value.Kind == JsonbKind.Object ? JsonbChange.Members(value) : throw NotObject(value.Kind == JsonbKind.Array, function);
    }

    private static List<(byte[] Key, byte[] Value)> RawMembers(byte[] json, string function) =>
        JsonText.Kind(json) == '{' ? JsonText.Members(json) : throw NotObject(JsonText.Kind(json) == '[', function);

    private static PgException NotObject(bool isArray, string function) => new(
        SqlState.InvalidParameterValue,
        function.EndsWith("keys", StringComparison.Ordinal)
            ? $"cannot call {function} on {(isArray ? "an array" : "a scalar")}"
            : function.StartsWith("jsonb", StringComparison.Ordinal) ? $"cannot call {function} on a non-object"
            : isArray ? "cannot deconstruct an array as an object" : "cannot deconstruct a scalar");
}
