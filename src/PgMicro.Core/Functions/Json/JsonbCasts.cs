using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>Casts of a jsonb scalar to boolean and numbers.</summary>
internal static class JsonbCasts
{
    [PgFunction("bool(jsonb)")]
    public static bool? Bool(ReadOnlySpan<byte> json)
    {
        var value = JsonbValue.Parse(json);
        return value.Kind switch
        {
            JsonbKind.Boolean => value.Boolean,
            JsonbKind.Null => throw Wrong(value, "boolean"),
            _ => throw Wrong(value, "boolean"),
        };
    }

    [PgFunction("numeric(jsonb)")]
    public static PgNumeric Numeric(ReadOnlySpan<byte> json) => Number(json, "numeric");

    [PgFunction("int2(jsonb)")]
    public static short Int2(ReadOnlySpan<byte> json) => Number(json, "smallint").ToInt16();

    [PgFunction("int4(jsonb)")]
    public static int Int4(ReadOnlySpan<byte> json) => Number(json, "integer").ToInt32();

    [PgFunction("int8(jsonb)")]
    public static long Int8(ReadOnlySpan<byte> json) => Number(json, "bigint").ToInt64();

    [PgFunction("float8(jsonb)")]
    public static double Float8(ReadOnlySpan<byte> json) => Number(json, "double precision").ToDouble();

    [PgFunction("float4(jsonb)")]
    public static float Float4(ReadOnlySpan<byte> json) => FloatText.ParseSingle(Number(json, "real").ToUtf8());

    private static PgNumeric Number(ReadOnlySpan<byte> json, string type)
    {
        var value = JsonbValue.Parse(json);
        return value.Kind == JsonbKind.Number ? value.Number : throw Wrong(value, type);
    }

    private static PgException Wrong(JsonbValue value, string type)
    {
        var kind = value.Kind switch
        {
            JsonbKind.Null => "null",
            JsonbKind.String => "string",
            JsonbKind.Number => "numeric",
            JsonbKind.Boolean => "boolean",
            JsonbKind.Array => "array",
            _ => "object",
        };
        return new PgException(SqlState.InvalidParameterValue, $"cannot cast jsonb {kind} to type {type}");
    }
}
