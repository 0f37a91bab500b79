using System.Text;

namespace PgMicro.Core.Storage;

/// <summary>One value of a relation that is held in memory. The default is NULL.</summary>
internal readonly struct SqliteCell : IEquatable<SqliteCell>
{
    private static readonly object IntegerTag = new();
    private static readonly object RealTag = new();

    // Null, one of the tags, or the bytes; _bits then tells text (0) from a blob (1).
    private readonly object? _content;
    private readonly long _bits;

    private SqliteCell(object? content, long bits)
    {
        _content = content;
        _bits = bits;
    }

    internal static SqliteCell Null => default;

    internal SqliteValueKind Kind =>
        _content is null ? SqliteValueKind.Null
        : ReferenceEquals(_content, IntegerTag) ? SqliteValueKind.Integer
        : ReferenceEquals(_content, RealTag) ? SqliteValueKind.Real
        : _bits == 0 ? SqliteValueKind.Text : SqliteValueKind.Blob;

    internal bool IsNull => _content is null;

    internal long Integer => _bits;

    internal double Real => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>The bytes of text (UTF-8) or a blob.</summary>
    internal ReadOnlySpan<byte> Bytes => (byte[])_content!;

    internal static SqliteCell FromInt64(long value) => new(IntegerTag, value);

    internal static SqliteCell FromBoolean(bool value) => new(IntegerTag, value ? 1 : 0);

    internal static SqliteCell FromDouble(double value) => new(RealTag, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Text given in UTF-8; the array is kept, not copied.</summary>
    internal static SqliteCell FromText(byte[] utf8) => new(utf8, 0);

    internal static SqliteCell FromText(string? text) => text is null ? default : new(Encoding.UTF8.GetBytes(text), 0);

    /// <summary>A blob; the array is kept, not copied.</summary>
    internal static SqliteCell FromBlob(byte[] bytes) => new(bytes, 1);

    /// <summary>A copy of an argument.</summary>
    internal static SqliteCell FromArgument(SqliteFunctionArgs args, int index) => args.Kind(index) switch
    {
        SqliteValueKind.Integer => FromInt64(args.Int64(index)),
        SqliteValueKind.Real => FromDouble(args.Double(index)),
        SqliteValueKind.Text => FromText(args.Utf8(index).ToArray()),
        SqliteValueKind.Blob => FromBlob(args.Blob(index).ToArray()),
        _ => default,
    };

    /// <summary>Equality as SQLite's <c>=</c> has it between values without affinity; NULL is here equal to NULL.</summary>
    public bool Equals(SqliteCell other)
    {
        SqliteValueKind kind = Kind;
        SqliteValueKind otherKind = other.Kind;
        if (kind != otherKind)
        {
            return (kind == SqliteValueKind.Integer && otherKind == SqliteValueKind.Real && IsInteger(other.Real, Integer))
                || (kind == SqliteValueKind.Real && otherKind == SqliteValueKind.Integer && IsInteger(Real, other.Integer));
        }

        return kind switch
        {
            SqliteValueKind.Integer => Integer == other.Integer,
            SqliteValueKind.Real => Real == other.Real,
            SqliteValueKind.Null => true,
            _ => Bytes.SequenceEqual(other.Bytes),
        };
    }

    public override bool Equals(object? obj) => obj is SqliteCell other && Equals(other);

    /// <summary>A whole real hashes as the integer that it equals.</summary>
    public override int GetHashCode()
    {
        switch (Kind)
        {
            case SqliteValueKind.Integer:
                return Integer.GetHashCode();
            case SqliteValueKind.Real:
                return Real is >= long.MinValue and < 9223372036854775808.0 && Math.Truncate(Real) == Real
                    ? ((long)Real).GetHashCode()
                    : Real.GetHashCode();
            case SqliteValueKind.Null:
                return 0;
            default:
                var hash = default(HashCode);
                hash.AddBytes(Bytes);
                return hash.ToHashCode();
        }
    }

    public override string ToString() => Kind switch
    {
        SqliteValueKind.Integer => Integer.ToString(System.Globalization.CultureInfo.InvariantCulture),
        SqliteValueKind.Real => Real.ToString(System.Globalization.CultureInfo.InvariantCulture),
        SqliteValueKind.Text => Encoding.UTF8.GetString(Bytes),
        SqliteValueKind.Blob => Convert.ToHexString(Bytes),
        _ => "NULL",
    };

    private static bool IsInteger(double real, long integer) =>
        real is >= long.MinValue and < 9223372036854775808.0 && (long)real == integer && (double)integer == real
        && Math.Truncate(real) == real;
}
