using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>to_json(b), row_to_json, array_to_json, json(b)_build_array, json(b)_build_object.</summary>
internal static class JsonBuild
{
    [PgFunction("to_json(anyelement)")]
    [PgFunction("row_to_json(record)")]
    [PgFunction("array_to_json(anyarray)")]
    public static byte[] ToJson(CallSite site, FunctionContext context, PgDatum value)
    {
        var writer = new ArrayBufferWriter<byte>();
        JsonWriter.Write(context, site.ArgumentTypes[0], value, writer);
        return writer.WrittenSpan.ToArray();
    }

    [PgFunction("to_jsonb(anyelement)")]
    public static PgDatum ToJsonb(CallSite site, FunctionContext context, PgDatum value) => JsonWriter.ToJsonb(context, site.ArgumentTypes[0], value).ToDatum();

    [PgFunction("json_build_array(\"any\")")]
    public static byte[] Array(CallSite site, FunctionContext context, FunctionArguments arguments)
    {
        var writer = new ArrayBufferWriter<byte>();
        writer.Append('[');
        for (var i = 0; i < arguments.Count; i++)
        {
            writer.Append(i == 0 ? "" : ", ");
            JsonWriter.Write(context, site.ArgumentTypes[i], arguments.Datum(i), writer);
        }

        writer.Append(']');
        return writer.WrittenSpan.ToArray();
    }

    [PgFunction("json_build_array()")]
    [PgFunction("jsonb_build_array()")]
    public static string EmptyArray() => "[]";

    [PgFunction("json_build_object()")]
    [PgFunction("jsonb_build_object()")]
    public static string EmptyObject() => "{}";

    [PgFunction("json_build_object(\"any\")")]
    public static byte[] Object(CallSite site, FunctionContext context, FunctionArguments arguments)
    {
        CheckPairs(arguments, "json_build_object");
        var writer = new ArrayBufferWriter<byte>();
        writer.Append('{');
        for (var i = 0; i < arguments.Count; i += 2)
        {
            writer.Append(i == 0 ? "" : ", ");
            if (arguments.IsNull(i))
            {
                throw new PgException(SqlState.NullValueNotAllowed, "null value not allowed for object key");
            }

            JsonbValue.WriteString(JsonWriter.Key(context, site.ArgumentTypes[i], arguments.Datum(i)), writer);
            writer.Append(" : ");
            JsonWriter.Write(context, site.ArgumentTypes[i + 1], arguments.Datum(i + 1), writer);
        }

        writer.Append('}');
        return writer.WrittenSpan.ToArray();
    }

    [PgFunction("jsonb_build_array(\"any\")")]
    public static PgDatum JsonbArray(CallSite site, FunctionContext context, FunctionArguments arguments)
    {
        var items = new JsonbValue[arguments.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = JsonWriter.ToJsonb(context, site.ArgumentTypes[i], arguments.Datum(i));
        }

        return JsonbValue.FromElements(items).ToDatum();
    }

    [PgFunction("jsonb_build_object(\"any\")")]
    public static PgDatum JsonbObject(CallSite site, FunctionContext context, FunctionArguments arguments)
    {
        CheckPairs(arguments, "jsonb_build_object");
        var members = new (byte[] Key, JsonbValue Value)[arguments.Count / 2];
        for (var i = 0; i < members.Length; i++)
        {
            if (arguments.IsNull(2 * i))
            {
                throw new PgException(SqlState.InvalidParameterValue, $"argument {(2 * i) + 1}: key must not be null");
            }

            members[i] = (JsonWriter.Key(context, site.ArgumentTypes[2 * i], arguments.Datum(2 * i)),
                JsonWriter.ToJsonb(context, site.ArgumentTypes[(2 * i) + 1], arguments.Datum((2 * i) + 1)));
        }

        return JsonbValue.FromMembers(members).ToDatum();
    }

    private static void CheckPairs(FunctionArguments arguments, string name)
    {
        if (arguments.Count % 2 != 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, "argument list must have even number of elements")
                .WithHint($"The arguments of {name}() must consist of alternating keys and values.");
        }
    }
}
