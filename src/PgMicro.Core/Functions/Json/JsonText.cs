using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>Reads valid json text by slices, so that what is taken out keeps its own spelling.</summary>
internal static class JsonText
{
    /// <summary>The first character of the value: '{', '[', '"', 't', 'f', 'n', or of a number.</summary>
    public static char Kind(ReadOnlySpan<byte> json)
    {
        var i = 0;
        Skip(json, ref i);
        return (char)json[i];
    }

    /// <summary>Members of an object in their order; each name decoded.</summary>
    public static List<(byte[] Key, byte[] Value)> Members(ReadOnlySpan<byte> json)
    {
        var list = new List<(byte[] Key, byte[] Value)>();
        var i = 0;
        Skip(json, ref i);
        i++;
        Skip(json, ref i);
        while (json[i] != '}')
        {
            var key = JsonbValue.Parse(Take(json, ref i)).Text.ToArray();
            Skip(json, ref i);
            i++;
            Skip(json, ref i);
            list.Add((key, Take(json, ref i).ToArray()));
            Skip(json, ref i);
            if (json[i] == ',')
            {
                i++;
                Skip(json, ref i);
            }
        }

        return list;
    }

    /// <summary>Elements of an array.</summary>
    public static List<byte[]> Elements(ReadOnlySpan<byte> json)
    {
        var list = new List<byte[]>();
        var i = 0;
        Skip(json, ref i);
        i++;
        Skip(json, ref i);
        while (json[i] != ']')
        {
            list.Add(Take(json, ref i).ToArray());
            Skip(json, ref i);
            if (json[i] == ',')
            {
                i++;
                Skip(json, ref i);
            }
        }

        return list;
    }

    /// <summary>->> of a value: a string decoded, null as NULL, anything else as it is spelled.</summary>
    public static byte[]? AsText(byte[]? json) => json is null ? null : Kind(json) switch
    {
        'n' => null,
        '"' => JsonbValue.Parse(json).Text.ToArray(),
        _ => json,
    };

    private static void Skip(ReadOnlySpan<byte> json, ref int i)
    {
        while (i < json.Length && json[i] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            i++;
        }
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> json, ref int i)
    {
        var start = i;
        var depth = 0;
        do
        {
            switch (json[i])
            {
                case (byte)'"':
                    for (i++; json[i] != '"'; i++)
                    {
                        i += json[i] == '\\' ? 1 : 0;
                    }

                    i++;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    i++;
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    i++;
                    break;
                case (byte)',' or (byte)':' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' when depth > 0:
                    i++;
                    break;
                default:
                    while (i < json.Length && json[i] is not ((byte)',' or (byte)':' or (byte)']' or (byte)'}' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
                    {
                        i++;
                    }

                    break;
            }
        }
        while (depth > 0);

        return json[start..i];
    }
}
