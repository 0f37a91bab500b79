using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>A json or jsonb value that SQL values are made of: json keeps the text of its parts, jsonb has parsed ones.</summary>
internal abstract class JsonSource
{
    public abstract JsonbKind Kind { get; }

    /// <summary>The elements of an array.</summary>
    public abstract IEnumerable<JsonSource> Elements { get; }

    /// <summary>The text that an input function reads: a string without its quotes, everything else as JSON.</summary>
    public abstract byte[] InputText { get; }

    /// <summary>The value as JSON.</summary>
    public abstract byte[] Json { get; }

    /// <summary>Whether it is a jsonb value.</summary>
    public abstract bool IsBinary { get; }

    /// <summary>A value of jsonb.</summary>
    public static JsonSource Of(JsonbValue value) => new BinarySource(value);

    /// <summary>What stands for a value as a whole: a string or null is neither text nor NULL, but a scalar like the others.</summary>
    public static JsonSource Whole(JsonbValue value) => value.Kind is JsonbKind.String or JsonbKind.Null ? new ScalarSource(value.ToDatum().Memory.ToArray()) : Of(value);

    /// <summary>A text that every type reads as it is, json and jsonb too.</summary>
    public static JsonSource OfText(ReadOnlyMemory<byte> text) => new ScalarSource(text.ToArray(), JsonbKind.String);

    /// <summary>A value of json or jsonb in its storage form.</summary>
    public static JsonSource Of(ReadOnlySpan<byte> storage, bool isBinary) =>
        isBinary ? new BinarySource(JsonbValue.Parse(storage)) : new TextSource(storage.Trim(" \t\r\n"u8).ToArray());

    /// <summary>The member of an object, the last of its name; null when there is none.</summary>
    public abstract JsonSource? Member(ReadOnlySpan<byte> name);

    private sealed class BinarySource(JsonbValue value) : JsonSource
    {
        public override JsonbKind Kind => value.Kind;

        public override IEnumerable<JsonSource> Elements => value.Elements.Select(static e => new BinarySource(e));

        public override byte[] InputText => value.Kind == JsonbKind.String ? value.Text.ToArray() : Json;

        public override byte[] Json => value.ToDatum().Memory.ToArray();

        public override bool IsBinary => true;

        public override JsonSource? Member(ReadOnlySpan<byte> name) => value.Find(name) is { } found ? new BinarySource(found) : null;
    }

    private sealed class ScalarSource(byte[] text, JsonbKind kind = JsonbKind.Boolean) : JsonSource
    {
        public override JsonbKind Kind => kind;

        public override IEnumerable<JsonSource> Elements => [];

        public override byte[] InputText => text;

        public override byte[] Json => text;

        public override bool IsBinary => true;

        public override JsonSource? Member(ReadOnlySpan<byte> name) => null;
    }

    private sealed class TextSource(byte[] json) : JsonSource
    {
        private List<(byte[] Key, byte[] Value)>? _members;

        public override JsonbKind Kind => JsonText.Kind(json) switch
        {
            '{' => JsonbKind.Object,
            '[' => JsonbKind.Array,
            '"' => JsonbKind.String,
            't' or 'f' => JsonbKind.Boolean,
            'n' => JsonbKind.Null,
            _ => JsonbKind.Number,
        };

        public override IEnumerable<JsonSource> Elements => JsonText.Elements(json).Select(static e => new TextSource(e));

        public override byte[] InputText => Kind == JsonbKind.String ? JsonText.AsText(json)! : json;

        public override byte[] Json => json;

        public override bool IsBinary => false;

        public override JsonSource? Member(ReadOnlySpan<byte> name)
        {
            _members ??= JsonText.Members(json);
            for (var i = _members.Count - 1; i >= 0; i--)
            {
                if (name.SequenceEqual(_members[i].Key))
                {
                    return new TextSource(_members[i].Value);
                }
            }

            return null;
        }
    }
}
