using System.Buffers;
using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.BitString;

/// <summary>bit(n) and bit varying(n): TEXT of zeros and ones, whose byte order is the type's order.</summary>
public sealed class BitCodec : PgTypeCodec
{
    private const int MaxLength = 83886080;

    private readonly bool _isVarying;

    private BitCodec(bool isVarying) => _isVarying = isVarying;

    /// <summary>bit(n).</summary>
    public static BitCodec Fixed { get; } = new(false);

    /// <summary>bit varying(n).</summary>
    public static BitCodec Varying { get; } = new(true);

    /// <inheritdoc/>
    public override uint Oid => _isVarying ? TypeOid.Varbit : TypeOid.Bit;

    /// <inheritdoc/>
    public override string Name => _isVarying ? "bit varying" : "bit";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var digits = text is [(byte)'b' or (byte)'B' or (byte)'x' or (byte)'X', ..] ? text[1..] : text;
        byte[] bits;
        if (text is [(byte)'x' or (byte)'X', ..])
        {
            bits = new byte[digits.Length * 4];
            for (var i = 0; i < digits.Length; i++)
            {
                var value = Ascii.HexValue(digits[i]);
                if (value < 0)
                {
                    throw Invalid(digits[i..], "hexadecimal");
                }

                for (var k = 0; k < 4; k++)
                {
                    bits[(i * 4) + k] = (byte)('0' + ((value >> (3 - k)) & 1));
                }
            }
        }
        else
        {
            bits = digits.ToArray();
            var wrong = digits.IndexOfAnyExcept((byte)'0', (byte)'1');
            if (wrong >= 0)
            {
                throw Invalid(digits[wrong..], "binary");
            }
        }

        return PgDatum.FromText(Fit(bits, typmod, isExplicit: false));
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var length = reader.Int32();
        if (length is < 0 or > int.MaxValue - 7)
        {
            throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid length in external bit string");
        }

        var bytes = reader.Bytes((length + 7) / 8);
        reader.End();
        var bits = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bits[i] = (byte)('0' + ((bytes[i / 8] >> (7 - (i % 8))) & 1));
        }

        return PgDatum.FromText(Fit(bits, typmod, isExplicit: false));
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var bits = value.Bytes;
        writer.WriteInt32(bits.Length);
        for (var i = 0; i < bits.Length; i += 8)
        {
            var octet = 0;
            for (var k = 0; k < 8; k++)
            {
                octet = (octet << 1) | (i + k < bits.Length && bits[i + k] == '1' ? 1 : 0);
            }

            writer.WriteByte((byte)octet);
        }
    }

    /// <inheritdoc/>
    public override int TypmodIn(IReadOnlyList<string> arguments)
    {
        var numbers = TypmodArguments.Integers(arguments);
        var name = _isVarying ? "varbit" : "bit";
        return numbers.Length != 1 ? throw new PgException(SqlState.InvalidParameterValue, "invalid type modifier")
            : numbers[0] < 1 ? throw new PgException(SqlState.InvalidParameterValue, $"length for type {name} must be at least 1")
            : numbers[0] > MaxLength ? throw new PgException(SqlState.InvalidParameterValue, $"length for type {name} cannot exceed {MaxLength}")
            : numbers[0];
    }

    /// <inheritdoc/>
    public override string TypmodOut(int typmod) => typmod < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"({typmod})");

    /// <inheritdoc/>
    public override PgDatum ApplyTypmod(in PgDatum value, int typmod, bool isExplicit, TypeContext context) =>
        typmod <= 0 || value.Bytes.Length == typmod || (_isVarying && value.Bytes.Length < typmod) ? value : PgDatum.FromText(Fit(value.Bytes.ToArray(), typmod, isExplicit));

    private byte[] Fit(byte[] bits, int typmod, bool isExplicit)
    {
        if (typmod <= 0 || bits.Length == typmod || (_isVarying && bits.Length < typmod))
        {
            return bits;
        }

        if (!isExplicit)
        {
            throw _isVarying
                ? new PgException(SqlState.StringDataRightTruncation, $"bit string too long for type bit varying({typmod})")
                : new PgException(SqlState.StringDataLengthMismatch, $"bit string length {bits.Length} does not match type bit({typmod})");
        }

        var result = new byte[typmod];
        bits.AsSpan(0, Math.Min(bits.Length, typmod)).CopyTo(result);
        result.AsSpan(Math.Min(bits.Length, typmod)).Fill((byte)'0');
        return result;
    }

    private static PgException Invalid(ReadOnlySpan<byte> rest, string kind)
    {
        global::System.Text.Rune.DecodeFromUtf8(rest, out var rune, out _);
        return new PgException(SqlState.InvalidTextRepresentation, $"\"{rune}\" is not a valid {kind} digit");
    }
}
