using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>Remainder, bitwise operators and shifts of the integer types.</summary>
internal static class IntegerBits
{
    [PgFunction("int2mod(smallint,smallint)")]
    [PgFunction("mod(smallint,smallint)")]
    public static short Int2Remainder(short left, short right) =>
        right == 0 ? throw PgErrors.DivisionByZero() : right == -1 ? (short)0 : (short)(left % right);

    [PgFunction("int2and(smallint,smallint)", Sqlite = "({0} & {1})")]
    public static short Int2And(short left, short right) => (short)(left & right);

    [PgFunction("int2or(smallint,smallint)", Sqlite = "({0} | {1})")]
    public static short Int2Or(short left, short right) => (short)(left | right);

    [PgFunction("int2xor(smallint,smallint)")]
    public static short Int2Xor(short left, short right) => (short)(left ^ right);

    [PgFunction("int2not(smallint)", Sqlite = "(~{0})")]
    public static short Int2Not(short value) => (short)~value;

    [PgFunction("int2shl(smallint,integer)")]
    public static short Int2ShiftLeft(short value, int by) => (short)(value << by);

    [PgFunction("int2shr(smallint,integer)")]
    public static short Int2ShiftRight(short value, int by) => (short)(value >> by);

    [PgFunction("int4mod(integer,integer)")]
    [PgFunction("mod(integer,integer)")]
    public static int Int4Remainder(int left, int right) =>
        right == 0 ? throw PgErrors.DivisionByZero() : right == -1 ? 0 : (left % right);

    [PgFunction("int4and(integer,integer)", Sqlite = "({0} & {1})")]
    public static int Int4And(int left, int right) => (left & right);

    [PgFunction("int4or(integer,integer)", Sqlite = "({0} | {1})")]
    public static int Int4Or(int left, int right) => (left | right);

    [PgFunction("int4xor(integer,integer)")]
    public static int Int4Xor(int left, int right) => (left ^ right);

    [PgFunction("int4not(integer)", Sqlite = "(~{0})")]
    public static int Int4Not(int value) => ~value;

    [PgFunction("int4shl(integer,integer)")]
    public static int Int4ShiftLeft(int value, int by) => (value << by);

    [PgFunction("int4shr(integer,integer)")]
    public static int Int4ShiftRight(int value, int by) => (value >> by);

    [PgFunction("int8mod(bigint,bigint)")]
    [PgFunction("mod(bigint,bigint)")]
    public static long Int8Remainder(long left, long right) =>
        right == 0 ? throw PgErrors.DivisionByZero() : right == -1 ? 0 : (left % right);

    [PgFunction("int8and(bigint,bigint)", Sqlite = "({0} & {1})")]
    public static long Int8And(long left, long right) => (left & right);

    [PgFunction("int8or(bigint,bigint)", Sqlite = "({0} | {1})")]
    public static long Int8Or(long left, long right) => (left | right);

    [PgFunction("int8xor(bigint,bigint)")]
    public static long Int8Xor(long left, long right) => (left ^ right);

    [PgFunction("int8not(bigint)", Sqlite = "(~{0})")]
    public static long Int8Not(long value) => ~value;

    [PgFunction("int8shl(bigint,integer)")]
    public static long Int8ShiftLeft(long value, int by) => (value << by);

    [PgFunction("int8shr(bigint,integer)")]
    public static long Int8ShiftRight(long value, int by) => (value >> by);
}
