using System.Text;

namespace PgMicro.Core.Types;

/// <summary>SQLite's storage classes.</summary>
public enum DatumKind : byte
{
    /// <summary>SQL NULL.</summary>
    Null,

    /// <summary>64-bit signed integer.</summary>
    Integer,

    /// <summary>64-bit IEEE float.</summary>
    Real,

    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Blob,
}

/// <summary>
/// A value in its storage form (DESIGN §4), detached from any statement. What it means depends on its type;
/// <see cref="PgTypeCodec"/> turns it into PostgreSQL's text or binary form.
/// </summary>
public readonly struct PgDatum
{
    private readonly long _scalar;
    private readonly ReadOnlyMemory<byte> _bytes;

    private PgDatum(DatumKind kind, long scalar, ReadOnlyMemory<byte> bytes)
    {
        Kind = kind;
        _scalar = scalar;
        _bytes = bytes;
    }

    /// <summary>SQL NULL.</summary>
    public static PgDatum Null => default;

    /// <summary>The storage class.</summary>
    public DatumKind Kind { get; }

    /// <summary>Whether this is SQL NULL.</summary>
    public bool IsNull => Kind == DatumKind.Null;

    /// <summary>The value of an Integer datum.</summary>
    public long Int64 => _scalar;

    /// <summary>The value of an Integer datum read as boolean.</summary>
    public bool Boolean => _scalar != 0;

    /// <summary>The value of a Real datum, or of an Integer one converted.</summary>
    public double Double => Kind == DatumKind.Integer ? _scalar : BitConverter.Int64BitsToDouble(_scalar);

    /// <summary>The bytes of a Text (UTF-8) or Blob datum.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.Span;

    /// <summary>The bytes of a Text (UTF-8) or Blob datum.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>The text of a Text datum as a string.</summary>
    public string GetString() => Encoding.UTF8.GetString(_bytes.Span);

    /// <summary>Makes an Integer datum.</summary>
    public static PgDatum FromInt64(long value) => new(DatumKind.Integer, value, default);

    /// <summary>Makes an Integer datum 1 or 0.</summary>
    public static PgDatum FromBoolean(bool value) => new(DatumKind.Integer, value ? 1 : 0, default);

    /// <summary>Makes a Real datum; NaN becomes the text 'NaN', its storage form.</summary>
    public static PgDatum FromDouble(double value) =>
        double.IsNaN(value) ? FromText("NaN"u8.ToArray()) : new(DatumKind.Real, BitConverter.DoubleToInt64Bits(value), default);

    /// <summary>Makes a Text datum of UTF-8 bytes, which it keeps.</summary>
    public static PgDatum FromText(ReadOnlyMemory<byte> utf8) => new(DatumKind.Text, 0, utf8);

    /// <summary>Makes a Text datum.</summary>
    public static PgDatum FromText(string text) => new(DatumKind.Text, 0, Encoding.UTF8.GetBytes(text));

    /// <summary>Makes a Blob datum of bytes, which it keeps.</summary>
    public static PgDatum FromBlob(ReadOnlyMemory<byte> bytes) => new(DatumKind.Blob, 0, bytes);

    /// <summary>Whether another datum is stored with the same bytes, PostgreSQL's datum_image_eq: equality of values may be wider.</summary>
    public bool HasImageOf(PgDatum other) => Kind == other.Kind && _scalar == other._scalar && Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        DatumKind.Null => "NULL",
        DatumKind.Integer => Int64.ToString(System.Globalization.CultureInfo.InvariantCulture),
        DatumKind.Real => Double.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        DatumKind.Text => GetString(),
        _ => Convert.ToHexString(Bytes),
    };
}
