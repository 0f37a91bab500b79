using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace PgMicro.Core.Types.Json;

/// <summary>A jsonpath.</summary>
internal sealed class JsonPath
{
    private const int CacheLimit = 1024;
    private static readonly ConcurrentDictionary<string, JsonPath> Cache = new(StringComparer.Ordinal);

    private JsonPath(JsonPathItem root, bool isLax)
    {
        Root = root;
        IsLax = isLax;
    }

    /// <summary>The expression.</summary>
    public JsonPathItem Root { get; }

    /// <summary>lax mode, in which structural errors are passed over.</summary>
    public bool IsLax { get; }

    /// <summary>Reads a jsonpath.</summary>
    /// <param name="utf8">Its text.</param>
    /// <param name="context">What reads the patterns in it; null for a path that was read before.</param>
    /// <exception cref="Errors.PgException">42601, 22P02, 2201B.</exception>
    public static JsonPath Parse(ReadOnlySpan<byte> utf8, TypeContext? context = null)
    {
        var text = Encoding.UTF8.GetString(utf8);
        if (Cache.TryGetValue(text, out var found))
        {
            return found;
        }

        if (Cache.Count >= CacheLimit)
        {
            Cache.Clear();
        }

        var (root, isLax) = new JsonPathParser(text, context).Parse();
        return Cache[text] = new JsonPath(root, isLax);
    }

    /// <summary>Writes the canonical form, as jsonpath_out does.</summary>
    public void Write(IBufferWriter<byte> writer)
    {
        writer.Append(IsLax ? "" : "strict ");
        Write(Root, writer, isInKey: false, brackets: true);
    }

    private static void Write(JsonPathItem item, IBufferWriter<byte> writer, bool isInKey, bool brackets)
    {
        switch (item.Kind)
        {
            case JsonPathKind.Null:
                writer.Append("null");
                break;
            case JsonPathKind.String:
                JsonbValue.WriteString(item.Text, writer);
                break;
            case JsonPathKind.Number:
                writer.Append(item.Next is null ? "" : "(");
                item.Value!.Write(writer);
                writer.Append(item.Next is null ? "" : ")");
                break;
            case JsonPathKind.Boolean:
                writer.Append(item.Value!.Boolean ? "true" : "false");
                break;
            case JsonPathKind.Variable:
                writer.Append('$');
                JsonbValue.WriteString(item.Text, writer);
                break;
            case >= JsonPathKind.Add and <= JsonPathKind.Modulo or JsonPathKind.And or JsonPathKind.Or or (>= JsonPathKind.Equal and <= JsonPathKind.StartsWith):
                writer.Append(brackets ? "(" : "");
                Operand(item, item.Left!, writer);
                writer.Append(' ');
                writer.Append(item.OperationName);
                writer.Append(' ');
                Operand(item, item.Right!, writer);
                writer.Append(brackets ? ")" : "");
                break;
            case JsonPathKind.LikeRegex:
                writer.Append(brackets ? "(" : "");
                Operand(item, item.Left!, writer);
                writer.Append(" like_regex ");
                JsonbValue.WriteString(item.Text, writer);
                writer.Append(item.Flags.Length > 0 ? $" flag \"{item.Flags}\"" : "");
                writer.Append(brackets ? ")" : "");
                break;
            case JsonPathKind.Plus or JsonPathKind.Minus:
                writer.Append(brackets ? "(" : "");
                writer.Append(item.OperationName);
                Operand(item, item.Left!, writer);
                writer.Append(brackets ? ")" : "");
                break;
            case JsonPathKind.Not:
                Enclosed("!(", item.Left!, ")", writer);
                break;
            case JsonPathKind.IsUnknown:
                Enclosed("(", item.Left!, ") is unknown", writer);
                break;
            case JsonPathKind.Exists:
                Enclosed("exists (", item.Left!, ")", writer);
                break;
            case JsonPathKind.Filter:
                Enclosed("?(", item.Left!, ")", writer);
                break;
            case JsonPathKind.Key:
                writer.Append(isInKey ? "." : "");
                JsonbValue.WriteString(item.Text, writer);
                break;
            case JsonPathKind.AnyKey:
                writer.Append(isInKey ? ".*" : "*");
                break;
            case JsonPathKind.AnyArray:
                writer.Append("[*]");
                break;
            case JsonPathKind.IndexArray:
                Subscripts(item, writer);
                break;
            case JsonPathKind.Any:
                writer.Append(isInKey ? "." : "");
                writer.Append(Levels(item.Levels));
                break;
            case JsonPathKind.Root:
                writer.Append('$');
                break;
            case JsonPathKind.Current:
                writer.Append('@');
                break;
            case JsonPathKind.Last:
                writer.Append("last");
                break;
            default:
                writer.Append(".");
                writer.Append(item.OperationName);
                writer.Append("(");
                if (item.Left is { } argument)
                {
                    Write(argument, writer, false, false);
                }

                if (item.Right is { } second)
                {
                    writer.Append(",");
                    Write(second, writer, false, false);
                }

                writer.Append(")");
                break;
        }

        if (item.Next is { } next)
        {
            Write(next, writer, isInKey: true, brackets: true);
        }
    }

    private static void Operand(JsonPathItem parent, JsonPathItem operand, IBufferWriter<byte> writer) =>
        Write(operand, writer, false, operand.Priority <= parent.Priority);

    private static void Enclosed(string before, JsonPathItem item, string after, IBufferWriter<byte> writer)
    {
        writer.Append(before);
        Write(item, writer, false, false);
        writer.Append(after);
    }

    private static void Subscripts(JsonPathItem item, IBufferWriter<byte> writer)
    {
        writer.Append('[');
        for (var i = 0; i < item.Subscripts.Count; i++)
        {
            var (from, to) = item.Subscripts[i];
            writer.Append(i > 0 ? "," : "");
            Write(from, writer, false, false);
            if (to is not null)
            {
                writer.Append(" to ");
                Write(to, writer, false, false);
            }
        }

        writer.Append(']');
    }

    private static string Levels((uint First, uint Last) levels)
    {
        static string Show(uint level) => level == JsonPathItem.LastLevel ? "last" : level.ToString(CultureInfo.InvariantCulture);
        return levels is (0, JsonPathItem.LastLevel) ? "**"
            : levels.First == levels.Last ? $"**{{{Show(levels.First)}}}" : $"**{{{Show(levels.First)} to {Show(levels.Last)}}}";
    }
}
