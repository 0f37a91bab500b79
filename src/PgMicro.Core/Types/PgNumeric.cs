using System.Buffers;
using System.Globalization;
using System.Numerics;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>
/// numeric: an integer times a negative power of ten, with the display scale kept, or NaN or ±Infinity. Values that fit 128 bits
/// stay in the struct. Result scales follow PostgreSQL, which counts in digits of base 10,000.
/// </summary>
public readonly partial struct PgNumeric : IEquatable<PgNumeric>, IComparable<PgNumeric>
{
    /// <summary>Most digits after the point that a value may have.</summary>
    public const int MaxScale = 16383;

    /// <summary>Most digits after the point that functions choose by themselves.</summary>
    public const int MaxDisplayScale = 1000;

    private const int MaxWholeDigits = 131072;

    private readonly Int128 _small;
    private readonly object? _big;
    private readonly int _scale;
    private readonly Kind _kind;

    /// <summary>Makes unscaled × 10^-scale.</summary>
    public PgNumeric(Int128 unscaled, int scale)
    {
        _small = unscaled;
        _scale = scale;
    }

    /// <summary>Makes unscaled × 10^-scale.</summary>
    /// <exception cref="PgException">22003 when the value overflows the format.</exception>
    public PgNumeric(BigInteger unscaled, int scale)
    {
        _scale = scale;
        if (unscaled.GetBitLength() < 127)
        {
            _small = (Int128)unscaled;
        }
        else
        {
            _big = unscaled;
            if (scale > MaxScale || unscaled.GetBitLength() > (MaxWholeDigits + scale) * 3.3219280948873626)
            {
                throw PgErrors.NumericOverflow();
            }
        }
    }

    private PgNumeric(Kind kind) => _kind = kind;

    private enum Kind : byte
    {
        Finite,
        NaN,
        PositiveInfinity,
        NegativeInfinity,
    }

    /// <summary>Not a number: equal to itself, above everything.</summary>
    public static PgNumeric NaN => new(Kind.NaN);

    /// <summary>Infinity.</summary>
    public static PgNumeric PositiveInfinity => new(Kind.PositiveInfinity);

    /// <summary>-Infinity.</summary>
    public static PgNumeric NegativeInfinity => new(Kind.NegativeInfinity);

    /// <summary>0 of scale 0.</summary>
    public static PgNumeric Zero => default;

    /// <summary>1 of scale 0.</summary>
    public static PgNumeric One => new((Int128)1, 0);

    /// <summary>Display scale: digits after the point.</summary>
    public int Scale => _scale;

    /// <summary>Whether this is NaN.</summary>
    public bool IsNaN => _kind == Kind.NaN;

    /// <summary>Whether this is ±Infinity.</summary>
    public bool IsInfinite => _kind >= Kind.PositiveInfinity;

    /// <summary>Whether this is a number.</summary>
    public bool IsFinite => _kind == Kind.Finite;

    /// <summary>-1, 0 or 1; 0 for NaN.</summary>
    public int Sign => _kind switch
    {
        Kind.Finite => _big is BigInteger big ? big.Sign : Int128.Sign(_small),
        Kind.PositiveInfinity => 1,
        Kind.NegativeInfinity => -1,
        _ => 0,
    };

    /// <summary>The value times 10^Scale.</summary>
    public BigInteger Unscaled => _big is BigInteger big ? big : _small;

    /// <summary>Whether a finite value has no fraction other than zero.</summary>
    public bool IsInteger => IsFinite && (_scale == 0 || TrimScale().Scale == 0);

    private bool IsSmall => _big is null;

    /// <summary>Converts an integer.</summary>
    public static implicit operator PgNumeric(long value) => new((Int128)value, 0);

    /// <summary>Converts a float4 as PostgreSQL does: to six significant digits.</summary>
    public static PgNumeric FromSingle(float value) => FromFloat(value, 6);

    /// <summary>Converts a float8 as PostgreSQL does: to fifteen significant digits.</summary>
    public static PgNumeric FromDouble(double value) => FromFloat(value, 15);

    /// <summary>Nearest float8.</summary>
    /// <exception cref="PgException">22003 when it overflows.</exception>
    public double ToDouble()
    {
        switch (_kind)
        {
            case Kind.NaN:
                return double.NaN;
            case Kind.PositiveInfinity:
                return double.PositiveInfinity;
            case Kind.NegativeInfinity:
                return double.NegativeInfinity;
        }

        if (IsSmall && _scale <= 22 && Int128.Abs(_small) < (Int128)1 << 53)
        {
            return (double)(long)_small / Math.Pow(10, _scale);
        }

        return FloatText.ParseDouble(ToUtf8());
    }

    /// <summary>Nearest float8, ±infinity when out of range.</summary>
    internal double ToDoubleNoOverflow() => IsFinite ? double.Parse(ToUtf8(), NumberStyles.Float, CultureInfo.InvariantCulture) : ToDouble();

    /// <summary>Rounds to an integer of a type.</summary>
    /// <param name="min">Least value of the type.</param>
    /// <param name="max">Greatest value of the type.</param>
    /// <param name="type">"smallint", "integer" or "bigint".</param>
    /// <exception cref="PgException">22003 out of range; 0A000 for NaN and infinity.</exception>
    public long ToInteger(long min, long max, string type)
    {
        if (!IsFinite)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot convert {(IsNaN ? "NaN" : "infinity")} to {type}");
        }

        var rounded = Round(0);
        return rounded.IsSmall && rounded._small >= min && rounded._small <= max ? (long)rounded._small : throw PgErrors.OutOfRange(type);
    }

    /// <summary>Rounds to int8.</summary>
    /// <exception cref="PgException">22003 out of range; 0A000 for NaN and infinity.</exception>
    public long ToInt64() => ToInteger(long.MinValue, long.MaxValue, "bigint");

    /// <summary>Rounds to int4.</summary>
    /// <exception cref="PgException">22003 out of range; 0A000 for NaN and infinity.</exception>
    public int ToInt32() => (int)ToInteger(int.MinValue, int.MaxValue, "integer");

    /// <summary>Rounds to int2.</summary>
    /// <exception cref="PgException">22003 out of range; 0A000 for NaN and infinity.</exception>
    public short ToInt16() => (short)ToInteger(short.MinValue, short.MaxValue, "smallint");

    /// <summary>Compares as the numeric operators do.</summary>
    public int CompareTo(PgNumeric other)
    {
        if (!IsFinite || !other.IsFinite)
        {
            return Rank(_kind).CompareTo(Rank(other._kind));
        }

        if (_scale == other._scale && IsSmall && other.IsSmall)
        {
            return _small.CompareTo(other._small);
        }

        var scale = Math.Max(_scale, other._scale);
        if (TryAlign(this, scale, out var a) && TryAlign(other, scale, out var b))
        {
            return a.CompareTo(b);
        }

        return Aligned(this, scale).CompareTo(Aligned(other, scale));
    }

    /// <summary>Whether both are the same number, whatever their scales.</summary>
    public bool Equals(PgNumeric other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PgNumeric other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var trimmed = IsFinite ? TrimScale() : this;
        return HashCode.Combine(trimmed._kind, trimmed._scale, trimmed._small, trimmed._big);
    }

    public static bool operator ==(PgNumeric a, PgNumeric b) => a.CompareTo(b) == 0;

    public static bool operator !=(PgNumeric a, PgNumeric b) => a.CompareTo(b) != 0;

    public static bool operator <(PgNumeric a, PgNumeric b) => a.CompareTo(b) < 0;

    public static bool operator >(PgNumeric a, PgNumeric b) => a.CompareTo(b) > 0;

    public static bool operator <=(PgNumeric a, PgNumeric b) => a.CompareTo(b) <= 0;

    public static bool operator >=(PgNumeric a, PgNumeric b) => a.CompareTo(b) >= 0;

    /// <summary>The storage form.</summary>
    public PgDatum ToDatum() => PgDatum.FromText(ToUtf8());

    /// <summary>PostgreSQL's text.</summary>
    public byte[] ToUtf8()
    {
        var writer = new ArrayBufferWriter<byte>(32);
        Write(writer);
        return writer.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public override string ToString() => System.Text.Encoding.ASCII.GetString(ToUtf8());

    /// <summary>Writes PostgreSQL's text.</summary>
    public void Write(IBufferWriter<byte> writer)
    {
        if (!IsFinite)
        {
            writer.Append(IsNaN ? "NaN" : _kind == Kind.PositiveInfinity ? "Infinity" : "-Infinity");
            return;
        }

        if (Sign < 0)
        {
            writer.Append('-');
        }

        Span<byte> buffer = stackalloc byte[48];
        scoped ReadOnlySpan<byte> digits;
        if (_big is BigInteger big)
        {
            digits = System.Text.Encoding.ASCII.GetBytes(BigInteger.Abs(big).ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            var magnitude = (UInt128)Int128.Abs(_small);
            int length;
            if (magnitude <= ulong.MaxValue)
            {
                System.Buffers.Text.Utf8Formatter.TryFormat((ulong)magnitude, buffer, out length);
            }
            else
            {
                magnitude.TryFormat(buffer, out length, default, CultureInfo.InvariantCulture);
            }

            digits = buffer[..length];
        }

        var whole = digits.Length - _scale;
        if (whole > 0)
        {
            writer.Write(digits[..whole]);
            digits = digits[whole..];
        }
        else
        {
            writer.Append('0');
        }

        if (_scale > 0)
        {
            writer.Append('.');
            for (var i = whole; i < 0; i++)
            {
                writer.Append('0');
            }

            writer.Write(digits);
        }
    }

    private static int Rank(Kind kind) => kind switch { Kind.NegativeInfinity => -1, Kind.Finite => 0, Kind.PositiveInfinity => 1, _ => 2 };

    private static PgNumeric FromFloat(double value, int digits)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? NaN : value > 0 ? PositiveInfinity : NegativeInfinity;
        }

        Span<byte> text = stackalloc byte[40];
        value.TryFormat(text, out var length, $"E{digits - 1}", CultureInfo.InvariantCulture);
        var parsed = Parse(text[..length]);
        // %.15g drops trailing zeros, so they do not count as scale.
        return parsed.TrimScale();
    }
}
