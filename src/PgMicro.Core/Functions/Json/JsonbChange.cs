using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>Containment, existence, concatenation, deletion, jsonb_set, jsonb_insert, jsonb_strip_nulls, jsonb_pretty.</summary>
internal static class JsonbChange
{
    [PgFunction("jsonb_contains(jsonb,jsonb)")]
    public static bool Contains(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Contains(JsonbValue.Parse(left), JsonbValue.Parse(right), isTop: true);

    [PgFunction("jsonb_contained(jsonb,jsonb)")]
    public static bool IsContained(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Contains(right, left);

    [PgFunction("jsonb_exists(jsonb,text)")]
    public static bool Exists(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key) => Exists(JsonbValue.Parse(json), key);

    [PgFunction("jsonb_exists_any(jsonb,text[])")]
    public static bool ExistsAny(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> keys)
    {
        var value = JsonbValue.Parse(json);
        return JsonAccess.Path(context, keys).Any(key => key is not null && Exists(value, key));
    }

    [PgFunction("jsonb_exists_all(jsonb,text[])")]
    public static bool ExistsAll(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> keys)
    {
        var value = JsonbValue.Parse(json);
        return JsonAccess.Path(context, keys).All(key => key is null || Exists(value, key));
    }

    [PgFunction("jsonb_concat(jsonb,jsonb)")]
    public static PgDatum Concatenate(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        JsonbValue a = JsonbValue.Parse(left), b = JsonbValue.Parse(right);
        if (a.Kind == JsonbKind.Object && b.Kind == JsonbKind.Object)
        {
            return JsonbValue.FromMembers([.. Members(a), .. Members(b)]).ToDatum();
        }

        static IEnumerable<JsonbValue> Items(JsonbValue value) => value.Kind == JsonbKind.Array ? value.Elements : [value];
        return JsonbValue.FromElements([.. Items(a), .. Items(b)]).ToDatum();
    }

    [PgFunction("jsonb_delete(jsonb,text)")]
    public static PgDatum Delete(ReadOnlySpan<byte> json, byte[] key) => DeleteKeys(JsonbValue.Parse(json), [key]);

    [PgFunction("jsonb_delete(jsonb,text[])")]
    public static PgDatum Delete(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> keys) =>
        DeleteKeys(JsonbValue.Parse(json), JsonAccess.Path(context, keys));

    [PgFunction("jsonb_delete(jsonb,integer)")]
    public static PgDatum Delete(ReadOnlySpan<byte> json, int index)
    {
        var value = JsonbValue.Parse(json);
        if (value.Kind != JsonbKind.Array)
        {
            throw new PgException(
                SqlState.InvalidParameterValue,
                value.Kind == JsonbKind.Object ? "cannot delete from object using integer index" : "cannot delete from scalar");
        }

        index = index < 0 ? index + value.Elements.Count : index;
        return index < 0 || index >= value.Elements.Count ? value.ToDatum() : JsonbValue.FromElements([.. value.Elements.Where((_, i) => i != index)]).ToDatum();
    }

    [PgFunction("jsonb_delete_path(jsonb,text[])")]
    public static PgDatum DeletePath(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> path) =>
        JsonbValue.Parse(json) is { Kind: JsonbKind.Array, Elements.Count: 0 } empty ? empty.ToDatum() : At(context, json, path, "cannot delete path in scalar", null, Mode.Delete);

    [PgFunction("jsonb_set(jsonb,text[],jsonb,boolean)")]
    public static PgDatum Set(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> path, ReadOnlySpan<byte> value, bool create) =>
        At(context, json, path, "cannot set path in scalar", JsonbValue.Parse(value), create ? Mode.Set | Mode.Create : Mode.Set);

    [PgFunction("jsonb_insert(jsonb,text[],jsonb,boolean)")]
    public static PgDatum Insert(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> path, ReadOnlySpan<byte> value, bool after) =>
        At(context, json, path, "cannot set path in scalar", JsonbValue.Parse(value), after ? Mode.InsertAfter : Mode.InsertBefore);

    [PgFunction("jsonb_strip_nulls(jsonb)")]
    public static PgDatum StripNulls(ReadOnlySpan<byte> json) => Strip(JsonbValue.Parse(json)).ToDatum();

    [PgFunction("jsonb_pretty(jsonb)")]
    public static byte[] Pretty(ReadOnlySpan<byte> json)
    {
        var writer = new ArrayBufferWriter<byte>();
        Pretty(JsonbValue.Parse(json), 0, writer);
        return writer.WrittenSpan.ToArray();
    }

    internal static IEnumerable<(byte[] Key, JsonbValue Value)> Members(JsonbValue value) => value.Keys.Zip(value.Elements);

    [Flags]
    private enum Mode
    {
        Set = 1,
        Create = 2,
        InsertBefore = 4,
        InsertAfter = 8,
        Delete = 16,
    }

    private static bool Exists(JsonbValue value, ReadOnlySpan<byte> key)
    {
        if (value.Kind == JsonbKind.Object)
        {
            return value.Find(key) is not null;
        }

        if (value.Kind == JsonbKind.String)
        {
            return value.Text.Span.SequenceEqual(key);
        }

        foreach (var element in value.Kind == JsonbKind.Array ? value.Elements : [])
        {
            if (element.Kind == JsonbKind.String && element.Text.Span.SequenceEqual(key))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(JsonbValue whole, JsonbValue part, bool isTop)
    {
        if (whole.Kind == JsonbKind.Object && part.Kind == JsonbKind.Object)
        {
            return Members(part).All(m => whole.Find(m.Key) is { } found && Contains(found, m.Value, false));
        }

        if (whole.Kind == JsonbKind.Array && part.Kind == JsonbKind.Array)
        {
            return part.Elements.All(p => whole.Elements.Any(w => Contains(w, p, false)));
        }

        // Only at the top may an array contain a bare scalar.
        if (isTop && whole.Kind == JsonbKind.Array && part.Kind is not (JsonbKind.Object or JsonbKind.Array))
        {
            return whole.Elements.Any(w => w.Kind == part.Kind && JsonbValue.Compare(w, part) == 0);
        }

        return whole.Kind == part.Kind && JsonbValue.Compare(whole, part) == 0;
    }

    private static PgDatum DeleteKeys(JsonbValue value, byte[]?[] keys)
    {
        bool Listed(ReadOnlySpan<byte> name)
        {
            foreach (var key in keys)
            {
                if (key is not null && name.SequenceEqual(key))
                {
                    return true;
                }
            }

            return false;
        }

        return value.Kind switch
        {
            JsonbKind.Object => JsonbValue.FromMembers([.. Members(value).Where(m => !Listed(m.Key))]).ToDatum(),
            JsonbKind.Array => JsonbValue.FromElements([.. value.Elements.Where(e => e.Kind != JsonbKind.String || !Listed(e.Text.Span))]).ToDatum(),
            _ => throw new PgException(SqlState.InvalidParameterValue, "cannot delete from scalar"),
        };
    }

    private static PgDatum At(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> pathText, string scalarMessage, JsonbValue? replacement, Mode mode)
    {
        var value = JsonbValue.Parse(json);
        var path = JsonAccess.Path(context, pathText);
        if (value.Kind is not (JsonbKind.Object or JsonbKind.Array))
        {
            throw new PgException(SqlState.InvalidParameterValue, scalarMessage);
        }

        return (path.Length == 0 ? value : Change(value, path, 0, replacement, mode)).ToDatum();
    }

    private static JsonbValue Change(JsonbValue value, byte[]?[] path, int level, JsonbValue? replacement, Mode mode)
    {
        if (value.Kind is not (JsonbKind.Object or JsonbKind.Array))
        {
            return value;
        }

        var step = path[level] ?? throw new PgException(SqlState.NullValueNotAllowed, $"path element at position {level + 1} is null");
        var isLast = level == path.Length - 1;
        if (value.Kind == JsonbKind.Object)
        {
            var existing = value.Find(step);
            if (!isLast)
            {
                return existing is null ? value : Replace(Change(existing, path, level + 1, replacement, mode));
            }

            if (existing is not null)
            {
                return mode switch
                {
                    Mode.Delete => JsonbValue.FromMembers([.. Members(value).Where(m => !m.Key.AsSpan().SequenceEqual(step))]),
                    _ when (mode & Mode.Set) != 0 => Replace(replacement!),
                    _ => throw new PgException(SqlState.InvalidParameterValue, "cannot replace existing key")
                        .WithHint("Try using the function jsonb_set to replace key value."),
                };
            }

            return (mode & (Mode.Create | Mode.InsertBefore | Mode.InsertAfter)) != 0 ? JsonbValue.FromMembers([.. Members(value), (step, replacement!)]) : value;
        }

        var index = JsonAccess.Index(step) ?? throw new PgException(
            SqlState.InvalidTextRepresentation,
            $"path element at position {level + 1} is not an integer: \"{(global::System.Text.Encoding.UTF8.GetString(step))}\"");
        var items = value.Elements.ToList();
        var beforeFirst = index < 0 && -(long)index > items.Count;
        index = index < 0 ? beforeFirst ? -1 : index + items.Count : Math.Min(index, items.Count);
        if (index >= 0 && index < items.Count)
        {
            if (!isLast)
            {
                items[index] = Change(items[index], path, level + 1, replacement, mode);
            }
            else if (mode == Mode.Delete)
            {
                items.RemoveAt(index);
            }
            else if ((mode & Mode.Set) != 0)
            {
                items[index] = replacement!;
            }
            else
            {
                items.Insert(mode == Mode.InsertAfter ? index + 1 : index, replacement!);
            }
        }
        else if (isLast && (mode & (Mode.Create | Mode.InsertBefore | Mode.InsertAfter)) != 0)
        {
            items.Insert(beforeFirst ? 0 : items.Count, replacement!);
        }

        return JsonbValue.FromElements(items);

        JsonbValue Replace(JsonbValue with) =>
            JsonbValue.FromMembers([.. Members(value).Select(m => m.Key.AsSpan().SequenceEqual(step) ? (m.Key, with) : m)]);
    }

    private static JsonbValue Strip(JsonbValue value) => value.Kind switch
    {
        JsonbKind.Object => JsonbValue.FromMembers([.. Members(value).Where(m => m.Value.Kind != JsonbKind.Null).Select(m => (m.Key, Strip(m.Value)))]),
        JsonbKind.Array => JsonbValue.FromElements([.. value.Elements.Select(Strip)]),
        _ => value,
    };

    private static void Pretty(JsonbValue value, int depth, ArrayBufferWriter<byte> writer)
    {
        if (value.Kind is not (JsonbKind.Object or JsonbKind.Array))
        {
            value.Write(writer);
            return;
        }

        void Line(int level)
        {
            writer.Append('\n');
            for (var i = 0; i < level * 4; i++)
            {
                writer.Append(' ');
            }
        }

        writer.Append(value.Kind == JsonbKind.Object ? '{' : '[');
        for (var i = 0; i < value.Elements.Count; i++)
        {
            if (i > 0)
            {
                writer.Append(',');
            }

            Line(depth + 1);
            if (value.Kind == JsonbKind.Object)
            {
                JsonbValue.WriteString(value.Keys[i], writer);
                writer.Append(": ");
            }

            Pretty(value.Elements[i], depth + 1, writer);
        }

        Line(depth);
        writer.Append(value.Kind == JsonbKind.Object ? '}' : ']');
    }
}
