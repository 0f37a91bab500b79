using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>json[b]_object, jsonb_set_lax, json_strip_nulls, array_to_json and row_to_json with line feeds.</summary>
internal static class JsonObjects
{
    [PgFunction("json_object(text[])")]
    public static PgDatum Json(FunctionContext context, ReadOnlySpan<byte> pairs) => Write(Pairs(context, pairs));

    [PgFunction("json_object(text[],text[])")]
    public static PgDatum Json(FunctionContext context, ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values) => Write(Pairs(context, keys, values));

    [PgFunction("jsonb_object(text[])")]
    public static PgDatum Jsonb(FunctionContext context, ReadOnlySpan<byte> pairs) => Build(Pairs(context, pairs));

    [PgFunction("jsonb_object(text[],text[])")]
    public static PgDatum Jsonb(FunctionContext context, ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values) => Build(Pairs(context, keys, values));

    [PgFunction("jsonb_set_lax(jsonb,text[],jsonb,boolean,text)")]
    public static PgDatum SetLax(FunctionContext context, byte[]? target, byte[]? path, byte[]? value, bool? createIfMissing, string? nullTreatment)
    {
        if (target is null || path is null || createIfMissing is not { } create)
        {
            return PgDatum.Null;
        }

        if (nullTreatment is null)
        {
            throw new PgException(
                SqlState.InvalidParameterValue, "null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or \"raise_exception\"");
        }

        if (value is not null)
        {
            return JsonbChange.Set(context, target, path, value, create);
        }

        return nullTreatment switch
        {
            "raise_exception" => throw new PgException(SqlState.NullValueNotAllowed, "JSON value must not be null")
                .WithDetail("Exception was raised because null_value_treatment is \"raise_exception\".")
                .WithHint("To avoid, either change the null_value_treatment argument or ensure that an SQL NULL is not passed."),
            "use_json_null" => JsonbChange.Set(context, target, path, "null"u8.ToArray(), create),
            "delete_key" => JsonbChange.DeletePath(context, target, path),
            "return_target" => PgDatum.FromText(target),
            _ => throw new PgException(
                SqlState.InvalidParameterValue, "null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or \"raise_exception\""),
        };
    }

    [PgFunction("json_strip_nulls(json)")]
    public static PgDatum StripNulls(ReadOnlySpan<byte> json)
    {
        var writer = new ArrayBufferWriter<byte>();
        Strip(json.Trim(" \t\r\n"u8), writer);
        return PgDatum.FromText(writer.WrittenSpan.ToArray());
    }

    [PgFunction("array_to_json(anyarray,boolean)")]
    [PgFunction("row_to_json(record,boolean)")]
    public static PgDatum Pretty(CallSite site, FunctionContext context, PgDatum value, bool lineFeeds)
    {
        var compact = new ArrayBufferWriter<byte>();
        JsonWriter.Write(context, site.ArgumentTypes[0], value, compact);
        if (!lineFeeds)
        {
            return PgDatum.FromText(compact.WrittenSpan.ToArray());
        }

        // A line feed and a blank stand after the commas of the outermost level.
        var json = compact.WrittenSpan;
        var writer = new ArrayBufferWriter<byte>(json.Length + 16);
        writer.Write(json[..1]);
        var isFirst = true;
        var isObject = JsonText.Kind(json) == '{';
        var parts = isObject ? JsonText.Members(json).ConvertAll(static m => (Key: (byte[]?)m.Key, m.Value)) : JsonText.Elements(json).ConvertAll(static e => (Key: (byte[]?)null, Value: e));
        foreach (var (key, part) in parts)
        {
            writer.Append(isFirst ? "" : ",\n ");
            isFirst = false;
            if (key is not null)
            {
                JsonbValue.WriteString(key, writer);
                writer.Append(':');
            }

            writer.Write(part);
        }

        writer.Write(json[^1..]);
        return PgDatum.FromText(writer.WrittenSpan.ToArray());
    }

    private static void Strip(ReadOnlySpan<byte> json, ArrayBufferWriter<byte> writer)
    {
        switch (JsonText.Kind(json))
        {
            case '{':
                writer.Append('{');
                var isFirst = true;
                foreach (var (key, value) in JsonText.Members(json))
                {
                    if (JsonText.Kind(value) == 'n')
                    {
                        continue;
                    }

                    writer.Append(isFirst ? "" : ",");
                    isFirst = false;
                    JsonbValue.WriteString(key, writer);
                    writer.Append(':');
                    Strip(value, writer);
                }

                writer.Append('}');
                break;
            case '[':
                writer.Append('[');
                isFirst = true;
                foreach (var element in JsonText.Elements(json))
                {
                    writer.Append(isFirst ? "" : ",");
                    isFirst = false;
                    Strip(element, writer);
                }

                writer.Append(']');
                break;
            case '"':
                JsonbValue.WriteString(JsonText.AsText(json.ToArray()), writer);
                break;
            default:
                writer.Write(json);
                break;
        }
    }

    private static List<(byte[] Key, byte[]? Value)> Pairs(FunctionContext context, ReadOnlySpan<byte> text)
    {
        var array = ArrayOperations.Parse(context, TypeOid.Text, text);
        switch (array.Dimensions)
        {
            case []:
                return [];
            case [var length] when length % 2 != 0:
                throw Wrong("array must have even number of elements");
            case [_] or [_, 2]:
                break;
            case [_, _]:
                throw Wrong("array must have two columns");
            default:
                throw Wrong("wrong number of array subscripts");
        }

        var pairs = new List<(byte[], byte[]?)>();
        for (var i = 0; i < array.Elements.Length; i += 2)
        {
            pairs.Add((Key(array.Elements[i]), Bytes(array.Elements[i + 1])));
        }

        return pairs;
    }

    private static List<(byte[] Key, byte[]? Value)> Pairs(FunctionContext context, ReadOnlySpan<byte> keyText, ReadOnlySpan<byte> valueText)
    {
        var keys = ArrayOperations.Parse(context, TypeOid.Text, keyText);
        var values = ArrayOperations.Parse(context, TypeOid.Text, valueText);
        if (keys.Dimensions.Length > 1 || keys.Dimensions.Length != values.Dimensions.Length)
        {
            throw Wrong("wrong number of array subscripts");
        }

        if (keys.Elements.Length != values.Elements.Length)
        {
            throw Wrong("mismatched array dimensions");
        }

        return [.. keys.Elements.Select((k, i) => (Key(k), Bytes(values.Elements[i])))];
    }

    private static byte[] Key(PgDatum key) => key.IsNull
        ? throw new PgException(SqlState.NullValueNotAllowed, "null value not allowed for object key")
        : key.Memory.ToArray();

    private static byte[]? Bytes(PgDatum value) => value.IsNull ? null : value.Memory.ToArray();

    private static PgException Wrong(string message) => new(SqlState.ArraySubscriptError, message);

    private static PgDatum Write(List<(byte[] Key, byte[]? Value)> pairs)
    {
        var writer = new ArrayBufferWriter<byte>();
        writer.Append('{');
        for (var i = 0; i < pairs.Count; i++)
        {
            writer.Append(i > 0 ? ", " : "");
            JsonbValue.WriteString(pairs[i].Key, writer);
            writer.Append(" : ");
            if (pairs[i].Value is { } value)
            {
                JsonbValue.WriteString(value, writer);
            }
            else
            {
                writer.Append("null");
            }
        }

        writer.Append('}');
        return PgDatum.FromText(writer.WrittenSpan.ToArray());
    }

    private static PgDatum Build(List<(byte[] Key, byte[]? Value)> pairs) =>
        JsonbValue.FromMembers([.. pairs.Select(static p => (p.Key, p.Value is null ? JsonbValue.Null : JsonbValue.FromText(p.Value)))]).ToDatum();
}
