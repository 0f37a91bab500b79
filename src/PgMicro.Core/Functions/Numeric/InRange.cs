using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>in_range of numbers: whether a value is on this side of base ± offset, without overflow.</summary>
internal static class InRange
{
    internal static PgException InvalidSize() => new(SqlState.InvalidPrecedingOrFollowingSize, "invalid preceding or following size in window function");

    [PgFunction("in_range(bigint,bigint,bigint,boolean,boolean)")]
    [PgFunction("in_range(integer,integer,bigint,boolean,boolean)")]
    [PgFunction("in_range(integer,integer,integer,boolean,boolean)")]
    [PgFunction("in_range(integer,integer,smallint,boolean,boolean)")]
    [PgFunction("in_range(smallint,smallint,bigint,boolean,boolean)")]
    [PgFunction("in_range(smallint,smallint,integer,boolean,boolean)")]
    [PgFunction("in_range(smallint,smallint,smallint,boolean,boolean)")]
    public static bool Integer(long value, long start, long offset, bool subtract, bool less)
    {
        if (offset < 0)
        {
            throw InvalidSize();
        }

        var sum = subtract ? (Int128)start - offset : (Int128)start + offset;
        return less ? value <= sum : value >= sum;
    }

    [PgFunction("in_range(float8,float8,float8,boolean,boolean)")]
    [PgFunction("in_range(real,real,float8,boolean,boolean)")]
    public static bool Float(double value, double start, double offset, bool subtract, bool less)
    {
        if (double.IsNaN(offset) || offset < 0)
        {
            throw InvalidSize();
        }

        if (double.IsNaN(value))
        {
            return double.IsNaN(start) || !less;
        }

        if (double.IsNaN(start))
        {
            return less;
        }

        if (double.IsInfinity(offset) && double.IsInfinity(start) && (subtract ? start > 0 : start < 0))
        {
            return true;
        }

        var sum = subtract ? start - offset : start + offset;
        return less ? value <= sum : value >= sum;
    }

    [PgFunction("in_range(numeric,numeric,numeric,boolean,boolean)")]
    public static bool Numeric(PgNumeric value, PgNumeric start, PgNumeric offset, bool subtract, bool less)
    {
        if (offset.IsNaN || offset.Sign < 0)
        {
            throw InvalidSize();
        }

        if (value.IsNaN)
        {
            return start.IsNaN || !less;
        }

        if (start.IsNaN)
        {
            return less;
        }

        if (offset.IsInfinite)
        {
            if (start.IsInfinite && (subtract ? start.Sign > 0 : start.Sign < 0))
            {
                return true;
            }

            return subtract ? !less || (value.IsInfinite && value.Sign < 0) : less || (value.IsInfinite && value.Sign > 0);
        }

        if (value.IsInfinite)
        {
            return (start.IsInfinite && start.Sign == value.Sign) || (value.Sign > 0 ? !less : less);
        }

        if (start.IsInfinite)
        {
            return start.Sign < 0 ? !less : less;
        }

        var order = value.CompareTo(subtract ? start - offset : start + offset);
        return less ? order <= 0 : order >= 0;
    }
}
