using System.Buffers;
using System.Numerics;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>numeric(p,s): TEXT, PostgreSQL's own output with its scale.</summary>
public sealed class NumericCodec : PgTypeCodec
{
    private const int SignNegative = 0x4000, SignNaN = 0xC000, SignPositiveInfinity = 0xD000, SignNegativeInfinity = 0xF000;

    /// <inheritdoc/>
    public override uint Oid => TypeOid.Numeric;

    /// <inheritdoc/>
    public override string Name => "numeric";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation => "pg_numeric";

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => PgNumeric.CompareText(a, b);

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) =>
        ApplyTypmod(PgNumeric.Parse(text), typmod).ToDatum();

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum ApplyTypmod(in PgDatum value, int typmod, bool isExplicit, TypeContext context) =>
        typmod < 4 ? value : ApplyTypmod(PgNumeric.FromStorage(value.Bytes), typmod).ToDatum();

    /// <summary>Rounds to a typmod's scale and checks its precision.</summary>
    /// <exception cref="PgException">22003 "numeric field overflow".</exception>
    public static PgNumeric ApplyTypmod(PgNumeric value, int typmod)
    {
        if (typmod < 4 || value.IsNaN)
        {
            return value;
        }

        var precision = ((typmod - 4) >> 16) & 0xFFFF;
        var scale = (((typmod - 4) & 0x7FF) ^ 1024) - 1024;
        if (value.IsInfinite)
        {
            throw Overflow($"A field with precision {precision}, scale {scale} cannot hold an infinite value.");
        }

        var rounded = value.Round(scale);
        if (rounded.Sign != 0 && rounded.DigitCount() - rounded.Scale > precision - scale)
        {
            var digits = precision - scale;
            throw Overflow(
                $"A field with precision {precision}, scale {scale} must round to an absolute value less than {(digits != 0 ? "10^" : "")}{(digits != 0 ? digits : 1)}.");
        }

        return rounded;
    }

    /// <inheritdoc/>
    public override int TypmodIn(IReadOnlyList<string> arguments)
    {
        var values = TypmodArguments.Integers(arguments);
        if (values.Length is 0 or > 2)
        {
            throw new PgException(SqlState.InvalidParameterValue, "invalid NUMERIC type modifier");
        }

        if (values[0] is < 1 or > 1000)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"NUMERIC precision {values[0]} must be between 1 and 1000");
        }

        var scale = values.Length > 1 ? values[1] : 0;
        return scale is < -1000 or > 1000
            ? throw new PgException(SqlState.InvalidParameterValue, $"NUMERIC scale {scale} must be between -1000 and 1000")
            : ((values[0] << 16) | (scale & 0x7FF)) + 4;
    }

    /// <inheritdoc/>
    public override string TypmodOut(int typmod) =>
        typmod < 4 ? "" : $"({((typmod - 4) >> 16) & 0xFFFF},{(((typmod - 4) & 0x7FF) ^ 1024) - 1024})";

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var count = (ushort)reader.Int16();
        var weight = reader.Int16();
        var sign = (ushort)reader.Int16();
        var scale = (ushort)reader.Int16();
        if (sign is not (0 or SignNegative or SignNaN or SignPositiveInfinity or SignNegativeInfinity))
        {
            throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid sign in external \"numeric\" value");
        }

        if ((scale & ~0x3FFF) != 0)
        {
            throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid scale in external \"numeric\" value");
        }

        var unscaled = BigInteger.Zero;
        for (var i = 0; i < count; i++)
        {
            var digit = reader.Int16();
            if (digit is < 0 or > 9999)
            {
                throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid digit in external \"numeric\" value");
            }

            unscaled = (unscaled * 10000) + digit;
        }

        reader.End();
        PgNumeric value;
        switch (sign)
        {
            case SignNaN:
                value = PgNumeric.NaN;
                break;
            case SignPositiveInfinity:
                value = PgNumeric.PositiveInfinity;
                break;
            case SignNegativeInfinity:
                value = PgNumeric.NegativeInfinity;
                break;
            default:
                var exponent = (weight - count + 1) * 4;
                unscaled = sign == SignNegative ? -unscaled : unscaled;
                // The digits may go beyond the scale; what is beyond is cut.
                value = exponent >= 0
                    ? new PgNumeric(unscaled * PowersOfTen.Big(exponent), 0).Truncate(scale)
                    : new PgNumeric(unscaled, -exponent).Truncate(scale);
                break;
        }

        return ApplyTypmod(value, typmod).ToDatum();
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var number = PgNumeric.FromStorage(value.Bytes);
        if (!number.IsFinite)
        {
            writer.WriteInt16(0);
            writer.WriteInt16(0);
            writer.WriteInt16((short)(number.IsNaN ? SignNaN : number.Sign > 0 ? SignPositiveInfinity : SignNegativeInfinity));
            writer.WriteInt16(number.IsNaN ? (short)0 : (short)0x20);
            return;
        }

        // Digits of base 10,000, the last group filled to a whole one.
        var pad = (4 - (number.Scale % 4)) % 4;
        var rest = BigInteger.Abs(number.Unscaled) * PowersOfTen.Big(pad);
        var digits = new List<short>();
        while (!rest.IsZero)
        {
            rest = BigInteger.DivRem(rest, 10000, out var digit);
            digits.Add((short)digit);
        }

        var fractionGroups = (number.Scale + pad) / 4;
        var weight = digits.Count - fractionGroups - 1;
        var skip = 0;
        while (skip < digits.Count && digits[skip] == 0)
        {
            skip++;
        }

        writer.WriteInt16((short)(digits.Count - skip));
        writer.WriteInt16(digits.Count == 0 ? (short)0 : (short)weight);
        writer.WriteInt16(number.Sign < 0 ? (short)SignNegative : (short)0);
        writer.WriteInt16((short)number.Scale);
        for (var i = digits.Count - 1; i >= skip; i--)
        {
            writer.WriteInt16(digits[i]);
        }
    }

    private static PgException Overflow(string detail) =>
        new PgException(SqlState.NumericValueOutOfRange, "numeric field overflow").WithDetail(detail);
}
