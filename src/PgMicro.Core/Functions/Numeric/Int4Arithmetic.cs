using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>integer + - * /, also with smallint.</summary>
internal static class Int4Arithmetic
{
    [PgFunction("int4pl(integer,integer)")]
    public static int Int4pl(int left, int right)
    {
        var result = (long)left + right;
        return result == (int)result ? (int)result : throw PgErrors.OutOfRange("integer");
    }

    [PgFunction("int4mi(integer,integer)")]
    public static int Int4mi(int left, int right)
    {
        var result = (long)left - right;
        return result == (int)result ? (int)result : throw PgErrors.OutOfRange("integer");
    }

    [PgFunction("int4mul(integer,integer)")]
    public static int Int4mul(int left, int right)
    {
        var result = (long)left * right;
        return result == (int)result ? (int)result : throw PgErrors.OutOfRange("integer");
    }

    [PgFunction("int4div(integer,integer)")]
    public static int Int4div(int left, int right)
    {
        if (right == 0)
        {
            throw PgErrors.DivisionByZero();
        }

        return right == -1 ? Negated.Int4(left) : (int)(left / right);
    }

    [PgFunction("int24pl(smallint,integer)")]
    public static int Int24pl(short left, int right)
    {
        var result = (long)left + right;
        return result == (int)result ? (int)result : throw PgErrors.OutOfRange("integer");
    }

    [PgFunction("int24mi(smallint,integer)")]
    public static int Int24mi(short left, int right)
    {
        var result = (long)left - right;
        return result == (int)result ? (int)result : throw PgErrors.OutOfRange("integer");
    }

    [PgFunction("int24mul(smallint,integer)")]
    public static int Int24mul(short left, int right)
    {
        var result = (long)left * right;
        return result == (int)result ? (int)result : throw PgErrors.OutOfRange("integer");
    }

    [PgFunction("int24div(smallint,integer)")]
    public static int Int24div(short left, int right)
    {
        if (right == 0)
        {
            throw PgErrors.DivisionByZero();
        }

        return right == -1 ? Negated.Int4(left) : (int)(left / right);
    }

    [PgFunction("int42pl(integer,smallint)")]
    public static int Int42pl(int left, short right)
    {
        var result = (long)left + right;
        return result == (int)result ? (int)result : throw PgErrors.OutOfRange("integer");
    }

    [PgFunction("int42mi(integer,smallint)")]
    public static int Int42mi(int left, short right)
    {
        var result = (long)left - right;
        return result == (int)result ? (int)result : throw PgErrors.OutOfRange("integer");
    }

    [PgFunction("int42mul(integer,smallint)")]
    public static int Int42mul(int left, short right)
    {
        var result = (long)left * right;
        return result == (int)result ? (int)result : throw PgErrors.OutOfRange("integer");
    }

    [PgFunction("int42div(integer,smallint)")]
    public static int Int42div(int left, short right)
    {
        if (right == 0)
        {
            throw PgErrors.DivisionByZero();
        }

        return right == -1 ? Negated.Int4(left) : (int)(left / right);
    }
}
