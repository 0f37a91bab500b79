using System.Buffers.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>jsonb's subscripts: <c>j['a'][1]</c>, read and assigned.</summary>
internal static class JsonbSubscripts
{
    /// <summary>The value at a path; NULL where there is none.</summary>
    internal static PgDatum Read(ReadOnlySpan<byte> json, byte[][] path)
    {
        var value = JsonbValue.Parse(json);
        foreach (var step in path)
        {
            if (value.Kind == JsonbKind.Object)
            {
                if (value.Find(step) is not { } member)
                {
                    return PgDatum.Null;
                }

                value = member;
                continue;
            }

            if (value.Kind != JsonbKind.Array || !TryIndex(step, out var index))
            {
                return PgDatum.Null;
            }

            index = index < 0 ? index + value.Elements.Count : index;
            if (index < 0 || index >= value.Elements.Count)
            {
                return PgDatum.Null;
            }

            value = value.Elements[(int)index];
        }

        return value.ToDatum();
    }

    /// <summary>The document with a value at a path, which is made where it is missing; gaps of arrays are null.</summary>
    /// <exception cref="PgException">22023 when the path leads through a scalar; 22P02 and 22023 when a position is none.</exception>
    internal static PgDatum Write(ReadOnlySpan<byte> json, byte[][] path, ReadOnlySpan<byte> value) =>
        Set(JsonbValue.Parse(json), path, 0, JsonbValue.Parse(value)).ToDatum();

    private static JsonbValue Set(JsonbValue target, byte[][] path, int level, JsonbValue value)
    {
        if (level == path.Length)
        {
            return value;
        }

        switch (target.Kind)
        {
            case JsonbKind.Object:
                var members = JsonbChange.Members(target).ToList();
                var at = members.FindIndex(m => m.Key.AsSpan().SequenceEqual(path[level]));
                if (at < 0)
                {
                    members.Add((path[level], Fresh(path, level + 1, value)));
                }
                else
                {
                    members[at] = (members[at].Key, Set(members[at].Value, path, level + 1, value));
                }

                return JsonbValue.FromMembers(members);
            case JsonbKind.Array:
                return SetElement(target, path, level, value);
            default:
                throw new PgException(SqlState.InvalidParameterValue, "cannot replace existing key")
                    .WithDetail("The path assumes key is a composite object, but it is a scalar value.");
        }
    }

    private static JsonbValue SetElement(JsonbValue target, byte[][] path, int level, JsonbValue value)
    {
        var items = target.Elements.ToList();
        if (!TryIndex(path[level], out var index))
        {
            throw new PgException(
                SqlState.InvalidTextRepresentation,
                $"path element at position {level + 1} is not an integer: \"{System.Text.Encoding.UTF8.GetString(path[level])}\"");
        }

        if (index < 0)
        {
            // A place before the start stays where it cannot be.
            if (-index > items.Count)
            {
                throw new PgException(SqlState.InvalidParameterValue, $"path element at position {level + 1} is out of range: {index}");
            }

            index += items.Count;
        }

        if (index < items.Count)
        {
            items[(int)index] = Set(items[(int)index], path, level + 1, value);
            return JsonbValue.FromElements(items);
        }

        while (items.Count < index)
        {
            items.Add(JsonbValue.Null);
        }

        items.Add(Fresh(path, level + 1, value));
        return JsonbValue.FromElements(items);
    }

    // What a path that leads nowhere yet holds: an array for a position, with nulls before it, an object for a key.
    private static JsonbValue Fresh(byte[][] path, int level, JsonbValue value)
    {
        if (level == path.Length)
        {
            return value;
        }

        var inner = Fresh(path, level + 1, value);
        if (!TryIndex(path[level], out var index))
        {
            return JsonbValue.FromMembers([(path[level], inner)]);
        }

        var items = new List<JsonbValue>();
        for (var i = 0; i < index; i++)
        {
            items.Add(JsonbValue.Null);
        }

        items.Add(inner);
        return JsonbValue.FromElements(items);
    }

    private static bool TryIndex(ReadOnlySpan<byte> text, out long index) =>
        Utf8Parser.TryParse(text, out index, out var read) && read == text.Length && index is >= int.MinValue and <= int.MaxValue;
}
