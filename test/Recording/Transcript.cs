using System.Collections;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace PgMicro.Recording;

/// <summary>What a test has seen, as text: the same lines must come from PostgreSQL and from the engine.</summary>
public sealed class Transcript
{
    private const int Longest = 4000;
    private const int Deepest = 6;
    private readonly StringBuilder _text = new();
    private readonly Lock _lock = new();

    public override string ToString() => _text.ToString();

    /// <summary>Adds lines; long ones are cut and closed with their hash.</summary>
    public void Line(string text)
    {
        text = text.Replace("\r", "", StringComparison.Ordinal).Replace("PgMicroTransaction", "NpgsqlTransaction", StringComparison.Ordinal).TrimEnd();
        if (text.Length > Longest)
        {
            text = $"{text[..(Longest / 4)]}\n… {text.Length} characters, sha256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
        }

        lock (_lock)
        {
            _text.Append(text).Append('\n');
        }
    }

    /// <summary>Adds a value under a title.</summary>
    public void Value(string title, object? value) => Line($"{title}: {Text(value)}");

    /// <summary>Adds what an action throws, or that it does not.</summary>
    public async Task ThrowsAsync(string title, Func<Task> action)
    {
        try
        {
            await action();
            Line(title + ": no error");
        }
        catch (Exception e)
        {
            Line($"{title}: {Text(e)}");
        }
    }

    /// <inheritdoc cref="ThrowsAsync"/>
    public void Throws(string title, Action action)
    {
        try
        {
            action();
            Line(title + ": no error");
        }
        catch (Exception e)
        {
            Line($"{title}: {Text(e)}");
        }
    }

    /// <summary>A value as text: invariant, with its parts, without object identities.</summary>
    public static string Text(object? value) => Write(new StringBuilder(), value, 0).ToString();

    /// <summary>A parameter as text.</summary>
    public static string Text(DbParameter parameter) => $"{parameter.ParameterName}={Text(parameter.Value)} ({((NpgsqlParameter)parameter).NpgsqlDbType} {((NpgsqlParameter)parameter).DataTypeName})";

    private static StringBuilder Write(StringBuilder text, object? value, int depth)
    {
        switch (value)
        {
            case null:
                return text.Append("null");
            case DBNull:
                return text.Append("DBNull");
            case string s:
                return text.Append('"').Append(s).Append('"');
            case char c:
                return text.Append('\'').Append(c).Append('\'');
            case byte[] bytes:
                return text.Append("0x").Append(Convert.ToHexStringLower(bytes));
            case DateTime time:
                return text.Append(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)).Append(' ').Append(time.Kind);
            case DateTimeOffset time:
                return text.Append(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture));
            case DateOnly date:
                return text.Append(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            case TimeOnly time:
                return text.Append(time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture));
            case Type type:
                return text.Append(Name(type));
            case System.Text.Json.JsonDocument document:
                return text.Append(document.RootElement.GetRawText());
            case System.Text.Json.JsonElement element:
                return text.Append(element.GetRawText());
            case Exception e:
                return Error(text, e, depth);
            case IDictionary<string, string?> map:
                return text.Append('{').AppendJoin(", ", map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={Text(p.Value)}")).Append('}');
            case IEnumerable items:
                return Items(text, items, depth);
            case IFormattable formattable when value.GetType() is { IsPrimitive: true } or { IsEnum: true } || value is decimal or Guid or TimeSpan or System.Numerics.BigInteger:
                return text.Append(formattable.ToString(null, CultureInfo.InvariantCulture));
            case bool b:
                return text.Append(b ? "true" : "false");
            default:
                return Members(text, value, depth);
        }
    }

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.IsArray ? $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]" : type.Name;

    private static StringBuilder Items(StringBuilder text, IEnumerable items, int depth)
    {
        text.Append('[');
        var first = true;
        foreach (var item in items)
        {
            text.Append(first ? "" : ", ");
            first = false;
            Write(text, item, depth + 1);
        }

        return text.Append(']');
    }

    private static StringBuilder Members(StringBuilder text, object value, int depth)
    {
        var type = value.GetType();
        if (type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true && !type.FullName!.StartsWith("System.ValueTuple", StringComparison.Ordinal)
            || type.Namespace?.StartsWith("NpgsqlTypes", StringComparison.Ordinal) == true || type.FullName == "Microsoft.EntityFrameworkCore.LTree")
        {
            return text.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
        }

        if (depth > Deepest)
        {
            return text.Append('…');
        }

        text.Append('{');
        var first = true;
        foreach (var (name, member) in type.FullName!.StartsWith("System.ValueTuple", StringComparison.Ordinal)
            ? type.GetFields().Select(f => (f.Name, f.GetValue(value)))
            : type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(p => p.GetIndexParameters().Length == 0 && p.GetCustomAttribute<NotRecordedAttribute>() is null)
                .Select(p => (p.Name, p.GetValue(value))))
        {
            text.Append(first ? "" : ", ").Append(name).Append('=');
            first = false;
            Write(text, member, depth + 1);
        }

        return text.Append('}');
    }

    private static StringBuilder Error(StringBuilder text, Exception e, int depth)
    {
        text.Append(Name(e.GetType()));
        if (e is PostgresException pg)
        {
            text.Append(CultureInfo.InvariantCulture, $" {pg.SqlState} {pg.Severity}: {pg.MessageText}");
            foreach (var (name, value) in ((string, string?)[])[
                ("detail", pg.Detail), ("hint", pg.Hint), ("position", pg.Position == 0 ? null : pg.Position.ToString(CultureInfo.InvariantCulture)),
                ("internal position", pg.InternalPosition == 0 ? null : pg.InternalPosition.ToString(CultureInfo.InvariantCulture)), ("query", pg.InternalQuery), ("where", pg.Where),
                ("schema", pg.SchemaName), ("table", pg.TableName), ("column", pg.ColumnName), ("type", pg.DataTypeName), ("constraint", pg.ConstraintName)])
            {
                if (value is not null)
                {
                    text.Append("\n    ").Append(name).Append(": ").Append(value);
                }
            }
        }
        else
        {
            text.Append(": ").Append(e.Message.ReplaceLineEndings("\n"));
        }

        return e.InnerException is { } inner && depth < Deepest ? Error(text.Append("\n  ← "), inner, depth + 1) : text;
    }
}

/// <summary>A property whose value is not the same in every run.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotRecordedAttribute : Attribute;
