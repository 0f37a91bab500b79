using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>Bound trees as JSON, the form in which the catalog keeps defaults, checks, index expressions and views
/// (where PostgreSQL has pg_node_tree).</summary>
public static class BoundTreeSerializer
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 4096,
        Converters = { new DatumConverter() },
    };

    /// <summary>Writes an expression.</summary>
    public static string Serialize(BoundExpr expr) => JsonSerializer.Serialize(expr, Options);

    /// <summary>Writes a query.</summary>
    public static string Serialize(BoundQuery query) => JsonSerializer.Serialize(query, Options);

    /// <summary>Reads an expression.</summary>
    public static BoundExpr DeserializeExpr(string json) => JsonSerializer.Deserialize<BoundExpr>(json, Options)!;

    /// <summary>Reads a query.</summary>
    public static BoundQuery DeserializeQuery(string json) => JsonSerializer.Deserialize<BoundQuery>(json, Options)!;

    /// <summary>null, an integer, {"r": bits}, a text, or {"b": base64}.</summary>
    private sealed class DatumConverter : JsonConverter<PgDatum>
    {
        public override bool HandleNull => true;

        public override PgDatum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.Null:
                    return PgDatum.Null;
                case JsonTokenType.Number:
                    return PgDatum.FromInt64(reader.GetInt64());
                case JsonTokenType.String:
                    return PgDatum.FromText(reader.GetString()!);
                default:
                    reader.Read();
                    var real = reader.ValueTextEquals("r"u8);
                    reader.Read();
                    var result = real
                        ? PgDatum.FromDouble(BitConverter.Int64BitsToDouble(reader.GetInt64()))
                        : PgDatum.FromBlob(reader.GetBytesFromBase64());
                    reader.Read();
                    return result;
            }
        }

        public override void Write(Utf8JsonWriter writer, PgDatum value, JsonSerializerOptions options)
        {
            switch (value.Kind)
            {
                case DatumKind.Null:
                    writer.WriteNullValue();
                    break;
                case DatumKind.Integer:
                    writer.WriteNumberValue(value.Int64);
                    break;
                case DatumKind.Text:
                    writer.WriteStringValue(value.Bytes);
                    break;
                case DatumKind.Real:
                    writer.WriteStartObject();
                    writer.WriteNumber("r"u8, BitConverter.DoubleToInt64Bits(value.Double));
                    writer.WriteEndObject();
                    break;
                default:
                    writer.WriteStartObject();
                    writer.WriteBase64String("b"u8, value.Bytes);
                    writer.WriteEndObject();
                    break;
            }
        }
    }
}
