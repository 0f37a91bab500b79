using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>JSON_OBJECT and JSON_ARRAY with their rules for NULL and equal keys, JSON() and IS JSON.</summary>
internal static unsafe class JsonMaking
{
    private const int Jsonb = 1, AbsentOnNull = 2, Unique = 4;

    /// <summary>(flags, call site, keys and values …).</summary>
    internal static void Object(nint result, nint* values, int count)
    {
        var (session, flags, types) = Header(result, values);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var members = new List<(byte[] Key, JsonbValue Value)>();
        var writer = new ArrayBufferWriter<byte>();
        writer.Append('{');
        var isFirst = true;
        for (var i = 2; i + 1 < count; i += 2)
        {
            if (FunctionArgument.IsNull(values, i))
            {
                throw new PgException(SqlState.NullValueNotAllowed, "null value not allowed for object key");
            }

            var value = FunctionArgument.Datum(values, i + 1);
            var key = JsonWriter.Key(session, types[i - 2], FunctionArgument.Datum(values, i));

            // A key whose value is skipped still counts for uniqueness.
            if ((flags & Unique) != 0 && !keys.Add(Encoding.UTF8.GetString(key)))
            {
                throw DuplicateKey((flags & Jsonb) != 0 ? null : key);
            }

            if (value.IsNull && (flags & AbsentOnNull) != 0)
            {
                continue;
            }

            if ((flags & Jsonb) != 0)
            {
                members.Add((key, JsonWriter.ToJsonb(session, types[i - 1], value)));
                continue;
            }

            writer.Append(isFirst ? "" : ", ");
            isFirst = false;
            JsonbValue.WriteString(key, writer);
            writer.Append(" : ");
            JsonWriter.Write(session, types[i - 1], value, writer);
        }

        writer.Append('}');
        FunctionResult.Write(result, (flags & Jsonb) != 0 ? JsonbValue.FromMembers(members).ToDatum() : PgDatum.FromText(writer.WrittenSpan.ToArray()));
    }

    /// <summary>(flags, call site, values …).</summary>
    internal static void Array(nint result, nint* values, int count)
    {
        var (session, flags, types) = Header(result, values);
        var elements = new List<JsonbValue>();
        var writer = new ArrayBufferWriter<byte>();
        writer.Append('[');
        var isFirst = true;
        for (var i = 2; i < count; i++)
        {
            var value = FunctionArgument.Datum(values, i);
            if (value.IsNull && (flags & AbsentOnNull) != 0)
            {
                continue;
            }

            if ((flags & Jsonb) != 0)
            {
                elements.Add(JsonWriter.ToJsonb(session, types[i - 2], value));
                continue;
            }

            writer.Append(isFirst ? "" : ", ");
            isFirst = false;
            JsonWriter.Write(session, types[i - 2], value, writer);
        }

        writer.Append(']');
        FunctionResult.Write(result, (flags & Jsonb) != 0 ? JsonbValue.FromElements(elements).ToDatum() : PgDatum.FromText(writer.WrittenSpan.ToArray()));
    }

    /// <summary>(1 for jsonb, text): JSON() WITH UNIQUE KEYS.</summary>
    internal static void Parse(nint result, nint* values, int count)
    {
        if (FunctionArgument.IsNull(values, 1))
        {
            return;
        }

        var text = FunctionArgument.Bytes(values, 1);
        var value = JsonbValue.Parse(text);
        if (!HasUniqueKeys(text))
        {
            throw DuplicateKey(null);
        }

        FunctionResult.Write(result, FunctionArgument.Boolean(values, 0) ? value.ToDatum() : PgDatum.FromText(text.ToArray()));
    }

    /// <summary>(item: 0 any, 1 object, 2 array, 3 scalar; 1 for unique keys; type; value): IS JSON.</summary>
    internal static void IsJson(nint result, nint* values, int count)
    {
        if (FunctionArgument.IsNull(values, 3))
        {
            return;
        }

        var text = FunctionArgument.Bytes(values, 3);
        if (FunctionArgument.UInt32(values, 2) == TypeOid.Text)
        {
            try
            {
                new JsonReader(text, decode: false).ReadDocument();
            }
            catch (PgException)
            {
                FunctionResult.Write(result, false);
                return;
            }
        }

        var kind = JsonText.Kind(text);
        var isKind = FunctionArgument.Int32(values, 0) switch
        {
            0 => true,
            1 => kind == '{',
            2 => kind == '[',
            _ => kind is not ('{' or '['),
        };
        FunctionResult.Write(result, isKind && (!FunctionArgument.Boolean(values, 1) || HasUniqueKeys(text)));
    }

    /// <summary>22030; json names the key, jsonb does not.</summary>
    internal static PgException DuplicateKey(byte[]? key) => new(
        SqlState.DuplicateJsonObjectKeyValue, "duplicate JSON object key value" + (key is null ? "" : $": \"{Encoding.UTF8.GetString(key)}\""));

    private static (FunctionContext Session, int Flags, IReadOnlyList<uint> Types) Header(nint result, nint* values) =>
        (FunctionArgument.Context(result), FunctionArgument.Int32(values, 0), CallSite.FromId(FunctionArgument.Int32(values, 1)).ArgumentTypes);

    private static bool HasUniqueKeys(ReadOnlySpan<byte> json)
    {
        if (JsonText.Kind(json) == '{')
        {
            var keys = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (key, value) in JsonText.Members(json))
            {
                if (!keys.Add(Encoding.UTF8.GetString(key)) || !HasUniqueKeys(value))
                {
                    return false;
                }
            }
        }
        else if (JsonText.Kind(json) == '[')
        {
            foreach (var element in JsonText.Elements(json))
            {
                if (!HasUniqueKeys(element))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
