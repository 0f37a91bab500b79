using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using PgMicro.Core.Types;

namespace PgMicro.Data.Converters;

/// <summary>boolean ↔ bool.</summary>
internal sealed class BooleanConverter : Converter<bool>
{
    internal override bool Read(in StoredValue value, TypeContext context) => value.Int64 != 0;

    internal override PgDatum Write(bool value, TypeContext context) => PgDatum.FromBoolean(value);
}

/// <summary>int2, int4, int8, oid, xid … ↔ any CLR number; out of the CLR type's or the PostgreSQL type's range: OverflowException.</summary>
internal sealed class IntegerConverter<T>(long min, long max) : Converter<T>
    where T : INumber<T>
{
    internal override T Read(in StoredValue value, TypeContext context) => T.CreateChecked(value.Int64);

    internal override PgDatum Write(T value, TypeContext context)
    {
        var number = long.CreateChecked(value);
        return number >= min && number <= max
            ? PgDatum.FromInt64(number)
            : throw new OverflowException($"Value {number} is out of range of the PostgreSQL type.");
    }
}

/// <summary>xid8 ↔ ulong.</summary>
internal sealed class Xid8Converter : Converter<ulong>
{
    internal override ulong Read(in StoredValue value, TypeContext context) => unchecked((ulong)value.Int64);

    internal override PgDatum Write(ulong value, TypeContext context) => PgDatum.FromInt64(unchecked((long)value));
}

/// <summary>float4 ↔ CLR floats.</summary>
internal sealed class Float4Converter<T> : Converter<T>
    where T : INumber<T>
{
    internal override T Read(in StoredValue value, TypeContext context) => T.CreateChecked((float)value.Double);

    internal override PgDatum Write(T value, TypeContext context) => PgDatum.FromDouble(float.CreateChecked(value));
}

/// <summary>float8 ↔ CLR floats.</summary>
internal sealed class Float8Converter<T> : Converter<T>
    where T : INumber<T>
{
    internal override T Read(in StoredValue value, TypeContext context) => T.CreateChecked(value.Double);

    internal override PgDatum Write(T value, TypeContext context) => PgDatum.FromDouble(double.CreateChecked(value));
}

/// <summary>numeric ↔ decimal, which keeps the scale; what decimal cannot hold is an OverflowException.</summary>
internal sealed class DecimalConverter : Converter<decimal>
{
    internal override decimal Read(in StoredValue value, TypeContext context) =>
        Utf8Parser.TryParse(value.Bytes, out decimal result, out var used) && used == value.Bytes.Length ? result
        : value.Bytes is [.., (byte)'N'] or [.., (byte)'y'] ? throw new InvalidCastException("Numeric NaN not supported by System.Decimal")
        : throw new OverflowException("Numeric value does not fit in a System.Decimal");

    internal override PgDatum Write(decimal value, TypeContext context) => PgDatum.FromText(value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>numeric ↔ the other CLR numbers, read by way of decimal as Npgsql does; BigInteger takes any whole number.</summary>
internal sealed class NumericConverter<T> : Converter<T>
    where T : INumber<T>
{
    private static readonly DecimalConverter Decimals = new();

    internal override T Read(in StoredValue value, TypeContext context)
    {
        if (typeof(T) != typeof(BigInteger))
        {
            return T.CreateChecked(Decimals.Read(value, context));
        }

        var number = PgNumeric.FromStorage(value.Bytes);
        return number.IsInteger
            ? T.CreateChecked(BigInteger.Parse(number.TrimScale().ToString(), CultureInfo.InvariantCulture))
            : throw new InvalidCastException("Numeric value with non-zero fractional digits not supported by BigInteger");
    }

    internal override PgDatum Write(T value, TypeContext context) => value switch
    {
        double d => PgNumeric.FromDouble(d).ToDatum(),
        float f => PgNumeric.FromSingle(f).ToDatum(),
        _ => PgDatum.FromText(value.ToString(null, CultureInfo.InvariantCulture)),
    };
}
