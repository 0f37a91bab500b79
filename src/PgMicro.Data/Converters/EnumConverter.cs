using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Npgsql.NameTranslation;
using NpgsqlTypes;
using PgMicro.Core.Types;

namespace PgMicro.Data.Converters;

/// <summary>Labels of CLR enums: PgName, else the snake case of the member, unless the application has mapped it otherwise.</summary>
internal static class EnumLabels
{
    private static readonly ConcurrentDictionary<Type, (Dictionary<object, string> Labels, Dictionary<string, object> Members)> Known = new();
    private static readonly NpgsqlSnakeCaseNameTranslator Translator = new();

    internal static string Label(object member) => Get(member.GetType()).Labels.TryGetValue(member, out var label)
        ? label
        : throw new InvalidCastException($"Can't write enum label {member}: it is not a member of {member.GetType().FullName}");

    internal static object Member(Type type, string label) => Get(type).Members.TryGetValue(label, out var member)
        ? member
        : throw new InvalidCastException($"Received enum value '{label}' from database which wasn't found on enum {type.FullName}");

    internal static void Map(Type type, IReadOnlyDictionary<object, string> labels) => Known[type] = Index(labels);

    private static (Dictionary<object, string> Labels, Dictionary<string, object> Members) Get(Type type) => Known.GetOrAdd(type, static t =>
    {
        var labels = new Dictionary<object, string>();
        foreach (var field in t.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            labels[field.GetValue(null)!] = field.GetCustomAttribute<PgNameAttribute>()?.PgName ?? Translator.TranslateMemberName(field.Name);
        }

        return Index(labels);
    });

    private static (Dictionary<object, string> Labels, Dictionary<string, object> Members) Index(IReadOnlyDictionary<object, string> labels)
    {
        var members = new Dictionary<string, object>();
        foreach (var (member, label) in labels)
        {
            members.TryAdd(label, member);
        }

        return (new Dictionary<object, string>(labels), members);
    }
}

/// <summary>A PostgreSQL enum, or text, ↔ a CLR enum.</summary>
internal sealed class EnumConverter<T>(PgTypeCodec codec) : Converter<T>
    where T : struct, Enum
{
    internal override T Read(in StoredValue value, TypeContext context) =>
        (T)EnumLabels.Member(typeof(T), codec.OutputString(value.ToDatum(), context));

    internal override PgDatum Write(T value, TypeContext context) => codec.Input(Encoding.UTF8.GetBytes(EnumLabels.Label(value)), -1, context);
}

/// <summary>An integer ↔ a CLR enum by its number.</summary>
internal sealed class NumericEnumConverter<T> : Converter<T>
    where T : struct, Enum
{
    internal override T Read(in StoredValue value, TypeContext context) => (T)Enum.ToObject(typeof(T), value.Int64);

    internal override PgDatum Write(T value, TypeContext context) =>
        PgDatum.FromInt64(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
}
