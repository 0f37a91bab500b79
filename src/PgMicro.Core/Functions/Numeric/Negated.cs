using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>Unary minus, absolute value and sign-preserving helpers of the integer types.</summary>
internal static class Negated
{
    [PgFunction("int2um(smallint)")]
    public static short Int2(short value) => value == short.MinValue ? throw PgErrors.OutOfRange("smallint") : (short)-value;

    [PgFunction("int4um(integer)")]
    public static int Int4(int value) => value == int.MinValue ? throw PgErrors.OutOfRange("integer") : -value;

    [PgFunction("int8um(bigint)")]
    public static long Int8(long value) => value == long.MinValue ? throw PgErrors.OutOfRange("bigint") : -value;

    [PgFunction("int2abs(smallint)")]
    [PgFunction("abs(smallint)")]
    public static short Int2Absolute(short value) => value < 0 ? Int2(value) : value;

    [PgFunction("int4abs(integer)")]
    [PgFunction("abs(integer)")]
    public static int Int4Absolute(int value) => value < 0 ? Int4(value) : value;

    [PgFunction("int8abs(bigint)")]
    [PgFunction("abs(bigint)")]
    public static long Int8Absolute(long value) => value < 0 ? Int8(value) : value;

    [PgFunction("int2up(smallint)", Sqlite = "{0}")]
    public static short Int2Plus(short value) => value;

    [PgFunction("int4up(integer)", Sqlite = "{0}")]
    public static int Int4Plus(int value) => value;

    [PgFunction("int8up(bigint)", Sqlite = "{0}")]
    public static long Int8Plus(long value) => value;
}
