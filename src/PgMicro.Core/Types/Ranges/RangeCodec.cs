using System.Buffers;
using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Types.Ranges;

/// <summary>A range type: TEXT "[lower,upper)" over the bounds' canonical forms.</summary>
public sealed class RangeCodec : PgTypeCodec
{
    private const byte FlagEmpty = 1, FlagLowerInc = 2, FlagUpperInc = 4, FlagLowerInf = 8, FlagUpperInf = 16;

    private readonly uint _arrayOid;

    /// <summary>Makes the codec of a range type.</summary>
    /// <param name="oid">pg_type.oid.</param>
    /// <param name="arrayOid">pg_type.typarray; 0 for the built-in one.</param>
    /// <param name="name">The type's name.</param>
    /// <param name="subtype">Codec of the bounds.</param>
    /// <param name="multirangeOid">pg_range.rngmultitypid.</param>
    /// <param name="isDiscrete">Whether bounds are normalised to "[)": integers and dates.</param>
    public RangeCodec(uint oid, uint arrayOid, string name, PgTypeCodec subtype, uint multirangeOid, bool isDiscrete)
    {
        Oid = oid;
        _arrayOid = arrayOid;
        Name = name;
        Subtype = subtype;
        MultirangeOid = multirangeOid;
        IsDiscrete = isDiscrete;
        Collation = string.Create(CultureInfo.InvariantCulture, $"pg_range_{oid}");
    }

    /// <inheritdoc/>
    public override uint Oid { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override uint ArrayOid => _arrayOid != 0 ? _arrayOid : base.ArrayOid;

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation { get; }

    /// <summary>Codec of the bounds.</summary>
    public PgTypeCodec Subtype { get; }

    /// <summary>pg_range.rngmultitypid.</summary>
    public uint MultirangeOid { get; }

    /// <summary>Whether the type has a canonical form.</summary>
    public bool IsDiscrete { get; }

    /// <summary>Reads a storage form.</summary>
    public PgRangeValue FromStorage(ReadOnlySpan<byte> text)
    {
        var (lower, upper, isEmpty) = RangeText.Parse(text, Subtype.ReadCanonical);
        return new PgRangeValue(lower, upper, isEmpty);
    }

    /// <summary>The storage form of a normalised value.</summary>
    public PgDatum ToStorage(in PgRangeValue value)
    {
        var writer = new ArrayBufferWriter<byte>();
        RangeText.Write(value, writer, static (codec, in bound, to) => codec.WriteCanonical(bound, to), Subtype);
        return PgDatum.FromText(writer.WrittenSpan.ToArray());
    }

    /// <summary>make_range: checks the order of the bounds and brings a discrete range into its canonical form.</summary>
    /// <exception cref="PgException">22000 when the lower bound is greater than the upper one.</exception>
    public PgRangeValue Make(RangeBound lower, RangeBound upper)
    {
        var made = Check(lower, upper);
        if (!IsDiscrete || made.IsEmpty)
        {
            return made;
        }

        (lower, upper) = (made.Lower, made.Upper);
        if (!lower.IsInfinite && !lower.IsInclusive && IsFinite(lower.Value))
        {
            lower = new RangeBound(Next(lower.Value), true, true);
        }

        if (!upper.IsInfinite && upper.IsInclusive && IsFinite(upper.Value))
        {
            upper = new RangeBound(Next(upper.Value), false, false);
        }

        return Check(lower, upper);
    }

    /// <summary>range_cmp_bounds.</summary>
    public int CompareBounds(in RangeBound a, in RangeBound b)
    {
        if (a.IsInfinite || b.IsInfinite)
        {
            return a.IsInfinite && b.IsInfinite && a.IsLower == b.IsLower ? 0
                : a.IsInfinite ? a.IsLower ? -1 : 1
                : b.IsLower ? 1 : -1;
        }

        var order = Subtype.CompareValues(a.Value, b.Value);
        if (order != 0)
        {
            return order;
        }

        if (!a.IsInclusive && !b.IsInclusive)
        {
            return a.IsLower == b.IsLower ? 0 : a.IsLower ? 1 : -1;
        }

        return !a.IsInclusive ? a.IsLower ? 1 : -1 : !b.IsInclusive ? b.IsLower ? -1 : 1 : 0;
    }

    /// <summary>range_cmp: an empty range is before all others.</summary>
    public int Compare(in PgRangeValue a, in PgRangeValue b)
    {
        if (a.IsEmpty || b.IsEmpty)
        {
            return b.IsEmpty.CompareTo(a.IsEmpty);
        }

        var order = CompareBounds(a.Lower, b.Lower);
        return order != 0 ? order : CompareBounds(a.Upper, b.Upper);
    }

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b))
        {
            return 0;
        }

        try
        {
            return Compare(FromStorage(a), FromStorage(b));
        }
        catch (PgException)
        {
            // A collation callback cannot report: text that another tool wrote sorts by its bytes.
            return a.SequenceCompareTo(b);
        }
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var (lower, upper, isEmpty) = RangeText.Parse(text, bound => Subtype.Input(bound, -1, context));
        return ToStorage(isEmpty ? PgRangeValue.Empty : Make(lower, upper));
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        if (ReferenceEquals(context, TypeContext.Canonical))
        {
            writer.Write(value.Bytes);
            return;
        }

        RangeText.Write(FromStorage(value.Bytes), writer, static (state, in bound, to) => state.Subtype.Output(bound, state.context, to), (Subtype, context));
    }

    /// <inheritdoc/>
    public override void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => PgDatum.FromText(text.ToArray());

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var flags = reader.Byte() & (FlagEmpty | FlagLowerInc | FlagUpperInc | FlagLowerInf | FlagUpperInf);
        if ((flags & FlagEmpty) != 0)
        {
            reader.EndMessage();
            return ToStorage(PgRangeValue.Empty);
        }

        var lower = (flags & FlagLowerInf) != 0 ? PgDatum.Null : Subtype.Receive(reader.Bytes(reader.Int32()), -1, context);
        var upper = (flags & FlagUpperInf) != 0 ? PgDatum.Null : Subtype.Receive(reader.Bytes(reader.Int32()), -1, context);
        reader.EndMessage();
        return ToStorage(Make(new RangeBound(lower, (flags & FlagLowerInc) != 0, true), new RangeBound(upper, (flags & FlagUpperInc) != 0, false)));
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var range = FromStorage(value.Bytes);
        if (range.IsEmpty)
        {
            writer.WriteByte(FlagEmpty);
            return;
        }

        writer.WriteByte((byte)((range.Lower.IsInclusive ? FlagLowerInc : 0) | (range.Upper.IsInclusive ? FlagUpperInc : 0)
            | (range.Lower.IsInfinite ? FlagLowerInf : 0) | (range.Upper.IsInfinite ? FlagUpperInf : 0)));
        SendBound(range.Lower, context, writer);
        SendBound(range.Upper, context, writer);
    }

    private void SendBound(in RangeBound bound, TypeContext context, IBufferWriter<byte> writer)
    {
        if (!bound.IsInfinite)
        {
            var scratch = new ArrayBufferWriter<byte>();
            Subtype.Send(bound.Value, context, scratch);
            writer.WriteInt32(scratch.WrittenCount);
            writer.Write(scratch.WrittenSpan);
        }
    }

    private PgRangeValue Check(RangeBound lower, RangeBound upper)
    {
        // An infinite bound is never inclusive.
        lower = lower.IsInfinite ? new RangeBound(PgDatum.Null, false, true) : lower;
        upper = upper.IsInfinite ? new RangeBound(PgDatum.Null, false, false) : upper;
        if (!lower.IsInfinite && !upper.IsInfinite)
        {
            var order = Subtype.CompareValues(lower.Value, upper.Value);
            if (order > 0)
            {
                throw new PgException(SqlState.DataException, "range lower bound must be less than or equal to range upper bound");
            }

            if (order == 0 && !(lower.IsInclusive && upper.IsInclusive))
            {
                return PgRangeValue.Empty;
            }
        }

        return new PgRangeValue(lower, upper, false);
    }

    private bool IsFinite(in PgDatum value) => Subtype.Oid != TypeOid.Date || value.Int64 is not (DateMath.Infinity or DateMath.NegativeInfinity);

    private PgDatum Next(in PgDatum value)
    {
        var next = value.Int64;
        switch (Subtype.Oid)
        {
            case TypeOid.Int4 when next == int.MaxValue:
                throw PgErrors.OutOfRange("integer");
            case TypeOid.Int8 when next == long.MaxValue:
                throw PgErrors.OutOfRange("bigint");
            case TypeOid.Date when !DateMath.IsInRange(next + 1):
                throw new PgException(SqlState.DatetimeFieldOverflow, "date out of range");
            default:
                return PgDatum.FromInt64(next + 1);
        }
    }
}
