namespace PgMicro.Core.Types.Ranges;

/// <summary>One end of a range.</summary>
/// <param name="Value">The value in its storage form; NULL for an infinite end.</param>
/// <param name="IsInclusive">Whether the value belongs to the range.</param>
/// <param name="IsLower">Whether it is the lower end.</param>
public readonly record struct RangeBound(PgDatum Value, bool IsInclusive, bool IsLower)
{
    /// <summary>Whether the range has no end on this side.</summary>
    public bool IsInfinite => Value.IsNull;
}

/// <summary>A range value. Made by <see cref="RangeCodec"/>, which checks and normalises.</summary>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="IsEmpty">Whether nothing is in it; the ends mean nothing then.</param>
public readonly record struct PgRangeValue(RangeBound Lower, RangeBound Upper, bool IsEmpty)
{
    /// <summary>The range that nothing is in.</summary>
    public static PgRangeValue Empty => new(new RangeBound(PgDatum.Null, false, true), new RangeBound(PgDatum.Null, false, false), true);
}
