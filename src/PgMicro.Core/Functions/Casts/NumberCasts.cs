using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Casts;

/// <summary>Casts between number types, and between them and boolean.</summary>
internal static class NumberCasts
{
    [PgFunction("int8(smallint)", Sqlite = "{0}")]
    [PgFunction("int8(integer)", Sqlite = "{0}")]
    [PgFunction("int4(smallint)", Sqlite = "{0}")]
    [PgFunction("int8(oid)", Sqlite = "{0}")]
    public static long Widen(long value) => value;

    [PgFunction("int4(bigint)")]
    public static int Int4(long value) => value == (int)value ? (int)value : throw PgErrors.OutOfRange("integer");

    [PgFunction("int2(bigint)")]
    [PgFunction("int2(integer)")]
    public static short Int2(long value) => value == (short)value ? (short)value : throw PgErrors.OutOfRange("smallint");

    [PgFunction("oid(bigint)")]
    public static uint Oid(long value) => value is >= 0 and <= uint.MaxValue ? (uint)value : throw new PgException(SqlState.NumericValueOutOfRange, "OID out of range");

    [PgFunction("int2(real)")]
    [PgFunction("int2(float8)")]
    public static short Int2(double value)
    {
        var rounded = Math.Round(value, MidpointRounding.ToEven);
        return rounded is >= short.MinValue and <= short.MaxValue ? (short)rounded : throw PgErrors.OutOfRange("smallint");
    }

    [PgFunction("int4(real)")]
    [PgFunction("int4(float8)")]
    public static int Int4(double value)
    {
        var rounded = Math.Round(value, MidpointRounding.ToEven);
        return rounded is >= int.MinValue and <= int.MaxValue ? (int)rounded : throw PgErrors.OutOfRange("integer");
    }

    [PgFunction("int8(real)")]
    [PgFunction("int8(float8)")]
    public static long Int8(double value)
    {
        var rounded = Math.Round(value, MidpointRounding.ToEven);
        return rounded is >= -9223372036854775808.0 and < 9223372036854775808.0 ? (long)rounded : throw PgErrors.OutOfRange("bigint");
    }

    [PgFunction("float8(smallint)", Sqlite = "CAST({0} AS REAL)")]
    [PgFunction("float8(integer)", Sqlite = "CAST({0} AS REAL)")]
    [PgFunction("float8(bigint)", Sqlite = "CAST({0} AS REAL)")]
    public static double Float8(long value) => value;

    [PgFunction("float8(real)", Sqlite = "{0}")]
    public static double Float8(float value) => value;

    [PgFunction("float4(smallint)")]
    [PgFunction("float4(integer)")]
    [PgFunction("float4(bigint)")]
    public static float Float4(long value) => value;

    [PgFunction("float4(float8)")]
    public static float Float4(double value)
    {
        var result = (float)value;
        return float.IsInfinity(result) && !double.IsInfinity(value) ? throw Numeric.FloatArithmetic.Overflow()
            : result == 0 && value != 0 ? throw Numeric.FloatArithmetic.Underflow() : result;
    }

    [PgFunction("numeric(smallint)")]
    [PgFunction("numeric(integer)")]
    [PgFunction("numeric(bigint)")]
    public static PgNumeric ToNumeric(long value) => value;

    [PgFunction("numeric(real)")]
    public static PgNumeric FromSingle(float value) => PgNumeric.FromSingle(value);

    [PgFunction("numeric(float8)")]
    public static PgNumeric FromDouble(double value) => PgNumeric.FromDouble(value);

    [PgFunction("int2(numeric)")]
    public static short FromNumericToInt2(PgNumeric value) => value.ToInt16();

    [PgFunction("int4(numeric)")]
    public static int FromNumericToInt4(PgNumeric value) => value.ToInt32();

    [PgFunction("int8(numeric)")]
    public static long FromNumericToInt8(PgNumeric value) => value.ToInt64();

    [PgFunction("float8(numeric)")]
    public static double FromNumericToFloat8(PgNumeric value) => value.ToDouble();

    [PgFunction("float4(numeric)")]
    public static float FromNumericToFloat4(TypeContext context, PgNumeric value) =>
        value.IsFinite ? FloatText.ParseSingle(value.ToUtf8()) : (float)value.ToDouble();

    [PgFunction("numeric(numeric,integer)")]
    public static PgDatum Typmod(TypeContext context, PgDatum value, int typmod) =>
        context.Types.GetCodec(TypeOid.Numeric).ApplyTypmod(value, typmod, true, context);

    [PgFunction("bool(integer)", Sqlite = "({0} <> 0)")]
    public static bool Bool(int value) => value != 0;

    [PgFunction("int4(boolean)", Sqlite = "{0}")]
    public static int FromBool(bool value) => value ? 1 : 0;
}
