using System.Buffers;
using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>money: INTEGER hundredths, written as the locale C does: $1,234.50.</summary>
public sealed class MoneyCodec : PgTypeCodec
{
    private const int Decimals = 2;

    /// <inheritdoc/>
    public override uint Oid => TypeOid.Money;

    /// <inheritdoc/>
    public override string Name => "money";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Integer;

    /// <summary>The output form of hundredths.</summary>
    public static string Format(long value)
    {
        var size = value < 0 ? (ulong)-(value + 1) + 1 : (ulong)value;
        return string.Create(CultureInfo.InvariantCulture, $"{(value < 0 ? "-" : "")}${size / 100:#,##0}.{size % 100:00}");
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var at = 0;
        Skip(text, ref at);
        var negative = at < text.Length && text[at] is (byte)'-' or (byte)'(';
        if (at < text.Length && text[at] is (byte)'-' or (byte)'(' or (byte)'+')
        {
            at++;
        }

        Skip(text, ref at);
        Int128 value = 0;
        var (point, decimals) = (false, 0);
        for (; at < text.Length; at++)
        {
            if (Ascii.IsDigit(text[at]) && (!point || decimals < Decimals))
            {
                value = (value * 10) + text[at] - '0';
                decimals += point ? 1 : 0;
                if (value > (Int128)long.MaxValue + 1)
                {
                    throw OutOfRange(text);
                }
            }
            else if (text[at] == '.' && !point)
            {
                point = true;
            }
            else if (text[at] != ',')
            {
                break;
            }
        }

        var up = at < text.Length && text[at] is >= (byte)'5' and <= (byte)'9';
        for (; decimals < Decimals; decimals++)
        {
            value *= 10;
        }

        value += up ? 1 : 0;
        while (at < text.Length && Ascii.IsDigit(text[at]))
        {
            at++;
        }

        for (; at < text.Length; at++)
        {
            negative |= text[at] == '-';
            if (!Ascii.IsSpace(text[at]) && text[at] is not ((byte)')' or (byte)'-' or (byte)'+' or (byte)'$'))
            {
                throw PgErrors.InvalidTextRepresentation("money", Ascii.Text(text));
            }
        }

        return value > (Int128)long.MaxValue + (negative ? 1 : 0) ? throw OutOfRange(text) : PgDatum.FromInt64((long)(negative ? -value : value));
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Append(Format(value.Int64));

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var value = reader.Int64();
        reader.End();
        return PgDatum.FromInt64(value);
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.WriteInt64(value.Int64);

    /// <inheritdoc/>
    public override void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) => writer.AppendInteger(value.Int64);

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => PgDatum.FromInt64(long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));

    private static void Skip(ReadOnlySpan<byte> text, ref int at)
    {
        var currency = false;
        for (; at < text.Length && (Ascii.IsSpace(text[at]) || (text[at] == '$' && !currency)); at++)
        {
            currency |= text[at] == '$';
        }
    }

    private static PgException OutOfRange(ReadOnlySpan<byte> text) =>
        new(SqlState.NumericValueOutOfRange, $"value \"{Ascii.Text(text)}\" is out of range for type money");
}
