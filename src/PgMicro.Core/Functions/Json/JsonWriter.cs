using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>Turns values of any type into JSON text, as to_json does.</summary>
internal static class JsonWriter
{
    /// <summary>Whether json_agg starts a line after each value of the type.</summary>
    public static bool IsStructured(FunctionContext context, uint type) =>
        context.Types.GetCodec(context.Catalog.GetBaseType(type)) is ArrayCodec or RecordCodec or AnonymousRecordCodec;

    public static void Write(FunctionContext context, uint type, in PgDatum value, IBufferWriter<byte> writer)
    {
        if (value.IsNull)
        {
            writer.Write("null"u8);
            return;
        }

        type = context.Catalog.GetBaseType(type);
        switch (type)
        {
            case TypeOid.Bool:
                writer.Write(value.Boolean ? "true"u8 : "false"u8);
                return;
            case TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8:
                writer.AppendInteger(value.Int64);
                return;
            case TypeOid.Float4 or TypeOid.Float8 or TypeOid.Numeric:
                var number = new ArrayBufferWriter<byte>();
                context.Types.GetCodec(type).Output(value, context, number);
                if (number.WrittenSpan.IndexOfAny((byte)'N', (byte)'I') >= 0)
                {
                    JsonbValue.WriteString(number.WrittenSpan, writer);
                }
                else
                {
                    writer.Write(number.WrittenSpan);
                }

                return;
            case TypeOid.Json or TypeOid.Jsonb:
                writer.Write(value.Bytes);
                return;
            case TypeOid.Timestamp or TypeOid.Timestamptz or TypeOid.Date:
                JsonbValue.WriteString(Iso(context, type, value), writer);
                return;
        }

        switch (context.Types.GetCodec(type))
        {
            case ArrayCodec array:
                WriteArray(context, array, array.FromStorage(value.Bytes), writer);
                return;
            case RecordCodec or AnonymousRecordCodec:
                WriteRecord(context, type, value, writer);
                return;
            case var codec:
                var text = new ArrayBufferWriter<byte>();
                codec.Output(value, context, text);
                if (context.Catalog.FindCast(type, TypeOid.Json) is { castfunc: not 0 })
                {
                    throw PgErrors.FeatureNotSupported($"conversion of type {codec.Name} to JSON by its cast");
                }

                JsonbValue.WriteString(text.WrittenSpan, writer);
                return;
        }
    }

    public static JsonbValue ToJsonb(FunctionContext context, uint type, in PgDatum value)
    {
        var writer = new ArrayBufferWriter<byte>();
        Write(context, type, value, writer);
        return JsonbValue.Parse(writer.WrittenSpan);
    }

    /// <summary>A key of an object: the value's text.</summary>
    public static byte[] Key(FunctionContext context, uint type, in PgDatum value)
    {
        if (context.Types.GetCodec(context.Catalog.GetBaseType(type)) is ArrayCodec or RecordCodec or AnonymousRecordCodec or JsonCodec or JsonbCodec)
        {
            throw new PgException(SqlState.InvalidParameterValue, "key value must be scalar, not array, composite, or json");
        }

        var writer = new ArrayBufferWriter<byte>();
        context.Types.GetCodec(type).Output(value, context, writer);
        return writer.WrittenSpan.ToArray();
    }

    private static ReadOnlySpan<byte> Iso(FunctionContext context, uint type, in PgDatum value)
    {
        var iso = new TypeContext { Types = context.Types, TimeZone = context.TimeZone };
        var text = context.Types.GetCodec(type).OutputString(value, iso);
        if (type == TypeOid.Date || text.Contains("infinity", StringComparison.Ordinal))
        {
            return global::System.Text.Encoding.UTF8.GetBytes(text);
        }

        var space = text.IndexOf(' ');
        text = text[..space] + "T" + text[(space + 1)..];
        var sign = text.LastIndexOfAny(['+', '-']);
        if (type == TypeOid.Timestamptz && sign > space && !text[sign..].Contains(':'))
        {
            var end = text.IndexOf(' ', sign);
            text = end < 0 ? text + ":00" : text[..end] + ":00" + text[end..];
        }

        return global::System.Text.Encoding.UTF8.GetBytes(text);
    }

    private static void WriteArray(FunctionContext context, ArrayCodec codec, PgArray array, IBufferWriter<byte> writer)
    {
        var next = 0;
        if (array.Dimensions.Length == 0)
        {
            writer.Write("[]"u8);
            return;
        }

        Level(0);

        void Level(int dimension)
        {
            writer.Append('[');
            for (var i = 0; i < array.Dimensions[dimension]; i++)
            {
                if (i > 0)
                {
                    writer.Append(',');
                }

                if (dimension + 1 < array.Dimensions.Length)
                {
                    Level(dimension + 1);
                }
                else
                {
                    Write(context, codec.Element.Oid, array.Elements[next++], writer);
                }
            }

            writer.Append(']');
        }
    }

    private static void WriteRecord(FunctionContext context, uint type, in PgDatum value, IBufferWriter<byte> writer)
    {
        var fields = Engine.Composites.Live(context, type, value.Bytes, out var shape);
        writer.Append('{');
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0)
            {
                writer.Append(',');
            }

            JsonbValue.WriteString(global::System.Text.Encoding.UTF8.GetBytes(shape.Names[i]), writer);
            writer.Append(':');
            Write(context, shape.Types[i], fields[i], writer);
        }

        writer.Append('}');
    }
}
