using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.Aggregates;

/// <summary>The aggregates of WITHIN GROUP: they get the rows sorted, and their direct argument with each.</summary>
internal abstract class SortedValues
{
    protected List<PgDatum> Items { get; } = [];

    protected PgDatum Fraction { get; private set; }

    protected CallSite? Site { get; private set; }

    public void Step(CallSite site, PgDatum fraction, PgDatum value)
    {
        Site = site;
        Fraction = fraction;
        if (!value.IsNull)
        {
            Items.Add(value);
        }
    }

    protected static double Checked(double fraction) => fraction is >= 0 and <= 1
        ? fraction
        : throw new PgException(SqlState.NumericValueOutOfRange, $"percentile value {General(fraction)} is not between 0 and 1");

    /// <summary>The value that a share of the rows does not exceed.</summary>
    protected PgDatum Discrete(double fraction)
    {
        var number = (int)Math.Ceiling(Checked(fraction) * Items.Count);
        return Items[Math.Max(number, 1) - 1];
    }

    protected PgDatum Continuous(double fraction, Func<PgDatum, PgDatum, double, PgDatum> interpolate)
    {
        var position = Checked(fraction) * (Items.Count - 1);
        var first = (int)Math.Floor(position);
        var second = (int)Math.Ceiling(position);
        return first == second ? Items[first] : interpolate(Items[first], Items[second], position - first);
    }

    protected PgDatum Each(FunctionContext context, Func<double, PgDatum> percentile)
    {
        if (Items.Count == 0 || Fraction.IsNull)
        {
            return PgDatum.Null;
        }

        var fractions = ArrayOperations.Parse(context, TypeOid.Float8, Fraction.Bytes);
        var codec = ArrayOperations.ByArrayType(context, Site!.ResultType);
        if (fractions.Elements.Length == 0)
        {
            return codec.ToStorage(new PgArray(codec.Element.Oid, []));
        }

        foreach (ref readonly var fraction in fractions.Elements.AsSpan())
        {
            if (!fraction.IsNull)
            {
                Checked(Double(fraction));
            }
        }

        var results = Array.ConvertAll(fractions.Elements, f => f.IsNull ? PgDatum.Null : percentile(Double(f)));
        return codec.ToStorage(new PgArray(codec.Element.Oid, fractions.Dimensions, fractions.LowerBounds, results));
    }

    protected static double Double(PgDatum value) => value.Kind == DatumKind.Text ? double.NaN : value.Double;

    protected static PgDatum Between(PgDatum low, PgDatum high, double share) =>
        PgDatum.FromDouble(Double(low) + (share * (Double(high) - Double(low))));

    protected static PgDatum BetweenIntervals(PgDatum low, PgDatum high, double share)
    {
        var start = PgInterval.FromStorage(low.Bytes);
        var difference = IntervalMath.Subtract(PgInterval.FromStorage(high.Bytes), start);
        return IntervalMath.Add(start, IntervalMath.Multiply(difference, share)).ToDatum();
    }

    // As printf's %g writes it.
    private static string General(double value)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        var exponent = value == 0 ? 0 : (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return exponent is >= -5 and < 6
            ? value.ToString("0." + new string('#', 5 - Math.Min(exponent, 5)), CultureInfo.InvariantCulture)
            : value.ToString("0.#####e+00", CultureInfo.InvariantCulture);
    }
}

[PgAggregate("percentile_disc(float8,anyelement)")]
internal sealed class PercentileDisc : SortedValues
{
    public PgDatum Final() => Items.Count == 0 || Fraction.IsNull ? PgDatum.Null : Discrete(Double(Fraction));
}

[PgAggregate("percentile_disc(float8[],anyelement)")]
internal sealed class PercentileDiscs : SortedValues
{
    public PgDatum Final(FunctionContext context) => Each(context, Discrete);
}

[PgAggregate("percentile_cont(float8,float8)")]
internal sealed class PercentileCont : SortedValues
{
    public PgDatum Final() => Items.Count == 0 || Fraction.IsNull ? PgDatum.Null : Continuous(Double(Fraction), Between);
}

[PgAggregate("percentile_cont(float8,interval)")]
internal sealed class PercentileContInterval : SortedValues
{
    public PgDatum Final() => Items.Count == 0 || Fraction.IsNull ? PgDatum.Null : Continuous(Double(Fraction), BetweenIntervals);
}

[PgAggregate("percentile_cont(float8[],float8)")]
internal sealed class PercentileConts : SortedValues
{
    public PgDatum Final(FunctionContext context) => Each(context, f => Continuous(f, Between));
}

[PgAggregate("percentile_cont(float8[],interval)")]
internal sealed class PercentileContIntervals : SortedValues
{
    public PgDatum Final(FunctionContext context) => Each(context, f => Continuous(f, BetweenIntervals));
}

/// <summary>mode: the first of the most frequent values in sort order.</summary>
[PgAggregate("mode(anyelement)")]
internal sealed class Mode
{
    private CallSite? _site;
    private PgDatum _current;
    private PgDatum _best;
    private long _count;
    private long _most;

    public void Step(FunctionContext context, CallSite site, PgDatum value)
    {
        if (value.IsNull)
        {
            return;
        }

        _site = site;
        if (_count > 0 && context.Types.GetCodec(context.Catalog.GetBaseType(_site.ArgumentTypes[0])).CompareValues(_current, value) == 0)
        {
            _count++;
        }
        else
        {
            _current = value;
            _count = 1;
        }

        if (_count > _most)
        {
            _most = _count;
            _best = _current;
        }
    }

    public PgDatum Final() => _best;
}
