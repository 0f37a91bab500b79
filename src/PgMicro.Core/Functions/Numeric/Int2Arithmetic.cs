using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>smallint + - * /.</summary>
internal static class Int2Arithmetic
{
    [PgFunction("int2pl(smallint,smallint)")]
    public static short Int2pl(short left, short right)
    {
        var result = left + right;
        return result == (short)result ? (short)result : throw PgErrors.OutOfRange("smallint");
    }

    [PgFunction("int2mi(smallint,smallint)")]
    public static short Int2mi(short left, short right)
    {
        var result = left - right;
        return result == (short)result ? (short)result : throw PgErrors.OutOfRange("smallint");
    }

    [PgFunction("int2mul(smallint,smallint)")]
    public static short Int2mul(short left, short right)
    {
        var result = left * right;
        return result == (short)result ? (short)result : throw PgErrors.OutOfRange("smallint");
    }

    [PgFunction("int2div(smallint,smallint)")]
    public static short Int2div(short left, short right)
    {
        if (right == 0)
        {
            throw PgErrors.DivisionByZero();
        }

        return right == -1 ? Negated.Int2(left) : (short)(left / right);
    }
}
