using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>bigint + - * /, also with smaller integers.</summary>
internal static class Int8Arithmetic
{
    [PgFunction("int8pl(bigint,bigint)")]
    public static long Int8pl(long left, long right)
    {
        var result = unchecked((long)left + right);
        return ((left ^ result) & (right ^ result)) < 0 ? throw PgErrors.OutOfRange("bigint") : result;
    }

    [PgFunction("int8mi(bigint,bigint)")]
    public static long Int8mi(long left, long right)
    {
        var result = unchecked((long)left - right);
        return ((left ^ right) & (left ^ result)) < 0 ? throw PgErrors.OutOfRange("bigint") : result;
    }

    [PgFunction("int8mul(bigint,bigint)")]
    public static long Int8mul(long left, long right)
    {
        var high = Math.BigMul((long)left, right, out var low);
        return high == low >> 63 ? low : throw PgErrors.OutOfRange("bigint");
    }

    [PgFunction("int8div(bigint,bigint)")]
    public static long Int8div(long left, long right)
    {
        if (right == 0)
        {
            throw PgErrors.DivisionByZero();
        }

        return right == -1 ? Negated.Int8(left) : (long)(left / right);
    }

    [PgFunction("int28pl(smallint,bigint)")]
    public static long Int28pl(short left, long right)
    {
        var result = unchecked((long)left + right);
        return ((left ^ result) & (right ^ result)) < 0 ? throw PgErrors.OutOfRange("bigint") : result;
    }

    [PgFunction("int28mi(smallint,bigint)")]
    public static long Int28mi(short left, long right)
    {
        var result = unchecked((long)left - right);
        return ((left ^ right) & (left ^ result)) < 0 ? throw PgErrors.OutOfRange("bigint") : result;
    }

    [PgFunction("int28mul(smallint,bigint)")]
    public static long Int28mul(short left, long right)
    {
        var high = Math.BigMul((long)left, right, out var low);
        return high == low >> 63 ? low : throw PgErrors.OutOfRange("bigint");
    }

    [PgFunction("int28div(smallint,bigint)")]
    public static long Int28div(short left, long right)
    {
        if (right == 0)
        {
            throw PgErrors.DivisionByZero();
        }

        return right == -1 ? Negated.Int8(left) : (long)(left / right);
    }

    [PgFunction("int82pl(bigint,smallint)")]
    public static long Int82pl(long left, short right)
    {
        var result = unchecked((long)left + right);
        return ((left ^ result) & (right ^ result)) < 0 ? throw PgErrors.OutOfRange("bigint") : result;
    }

    [PgFunction("int82mi(bigint,smallint)")]
    public static long Int82mi(long left, short right)
    {
        var result = unchecked((long)left - right);
        return ((left ^ right) & (left ^ result)) < 0 ? throw PgErrors.OutOfRange("bigint") : result;
    }

    [PgFunction("int82mul(bigint,smallint)")]
    public static long Int82mul(long left, short right)
    {
        var high = Math.BigMul((long)left, right, out var low);
        return high == low >> 63 ? low : throw PgErrors.OutOfRange("bigint");
    }

    [PgFunction("int82div(bigint,smallint)")]
    public static long Int82div(long left, short right)
    {
        if (right == 0)
        {
            throw PgErrors.DivisionByZero();
        }

        return right == -1 ? Negated.Int8(left) : (long)(left / right);
    }

    [PgFunction("int48pl(integer,bigint)")]
    public static long Int48pl(int left, long right)
    {
        var result = unchecked((long)left + right);
        return ((left ^ result) & (right ^ result)) < 0 ? throw PgErrors.OutOfRange("bigint") : result;
    }

    [PgFunction("int48mi(integer,bigint)")]
    public static long Int48mi(int left, long right)
    {
        var result = unchecked((long)left - right);
        return ((left ^ right) & (left ^ result)) < 0 ? throw PgErrors.OutOfRange("bigint") : result;
    }

    [PgFunction("int48mul(integer,bigint)")]
    public static long Int48mul(int left, long right)
    {
        var high = Math.BigMul((long)left, right, out var low);
        return high == low >> 63 ? low : throw PgErrors.OutOfRange("bigint");
    }

    [PgFunction("int48div(integer,bigint)")]
    public static long Int48div(int left, long right)
    {
        if (right == 0)
        {
            throw PgErrors.DivisionByZero();
        }

        return right == -1 ? Negated.Int8(left) : (long)(left / right);
    }

    [PgFunction("int84pl(bigint,integer)")]
    public static long Int84pl(long left, int right)
    {
        var result = unchecked((long)left + right);
        return ((left ^ result) & (right ^ result)) < 0 ? throw PgErrors.OutOfRange("bigint") : result;
    }

    [PgFunction("int84mi(bigint,integer)")]
    public static long Int84mi(long left, int right)
    {
        var result = unchecked((long)left - right);
        return ((left ^ right) & (left ^ result)) < 0 ? throw PgErrors.OutOfRange("bigint") : result;
    }

    [PgFunction("int84mul(bigint,integer)")]
    public static long Int84mul(long left, int right)
    {
        var high = Math.BigMul((long)left, right, out var low);
        return high == low >> 63 ? low : throw PgErrors.OutOfRange("bigint");
    }

    [PgFunction("int84div(bigint,integer)")]
    public static long Int84div(long left, int right)
    {
        if (right == 0)
        {
            throw PgErrors.DivisionByZero();
        }

        return right == -1 ? Negated.Int8(left) : (long)(left / right);
    }
}
