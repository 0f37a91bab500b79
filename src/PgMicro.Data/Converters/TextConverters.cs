using System.Text;
using System.Text.Json;
using PgMicro.Core.Types;

namespace PgMicro.Data.Converters;

/// <summary>A type whose storage form is its text ↔ string; written through the input function, so that it is checked and canonical.</summary>
internal sealed class StringConverter(PgTypeCodec codec) : Converter<string>
{
    private readonly bool _plain = codec.Oid is TypeOid.Text or TypeOid.Varchar or TypeOid.Bpchar or TypeOid.Refcursor;

    internal override string Read(in StoredValue value, TypeContext context) =>
        value.Kind == DatumKind.Text && codec is not EnumCodec ? value.Text : codec.OutputString(value.ToDatum(), context);

    internal override PgDatum Write(string value, TypeContext context) =>
        _plain && !value.Contains('\0') ? PgDatum.FromText(value) : codec.Input(Encoding.UTF8.GetBytes(value), -1, context);
}

/// <summary>text and "char" ↔ char.</summary>
internal sealed class CharConverter : Converter<char>
{
    internal override char Read(in StoredValue value, TypeContext context) =>
        value.Text is [var c, ..] ? c : throw new Npgsql.NpgsqlException("Could not read char - string was empty");

    internal override PgDatum Write(char value, TypeContext context) => PgDatum.FromText(value.ToString());
}

/// <summary>"char", whose zero byte is no text, ↔ char.</summary>
internal sealed class InternalCharConverter : Converter<char>
{
    internal override char Read(in StoredValue value, TypeContext context) => value.Text is [var c, ..] ? c : '\0';

    internal override PgDatum Write(char value, TypeContext context) => PgDatum.FromText(value == '\0' ? "" : value.ToString());
}

/// <summary>"char" ↔ byte.</summary>
internal sealed class CharByteConverter : Converter<byte>
{
    internal override byte Read(in StoredValue value, TypeContext context) => value.Bytes is [var b, ..] ? b : (byte)0;

    internal override PgDatum Write(byte value, TypeContext context) => PgDatum.FromText(new byte[] { value });
}

/// <summary>Text and json types ↔ UTF-8 bytes.</summary>
internal sealed class Utf8MemoryConverter(PgTypeCodec codec) : Converter<ReadOnlyMemory<byte>>
{
    internal override ReadOnlyMemory<byte> Read(in StoredValue value, TypeContext context) => value.Bytes.ToArray();

    internal override PgDatum Write(ReadOnlyMemory<byte> value, TypeContext context) => codec.Input(value.Span, -1, context);
}

/// <summary>text ↔ char[].</summary>
internal sealed class CharArrayConverter : Converter<char[]>
{
    internal override char[] Read(in StoredValue value, TypeContext context) => value.Text.ToCharArray();

    internal override PgDatum Write(char[] value, TypeContext context) => PgDatum.FromText(new string(value));
}

/// <summary>Text and json types ↔ UTF-8 bytes.</summary>
internal sealed class Utf8Converter(PgTypeCodec codec) : Converter<byte[]>
{
    internal override byte[] Read(in StoredValue value, TypeContext context) => value.Bytes.ToArray();

    internal override PgDatum Write(byte[] value, TypeContext context) => codec.Input(value, -1, context);
}

/// <summary>json, jsonb ↔ JsonDocument.</summary>
internal sealed class JsonDocumentConverter(PgTypeCodec codec) : Converter<JsonDocument>
{
    internal override JsonDocument Read(in StoredValue value, TypeContext context) => JsonDocument.Parse(value.Bytes.ToArray());

    internal override PgDatum Write(JsonDocument value, TypeContext context) =>
        codec.Input(JsonSerializer.SerializeToUtf8Bytes(value.RootElement), -1, context);
}

/// <summary>json, jsonb ↔ JsonElement.</summary>
internal sealed class JsonElementConverter(PgTypeCodec codec) : Converter<JsonElement>
{
    internal override JsonElement Read(in StoredValue value, TypeContext context)
    {
        var reader = new Utf8JsonReader(value.Bytes);
        return JsonElement.ParseValue(ref reader);
    }

    internal override PgDatum Write(JsonElement value, TypeContext context) => codec.Input(JsonSerializer.SerializeToUtf8Bytes(value), -1, context);
}

/// <summary>Text, json and bytea ↔ streams.</summary>
internal sealed class StreamConverter<T>(PgTypeCodec codec) : Converter<T>
    where T : Stream
{
    internal override T Read(in StoredValue value, TypeContext context) => (T)(Stream)new MemoryStream(value.Bytes.ToArray(), writable: false);

    internal override PgDatum Write(T value, TypeContext context)
    {
        using var copy = new MemoryStream();
        value.CopyTo(copy);
        return codec.Oid == TypeOid.Bytea ? PgDatum.FromBlob(copy.ToArray()) : codec.Input(copy.ToArray(), -1, context);
    }
}
