using System.Buffers;
using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Network;

/// <summary>macaddr: TEXT "08:00:2b:01:02:03", whose byte order is the addresses' order.</summary>
public sealed class MacaddrCodec : PgTypeCodec
{
    // The separator after each octet of the forms that macaddr_in knows; 0 for none. Octets of the unseparated forms have two digits.
    private static readonly (string Separators, bool TwoDigits)[] Forms =
    [
        (":::::", false), ("-----", false), ("\0\0:\0\0", true), ("\0\0-\0\0", true), ("\0.\0.\0", true), ("\0-\0-\0", true), ("\0\0\0\0\0", true),
    ];

    /// <inheritdoc/>
    public override uint Oid => TypeOid.Macaddr;

    /// <inheritdoc/>
    public override string Name => "macaddr";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <summary>The text of an address of six or eight octets.</summary>
    public static string Format(ulong address, int octets) => string.Create((octets * 3) - 1, (address, octets), static (text, value) =>
    {
        for (var i = 0; i < value.octets; i++)
        {
            var octet = (byte)(value.address >> ((value.octets - 1 - i) * 8));
            text[i * 3] = "0123456789abcdef"[octet >> 4];
            text[(i * 3) + 1] = "0123456789abcdef"[octet & 15];
            if (i < value.octets - 1)
            {
                text[(i * 3) + 2] = ':';
            }
        }
    });

    /// <summary>Reads a storage form of six or eight octets.</summary>
    public static ulong FromStorage(ReadOnlySpan<byte> text)
    {
        ulong value = 0;
        foreach (var c in text)
        {
            value = c == ':' ? value : (value << 4) | (uint)Ascii.HexValue(c);
        }

        return value;
    }

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        Span<long> octets = stackalloc long[6];
        foreach (var (separators, twoDigits) in Forms)
        {
            if (!Scan(text, separators, twoDigits, octets))
            {
                continue;
            }

            ulong address = 0;
            foreach (var octet in octets)
            {
                address = octet is >= 0 and <= 255
                    ? (address << 8) | (byte)octet
                    : throw new PgException(SqlState.NumericValueOutOfRange, $"invalid octet value in \"macaddr\" value: \"{Ascii.Text(text)}\"");
            }

            return PgDatum.FromText(Format(address, 6));
        }

        throw PgErrors.InvalidTextRepresentation("macaddr", Ascii.Text(text));
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        ulong address = 0;
        foreach (var octet in reader.SingleBytes(6))
        {
            address = (address << 8) | octet;
        }

        reader.End();
        return PgDatum.FromText(Format(address, 6));
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var address = FromStorage(value.Bytes);
        for (var i = 5; i >= 0; i--)
        {
            writer.WriteByte((byte)(address >> (i * 8)));
        }
    }

    // As scanf reads "%x:%x…" or "%2x%2x…": white space, a sign and 0x may stand before an octet, only white space after the last.
    private static bool Scan(ReadOnlySpan<byte> text, string separators, bool twoDigits, Span<long> octets)
    {
        var at = 0;
        for (var i = 0; i < 6; i++)
        {
            while (at < text.Length && Ascii.IsSpace(text[at]))
            {
                at++;
            }

            var end = twoDigits ? Math.Min(at + 2, text.Length) : text.Length;
            var negative = at < end && text[at] == '-';
            at += at < end && text[at] is (byte)'-' or (byte)'+' ? 1 : 0;
            if (at + 2 < end && text[at] == '0' && text[at + 1] is (byte)'x' or (byte)'X' && Ascii.HexValue(text[at + 2]) >= 0)
            {
                at += 2;
            }

            var start = at;
            long value = 0;
            for (; at < end && Ascii.HexValue(text[at]) is var digit and >= 0; at++)
            {
                value = Math.Min((value << 4) | (uint)digit, uint.MaxValue);
            }

            if (at == start)
            {
                return false;
            }

            octets[i] = negative ? -value : value;
            if (i < 5 && separators[i] != 0)
            {
                if (at == text.Length || text[at] != separators[i])
                {
                    return false;
                }

                at++;
            }
        }

        return Ascii.Trim(text[at..]).Length == 0;
    }
}

/// <summary>macaddr8: TEXT "08:00:2b:ff:fe:01:02:03", whose byte order is the addresses' order.</summary>
public sealed class Macaddr8Codec : PgTypeCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Macaddr8;

    /// <inheritdoc/>
    public override string Name => "macaddr8";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <summary>A 48-bit address as a 64-bit one: FF:FE in the middle.</summary>
    public static ulong Widen(ulong address) => ((address >> 24) << 40) | 0xFFFE000000UL | (address & 0xFFFFFF);

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var at = 0;
        while (at < text.Length && Ascii.IsSpace(text[at]))
        {
            at++;
        }

        ulong address = 0;
        var (count, spacer) = (0, (byte)0);
        while (at + 1 < text.Length)
        {
            var (high, low) = (Ascii.HexValue(text[at]), Ascii.HexValue(text[at + 1]));
            if (high < 0 || low < 0 || ++count > 8)
            {
                throw PgErrors.InvalidTextRepresentation("macaddr8", Ascii.Text(text));
            }

            address = (address << 8) | (uint)((high << 4) | low);
            at += 2;
            if (at < text.Length && text[at] is (byte)':' or (byte)'-' or (byte)'.')
            {
                if (spacer != 0 && spacer != text[at])
                {
                    throw PgErrors.InvalidTextRepresentation("macaddr8", Ascii.Text(text));
                }

                spacer = text[at++];
            }

            if (count is 6 or 8 && at < text.Length && Ascii.IsSpace(text[at]))
            {
                if (Ascii.Trim(text[at..]).Length != 0)
                {
                    throw PgErrors.InvalidTextRepresentation("macaddr8", Ascii.Text(text));
                }

                break;
            }
        }

        return count switch
        {
            6 => PgDatum.FromText(MacaddrCodec.Format(Widen(address), 8)),
            8 => PgDatum.FromText(MacaddrCodec.Format(address, 8)),
            _ => throw PgErrors.InvalidTextRepresentation("macaddr8", Ascii.Text(text)),
        };
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var length = binary.Length == 6 ? 6 : 8;
        ulong address = 0;
        foreach (var octet in reader.SingleBytes(length))
        {
            address = (address << 8) | octet;
        }

        reader.End();
        return PgDatum.FromText(MacaddrCodec.Format(length == 6 ? Widen(address) : address, 8));
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) =>
        writer.WriteInt64((long)MacaddrCodec.FromStorage(value.Bytes));
}
